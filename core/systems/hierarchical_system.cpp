#include "systems/hierarchical_system.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "systems/component_lines.h"
#include "systems/growth_theory.h"
#include "systems/growth_watch.h"
#include "systems/hierarchical_components.h"

namespace rankscope {
namespace {

constexpr std::size_t kLines = 10;          ///< of a node: what is drawn as lines
constexpr std::size_t kFollowed = 64;       ///< of a node: local components whose equation is integrated, in a completion
constexpr std::size_t kFollowedSensed = 16; ///< and in sensing, where each force takes a whole evaluation of all measurements
constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

std::string fraction(int numerator, int denominator) {
  for (int d = denominator; d > 1; --d)
    if (numerator % d == 0 && denominator % d == 0) numerator /= d, denominator /= d;
  return denominator == 1 ? std::to_string(numerator) : std::to_string(numerator) + "/" + std::to_string(denominator);
}

/// Rows of any lengths as one array, filled up with NaN.
Series in_rows(std::uint32_t view, Part part, const std::vector<std::vector<double>>& rows) {
  std::size_t longest = 0;
  for (const auto& row : rows) longest = std::max(longest, row.size());
  Series out{view, part, {std::ssize(rows), static_cast<std::int64_t>(longest)}, {}};
  for (const auto& row : rows) {
    out.data.insert(out.data.end(), row.begin(), row.end());
    out.data.insert(out.data.end(), longest - row.size(), kGap);
  }
  return out;
}

class Hierarchical final : public TensorSystem {
 public:
  explicit Hierarchical(TensorSetup setup) : TensorSystem(std::move(setup)), map_(static_cast<const HierarchicalMap&>(map())) {
    for (int node = tree().order(); node <= tree().root(); ++node) {
      inner_.push_back({node, axes_of_node(map_, node), ComponentLines(kLines), {}, GrowthTheory(1, 0), {}, std::vector<double>(static_cast<std::size_t>(map_.width(node)))});
      const Matrix squares = axis_squares(map_, now(), node);
      start_squares_.insert(start_squares_.end(), squares.data(), squares.data() + squares.size());
    }
  }

  /// The force on a node's local components changes with those of every other node.
  void follow() override {
    if (std::none_of(inner_.begin(), inner_.end(), [&](Inner& n) {
          if (!n.theory.started()) return false;
          local_component_norms(map_, now(), n.node, n.norms);
          return n.watch.due(n.norms);
        }))
      return;
    for (Inner& n : inner_)
      if (n.theory.started()) look(n, norms(n.node));
  }

 private:
  /// A node that joins others, and what its record carries.
  struct Inner {
    int node, axes;
    ComponentLines lines;
    std::vector<std::size_t> followed;
    GrowthTheory theory;
    GrowthWatch watch;
    std::vector<double> norms;  ///< workspace
  };

  const ModeTree& tree() const { return map_.tree(); }

  std::vector<double> norms(int node) const {
    const Vector v = local_component_norms(map_, now(), node);
    return {v.data(), v.data() + v.size()};
  }

  void pushed() override {
    for (Inner& n : inner_) n.theory.restart();
  }

  void archive_own(Archive& a) override {
    a("start.squares", std::span<double>(start_squares_));
    for (Inner& n : inner_) {
      const std::string name = "node_" + key_of(tree().under(n.node));
      n.lines.archive(a, name + ".lines");
      std::vector<double> followed(n.followed.begin(), n.followed.end());
      a(name + ".followed", followed);
      if (a.reading()) {
        if (std::any_of(followed.begin(), followed.end(), [&](double r) { return !(r >= 0 && r < static_cast<double>(map_.width(n.node))); }))
          a.refuse(name + ".followed", "names local components that are not there"), followed.clear();
        n.followed.assign(followed.begin(), followed.end());
        n.theory = GrowthTheory(n.axes, followed.size());
      }
      n.theory.archive(a, name + ".theory");
      n.watch.archive(a, static_cast<std::size_t>(map_.width(n.node)), name + ".theory");
    }
  }

  void measure_own(std::size_t own, std::uint32_t v, Frame& frame) const override {
    if (own == 0) return measure_tree(v, frame);
    if (own <= inner_.size()) {
      const std::vector<double> sigma = norms(inner_[own - 1].node);
      std::vector<double> values;
      for (std::size_t r : largest(sigma, 2 * kLines)) values.push_back(sigma[r]);
      frame.values.push_back({v, Part::Measured, {std::ssize(values)}, std::move(values)});
      return;
    }
    const bool drift = own > inner_.size() + 1;
    frame.values.push_back({v, Part::Measured, {}, {unbalancedness(drift)}});
  }

