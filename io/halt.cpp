#include "io/halt.h"

#include <algorithm>
#include <cmath>

#include "lab/number.h"

namespace rankscope {
namespace {

const std::vector<std::string> kKinds = {"any", "take-off", "plateau", "escape"};

Result<Halt> halt_of(const Json& json) {
  Halt out;
  if (const Json* event = json.find("event")) {
    if (!event->text()) return Error{"event", "must be a word", "any, take-off, plateau or escape"};
    out.event = *event->text();
    if (std::find(kKinds.begin(), kKinds.end(), out.event) == kKinds.end()) {
      const std::string near = nearest(out.event, kKinds);
      return Error{"event", "'" + out.event + "' is no kind of event", near.empty() ? "any, take-off, plateau or escape" : "did you mean '" + near + "'?"};
    }
    return out;
  }
  const Json* view = json.find("view");
  if (!view || !view->text()) return Error{"when", "each of it names an event or a view", "{\"event\": \"any\"} or {\"view\": \"loss\", \"below\": 0.01}"};
  out.view = *view->text();
  const Json *below = json.find("below"), *above = json.find("above");
  const Json* level = below ? below : above;
  if (!level || (below && above) || !std::isfinite(level->number())) return Error{out.view, "needs a number that it falls `below` or rises `above`", "one of the two"};
  out.below = below != nullptr;
  out.level = level->number();
  return out;
}

const ViewInfo* recorded_scalar(const Run& run, const std::string& key) {
  for (const std::uint32_t v : run.recorded())
    if (run.views()[v].key == key && run.views()[v].kind == Kind::Scalar) return &run.views()[v];
  return nullptr;
}

bool is_so(const Halt& h, const Run& run, const Frame& frame) {
  const Series* s = frame.find(static_cast<std::uint32_t>(run.view(h.view)));
  return s && s->data.size() == 1 && (h.below ? s->data[0] < h.level : s->data[0] > h.level);
}

}  // namespace

Result<std::vector<Halt>> halts_of(const Json& command) {
  const Json* list = command.find("when");
  if (!list || !list->array()) return Error{"when", "must be a list of conditions", "[] for none"};
  std::vector<Halt> out;
  for (const Json& json : *list->array()) {
    auto halt = halt_of(json);
    if (!halt) return halt.error();
    out.push_back(std::move(*halt));
  }
  return out;
}

Result<void> check(std::span<const Halt> halts, const Run& run) {
  std::vector<std::string> known;
  for (const std::uint32_t v : run.recorded())
    if (run.views()[v].kind == Kind::Scalar) known.push_back(run.views()[v].key);
  for (const Halt& h : halts) {
    if (!h.event.empty() || recorded_scalar(run, h.view)) continue;
    const std::string near = nearest(h.view, known);
    return Error{h.view, "is no scalar that this run records", near.empty() ? "record it first" : "did you mean '" + near + "'?"};
  }
  return {};
}

void Halts::begin(const Run& run, const Frame* frame) {
  came_.assign(halts_.size(), false);
  for (std::size_t i = 0; frame && i < halts_.size(); ++i)
    if (halts_[i].event.empty()) came_[i] = is_so(halts_[i], run, *frame);
}

std::string Halts::observe(const Run& run, const Frame& frame, std::span<const Event> events) {
  if (came_.size() != halts_.size()) begin(run, &frame);
  std::string why;
  for (std::size_t i = 0; i < halts_.size(); ++i) {
    const Halt& h = halts_[i];
    if (!h.event.empty()) {
      for (const Event& e : events)
        if (why.empty() && (h.event == "any" || h.event == e.kind)) why = e.text;
      continue;
    }
    const bool so = is_so(h, run, frame);
    if (const ViewInfo* view = recorded_scalar(run, h.view); view && so && !came_[i] && why.empty())
      why = view->label + (h.below ? " is below " : " is above ") + shortest(h.level);
    came_[i] = so;
  }
  return why;
}

}  // namespace rankscope
