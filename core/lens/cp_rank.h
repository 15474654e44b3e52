// The CP rank of a tensor, estimated: the least number of outer products found whose sum is the tensor within a tolerance.
#pragma once
#include <memory>
#include <vector>

#include "lab/job.h"
#include "lens/cp_als.h"
#include "lens/notions.h"

namespace rankscope::lens {

constexpr std::int64_t kMostCpEntries = std::int64_t{1} << 17;
constexpr std::int64_t kMostCpRank = 256;  ///< beyond it nothing is tried

struct CpOptions {
  double tolerance = 1e-2;
  bool relative = true;  ///< ||W - sum||_F <= tolerance ||W||_F; false: mean square error of an entry <= tolerance (as Razin and Cohen 2020)
  int starts = 5;        ///< a number of components is given up when so many random starts miss the tolerance
  int sweeps = 3000;     ///< of a start with all its components at most; it ends earlier when 50 of them lower the error by less than a ten-thousandth
  std::uint64_t seed = 1;
};

/// What is known of the least number of components within the tolerance.
struct CpRank {
  std::int64_t lower = 0;  ///< no fewer can do: of a best approximation of rank r of a matricization, the values beyond r are the error (Eckart and Young)
  std::int64_t upper = 0;  ///< so many do
  bool found = false;      ///< by a fit, whose relative error is `error`; false: slices of a tensor always do, prod(d) / max(d) of them
  double error = 0;
  double longest = 0;      ///< of such a fit's components, as a multiple of the array's norm. Far above 1 they cancel each other, as sums near a tensor of higher rank do
};

/// From `lower` on numbers of components are tried one, two, four ... further, then by bisection between the last that missed and the first that
/// fitted. Every other start, the first one too, grows: one component, and one more every 10 sweeps (a fiftieth of them where they are many), which
/// leads past many a minimum that components of unlike size have; the others have all their components from the beginning. It is an estimate: a
/// miss may be bad luck of every start, and a fit shows only that so many are enough within the tolerance. Tensors whose rank exceeds their border
/// rank, such as e1 e1 e2 + e1 e2 e1 + e2 e1 e1 (rank 3, a limit of tensors of rank 2), are estimated at the border rank when the tolerance lets
/// components that cancel each other get near enough: `longest` tells. Of a matrix rank, border rank and `lower` are one, and nothing has to be
/// searched.
class CpRankSearch final : public Job {
 public:
  /// `spectra` are those of the table's matricizations. Of a zero tensor the rank is 0.
  CpRankSearch(const Dense& array, const Table& table, const std::vector<std::vector<double>>& spectra, const CpOptions& options);

  /// Error: more than kMostCpEntries entries, or an option out of range.
  static Result<void> check(const Dense& array, const CpOptions& options, const std::string& name);

  bool advance(const More& more) override;
  Progress progress() const override;
  const CpRank& best() const { return best_; }
  bool done() const { return done_; }

 private:
  void choose();
  void begin_start();
  bool growing() const { return fit_->rank() < tried_; }
  bool given_up();
  void end_start(bool fitted);

  Shape shape_;
  std::vector<double> tensor_;  ///< of norm 1
  CpOptions options_;
  double target_ = 0;           ///< relative
  CpRank best_;
  std::int64_t missed_ = 0;     ///< the most components that are given up
  std::int64_t stride_ = 1, tried_ = 0;
  int start_ = 0;
  std::int64_t grown_at_ = 0;   ///< the sweep since which it has all its components
  double stretch_error_ = 0;    ///< 50 sweeps ago
  std::unique_ptr<CpAls> fit_;
  bool done_ = false;
};

}  // namespace rankscope::lens
