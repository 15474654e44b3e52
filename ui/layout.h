// Where the cards stand in the document, for a desktop, a tablet and a phone. Knows kinds of view, no drawing.
#pragma once
#include <vector>

#include "ui/app.h"
#include "ui/model.h"

namespace rankscope::ui {

enum class Card { Image, Numbers, Number, Fan, Fans, Bars, Scalar, Matrix, Landscape, Claim, Tensor, Tree, Components, Parameters, Compared, Note, Legend };

struct Placed {
  Card card;
  int view = -1;  ///< index into slot 0's views; the slot for Compared, -1 there meaning the truth
  Rect rect;      ///< in the document
};

enum class Width { Phone, Tablet, Desktop };

struct Layout {
  std::vector<Placed> cards;
  Content content;
  Width width = Width::Desktop;
};

Width width_of(const Input& input);
/// Heights that panels need at the widths they get.
struct Needs {
  float parameters = 0;  ///< at parameters_width()
  float note = 0;        ///< at note_width(); 0: there is none
  float claim = 0;       ///< the words of the claim with most of them, at chart_width()
  float legend = 0;      ///< of the runs' names, at cards_width(); 0: there is one run
};
Layout lay_out(const Input& input, const Model& model, const Needs& needs);
float parameters_width(const Input& input);
float note_width(const Input& input);
float chart_width(const Input& input);
float cards_width(const Input& input);

/// Indices of the shown views of a kind, in the order they are shown.
std::vector<int> shown_of(const Model& model, Kind kind);

/// The spectrum that stands for a run among compared ones: the first shown one that its system has; -1: it has none.
int leading_spectrum(const Model& model, const Slot& slot);
/// Whether that is another quantity in one run than in another: then the spectra are never drawn over each other.
bool mixed_spectra(const Model& model);
/// Columns and rows of small charts, one a run.
struct Cells {
  int columns = 1, rows = 1;
};
Cells fan_cells(const Model& model, float width);     ///< of spectra
Cells scalar_cells(const Model& model, float width);  ///< of scalars, within their card

/// The scalar views that get a big number: the first two shown.
std::vector<int> headline_views(const Model& model);
/// The shown image that moves while the run goes on: what the run believes; -1 when there is none.
int believed_view(const Model& model);
/// The image of the truth: the last of the shown ones that does not move; -1 when there is none.
int truth_view(const Model& model);

}  // namespace rankscope::ui
