#include "ui/layout.h"

#include <algorithm>
#include <cmath>

#include "ui/theme.h"

namespace rankscope::ui {
namespace {

constexpr float kSide = 292, kTop = 48, kRunBar = 56, kRunBarPhone = 68, kSidePad = 18, kHeader = 36, kImageFoot = 14;
constexpr float kSpectrumHeight = 262, kScalarHeight = 206, kNumbersWidth = 236, kComparedFoot = 62, kNumbersHeight = 96;
constexpr float kClaimHeight = 186;   // beside its words
constexpr float kTensorsHeight = 340; // of a mode tree, and of components
constexpr float kTallest = 440;       // of a chart that has the page to itself
constexpr float kFanHeight = 190, kFanHeightPhone = 160;  // of one of several small spectra
constexpr float kCellHeight = 116, kScalarHead = 44;      // of a small chart of a scalar; of its card above all of them
constexpr std::size_t kFewPictures = 4;                   // compared on a phone, two a row; more of them stand three a row
constexpr float kFigureBar = 44, kFigureGap = 8, kFigureWide = 520;

/// Puts cards into rows, left to right and top to bottom.
class Rows {
 public:
  Rows(std::vector<Placed>& cards, float x, float y, float width, float gap)
      : cards_(cards), x_(x), y_(y), width_(width), gap_(gap) {}

  float width() const { return width_; }
  float y() const { return y_; }

  void row(float height, std::initializer_list<std::pair<Placed, float>> cells) {
    float x = x_;
    for (auto [card, w] : cells) {
      card.rect = {x, y_, w, height};
      cards_.push_back(card);
      x += w + gap_;
    }
    y_ += height + gap_;
  }

  void place(const std::vector<Placed>& row, float height) {
    cards_.insert(cards_.end(), row.begin(), row.end());
    y_ += height + gap_;
  }

  float share(std::size_t count) const {
    return std::floor((width_ - gap_ * static_cast<float>(count - 1)) / static_cast<float>(count));
  }

  /// All of one kind, `count` a row; a last row with fewer is stretched when `stretch`.
  void grid(Card card, const std::vector<int>& views, std::size_t count, float height, bool stretch) {
    std::vector<Placed> cards;
    for (const int v : views) cards.push_back({card, v, {}});
    grid(cards, count, height, stretch);
  }
  void grid(std::vector<Placed> cards, std::size_t count, float height, bool stretch) {
    for (std::size_t i = 0; i < cards.size(); i += count) {
      const std::size_t here = std::min(count, cards.size() - i);
      const float w = share(stretch ? here : count);
      for (std::size_t j = 0; j < here; ++j) {
        cards[i + j].rect = {x_ + static_cast<float>(j) * (w + gap_), y_, w, height};
        cards_.push_back(cards[i + j]);
      }
      y_ += height + gap_;
    }
  }

