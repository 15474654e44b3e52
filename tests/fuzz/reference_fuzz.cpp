// Reference runs, replayed when they are small enough to take no time.
#include <algorithm>
#include <iterator>

#include "fuzz/fuzz.h"
#include "io/json.h"
#include "io/reference.h"
#include "presets/presets.h"
#include "systems/systems.h"

namespace rankscope::fuzz {
namespace {

/// No shape above 16, no tensor of many entries and no step above 20: the arithmetic of a large run is not what is tested here.
bool small(const Json& root) {
  const Json* steps = root.find("logged_iterations");
  if (steps && steps->array())
    for (const Json& x : *steps->array())
      if (x.number() > 20) return false;
  const Json* init = root.find("init");
  if (init && init->array()) {
    if (init->array()->size() > 12) return false;
    double entries = 1;
    for (const Json& factor : *init->array()) {
      const Json* shape = factor.find("shape");
      if (shape && shape->array())
        for (const Json& x : *shape->array()) {
          if (x.number() > 16) return false;
          entries *= std::max(1.0, x.number());
        }
    }
    if (root.find("model") && root.find("model")->text() && *root.find("model")->text() != "dmf" && entries > 65536) return false;
  }
  return true;
}

constexpr const char* kLinear[] = {"end_to_end_flow", "convergence_bound", "unbalancedness_drift", "quasi_static_2x2", "lp_regression_end_to_end"};

/// Of the kinds above: no number beyond 4, neither a time, a count, a side nor what makes a flow stiff.
bool tame(const Json& json) {
  if (json.is_number()) return json.number() >= -4 && json.number() <= 4;
  if (const auto* array = json.array()) return std::all_of(array->begin(), array->end(), tame);
  if (const auto* object = json.object()) return std::all_of(object->begin(), object->end(), [](const Json::Member& m) { return tame(m.value); });
  return true;
}

}  // namespace

const std::vector<std::string>& places() {
  static const std::vector<std::string> all = {"completion", "lone values", "sensing", "regression", "agrees", "deviates", "problem", "huber",
                                               "a power", "momentum", "adam", "group_rmsprop", "cp", "htf", "tucker", "tensor_train", kLinear[0], kLinear[1], kLinear[2], kLinear[3], kLinear[4]};
  return all;
}

bool accepts(Bytes input) {
  const std::string_view text = text_of(input);
  const auto root = parse_json(text);
  if (!root || !small(*root)) return false;
  const Json* kind = root->find("kind");
  const auto linear = std::find_if(std::begin(kLinear), std::end(kLinear), [&](const char* k) { return kind && kind->text() && *kind->text() == k; });
  if (linear != std::end(kLinear) && !tame(*root)) return false;
  const Tables tables{systems(), presets()};
  const auto replay = verify_reference(text, "x.json", tables);
  if (!replay) {
    promise(replay.error().where.starts_with("x.json"), "an error says its place");
    return false;
  }
  if (!replay->problem.empty()) {
    promise(!replay->agrees(), "what is not known does not agree");
    reached("problem");
    return true;
  }
  reached(replay->agrees() ? "agrees" : "deviates");
  if (linear != std::end(kLinear)) reached(*linear);
  const auto has = [&](const char* word) { return text.find(word) != std::string_view::npos; };
  if (has("\"entries\"")) reached(has("observed_values") ? "lone values" : "completion");
  if (has("\"linear\"")) reached("sensing");
  if (has("\"regression\"")) reached("regression");
  for (const char* model : {"cp", "htf", "tucker", "tensor_train"})
    if (root->find("model") && root->find("model")->text() && *root->find("model")->text() == model) reached(model);
  if (has("\"huber\"")) reached("huber");
  if (has("\"l3\"")) reached("a power");
  if (has("\"momentum\"")) reached("momentum");
  if (has("\"adam\"")) reached("adam");
  if (has("\"grouprmsprop\"")) reached("group_rmsprop");
  return true;
}

}  // namespace rankscope::fuzz
