#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>

#include "io/json.h"
#include "io/lens_trees.h"
#include "lab/frame.h"  // before the matrices: its kinds have their names
#include "math/spectra.h"
#include "native/commands/commands.h"
#include "native/inputs.h"
#include "native/signals.h"
#include "native/terminal.h"

namespace rankscope {
namespace {

using lens::Table;
constexpr double kLong = 2;  // times the array's norm: components so long are worth a word

using Spectra = std::vector<std::vector<double>>;

std::string size_text(const std::vector<std::int64_t>& shape) {
  std::string out;
  for (const std::int64_t d : shape) out += (out.empty() ? "" : " x ") + std::to_string(d);
  return out;
}

Eigen::Map<const Vector> vector_of(const std::vector<double>& sigma) {
  return {sigma.data(), static_cast<Eigen::Index>(sigma.size())};
}

double norm_of(const Spectra& spectra) { return spectra.front().empty() ? std::nan("") : vector_of(spectra.front()).norm(); }

std::string products(std::int64_t n) { return std::to_string(n) + (n == 1 ? " outer product" : " outer products"); }

std::string cp_text(const lens::CpRank& r) {
  std::string out = r.lower == r.upper ? std::to_string(r.upper) : std::to_string(r.lower) + " to " + std::to_string(r.upper);
  if (r.upper == 0) return out + ": zero is near enough";
  out += r.found ? ": " + products(r.upper) + (r.upper == 1 ? " fits to " : " fit to ") + brief(r.error) + " of the norm"
                 : ": no fit within the tolerance was found, but " + std::to_string(r.upper) + (r.upper == 1 ? " slice always is one" : " slices always are one");
  if (r.lower > 1) out += ", fewer than " + std::to_string(r.lower) + " cannot";
  return out;
}

void print_table(const std::string& name, const Table& table, const Spectra& spectra, const RanksOptions& o, const lens::CpRank* cp) {
  print(name + ": " + size_text(table.shape) + ", Frobenius norm " + brief(norm_of(spectra)) + ", the same of every matricization");
  print(format("A rank counts the singular values above %g of the largest.\n", o.threshold));
  print(format("%-24s %14s %6s %10s %12s", "rows of the matrix", "size", "rank", "effective", "nuclear norm"));
  for (std::size_t i = 0; i < spectra.size(); ++i) {
    const lens::Matricization& m = table.matricizations[i];
    const Vector sigma = vector_of(spectra[i]);
    print(format("%-24s %14s %6lld %10s %12s", name_of(m.rows).c_str(), size_text({m.height, m.width}).c_str(),
                 static_cast<long long>(lens::rank_above(spectra[i], o.threshold)), brief(effective_rank(sigma)).c_str(), brief(nuclear_norm(sigma)).c_str()));
  }
  print("");
  for (const lens::Notion& n : table.notions) {
    std::string ranks;
    for (const lens::Member& m : n.members)
      ranks += (ranks.empty() ? "" : "  ") + name_of(m.rows) + " " + std::to_string(lens::rank_above(spectra[static_cast<std::size_t>(m.matricization)], o.threshold));
    print(format("%-24s %s\n%-24s %s", n.label.c_str(), ranks.c_str(), "", n.definition.c_str()));
  }
  if (cp)
    print(format("%-24s %s", "CP rank, an estimate", cp_text(*cp).c_str()) +
          format("\n%-24s %s %g, %d starts of at most %d sweeps", "", o.cp.relative ? "relative error at most" : "mean square error at most", o.cp.tolerance,
                 o.cp.starts, o.cp.sweeps));
  if (cp && cp->longest > kLong)
    print(format("%-24s They cancel each other, the longest is %s times the array: it may be near a limit of such\n%-24s sums, whose own rank is higher. A smaller "
                 "--tolerance tells.", "", brief(cp->longest).c_str(), ""));
}

void print_json(const std::string& name, const Table& table, const Spectra& spectra, const RanksOptions& o, const lens::CpRank* cp) {
  JsonWriter out(true);
  out.begin_object().member("name", name).key("shape").begin_array();
  for (const std::int64_t d : table.shape) out.value(d);
  out.end_array().member("fro_norm", norm_of(spectra)).member("threshold", o.threshold);
  out.key("matricizations").begin_array(true);
  for (std::size_t i = 0; i < spectra.size(); ++i) {
    const lens::Matricization& m = table.matricizations[i];
    const Vector sigma = vector_of(spectra[i]);
    out.begin_object().key("rows").begin_array();
    for (const int mode : m.rows) out.value(mode + 1);
    out.end_array().member("height", m.height).member("width", m.width).member("rank", lens::rank_above(spectra[i], o.threshold));
    out.member("effective_rank", effective_rank(sigma)).member("nuclear_norm", nuclear_norm(sigma)).key("singular_values").begin_array();
    for (const double s : spectra[i]) out.value(s);
    out.end_array().end_object();
  }
  out.end_array().key("notions").begin_object();
  for (const lens::Notion& n : table.notions) {
    out.key(n.key).begin_object().key("rows").begin_array();
    for (const lens::Member& m : n.members) {
      out.begin_array();
      for (const int mode : m.rows) out.value(mode + 1);
      out.end_array();
    }
    out.end_array().key("ranks").begin_array();
    for (const lens::Member& m : n.members) out.value(lens::rank_above(spectra[static_cast<std::size_t>(m.matricization)], o.threshold));
    out.end_array().end_object();
  }
  out.end_object();
  if (cp) {
    out.key("cp_rank").begin_object().member("lower", cp->lower).member("upper", cp->upper).member("found", cp->found).member("error", cp->error).member("longest", cp->longest);
    out.member("tolerance", o.cp.tolerance).member("relative", o.cp.relative).member("starts", o.cp.starts).member("sweeps", o.cp.sweeps).end_object();
  }
  print(out.end_object().text());
}

/// To the end or to Ctrl-C, with a line on a terminal that says what is tried.
void search_for(lens::CpRankSearch& search) {
  catch_signals();
  const bool terminal = stderr_is_terminal();
  const auto slice = [&] {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
    return search.advance([&] { return std::chrono::steady_clock::now() < end && !interrupted(); });
  };
  while (slice() && !interrupted())
    if (terminal) std::fprintf(stderr, "\r\x1b[KCP rank: %s", search.progress().text.c_str());
  if (terminal) std::fprintf(stderr, "\r\x1b[K");
}

}  // namespace

int ranks_command(const RanksOptions& o) {
  auto data = load(o.file, "", o.json);
  if (!data) return complain(data.error());
  const Dense* dense = std::get_if<Dense>(data->get());
  if (!dense) return complain({o.file, "is no single array", "a file with one array, or " + o.file + "?array=KEY"});
  Dense array = *dense;
  if (o.file.ends_with("?channel=rgb") && array.shape.size() == 2) array.shape = {array.shape[0], 3, array.shape[1] / 3};
  if (auto checked = lens::check(array, o.file); !checked) return complain(checked.error());
  auto trees = lens_trees(static_cast<int>(array.shape.size()), o.tree ? std::optional(OwnTree{*o.tree, "as given"}) : std::nullopt);
  if (!trees) return complain({"--tree", trees.error().what, trees.error().remedy});
  const Table table = lens::table_of(array.shape, *trees);
  Spectra spectra;
  for (const lens::Matricization& m : table.matricizations) spectra.push_back(lens::spectrum(array, m));
  std::optional<lens::CpRankSearch> search;
  if (auto checked = lens::CpRankSearch::check(array, o.cp, o.file); checked) {
    search.emplace(array, table, spectra, o.cp);
    search_for(*search);
  } else if (checked.error().where != o.file) {
    return complain(checked.error());
  } else if (!o.json) {
    note(checked.error().text());
  }
  (o.json ? print_json : print_table)(o.file, table, spectra, o, search ? &search->best() : nullptr);
  return search && !search->done() ? kInterrupted : kOk;
}

}  // namespace rankscope