 private:
  std::vector<Placed>& cards_;
  float x_, y_, width_, gap_;
};

std::vector<int> compared(const Model& model) {
  std::vector<int> out;
  for (int i = 0; i < static_cast<int>(model.slots().size()); ++i) out.push_back(i);
  if (truth_view(model) >= 0) out.push_back(-1);
  return out;
}

void spectra(Rows& rows, const Model& model, const std::vector<int>& views, bool bars, float height) {
  const int first = model.comparing() ? leading_spectrum(model, model.main()) : -1;
  const bool mixed = mixed_spectra(model), multiples = model.comparing() && model.look.arrange == Arrange::Multiples;
  for (const int v : views) {
    if (multiples || (mixed && v == first)) {
      const Cells cells = fan_cells(model, rows.width());
      const float one = cells.rows == 1 ? height : cells.rows > 3 ? kFanHeightPhone : std::min(height, kFanHeight), lines = static_cast<float>(cells.rows);
      rows.row(lines * one + (lines - 1) * kGap, {{{Card::Fans, v, {}}, rows.width()}});
      continue;
    }
    const float side = bars ? std::min(250.f, rows.width() * 0.32f) : 0;
    if (bars)
      rows.row(height, {{{Card::Fan, v, {}}, rows.width() - side - kGap}, {{Card::Bars, v, {}}, side}});
    else
      rows.row(height, {{{Card::Fan, v, {}}, rows.width()}});
  }
}

/// Of a card with a scalar: of all runs in one chart, or of a small chart for each.
float scalar_height(const Model& model, float width, float whole) {
  if (!model.comparing() || model.look.arrange != Arrange::Multiples) return whole;
  return std::max(whole, kScalarHead + static_cast<float>(scalar_cells(model, width).rows) * kCellHeight);
}

/// Compared runs, or the pictures with the big numbers beside them.
void first_row(Rows& rows, const Input& in, const Model& model, const std::vector<int>& images, bool beside) {
  if (model.comparing() && !images.empty()) {
    const auto cells = compared(model);
    const std::size_t count =
        beside ? (cells.size() + (cells.size() - 1) / 6) / ((cells.size() - 1) / 6 + 1) : std::min<std::size_t>(cells.size(), in.width >= 600 ? 4 : cells.size() > kFewPictures ? 3 : 2);
    const float w = std::min(rows.share(count), in.height * 0.46f);
    rows.grid(Card::Compared, cells, count, w + kHeader - kPad + kComparedFoot, false);
    return;
  }
  const std::size_t count = std::min<std::size_t>(images.size(), 3);
  if (beside && count > 0) {
    float w = (rows.width() - kNumbersWidth - kGap * static_cast<float>(count)) / static_cast<float>(count);
    w = std::floor(std::clamp(w, 120.f, std::max(202.f, in.height * (in.width > 1500 ? 0.34f : 0.25f))));
    const float height = w - 2 * kPad + kHeader + kImageFoot, used = (w + kGap) * static_cast<float>(count);
    float x = in.width - kGap - rows.width();
    std::vector<Placed> cards;
    const auto at = [&](Card card, int view, float width) {
      cards.push_back({card, view, {x, rows.y(), width, height}});
      x += width + kGap;
    };
    for (std::size_t i = 0; i < count; ++i) at(Card::Image, images[i], w);
    at(Card::Numbers, -1, rows.width() - used);
    rows.place(cards, height);
  } else if (count > 0) {
    const float w = rows.share(3), pad = in.width < 600 ? 8 : kPad;
    rows.grid(Card::Image, {images.begin(), images.begin() + static_cast<std::ptrdiff_t>(count)}, 3,
              w - 2 * pad + kHeader - 4 + pad, false);
  }
}

/// The next of the views, which is then no longer among them; -1: there is none.
int take(std::vector<int>& views) {
  if (views.empty()) return -1;
  const int first = views.front();
  views.erase(views.begin());
  return first;
}

/// Cards for these views of two kinds, in the order they are shown.
std::vector<Placed> both(const Model& model, Kind one, Card as_one, Kind other, Card as_other) {
  std::vector<Placed> out;
  for (const std::string& key : model.shown())
    if (const int v = model.main().show.view(key); v >= 0) {
      const Kind kind = model.main().show.views[static_cast<std::size_t>(v)].kind;
      if (kind == one || kind == other) out.push_back({kind == one ? as_one : as_other, v, {}});
    }
  return out;
}

/// What a study without pictures begins with: a landscape or a tensor with the big numbers and a chart beside it, or the numbers alone.
void lead_row(Rows& rows, const Input& in, const Model& model, std::vector<Placed>& scenes, std::vector<int>& claims, std::vector<int>& scalars) {
  const bool numbers = !headline_views(model).empty() && !model.comparing();
  if (scenes.size() != 1 || (claims.empty() && scalars.empty())) {
    if (numbers) rows.row(kNumbersHeight, {{{Card::Numbers, -1, {}}, rows.width()}});
    return;
  }
  const float height = std::clamp(in.height * 0.6f, 400.f, 600.f), left = std::floor(std::min(rows.width() * 0.6f, height * 1.1f));
  const float x = in.width - kGap - rows.width(), beside = x + left + kGap, rest = rows.width() - left - kGap;
  const float under = rows.y() + (numbers ? kNumbersHeight + kGap : 0);
  const Card card = claims.empty() ? Card::Scalar : Card::Claim;
  std::vector<Placed> cards{{scenes[0].card, scenes[0].view, {x, rows.y(), left, height}}};
  scenes.clear();
  if (numbers) cards.push_back({Card::Numbers, -1, {beside, rows.y(), rest, kNumbersHeight}});
  cards.push_back({card, take(claims.empty() ? scalars : claims), {beside, under, rest, rows.y() + height - under}});
  rows.place(cards, height);
}

/// The first views that are shown, as many as a frame in a text has room for.
void figure(std::vector<Placed>& cards, const Model& model, const Rect& r) {
  const bool wide = r.width + 2 * kFigureGap >= kFigureWide;
  std::vector<Placed> pictures, others;
  for (const std::string& key : model.shown()) {
    const int v = model.main().show.view(key);
    if (v < 0) continue;
    static constexpr Card kCards[] = {Card::Scalar, Card::Fan, Card::Matrix, Card::Image, Card::Landscape, Card::Claim, Card::Tensor, Card::Tree, Card::Components};
    const Card card = kCards[static_cast<int>(model.main().show.views[static_cast<std::size_t>(v)].kind)];
    (card == Card::Image ? pictures : others).push_back({card, v, {}});
  }
  if (pictures.size() > 3) pictures.resize(3);
  const auto has = [&](Card card) {
    return std::any_of(others.begin(), others.end(), [&](const Placed& p) { return p.card == card; });
  };
  const bool large = has(Card::Landscape) || has(Card::Claim) || has(Card::Tensor) || has(Card::Tree) || has(Card::Components);
  const std::size_t most = !pictures.empty() || (!wide && large) ? 1 : wide && !has(Card::Claim) ? 3 : 2;
  if (others.size() > most) others.resize(most);

  Rect rest = r;
  if (!pictures.empty()) {
    const auto n = static_cast<float>(pictures.size());
    const float w = std::min((r.width - kFigureGap * (n - 1)) / n, others.empty() ? r.height : r.height * 0.44f), h = w + kHeader - kPad;
    const float x = r.x + (r.width - w * n - kFigureGap * (n - 1)) / 2;
    for (std::size_t i = 0; i < pictures.size(); ++i) pictures[i].rect = {x + static_cast<float>(i) * (w + kFigureGap), r.y, w, h};
    rest = {r.x, r.y + h + kFigureGap, r.width, r.height - h - kFigureGap};
  }
  for (std::size_t i = 0; i < others.size(); ++i) {
    Rect& place = others[i].rect = rest;
    if (i + 1 == others.size()) break;
    const float share = others[i].card == Card::Landscape || others[i].card == Card::Tensor ? 0.58f : 0.5f;
    if (wide && i == 0) {
      place.width = std::floor((rest.width - kFigureGap) * share);
      rest = {rest.x + place.width + kFigureGap, rest.y, rest.width - place.width - kFigureGap, rest.height};
    } else {
      place.height = std::floor((rest.height - kFigureGap) * share);
      rest = {rest.x, rest.y + place.height + kFigureGap, rest.width, rest.height - place.height - kFigureGap};
    }
  }
  cards.insert(cards.end(), pictures.begin(), pictures.end());
  cards.insert(cards.end(), others.begin(), others.end());
}

}  // namespace

std::vector<int> shown_of(const Model& model, Kind kind) {
  std::vector<int> out;
  for (const std::string& key : model.shown())
    if (const int v = model.main().show.view(key);
        v >= 0 && model.main().show.views[static_cast<std::size_t>(v)].kind == kind)
      out.push_back(v);
  return out;
}

Width width_of(const Input& in) {
  return in.width >= 900 ? Width::Desktop : in.width >= 600 ? Width::Tablet : Width::Phone;
}

float note_width(const Input& in) { return in.width - (width_of(in) == Width::Desktop ? kSide : 0) - 4 * kGap; }

float parameters_width(const Input& in) {
  return width_of(in) == Width::Desktop ? kSide - 2 * kSidePad : in.width - 4 * kGap;
}

float chart_width(const Input& in) {
  const float columns = in.width > 1500 ? 3 : in.width >= 600 ? 2 : 1;
  return std::floor((cards_width(in) - kGap * (columns - 1)) / columns);
}

float cards_width(const Input& in) {
  if (in.figure) return in.width - 2 * kFigureGap;
  return in.width - (width_of(in) == Width::Desktop ? kSide : 0) - 2 * kGap;
}

int leading_spectrum(const Model& model, const Slot& slot) {
  for (const std::string& key : model.shown())
    if (const int v = slot.show.view(key); v >= 0 && slot.show.views[static_cast<std::size_t>(v)].kind == Kind::Spectrum) return v;
  return -1;
}

bool mixed_spectra(const Model& model) {
  const auto key = [&](const Slot& slot) {
    const int v = leading_spectrum(model, slot);
    return v < 0 ? std::string() : slot.show.views[static_cast<std::size_t>(v)].key;
  };
  return std::any_of(model.slots().begin(), model.slots().end(), [&](const Slot& slot) { return !key(slot).empty() && key(slot) != key(model.main()); });
}

namespace {

Cells cells(const Model& model, int most) {
  const int runs = static_cast<int>(model.slots().size()), columns = std::clamp(most, 1, runs);
  return {columns, (runs + columns - 1) / columns};
}

}  // namespace

Cells fan_cells(const Model& model, float width) { return cells(model, width > 660 ? 3 : width > 520 || (width > 330 && model.slots().size() > 3) ? 2 : 1); }
Cells scalar_cells(const Model& model, float width) { return cells(model, static_cast<int>(width / 150)); }

std::vector<int> headline_views(const Model& model) {
  auto scalars = shown_of(model, Kind::Scalar);
  if (scalars.size() > 2) scalars.resize(2);
  return scalars;
}

int believed_view(const Model& model) {
  const auto images = shown_of(model, Kind::Image);
  for (const int v : images)
    for (std::size_t i = 0; i < model.slots().size(); ++i)
      if (model.slots()[i].moves.count(static_cast<std::uint32_t>(v))) return v;
  return images.empty() ? -1 : images[images.size() / 2];
}

int truth_view(const Model& model) {
  const auto images = shown_of(model, Kind::Image);
  const int believed = believed_view(model);
  return images.size() > 1 && images.back() != believed ? images.back() : -1;
}

Layout lay_out(const Input& in, const Model& model, const Needs& needs) {
  Layout out;
  const float parameters = needs.parameters;
  out.width = width_of(in);
  const bool desktop = out.width == Width::Desktop, phone = out.width == Width::Phone;
  Content& c = out.content;
  if (in.figure) {
    out.width = Width::Tablet;
    c.bottom = kFigureBar;
    const float legend = needs.legend > 0 ? needs.legend + kFigureGap : 0;
    if (legend > 0) out.cards.push_back({Card::Legend, -1, {kFigureGap, kFigureGap, cards_width(in), needs.legend}});
    figure(out.cards, model, {kFigureGap, kFigureGap + legend, cards_width(in), in.height - kFigureBar - 2 * kFigureGap - legend});
    c.height = in.height;
    if (!in.figure_parameters) return out;
    const float y = in.height - kFigureBar;
    out.cards.push_back({Card::Parameters, -1, {kGap, y, in.width - 2 * kGap, parameters + 2 * kGap}});
    c.height += parameters + 2 * kGap + kFigureGap;
    return out;
  }
  c.top = kTop, c.bottom = phone ? kRunBarPhone : kRunBar;
  const auto images = shown_of(model, Kind::Image), fans = shown_of(model, Kind::Spectrum);
  auto scalars = shown_of(model, Kind::Scalar), claims = shown_of(model, Kind::Claim);
  auto scenes = both(model, Kind::Landscape, Card::Landscape, Kind::Tensor, Card::Tensor);
  const auto parts = both(model, Kind::Components, Card::Components, Kind::Tree, Card::Tree);
  const float claim_height = kClaimHeight + needs.claim;
  auto maps = shown_of(model, Kind::Matrix);
  if (images.size() > 3) maps.insert(maps.begin(), images.begin() + 3, images.end());
  const float map_height = [&](float w) {
    return w - 2 * kPad + kHeader + kImageFoot;
  }(desktop ? (in.width - kSide - 4 * kGap) / 3 : (in.width - (phone ? 3 : 4) * kGap) / (phone ? 2 : 3));

  if (desktop) {
    c.title = {kSidePad, kTop + 16, kSide - 2 * kSidePad, in.title_height};
    c.words = {kSidePad, c.title.y + in.title_height + (in.title_height > 0 ? 8 : 0), c.title.width, in.words_height};
    const float under = c.words.y + c.words.height + (c.words.height > 0 ? 20 : 4);
    out.cards.push_back({Card::Parameters, -1, {kSidePad, under, c.title.width, parameters}});
    Rows rows(out.cards, kSide + kGap, kTop + kGap, cards_width(in), kGap);
    if (needs.legend > 0) rows.row(needs.legend, {{{Card::Legend, -1, {}}, rows.width()}});
    if (images.empty())
      lead_row(rows, in, model, scenes, claims, scalars);
    else
      first_row(rows, in, model, images, true);
    const float height = std::clamp(in.height * 0.32f, kSpectrumHeight, 380.f);
    if (images.empty()) rows.grid(scenes, 2, height * 1.6f, true);
    spectra(rows, model, fans, true, height);
    rows.grid(parts, 2, kTensorsHeight, true);
    if (!images.empty()) rows.grid(scenes, 2, height * 1.6f, true);
    const std::size_t columns = in.width > 1500 ? 3 : 2;
    rows.grid(Card::Claim, claims, columns, claim_height, true);
    float tall = kScalarHeight;
    if (images.empty() && fans.empty() && parts.empty() && maps.empty() && !scalars.empty()) {  // few charts share what room there is
      const auto lines = static_cast<float>((scalars.size() + columns - 1) / columns);
      tall = std::clamp((in.height - c.bottom - rows.y()) / lines - kGap, kScalarHeight, kTallest);
    }
    const std::size_t fewest = std::max<std::size_t>(std::min(columns, scalars.size()), 1);  // a last row with fewer is as high, and wider
    rows.grid(Card::Scalar, scalars, columns, scalar_height(model, rows.share(fewest), tall), true);
    rows.grid(Card::Matrix, maps, 3, map_height, false);
    if (needs.note > 0) rows.row(needs.note + 2 * kGap, {{{Card::Note, -1, {}}, rows.width()}});
    c.height = std::max(under + parameters + kGap, rows.y()) + c.bottom;
    return out;
  }
  const float gap = phone ? 10 : kGap;
  c.title = {kGap + 2, kTop + 14, in.width - 2 * kGap - 4, in.title_height};
  Rows rows(out.cards, kGap, c.title.y + in.title_height + (in.title_height > 0 ? 12 : 0), cards_width(in), gap);
  if (needs.legend > 0) rows.row(needs.legend, {{{Card::Legend, -1, {}}, rows.width()}});
  first_row(rows, in, model, images, false);
  rows.grid(scenes, 1, std::min(rows.width() * 0.85f, 420.f) + 90, true);
  spectra(rows, model, fans, !phone, kSpectrumHeight);
  rows.grid(parts, 1, kTensorsHeight, true);
  // A theorem, or else a chart where there is no other picture, comes before numbers and parameters.
  if (!claims.empty())
    rows.row(claim_height, {{{Card::Claim, take(claims), {}}, rows.width()}});
  else if (images.empty() && scenes.empty() && parts.empty() && fans.empty() && !scalars.empty())
    rows.row(scalar_height(model, rows.width(), kScalarHeight), {{{Card::Scalar, take(scalars), {}}, rows.width()}});
  if (!model.comparing()) rows.grid(Card::Number, headline_views(model), 2, 84, true);
  rows.row(parameters + 2 * kGap, {{{Card::Parameters, -1, {}}, rows.width()}});
  if (phone)
    for (const int v : fans) rows.row(kScalarHeight, {{{Card::Bars, v, {}}, rows.width()}});
  rows.grid(Card::Claim, claims, phone ? 1 : 2, claim_height, true);
  rows.grid(Card::Scalar, scalars, phone ? 1 : 2, scalar_height(model, rows.share(phone ? 1 : 2), kScalarHeight), true);
  rows.grid(Card::Matrix, maps, phone ? 2 : 3, map_height, false);
  if (needs.note > 0) rows.row(needs.note + 2 * kGap, {{{Card::Note, -1, {}}, rows.width()}});
  c.words = {kGap + 2, rows.y() + 8, in.width - 2 * kGap - 4, in.words_height};
  c.height = c.words.y + c.words.height + 24 + c.bottom;
  return out;
}

}  // namespace rankscope::ui
