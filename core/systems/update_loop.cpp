// For a vector w and g = dL/dw the update field is F(w) = |w|^(2-2/N) (g + (N-1) <w, g> w / |w|^2), L = ((w_1 - a)^2 + h (w_2 - b)^2) / 2.
// A step adds one panel of Gauss and Legendre's quadrature of 8 nodes. Time is the share of panels done.
#include "systems/update_loop.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <vector>

#include "systems/end_to_end_field.h"
#include "systems/landscape.h"

namespace rankscope {
namespace {

constexpr double kNode[4] = {0.18343464249564980, 0.52553240991632899, 0.79666647741362674, 0.96028985649753623};
constexpr double kWeight[4] = {0.36268378337836198, 0.31370664587788729, 0.22238103445337447, 0.10122853629037626};

struct Plane {
  double x = 0, y = 0;
};

/// One smooth piece of the loop over u in [0, 1].
struct Piece {
  enum class Kind {
    Segment,     ///< from, to
    FromOrigin,  ///< 0 to `to`, at u^4: along it F grows as a broken power of the distance, which u^4 makes smooth enough
    ToOrigin,    ///< the reverse
    Arc,         ///< a quarter circle about 0 from `from` to `to`, by tan of half the angle: no sine
  } kind = Kind::Segment;
  Plane from{}, to{};
};

struct Placed {
  Plane at, rate;  ///< w(u), dw/du
};

Placed place(const Piece& p, double u) {
  switch (p.kind) {
    case Piece::Kind::Segment: return {{p.from.x + u * (p.to.x - p.from.x), p.from.y + u * (p.to.y - p.from.y)}, {p.to.x - p.from.x, p.to.y - p.from.y}};
    case Piece::Kind::FromOrigin: {
      const double t = u * u * u * u, rate = 4 * u * u * u;
      return {{t * p.to.x, t * p.to.y}, {rate * p.to.x, rate * p.to.y}};
    }
    case Piece::Kind::ToOrigin: {
      const double v = 1 - u, t = v * v * v * v, rate = -4 * v * v * v;
      return {{t * p.from.x, t * p.from.y}, {rate * p.from.x, rate * p.from.y}};
    }
    case Piece::Kind::Arc: {
      const double q = 1 + u * u, c = (1 - u * u) / q, s = 2 * u / q, dc = -4 * u / (q * q), ds = 2 * (1 - u * u) / (q * q);
      return {{c * p.from.x + s * p.to.x, c * p.from.y + s * p.to.y}, {dc * p.from.x + ds * p.to.x, dc * p.from.y + ds * p.to.y}};
    }
  }
  return {};
}

std::vector<Piece> loop_of(const std::string& curve, double r) {
  using K = Piece::Kind;
  const Plane o{0, 0}, right{1, 0}, top{0, 1}, left{-1, 0};
  if (curve == "half_disc") return {{K::FromOrigin, o, right}, {K::Arc, right, top}, {K::Arc, top, left}, {K::ToOrigin, left, o}};
  if (curve == "half_annulus") {
    const Plane inner_right{r, 0}, inner_top{0, r}, inner_left{-r, 0};
    return {{K::Segment, inner_right, right}, {K::Arc, right, top}, {K::Arc, top, left}, {K::Segment, left, inner_left},
            {K::Arc, inner_left, inner_top}, {K::Arc, inner_top, inner_right}};
  }
  const Plane corner{1, 1};
  return {{K::FromOrigin, o, right}, {K::Segment, right, corner}, {K::Segment, corner, top}, {K::ToOrigin, top, o}};
}

class UpdateLoop final : public System {
 public:
  explicit UpdateLoop(const Settings& s)
      : depth_(get<double>(s, "depth")), h_(get<double>(s, "curvature")), target_{get<double>(s, "target_x"), get<double>(s, "target_y")},
        panels_(get<std::int64_t>(s, "panels")), pieces_(loop_of(get<std::string>(s, "curve"), get<double>(s, "inner_radius"))),
        exact_(exact_value(get<std::string>(s, "curve"), get<double>(s, "inner_radius"))) {
    const double reach = 1.25 * std::max({1.0, std::abs(target_.x), std::abs(target_.y)});
    landscape_ = Landscape(-reach, reach, -reach, reach, [&](double x, double y) { return loss_at({x, y}); });
    landscape_.mark(target_.x, target_.y, Landscape::Minimum);
    std::vector<double> route;
    constexpr int kPoints = 16;
    for (const Piece& p : pieces_)
      for (int i = 0; i <= kPoints; ++i) {
        const Plane at = place(p, static_cast<double>(i) / kPoints).at;
        route.insert(route.end(), {at.x, at.y});
      }
    landscape_.route(std::move(route));
  }

