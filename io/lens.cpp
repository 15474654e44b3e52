#include "io/lens.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>

#include "io/command.h"
#include "io/lens_trees.h"
#include "lab/frame.h"
#include "lens/cp_rank.h"

namespace rankscope {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kShare = 0.2;  // of the time, for looking anew while runs go on
constexpr double kLeast = 1.0 / 30;  // seconds between two looks then
constexpr double kTell = 0.1;   // seconds between two words about a search

double seconds_since(Clock::time_point t) { return std::chrono::duration<double>(Clock::now() - t).count(); }

class RankLens final : public Lens {
 public:
  Result<void> look(const std::string& name, Source source, const std::string& tree, JsonWriter& out) override {
    auto sight = source();
    if (!sight) return sight.error();
    if (auto checked = lens::check(sight->array, name); !checked) return checked.error();
    look_away();
    name_ = name, source_ = std::move(source), tree_ = tree;
    begin(std::move(*sight));
    out.member("name", name).member("step", sight_.step);
    out.key("shape").begin_array();
    for (const std::int64_t d : table_.shape) out.value(d);
    out.end_array().key("matricizations").begin_array();
    for (const lens::Matricization& m : table_.matricizations)
      out.begin_object().member("rows", name_of(m.rows)).member("height", m.height).member("width", m.width).end_object();
    out.end_array().key("notions").begin_array();
    for (const lens::Notion& n : table_.notions) {
      out.begin_object().member("key", n.key).member("label", n.label).member("definition", n.definition).key("members").begin_array();
      for (const lens::Member& m : n.members) out.begin_object().member("rows", name_of(m.rows)).member("at", m.matricization).end_object();
      out.end_array().end_object();
    }
    out.end_array();
    return {};
  }

  void look_away() override { *this = RankLens(); }

  Result<void> search(const Json& c) override {
    if (!source_) return Error{"cp_rank", "the lens looks at nothing", "{\"do\": \"lens\", ...} comes first"};
    const Json* stop = c.find("stop");
    if (stop && stop->flag() && *stop->flag()) {
      wanted_.reset(), search_.reset();
      return {};
    }
    lens::CpOptions options;
    const auto number = [&](const char* key, double low, double high, auto& into) -> Result<void> {
      if (!c.find(key)) return {};
      auto x = number_field(c, key, low, high);
      if (!x) return x.error();
      into = static_cast<std::decay_t<decltype(into)>>(*x);
      return {};
    };
    if (auto r = number("tolerance", 1e-10, 1, options.tolerance); !r) return r;
    if (auto r = number("starts", 1, 100, options.starts); !r) return r;
    if (auto r = number("sweeps", 1, 100000, options.sweeps); !r) return r;
    if (auto r = number("seed", 0, 0x1p53, options.seed); !r) return r;
    if (const Json* relative = c.find("relative"); relative && relative->flag()) options.relative = *relative->flag();
    if (auto r = lens::CpRankSearch::check(sight_.array, options, name_); !r) return r;
    wanted_ = options, search_.reset();
    return {};
  }

  void stir() override { stirred_ = source_ != nullptr; }

  bool advance(double seconds, bool running) override {
    const auto from = Clock::now();
    const auto more = [&] { return seconds_since(from) < seconds; };
    do {
      if (at_ < table_.matricizations.size())
        decompose();
      else if (stirred_ && !(running && rests()))
        look_again();
      else if (wanted_ && (!search_ || (search_->done() && !(searched_ == version_))))
        begin_search();
      else if (search_ && !search_->done())
        search_->advance(more), tell(false);
      else
        return stirred_ && !running;  // while it rests the runs keep the session going
    } while (more());
    return source_ != nullptr;
  }

  std::optional<News> take() override {
    if (news_.empty()) return std::nullopt;
    News out = std::move(news_.front());
    news_.pop_front();
    return out;
  }

 private:
  void begin(Sight sight) {
    sight_ = std::move(sight);
    if (table_.shape != sight_.array.shape) table_ = lens::table_of(sight_.array.shape, trees());
    at_ = 0, spectra_.assign(table_.matricizations.size(), {}), ++version_;
    cost_ = 0;
  }

  std::vector<lens::Tree> trees() const {
    const int order = static_cast<int>(sight_.array.shape.size());
    auto with_own = lens_trees(order, OwnTree{tree_, "this run's"});
    return with_own ? *with_own : *lens_trees(order);
  }

  bool rests() const { return seconds_since(seen_) < std::max(kLeast, cost_ / kShare); }

  void decompose() {
    const auto from = Clock::now();
    spectra_[at_] = lens::spectrum(sight_.array, table_.matricizations[at_]);
    cost_ += seconds_since(from);
    if (++at_ < spectra_.size()) return;
    Frame frame{sight_.step, sight_.time, {}};
    for (std::size_t i = 0; i < spectra_.size(); ++i)
      frame.values.push_back({static_cast<std::uint32_t>(i), Part::Measured, {std::ssize(spectra_[i])}, spectra_[i]});
    std::erase_if(news_, [](const News& n) { return n.spectra; });
    news_.push_back({true, encode(frame)});
    seen_ = Clock::now();
  }

  void look_again() {
    stirred_ = false;
    const auto from = Clock::now();
    auto sight = source_();
    if (!sight) return look_away();  // its run is gone
    const bool same = sight->array.shape == sight_.array.shape && sight->array.data == sight_.array.data && sight->step == sight_.step;
    if (!same && lens::check(sight->array, name_)) begin(std::move(*sight));
    cost_ += seconds_since(from);
  }

  void begin_search() {
    search_ = std::make_unique<lens::CpRankSearch>(sight_.array, table_, spectra_, *wanted_);
    searched_ = version_, searched_step_ = sight_.step;
    tell(true);
  }

  void tell(bool at_once) {
    if (!at_once && !search_->done() && seconds_since(told_) < kTell) return;
    told_ = Clock::now();
    const Job::Progress p = search_->progress();
    const lens::CpRank& best = search_->best();
    JsonWriter out;
    out.begin_object().member("step", searched_step_).member("done", search_->done()).member("share", p.share).member("text", p.text);
    out.member("lower", best.lower).member("upper", best.upper).member("found", best.found).member("error", best.error).member("longest", best.longest).end_object();
    const auto bytes = std::as_bytes(std::span(out.text()));
    std::erase_if(news_, [](const News& n) { return !n.spectra; });
    news_.push_back({false, {bytes.begin(), bytes.end()}});
  }

  std::string name_, tree_;
  Source source_;
  Sight sight_;
  lens::Table table_;
  std::size_t at_ = 0;  ///< the next matricization
  std::vector<std::vector<double>> spectra_;
  std::int64_t version_ = 0, searched_ = -1, searched_step_ = 0;  ///< of the sight
  std::optional<lens::CpOptions> wanted_;
  std::unique_ptr<lens::CpRankSearch> search_;
  bool stirred_ = false;
  double cost_ = 0;
  Clock::time_point seen_, told_;
  std::deque<News> news_;
};

}  // namespace

std::unique_ptr<Lens> make_lens() { return std::make_unique<RankLens>(); }

}  // namespace rankscope
