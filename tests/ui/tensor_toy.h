// A system with what tensors need of the screen: a volume with observed entries, a tensor of order 4, components, a mode tree that can be
// redrawn, a spectrum whose lines take off one after the other, and a parameter of free text.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "lab/study.h"

namespace rankscope::toy {

/// Three components that grow one after the other.
class Bloom final : public System {
 public:
  explicit Bloom(const Settings& s) : size_(get<std::int64_t>(s, "size")), drawn_(get<std::string>(s, "tree") == "drawn") {}

  Status step() override {
    time_ += 0.05;
    return Status::Running;
  }
  double time() const override { return time_; }
  Result<void> set(std::string_view, const Value&) override { return {}; }
  void archive(Archive& a) override { a("time", time_); }

  double norm(int k) const { return (1 - 0.25 * k) * 4 / (1 + std::exp(-(time_ - 2 - 2 * k) * 4)); }
  static double entry(int k, std::int64_t mode, double at) {  // at in [0, 1]
    return k == 0 ? std::exp(-18 * (at - 0.35) * (at - 0.35)) : k == 1 ? std::sin(6.283 * at + static_cast<double>(mode)) : std::cos(9.42 * at - static_cast<double>(mode));
  }
  double at(const std::vector<std::int64_t>& i) const {
    double sum = 0;
    for (int k = 0; k < 3; ++k) {
      double product = norm(k) / 4;
      for (std::size_t m = 0; m < i.size(); ++m) product *= entry(k, static_cast<std::int64_t>(m), (static_cast<double>(i[m]) + 0.5) / static_cast<double>(size_));
      sum += product;
    }
    return sum;
  }

  void measure(std::span<const std::uint32_t> views, Frame& frame) const override {
    const double none = std::numeric_limits<double>::quiet_NaN();
    for (const std::uint32_t v : views) {
      const auto put = [&](Part part, std::vector<std::int64_t> shape, std::vector<double> data) { frame.values.push_back({v, part, std::move(shape), std::move(data)}); };
      if (v < 2) {
        const auto order = static_cast<std::size_t>(v == 0 ? 3 : 4);
        std::vector<std::int64_t> shape(order, v == 0 ? size_ : std::min<std::int64_t>(size_, 6)), index(order);
        std::vector<double> values, seen;
        std::size_t all = 1;
        for (const std::int64_t n : shape) all *= static_cast<std::size_t>(n);
        for (std::size_t i = 0; i < all; ++i) {
          std::size_t left = i;
          for (std::size_t m = order; m-- > 0;) index[m] = static_cast<std::int64_t>(left % static_cast<std::size_t>(shape[m])), left /= static_cast<std::size_t>(shape[m]);
          values.push_back(at(index));
          seen.push_back((i * 2654435761u >> 7) % 6 == 0 ? 1.0 : 0.0);
        }
        put(Part::Measured, shape, values);
        put(Part::Observed, shape, seen);
      } else if (v == 2) {
        std::vector<double> norms, vectors;
        for (int k = 0; k < 3; ++k) {
          norms.push_back(norm(k));
          for (int m = 0; m < 4; ++m) {
            double length = 0;
            for (std::int64_t i = 0; i < size_; ++i) length += std::pow(entry(k, m, (static_cast<double>(i) + 0.5) / static_cast<double>(size_)), 2);
            for (std::int64_t i = 0; i < size_; ++i) vectors.push_back(entry(k, m, (static_cast<double>(i) + 0.5) / static_cast<double>(size_)) / std::sqrt(length));
          }
        }
        put(Part::Measured, {3}, norms);
        put(Part::Lines, {3}, {0, 1, 2});
        put(Part::Vectors, {3, 4 * size_}, vectors);
        const auto n = static_cast<double>(size_);
        put(Part::Sizes, {4}, {n, n, n, n});
      } else if (v == 3) {  // ((1,2),(3,4)), or as drawn ((1,3),(2,4))
        put(Part::Parents, {7}, {-1, 0, 0, 1, 1, 2, 2});
        if (drawn_)
          put(Part::Modes, {7}, {-1, -1, -1, 0, 2, 1, 3});
        else
          put(Part::Modes, {7}, {-1, -1, -1, 0, 1, 2, 3});
        std::vector<double> bars, edges, target;
        for (int node = 0; node < 7; ++node)
          for (int k = 0; k < 4; ++k) {
            bars.push_back(node < 3 ? norm(k < 3 ? k : 2) * (node == 0 ? 1 : 0.7) * (k < 3 ? 1 : 0.1) : none);
            edges.push_back(node == 0 ? none : k < 3 ? norm(k) * (node < 3 ? 1 : 0.8) : 0.02);
            target.push_back(node == 0 ? none : k < 3 ? (4 - k) * (node < 3 ? 1 : 0.8) : 0);
          }
        put(Part::Measured, {7, 4}, bars);
        put(Part::Edges, {7, 4}, edges);
        put(Part::Target, {7, 4}, target);
      } else if (v == 6) {  // two cells at opposite corners, the second half as large as the first
        std::vector<double> values(27);
        values[0] = 1, values[26] = -0.5;
        put(Part::Measured, {3, 3, 3}, values);
      } else if (v == 4) {
        put(Part::Measured, {3}, {norm(0), norm(1), norm(2)});
        put(Part::Lines, {3}, {0, 1, 2});
        put(Part::Target, {3}, {4, 3, 2});
      } else {
        double left = 0;
        for (int k = 0; k < 3; ++k) left += std::pow((1 - 0.25 * k) * 4 - norm(k), 2);
        put(Part::Measured, {}, {left});
      }
    }
  }