  Status step() override {
    if (done_ >= total()) return Status::Running;  // once round
    const Piece& piece = pieces_[static_cast<std::size_t>(done_ / panels_)];
    const double width = 1 / static_cast<double>(panels_), middle = (static_cast<double>(done_ % panels_) + 0.5) * width;
    double sum = 0;
    for (int k = 0; k < 4; ++k)
      for (double side : {-1.0, 1.0}) {
        const Placed p = place(piece, middle + side * 0.5 * width * kNode[k]);
        const Plane f = field(p.at);
        sum += kWeight[k] * (f.x * p.rate.x + f.y * p.rate.y);
      }
    integral_ += 0.5 * width * sum;
    ++done_;
    return Status::Running;
  }

  double time() const override { return static_cast<double>(done_) / static_cast<double>(total()); }
  Result<void> set(std::string_view, const Value&) override { return {}; }
  void archive(Archive& a) override {
    a("panels_done", done_), a("integral", integral_);
    if (a.reading() && !(done_ >= 0 && done_ <= total())) a.refuse("panels_done", "is no number of this loop's panels");
  }

  void measure(std::span<const std::uint32_t> wanted, Frame& frame) const override {
    const Placed p = here();
    for (std::uint32_t v : wanted) {
      if (v == 0) {
        frame.values.push_back({v, Part::Measured, {}, {integral_}});
        if (exact_) frame.values.push_back({v, Part::Target, {}, {*exact_}});
      } else if (v == 1) {
        landscape_.put(v, frame, p.at.x, p.at.y, preconditioner(p.at));
      } else if (v == 2) {
        const Plane f = field(p.at);
        const double speed = std::sqrt(p.rate.x * p.rate.x + p.rate.y * p.rate.y);
        frame.values.push_back({v, Part::Measured, {}, {speed > 0 ? (f.x * p.rate.x + f.y * p.rate.y) / speed : 0}});
      } else {
        frame.values.push_back({v, Part::Measured, {}, {loss_at(p.at)}});
      }
    }
  }

 private:
  std::int64_t total() const { return panels_ * std::ssize(pieces_); }
  double loss_at(Plane w) const { return 0.5 * ((w.x - target_.x) * (w.x - target_.x) + h_ * (w.y - target_.y) * (w.y - target_.y)); }

  std::array<double, 3> preconditioner(Plane w) const {
    const double square = w.x * w.x + w.y * w.y, scale = end_to_end_power(std::sqrt(square), depth_);
    const double along = square > 0 ? scale * (depth_ - 1) / square : 0;
    return {scale + along * w.x * w.x, along * w.x * w.y, scale + along * w.y * w.y};
  }

  Plane field(Plane w) const {
    const auto p = preconditioner(w);
    const Plane g{w.x - target_.x, h_ * (w.y - target_.y)};
    return {p[0] * g.x + p[1] * g.y, p[1] * g.x + p[2] * g.y};
  }

  /// Between the last panel and the next.
  Placed here() const {
    if (done_ >= total()) return place(pieces_.back(), 1);
    return place(pieces_[static_cast<std::size_t>(done_ / panels_)], static_cast<double>(done_ % panels_) / static_cast<double>(panels_));
  }

