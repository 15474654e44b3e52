#include "io/export.h"

#include <algorithm>
#include <cmath>

#include "io/table.h"
#include "lab/claim.h"
#include "lab/number.h"

namespace rankscope {
namespace {

/// A matrix that is measured now; empty when the run has no such view.
Dense measured(const Run& run, std::string_view key, Part part = Part::Measured) {
  const int at = run.view(key);
  if (at < 0) return {};
  const std::uint32_t wanted[] = {static_cast<std::uint32_t>(at)};
  const Frame frame = run.measure(wanted);
  const Series* s = frame.find(wanted[0], part);
  return s ? Dense{s->shape, s->data} : Dense{};
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string id(const std::vector<std::string>& ids, std::int64_t place) {
  return ids.empty() ? std::to_string(place) : csv_cell(ids[static_cast<std::size_t>(place)]);
}

/// mode_1,...,mode_N,prediction for every entry that is not observed, 0-based.
std::string unseen_entries(const Dense& completed, const Dense& observed) {
  std::string out;
  for (std::size_t n = 1; n <= completed.shape.size(); ++n) out += "mode_" + std::to_string(n) + ',';
  out += "prediction\n";
  std::vector<std::int64_t> index(completed.shape.size(), 0);
  for (std::size_t at = 0; at < completed.data.size(); ++at) {
    if (at >= observed.data.size() || observed.data[at] == 0) {
      for (std::int64_t i : index) out += std::to_string(i) + ',';
      out += shortest(completed.data[at]) + '\n';
    }
    for (std::size_t n = index.size(); n-- > 0 && ++index[n] == completed.shape[n];) index[n] = 0;
  }
  return out;
}

}  // namespace

std::string series_csv(std::span<const ViewInfo> views, std::span<const std::uint32_t> recorded,
                       std::span<const Frame> frames) {
  struct Column {
    std::uint32_t view;
    Part part;
    std::size_t count;  ///< numbers
  };
  std::string out = "step,time";
  std::vector<Column> columns;
  const auto longest = [&](std::uint32_t v, Part part) {
    std::size_t size = 0;
    for (const Frame& f : frames)
      if (const Series* s = f.find(v, part)) size = std::max(size, s->data.size());
    return size;
  };
  const auto spectrum = [&](std::uint32_t v, Part part, const std::string& name) {
    const std::size_t size = longest(v, part);
    for (std::size_t i = 1; i <= size; ++i) out += ',' + name + '_' + std::to_string(i);
    columns.push_back({v, part, size});
  };
  for (const std::uint32_t v : recorded) {
    const std::string& key = views[v].key;
    if (views[v].kind == Kind::Scalar) {
      out += ',' + key;
      columns.push_back({v, Part::Measured, 1});
    } else if (views[v].kind == Kind::Spectrum) {
      spectrum(v, Part::Measured, key);
    } else if (views[v].kind == Kind::Claim) {
      out += ',' + key + ',' + key + "_bound," + key + "_applies";
      columns.push_back({v, Part::Bound, 0});
    } else if (views[v].kind == Kind::Landscape) {
      out += ',' + key + "_x," + key + "_y";
      columns.push_back({v, Part::Point, 2});
    }
  }
  for (const std::uint32_t v : recorded) {
    if (views[v].kind == Kind::Spectrum) {
      spectrum(v, Part::Theory, views[v].key + "_theory");
    } else if (views[v].kind == Kind::Scalar && longest(v, Part::Theory)) {
      out += ',' + views[v].key + "_theory";
      columns.push_back({v, Part::Theory, 1});
    }
  }
  const auto cells = [&](const Series* s, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      out += ',';
      out += s && i < s->data.size() ? shortest(s->data[i]) : "nan";
    }
  };
  out += '\n';
  for (const Frame& f : frames) {
    out += std::to_string(f.step) + ',' + shortest(f.time);
    for (const Column& c : columns) {
      if (c.part == Part::Bound) {
        cells(f.find(c.view), 1), cells(f.find(c.view, Part::Bound), 1);
        out += claim_state(views[c.view], c.view, f) == ClaimState::NotApplicable ? ",0" : ",1";
      } else {
        cells(f.find(c.view, c.part), c.count);
      }
    }
    out += '\n';
  }
  return out;
}

Result<std::string> completion_csv(const Run& run) {
  const Dense completed = measured(run, "completed");
  if (const int at = run.view("completed"); at >= 0 && run.views()[static_cast<std::size_t>(at)].kind == Kind::Tensor)
    return unseen_entries(completed, measured(run, "completed", Part::Observed));
  if (completed.shape.size() != 2)
    return Error{"completion", "this run completes no matrix", "a run of the task completion does"};
  const auto target = run.inputs().find("target");
  const Triplets* t = target == run.inputs().end() ? nullptr : std::get_if<Triplets>(target->second.get());
  if (!t) return write_table(completed);
  // an image of what is observed marks the rest as gaps; without one, what the file holds is what was observed
  Dense seen = measured(run, "observed_entries");
  if (seen.shape != completed.shape) {
    seen = {completed.shape, std::vector<double>(completed.data.size(), std::nan(""))};
    for (std::size_t k = 0; k < t->value.size(); ++k)
      seen.data[static_cast<std::size_t>(t->row[k] * t->cols + t->col[k])] = t->value[k];
  }
  std::string out = "row_id,col_id,prediction\n";
  const std::int64_t cols = completed.shape[1];
  for (std::int64_t i = 0; i < completed.shape[0]; ++i)
    for (std::int64_t j = 0; j < cols; ++j) {
      const auto at = static_cast<std::size_t>(i * cols + j);
      if (!std::isfinite(seen.data[at]))
        out += id(t->row_ids, i) + ',' + id(t->col_ids, j) + ',' + shortest(completed.data[at]) + '\n';
    }
  return out;
}

std::vector<std::byte> final_arrays(const Run& run) {
  std::vector<std::uint32_t> wanted;
  for (std::uint32_t v = 0; v < run.views().size(); ++v)
    if (const Kind kind = run.views()[v].kind; kind == Kind::Matrix || kind == Kind::Image || kind == Kind::Landscape || kind == Kind::Tensor) wanted.push_back(v);
  std::vector<NamedArray> views;
  Frame frame = run.measure(wanted);
  for (const std::uint32_t v : wanted)
    for (Series& s : frame.values)
      if (s.view == v && s.part == Part::Measured)
        views.push_back({run.views()[v].key, {std::move(s.shape), std::move(s.data)}});
  std::vector<NamedRaw> state;
  for (const Field& f : run.save()) state.push_back(raw_of(f));
  return write_npz(views, state);
}

}  // namespace rankscope
