#include "io/reference_tensor.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "io/reference_tensor_file.h"
#include "lens/notions.h"
#include "math/spectra.h"

namespace rankscope {
namespace {

constexpr std::size_t kAll = static_cast<std::size_t>(-1);

/// The views one after another, of each so many numbers.
Measured listed(std::vector<std::string> views, std::size_t most = kAll) {
  return {views, [views, most](const Run& run, const Frame& frame) {
            std::vector<double> out;
            for (const std::string& view : views) {
              const std::vector<double> now = numbers_of(run, frame, view);
              out.insert(out.end(), now.begin(), now.begin() + static_cast<std::ptrdiff_t>(std::min(most, now.size())));
            }
            return out;
          }};
}

/// The same of views that say which line each of their sorted values is: by line, as the files have them.
Measured by_line(std::vector<std::string> views) {
  return {views, [views](const Run& run, const Frame& frame) {
            std::vector<double> out;
            for (const std::string& view : views) {
              const std::vector<double> sorted = numbers_of(run, frame, view), lines = numbers_of(run, frame, view, Part::Lines);
              std::vector<double> now(sorted.size(), std::nan(""));
              for (std::size_t i = 0; i < std::min(sorted.size(), lines.size()); ++i) now[static_cast<std::size_t>(lines[i])] = sorted[i];
              out.insert(out.end(), now.begin(), now.end());
            }
            return out;
          }};
}

/// What a series says of each matricization: the largest of its singular values, or its effective rank.
struct OfSpectrum {
  const char* view;  ///< of a run: this and the row modes
  std::size_t most = kAll;
  bool effective = false;

