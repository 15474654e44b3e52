#include "systems/deep_matrix_start.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "tasks/observing.h"

namespace rankscope {
namespace {

const Field* part(const State& state, const std::string& name) {
  const auto it = std::find_if(state.begin(), state.end(), [&](const Field& f) { return f.name == name; });
  return it == state.end() ? nullptr : &*it;
}

std::string name_of(int layer) { return "W_" + std::to_string(layer); }

}  // namespace

bool finite(const Field& f) {
  for (std::size_t i = 0; f.type == Field::Type::F64 && i < f.bytes.size(); i += sizeof(double)) {
    double x;
    std::memcpy(&x, &f.bytes[i], sizeof x);
    if (!std::isfinite(x)) return false;
  }
  return true;
}

const State* start_of(const Inputs& inputs) {
  const auto it = inputs.find("start");
  return it == inputs.end() ? nullptr : std::get_if<State>(it->second.get());
}

int depth_of(const State& start) {
  int depth = 1;
  while (depth < kMaxDepth && part(start, name_of(depth + 1))) ++depth;
  return depth;
}

std::vector<std::int64_t> widths_of(const State& start, std::int64_t rows, std::int64_t cols) {
  std::vector<std::int64_t> d{cols};
  for (int j = 1; j < depth_of(start); ++j) {
    const Field* f = part(start, name_of(j));
    d.push_back(f && f->shape.size() == 2 ? std::clamp<std::int64_t>(f->shape[0], 1, 4096) : 1);
  }
  d.push_back(rows);
  return d;
}

Result<std::vector<Matrix>> start_layers(const State& start, const std::vector<std::int64_t>& d) {
  const int depth = static_cast<int>(d.size()) - 1;
  for (const Field& f : start)  // a gap, or more than there may be: what follows it would be left out without a word
    for (int j = depth + 1; j <= kMaxDepth + 1; ++j)
      if (f.name == name_of(j))
        return depth == kMaxDepth ? Error{"start", "holds " + f.name, "at most " + std::to_string(kMaxDepth) + " layers"}
                                  : Error{"start", "holds " + f.name + " and no " + name_of(depth + 1), "save all of W_1 to W_N"};
  std::vector<Matrix> layers;
  for (int j = 1; j <= depth; ++j) {
    const std::string name = name_of(j);
    const Field* f = part(start, name);
    if (!f) return Error{"start", "holds no " + name, "save the factors as W_1 to W_N, W_j of outputs x inputs"};
    if (f->type != Field::Type::F64) return Error{"start", name + " is of whole numbers", "save " + name + ".astype('f8')"};
    const auto i = static_cast<std::size_t>(j);
    const std::vector<std::int64_t> wanted{d[i], d[i - 1]};
    if (f->shape != wanted)
      return Error{"start", name + " is " + dims(f->shape) + ", " + dims(wanted) + " is needed",
                   "W_1 takes the problem's columns, W_N gives its rows, and each layer takes what the one before gives"};
    if (!finite(*f)) return Error{"start", name + " has entries that are not finite", "every weight must be a number"};
    Matrix w(d[i], d[i - 1]);
    std::memcpy(w.data(), f->bytes.data(), f->bytes.size());  // a state's matrices are kept columns first
    layers.push_back(std::move(w));
  }
  return layers;
}

Result<std::string> start_optimizer(const State& start, const Settings& settings, Integrator& integrator) {
  Archive fresh;
  integrator.archive(fresh);
  State own = fresh.state();
  for (const Field& f : start) {
    if (!f.name.starts_with("optimizer.")) continue;
    const auto it = std::find_if(own.begin(), own.end(), [&](const Field& o) { return o.name == f.name; });
    if (it == own.end() || it->type != f.type || it->shape != f.shape)
      return std::string("The optimiser starts afresh: the file's " + f.name + " is another one's.");
    if (!finite(f)) return Error{"start", f.name + " has entries that are not finite", "leave it out: then the optimiser starts afresh"};
    *it = f;
  }
  Archive gathered(own);
  integrator.archive(gathered);
  integrator.configure(settings);
  return std::string();
}

}  // namespace rankscope