 private:
  std::int64_t size_;
  bool drawn_;
  double time_ = 0;
};

inline std::vector<ViewInfo> bloom_views(const Settings&, const Inputs&) {
  ViewInfo tensor{"tensor", "End tensor", "All its entries.", "", Kind::Tensor}, block{"block", "Of order 4", "Its slices.", "", Kind::Tensor};
  ViewInfo spots{"spots", "Two cells", "", "", Kind::Tensor};
  tensor.signed_ = block.signed_ = spots.signed_ = true;
  ViewInfo tree{"tree", "Mode tree", "What is where.", "", Kind::Tree};
  tree.edits = "drawn_tree";
  return {tensor, block, {"components", "Components", "The sum's terms.", "", Kind::Components}, tree, {"norms", "Component norms, exponent 4/3", "", "", Kind::Spectrum}, {"loss", "Loss", "", "", Kind::Scalar}, spots};
}

inline Entry bloom() {
  Entry e{};
  e.key = "bloom", e.title = "A bloom", e.paper = "no paper", e.summary = "Three components.", e.time_axis = "flow time";
  e.params = {{"size", "Size", "Shape", "", "", std::int64_t{8}, {2, 64}, When::Restart, {}, {}, {}},
              {"tree", "Tree", "Shape", "", "", std::string("halves"), {}, When::Restart, {"halves", "drawn"}, {}, {}},
              {"drawn_tree", "Drawn tree", "Shape", "Modes in brackets.", "", std::string("((1,2),(3,4))"), {}, When::Restart, {}, {"tree", {"drawn"}}, {}},
              {"note", "Note", "Shape", "Anything but nothing.", "", std::string("a word"), {}, When::Restart, {}, {}, {}}};
  e.views = bloom_views;
  e.cost = [](const Settings&, const Inputs&) { return 16.0; };
  e.memory = [](const Settings&, const Inputs&) { return 1e5; };
  e.make = [](const Settings& s, const Inputs&, std::uint64_t) -> Result<std::unique_ptr<System>> {
    if (get<std::string>(s, "note").empty()) return Error{"note", "is empty", "write a word"};
    return std::unique_ptr<System>(std::make_unique<Bloom>(s));
  };
  return e;
}

inline Study bloom_study() {
  Study s;
  s.key = "bloom", s.system = "bloom", s.title = "Three components", s.group = "Toys", s.sentence = "They come one after the other.", s.cite = "nobody";
  s.steps = 200, s.every = 2;
  s.record = {"norms", "loss"};
  s.shown = {"tensor", "norms", "loss", "components", "tree"};
  s.runs = {{"small", {}}, {"large", {{"size", std::int64_t{12}}}}};
  return s;
}

inline Tables bloom_tables() {
  static const std::vector<Entry> systems = {bloom()};
  static const std::vector<Study> presets = [] {
    std::vector<Study> out(2, bloom_study());
    out[1].key = "spots", out[1].shown = {"spots", "loss"};
    return out;
  }();
  return {systems, presets};
}

}  // namespace rankscope::toy
