// What the rows of all tensor factorizations in the table of systems have in common. A family derives from TensorFamily and says
//   struct Plan {TensorShape shape; std::unique_ptr<a TensorMap> map; ...}: what can be known before anything is drawn,
//   plan(settings, inputs) -> Result<Plan>, with the errors of its own parameters,
//   own(settings, plan): the views of its own,
//   start(settings, plan, task, seed): the weights that are drawn when no start is given,
//   system(setup): the system itself.
#pragma once
#include <memory>
#include <utility>
#include <vector>

#include "systems/tensor_system.h"

namespace rankscope {

struct TensorFamily {
  static std::vector<Modes> further(const auto&) { return {}; }  ///< matricizations besides the usual ones
  static double numbers(const auto&) { return 0; }               ///< of 8 bytes that its map takes besides what tensor_memory counts
};

template <class Family>
Result<std::unique_ptr<System>> make_tensor_system(const Settings& s, const Inputs& in, std::uint64_t seed) {
  auto made = Family::plan(s, in);
  if (!made) return made.error();
  if (get<std::int64_t>(s, "batch") > 0 && get<std::string>(s, "optimizer") == "flow")
    return Error{"batch", "is set with the optimizer flow, which follows the gradient over all data", "set batch=0, or choose another optimizer"};
  auto problem = make_tensor_problem(s, in, seed, made->map->layout());
  if (!problem) return problem.error();
  auto weights = start_weights(in, *made->map);
  if (!weights) return weights.error();
  if (weights->empty()) *weights = Family::start(s, *made, *problem->task, seed);
  auto own = Family::own(s, *made);
  auto further = Family::further(*made);
  std::unique_ptr<TensorSystem> system =
      Family::system({s, std::move(made->shape), std::move(*problem), std::move(made->map), std::move(*weights), std::move(own), std::move(further), seed});
  if (auto begun = system->start_from(in); !begun) return begun.error();
  return std::unique_ptr<System>(std::move(system));
}

/// The row of a family, with all of its parameters.
template <class Family>
Entry tensor_entry(std::string key, std::string title, std::string paper, std::string summary, std::vector<Param> params) {
  Entry row;
  row.key = std::move(key), row.title = std::move(title), row.paper = std::move(paper), row.summary = std::move(summary), row.params = std::move(params);
  row.time_axis = "flow time, the sum of step sizes";
  row.inputs = tensor_inputs();
  row.views = [](const Settings& s, const Inputs& in) {
    auto made = Family::plan(s, in);
    return made ? tensor_views(made->shape, s, Family::own(s, *made), Family::further(*made)) : std::vector<ViewInfo>{};
  };
  row.cost = [](const Settings& s, const Inputs& in) {
    auto made = Family::plan(s, in);
    return made ? tensor_cost(made->shape, s, *made->map) : 0.0;
  };
  row.memory = [](const Settings& s, const Inputs& in) {
    auto made = Family::plan(s, in);
    return made ? tensor_memory(made->shape, s, *made->map) + 8 * Family::numbers(*made) : 0.0;
  };
  row.make = make_tensor_system<Family>;
  row.forward_cost = [](const Settings& s, const Inputs& in) {
    auto made = Family::plan(s, in);
    return made ? tensor_forward_cost(made->shape, s, *made->map) : 0.0;
  };
  return row;
}

}  // namespace rankscope
