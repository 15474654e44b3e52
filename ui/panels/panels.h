// One function a panel. Each draws into a rectangle on screen, in CSS px.
#pragma once
#include "ui/context.h"

namespace rankscope::ui {

void image_card(Context& c, int view, const Rect& r);
void matrix_card(Context& c, int view, const Rect& r);
void compared_card(Context& c, int slot, const Rect& r);  ///< slot -1: the truth
void numbers_card(Context& c, const Rect& r);
void number_card(Context& c, int view, const Rect& r);
void fan_card(Context& c, int view, const Rect& r);
void fans_card(Context& c, int view, const Rect& r);  ///< a spectrum of each run in a small chart of its own, on the same axes
void legend_card(Context& c, const Rect& r);          ///< colour and name of each run, and how their curves are put together
float legend_height(Context& c, float width);         ///< 0: there is one run
void maps_menu(Context& c, const char* id, const Rect& under);  ///< the colours to choose from; open the popup of this name
void choose_map(Model& model, std::string_view name);           ///< of kMaps
void bars_card(Context& c, int view, const Rect& r);
void scalar_card(Context& c, int view, const Rect& r);
void claim_card(Context& c, int view, const Rect& r);
float claim_extra(Context& c, int view, float width);  ///< height of its words, beside title and curves
void landscape_card(Context& c, int view, const Rect& r);
void tensor_card(Context& c, int view, const Rect& r);
void tree_card(Context& c, int view, const Rect& r);
void components_card(Context& c, int view, const Rect& r);
void parameters(Context& c, const Rect& r);  ///< no card of its own
float parameters_height(Context& c, float width);
void top_bar(Context& c, const Rect& r);
void run_bar(Context& c, const Rect& r);
float trouble_banner(Context& c, const Rect& over);  ///< at the bottom of `over`; returns the height it took
bool in_trouble(const Model& model);
void gallery(Context& c);
void data_dialogue(Context& c);
void runs_sheet(Context& c);
void share_sheet(Context& c);
void open_share(Context& c);
void rank_lens(Context& c);
void open_lens(Context& c);  ///< at what it looked at before, or at the most likely view

/// Name of a card at its top left, unless its window says it, help on hover; returns where it ends.
float card_title(Context& c, const Rect& r, std::string_view title, std::string_view note, std::string_view help,
                 float room);
/// The ends of the colours, as a thin strip with two numbers. Of a volume it fades towards nothing as its cells do.
void color_strip(Context& c, const Colors& colors, const Rect& r, bool fading = false);
/// A matrix of a slot, square pixels, centred in `r`; says the value under the pointer. Returns where it was drawn.
Rect draw_matrix(Context& c, int slot, int view, const Rect& r, float radius);

}  // namespace rankscope::ui