  void measure_tree(std::uint32_t v, Frame& frame) const {
    const auto& nodes = tree().nodes;
    Series parents{v, Part::Parents, {std::ssize(nodes)}, {}}, modes{v, Part::Modes, {std::ssize(nodes)}, {}};
    std::vector<std::vector<double>> bars, edges, target;
    const auto listed = [](const Vector* s) { return s ? std::vector<double>(s->data(), s->data() + s->size()) : std::vector<double>(); };
    for (std::size_t n = 0; n < nodes.size(); ++n) {
      const bool leaf = nodes[n].children.empty(), root = nodes[n].parent < 0;
      parents.data.push_back(nodes[n].parent);
      modes.data.push_back(leaf ? static_cast<double>(n) : -1.0);
      bars.push_back(leaf ? std::vector<double>() : norms(static_cast<int>(n)));
      std::sort(bars.back().begin(), bars.back().end(), std::greater<>());
      const Modes rows = root ? Modes() : rows_of(static_cast<int>(n));
      edges.push_back(root ? std::vector<double>() : listed(&singular_values(rows)));
      target.push_back(root ? std::vector<double>() : listed(target_singular_values(rows)));
    }
    frame.values.push_back(in_rows(v, Part::Measured, bars));
    frame.values.push_back(std::move(parents));
    frame.values.push_back(std::move(modes));
    frame.values.push_back(in_rows(v, Part::Edges, edges));
    if (problem().truth_complete()) frame.values.push_back(in_rows(v, Part::Target, target));
  }

  /// The rows of the node's matricization; of two children of the root the first one's, for one is the other's transpose.
  Modes rows_of(int node) const {
    const auto& top = tree().nodes.back().children;
    return tree().under(top.size() == 2 && node == top[1] ? top[0] : node);
  }

  /// Largest difference between squared norms of a local component's axes (less those of the start).
  double unbalancedness(bool since_start) const {
    double worst = 0;
    const double* before = start_squares_.data();
    for (const Inner& n : inner_) {
      Matrix squares = axis_squares(map_, now(), n.node);
      if (since_start) squares -= ConstMatrixMap(before, squares.rows(), squares.cols());
      before += squares.size();
      for (Eigen::Index r = 0; r < squares.cols(); ++r) worst = std::max(worst, squares.col(r).maxCoeff() - squares.col(r).minCoeff());
    }
    return worst;
  }

  /// The driving force of each followed local component as a function of its norm, the rest of W as it is: through its value here and at the
  /// theory's norm; where the two are alike, by a difference quotient that is large enough to be told from rounding.
  std::vector<GrowthForce> forces(const Inner& n, const std::vector<double>& sigma) const {
    const Matrix& w = this->w();
    const Matrix gamma = axis_forces(map_, now(), gradient(), n.node);
    const ComponentDirections directions(map_, now(), n.node);
    const double most = *std::max_element(sigma.begin(), sigma.end()), scale = most > 0 ? most : 1;
    Matrix direction, moved, moved_slope(w.rows(), w.cols());
    std::vector<GrowthForce> out;
    for (std::size_t k = 0; k < n.followed.size(); ++k) {
      const std::size_t r = n.followed[k];
      const double here = gamma(0, static_cast<Eigen::Index>(r));
      directions.direction(static_cast<std::int64_t>(r), direction);
      double shift = (n.theory.started() ? n.theory.sigma()[k] : sigma[r]) - sigma[r], change = 0;
      if (!(std::abs(shift) > 1e-3 * scale)) shift = 1e-3 * scale;
      for (int attempt = 0; attempt < 4; ++attempt, shift *= 1e3) {
        moved = w + shift * direction;
        problem().task->evaluate(moved, moved_slope);
        change = -moved_slope.cwiseProduct(direction).sum() - here;
        if (!(std::abs(change) < 1e-7 * std::abs(here))) break;
      }
      const double slope = change / shift;
      out.push_back({here - slope * sigma[r], slope});
    }
    return out;
  }

  void record_own(std::size_t own, std::uint32_t v, Frame& frame) override {
    if (own == 0 || own > inner_.size()) return;
    Inner& n = inner_[own - 1];
    const std::vector<double> sigma = norms(n.node);
    if (!n.theory.started()) begin(n, sigma);
    const std::vector<GrowthForce> force = look(n, sigma);
    const auto top = n.lines.follow(sigma);
    std::vector<double> predicted, forecast;
    for (std::size_t r : top.component) {
      const auto it = std::find(n.followed.begin(), n.followed.end(), r);
      const auto k = static_cast<std::size_t>(it - n.followed.begin());
      const bool known = it != n.followed.end();
      predicted.push_back(known ? n.theory.sigma()[k] : kGap);
      forecast.push_back(known ? take_off_step(sigma[r], n.axes, force[k], frame.step, step_taken(), sigma[top.component[0]]) : kGap);
    }
    const auto lines = std::ssize(top.line);
    frame.values.push_back({v, Part::Theory, {lines}, std::move(predicted)});
    frame.values.push_back({v, Part::Lines, {lines}, top.line});
    frame.values.push_back({v, Part::Forecast, {lines}, std::move(forecast)});
  }