  std::vector<double> of(std::vector<double> sigma) const {
    if (effective) return {effective_rank(Eigen::Map<const Vector>(sigma.data(), std::ssize(sigma)))};
    return sigma;
  }
};
constexpr OfSpectrum kValues{"singular_values_"}, kTenValues{"singular_values_", 10}, kEffectiveRank{"effective_rank_", kAll, true};

/// The run's view of the matricization by these modes or by all others, which says the same; "": it has neither.
std::string view_of(const OfSpectrum& what, const Modes& rows, std::size_t order, const Run& run) {
  Modes here(rows), there;
  std::sort(here.begin(), here.end());
  for (int m = 0; m < static_cast<int>(order); ++m)
    if (!std::binary_search(here.begin(), here.end(), m)) there.push_back(m);
  for (const Modes& modes : {here, there})
    if (const std::string key = what.view + key_of(modes); !modes.empty() && run.view(key) >= 0) return key;
  return "";
}

/// By the run's own views where it has them: a file may list any other matricization too, which is then made of the end tensor.
Measured of_spectra(const OfSpectrum& what, const std::vector<Modes>& matricizations, const TensorFile& setup, const Run* run) {
  std::vector<std::string> views, needed;
  for (const Modes& rows : matricizations) {
    views.push_back(run ? view_of(what, rows, setup.shape.size(), *run) : "");
    needed.push_back(views.back().empty() ? "completed" : views.back());
  }
  return {needed, [what, matricizations, views, &setup](const Run& now, const Frame& frame) {
            std::vector<double> out;
            for (std::size_t k = 0; k < views.size(); ++k) {
              const std::vector<double> numbers =
                  views[k].empty() ? what.of(lens::spectrum({setup.shape, numbers_of(now, frame, "completed")}, {matricizations[k]})) : numbers_of(now, frame, views[k]);
              out.insert(out.end(), numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(std::min(what.most, numbers.size())));
            }
            return out;
          }};
}

/// ||E - M||_F / ||M||_F by the truth, where the target is another.
Measured relative_error(const TensorFile& setup) {
  return {{"completed"}, [&setup](const Run& run, const Frame& frame) {
            const std::vector<double> e = numbers_of(run, frame, "completed");
            double error = 0, norm = 0;
            for (std::size_t i = 0; i < e.size(); ++i) {
              error += (e[i] - setup.truth.data[i]) * (e[i] - setup.truth.data[i]);
              norm += setup.truth.data[i] * setup.truth.data[i];
            }
            return std::vector<double>{std::sqrt(error / norm)};
          }};
}

std::optional<Measured> common(const TensorFile& setup, const std::string& series, const Run* run) {
  if (series == "reconstruction_error" && !setup.truth_is_target) return relative_error(setup);
  for (const char* scalar : {"loss", "reconstruction_error", "test_mse", "fro_norm"})
    if (series == scalar) return listed({series});
  if (series == "mode0_singular_values") return of_spectra(kValues, {{0}}, setup, run);
  return std::nullopt;
}

std::optional<Measured> of_cp(const TensorFile& setup, const std::string& series, const Run* run) {
  if (series == "component_norms_top10_sorted") return listed({"component_norms"}, 10);
  return common(setup, series, run);
}

std::optional<Measured> of_htf(const TensorFile& setup, const std::string& series, const Run* run) {
  if (series == "matricization_singular_values_top10") return of_spectra(kTenValues, setup.matricizations, setup, run);
  if (series == "matricization_effective_ranks") return of_spectra(kEffectiveRank, setup.matricizations, setup, run);
  if (series == "local_component_norms_top8_sorted") {
    std::vector<std::string> views;
    for (const std::string& node : setup.nodes) views.push_back("local_component_norms_" + node);
    return listed(views, 8);
  }
  return common(setup, series, run);
}

std::optional<Measured> of_unfoldings(const TensorFile& setup, const std::string& series, const Run* run) {
  if (series == "unfolding_singular_values") return of_spectra(kValues, setup.matricizations, setup, run);
  if (series == "unfolding_effective_ranks") return of_spectra(kEffectiveRank, setup.matricizations, setup, run);
  return common(setup, series, run);
}

std::optional<Measured> of_tucker(const TensorFile& setup, const std::string& series, const Run* run) {
  for (const auto& [theirs, ours] : {std::pair("core_slice_norms", "core_slice_norms_"), {"mode_factor_column_norms", "factor_column_norms_"}}) {
    if (series != theirs) continue;
    std::vector<std::string> views;
    for (std::size_t n = 1; n <= setup.shape.size(); ++n) views.push_back(ours + std::to_string(n));
    return by_line(views);
  }
  return of_unfoldings(setup, series, run);
}

std::optional<Measured> of_tensor_train(const TensorFile& setup, const std::string& series, const Run* run) {
  if (series == "core_norms") return by_line({"core_norms"});
  return of_unfoldings(setup, series, run);
}

using Reader = Result<TensorFile> (*)(const ReferenceFile&, const Json&);
using SeriesOf = std::optional<Measured> (*)(const TensorFile&, const std::string&, const Run*);

Result<Replay> replay(const ReferenceFile& file, const Json& root, const Tables& tables, const char* system, Reader read, SeriesOf measured) {
  const auto setup = read(file, root);
  if (!setup) return setup.error();
  return replay_trajectory(file, root, tables, system, *setup, [&](const std::string& series, const Run* run) { return measured(*setup, series, run); });
}

}  // namespace

Result<Replay> replay_cp(const ReferenceFile& file, const Json& root, const Tables& tables) { return replay(file, root, tables, "cp", read_cp, of_cp); }
Result<Replay> replay_htf(const ReferenceFile& file, const Json& root, const Tables& tables) { return replay(file, root, tables, "hierarchical", read_htf, of_htf); }
Result<Replay> replay_tucker(const ReferenceFile& file, const Json& root, const Tables& tables) { return replay(file, root, tables, "tucker", read_tucker, of_tucker); }
Result<Replay> replay_tensor_train(const ReferenceFile& file, const Json& root, const Tables& tables) {
  return replay(file, root, tables, "tensor_train", read_tensor_train, of_tensor_train);
}

}  // namespace rankscope
