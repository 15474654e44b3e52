// What the rank lens looks at and what the core has said of it; ranks are counted here, from the spectra, so that a threshold can be dragged.
#pragma once
#include <string>
#include <vector>

#include "ui/protocol.h"

namespace rankscope::ui {

struct LensModel {
  bool open = false;
  bool file = false;        ///< it looks at a file, else at a view of slot 0
  std::string source;       ///< its name, or the view's key
  LensInfo info;            ///< of the reply; without matricizations before it
  Frame spectra;            ///< view i: matricization i
  CpSearch cp;              ///< the last word on it
  bool searching = false;   ///< the reader wants the search
  std::string no_search;    ///< why there is none
  std::string trouble;      ///< why nothing can be looked at

  double threshold = 1e-2;  ///< a rank counts the singular values above this share of the largest
  int tolerance = 2;        ///< of the CP search: 10^-tolerance
  int starts = 5;           ///< of it, at each number of components
  bool relative = true;     ///< of the norm; else the mean square error of an entry

  bool measured() const { return !info.matricizations.empty() && spectra.values.size() == info.matricizations.size(); }
  const std::vector<double>& sigma(int matricization) const { return spectra.values[static_cast<std::size_t>(matricization)].data; }
  int rank(int matricization) const;
  double effective_rank(int matricization) const;  ///< exp(-sum q ln q), q = sigma / sum sigma (Roy and Vetterli 2007)
  double nuclear_norm(int matricization) const;
  double frobenius_norm() const;
  std::string ranks(const LensNotion& notion) const;  ///< "5, 5, 3"
  std::string cp_rank() const;                                  ///< "5", "5 to 7"
  std::string cp_words() const;                                 ///< what that means, or what is being tried
  std::string share() const;                                    ///< the threshold: "1.0 % of the largest"
  std::string sentence() const;                                 ///< all of it, for readers that see no canvas
  /// log10 of the smallest ratio that the spectra's axes show: a whole number, -12 to -3; what is smaller is rounding. Lower where the threshold is.
  int floor() const;
};

}  // namespace rankscope::ui