  /// Measures the forces and takes the theory to this moment.
  std::vector<GrowthForce> look(Inner& n, const std::vector<double>& sigma) {
    std::vector<GrowthForce> force = forces(n, sigma);
    if (n.theory.started()) {
      n.theory.advance(time(), force);
    } else {
      std::vector<double> followed;
      for (std::size_t r : n.followed) followed.push_back(sigma[r]);
      n.theory.start(time(), followed, force);
    }
    n.watch.look(sigma);
    return force;
  }

  /// Which local components the theory follows: all, or where they are many those that would take off first under the force of this moment.
  void begin(Inner& n, const std::vector<double>& sigma) {
    const Matrix gamma = axis_forces(map_, now(), gradient(), n.node);
    const double level = 10 * *std::max_element(sigma.begin(), sigma.end());  // one for all
    std::vector<double> soon;
    for (std::size_t r = 0; r < sigma.size(); ++r) {
      const double t = time_to_reach(sigma[r], n.axes, gamma(0, static_cast<Eigen::Index>(r)), level);
      soon.push_back(std::isfinite(t) ? -t : -std::numeric_limits<double>::infinity());
    }
    n.followed = largest(soon, problem().task->entries() ? kFollowed : kFollowedSensed);
    std::sort(n.followed.begin(), n.followed.end());
    n.theory = GrowthTheory(n.axes, n.followed.size());
  }

  const HierarchicalMap& map_;
  std::vector<Inner> inner_;
  std::vector<double> start_squares_;  ///< of all nodes, K x components each
};

}  // namespace

std::vector<Modes> tree_matricizations(const ModeTree& tree) {
  std::vector<Modes> out;
  for (int node = 0; node < tree.root(); ++node) out.push_back(tree.under(node));
  return out;
}

std::vector<ViewInfo> hierarchical_views(const HierarchicalMap& map) {
  const ModeTree& tree = map.tree();
  const double all = static_cast<double>(map.layout().rows()) * static_cast<double>(map.layout().cols());
  std::vector<ViewInfo> out;
  ViewInfo mode_tree{"mode_tree", "Mode tree", "At each node the norms of its local components, on each edge the singular values of the matricization by the modes under it. "
                     "Drag a leaf onto another node to join them.", "", Kind::Tree};
  mode_tree.edits = "drawn_tree";
  for (const ModeTree::Node& n : tree.nodes)
    if (n.parent >= 0) mode_tree.flops += 4 * all * static_cast<double>(std::min<std::int64_t>(map.layout().rows(), map.layout().cols()));
  out.push_back(std::move(mode_tree));
  for (int node = tree.order(); node <= tree.root(); ++node) {
    const ModeTree::Node& n = tree.nodes[static_cast<std::size_t>(node)];
    std::string joins;
    for (int c : n.children) joins += (joins.empty() ? "" : " and ") + name_of(tree.under(c));
    const int k = axes_of_node(map, node);
    ViewInfo info{"local_component_norms_" + key_of(tree.under(node)), "Local components " + name_of(tree.under(node)),
                  "Of the node that joins " + joins + ": σ_r is the product of the norms of column r of each child's weights" + (k > static_cast<int>(n.children.size()) ? " and row r of its own" : "") +
                      ". Theory: dσ/dt = " + std::to_string(k) + " σ" + (k == 2 ? "" : "^(" + fraction(2 * k - 2, k) + ")") + " γ, for axes of equal norm; it follows at most " +
                      std::to_string(kFollowed) + " of them (in sensing " + std::to_string(kFollowedSensed) + "), those that would take off first at the start.",
                  "", Kind::Spectrum, Scale::Linear, true};
    info.flops = 8 * all * static_cast<double>(std::min<std::int64_t>(map.width(node), kFollowed));
    out.push_back(std::move(info));
  }
  out.push_back({"unbalancedness", "Unbalancedness", "Largest difference between the squared norms of a local component's axes; constant under gradient flow.", "", Kind::Scalar, Scale::Log});
  out.push_back({"unbalancedness_drift", "Drift of balancedness", "Largest change since the start of a difference between the squared norms of a local component's axes; 0 under gradient flow.", "",
                 Kind::Scalar, Scale::Log});
  return out;
}

std::unique_ptr<TensorSystem> hierarchical_system(TensorSetup setup) { return std::make_unique<Hierarchical>(std::move(setup)); }

}  // namespace rankscope