  /// Where a closed form is known. At N = 1 F is the gradient. For h = 1 only -|w|^q (w* + (N-1) <w, w*> w / |w|^2) is none, q = 2 - 2/N: round the upper half
  /// disc of radius R its integral is -2 a (N^2 / (3N - 2) - 1) R^(1+q). At N = 2 the constant part of g has the potential |w| <w, g>; the rest has the
  /// curl (1 - h) w_1 w_2 / |w|, whose integral (Green) is 0 over what is symmetric and (1 - h) (2 sqrt 2 - 2) / 3 over the unit square.
  std::optional<double> exact_value(const std::string& curve, double inner) const {
    if (depth_ == 1) return 0;
    const bool square = curve == "square";
    if (depth_ == 2) return square ? (1 - h_) * (2 * std::numbers::sqrt2 - 2) / 3 : 0;
    if (h_ != 1 || square) return {};
    const double disc = -2 * target_.x * (depth_ * depth_ / (3 * depth_ - 2) - 1);
    return curve == "half_disc" ? disc : disc * (1 - inner * end_to_end_power(inner, depth_));
  }

  double depth_, h_;
  Plane target_;
  std::int64_t panels_;
  std::vector<Piece> pieces_;
  std::optional<double> exact_;
  Landscape landscape_;
  std::int64_t done_ = 0;
  double integral_ = 0;
};

std::vector<Param> params() {
  const std::string network = "Network", loop = "Loop", problem = "Problem";
  return {
      {"depth", "Depth N", network, "Any real number; 1 is plain gradient descent, whose update is a gradient.", "layers", 3.0, {1, 10}, When::Restart, {}, {}},
      {"curve", "Loop", loop, "Counterclockwise. half_disc: of radius 1, over the first axis. half_annulus: the same without an inner half disc. square: with corners 0 and (1, 1).",
       "", std::string("half_disc"), {}, When::Restart, {"half_disc", "half_annulus", "square"}, {}},
      {"inner_radius", "Inner radius", loop, "Of the half annulus.", "", 0.5, {0.01, 0.99}, When::Restart, {}, {"curve", {"half_annulus"}}},
      {"panels", "Panels", loop, "Of the quadrature, on each smooth piece.", "", std::int64_t{25}, {1, 10000, Scale::Log}, When::Restart, {}, {}},
      {"curvature", "Curvature h", problem, "Of the loss along w₂, that along w₁ being 1.", "", 1.0, {0.01, 100, Scale::Log}, When::Restart, {}, {}},
      {"target_x", "Minimum, w₁", problem, "Where the loss is least.", "", 1.0, {-3, 3}, When::Restart, {}, {}},
      {"target_y", "Minimum, w₂", problem, "Where the loss is least.", "", 0.0, {-3, 3}, When::Restart, {}, {}},
  };
}

std::vector<ViewInfo> views(const Settings&, const Inputs&) {
  ViewInfo integral{"integral", "Line integral", "Of the update field along the loop, so far. A gradient comes back to 0; the target is the exact value once round, where a closed form is known.", "",
                    Kind::Scalar};
  ViewInfo plane{"landscape", "The loop on the loss", "Where the integration is, the loop, and the preconditioner there.", "", Kind::Landscape, Scale::Log};
  plane.x = "w₁", plane.y = "w₂";
  return {integral, plane, {"tangential_field", "Field along the loop", "The update's part in the direction of the loop.", "", Kind::Scalar},
          {"loss", "Loss", "½((w₁ - a)² + h (w₂ - b)²) where the integration is.", "", Kind::Scalar}};
}

}  // namespace

Entry update_loop_entry() {
  return {"update_loop",
          "The update round a loop",
          "Arora, Cohen and Hazan 2018 (arXiv 1802.06509)",
          "The end-to-end update of a vector integrated round a closed loop: were it the gradient of some loss, the integral would be 0.",
          "share of the loop",
          params(),
          {},
          views,
          [](const Settings&, const Inputs&) { return 8 * 40.0; },
          [](const Settings&, const Inputs&) { return 8.0 * 2 * Landscape::kSize * Landscape::kSize; },
          [](const Settings& s, const Inputs&, std::uint64_t) -> Result<std::unique_ptr<System>> { return std::unique_ptr<System>(std::make_unique<UpdateLoop>(s)); }};
}

}  // namespace rankscope
