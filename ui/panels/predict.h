// Predict first: a chart is emptied beyond the moment, the reader draws the curve they expect, and the run then comes over it.
#pragma once
#include <string_view>

#include "ui/context.h"

namespace rankscope::ui {

/// Whether nothing of this view beyond the moment may be shown.
bool predicting(const Model& model, std::string_view key);
/// "predict" at the top right of a card, which begins it; returns the width it took.
float predict_word(Context& c, const ViewInfo& info, ImVec2 right_top);
/// The whole card of a scalar or spectrum in that state; false: it is not in it, nothing is drawn.
bool predict_card(Context& c, int view, const Rect& r);
/// After each frame's commands: a view that a link names is set up, one that is gone is forgotten.
void follow_prediction(Model& model, Predicting& state);

}  // namespace rankscope::ui
