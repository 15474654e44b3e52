// Where the cards stand with as many runs as there can be: at every width nothing lies over another thing, and nothing is beside the screen.
#include "ui/layout.h"

#include <algorithm>

#include "ui/desk.h"

using namespace rankscope;
using namespace rankscope::ui;
using namespace rankscope::ui::test;

namespace {

bool apart(const Rect& a, const Rect& b) {
  return a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
}

Layout laid_out(const Model& model, float width, float height) {
  Input in;
  in.width = width, in.height = height, in.title_height = 48, in.words_height = 230;
  Needs needs{300, 40, 60, 0};
  if (model.comparing()) needs.legend = 90;
  return lay_out(in, model, needs);
}

std::size_t count(const Layout& layout, Card card) {
  return static_cast<std::size_t>(std::count_if(layout.cards.begin(), layout.cards.end(), [&](const Placed& p) { return p.card == card; }));
}

}  // namespace

TEST_CASE("ui: nine runs have places side by side, in every arrangement, on a desktop, a tablet and a phone") {
  Desk desk;
  desk.open(R"({"system":"deep_matrix","settings":{"rows":5,"cols":5,"rank":1,"depth":2},"steps":40,"every":5})");
  for (const char* view : {"singular_values", "loss", "effective_rank", "nuclear_norm", "completed", "target"}) {
    const auto& shown = desk.model.shown();
    if (std::find(shown.begin(), shown.end(), view) == shown.end()) desk.model.show_view(view, true);
  }
  while (desk.model.can_pin()) desk.model.pin();
  desk.rest();
  REQUIRE(desk.model.slots().size() == kMostRuns);
  for (const Arrange arrange : {Arrange::Overlay, Arrange::Multiples, Arrange::Band}) {
    desk.model.look.arrange = arrange;
    for (const float width : {1920.f, 1280.f, 768.f, 390.f, 360.f}) {
      CAPTURE(width);
      CAPTURE(static_cast<int>(arrange));
      const Layout layout = laid_out(desk.model, width, 844);
      CHECK(count(layout, Card::Legend) == 1);
      CHECK(count(layout, Card::Compared) >= kMostRuns);  // every run's picture, none left out
      CHECK((count(layout, Card::Fans) > 0) == (arrange == Arrange::Multiples));
      for (std::size_t i = 0; i < layout.cards.size(); ++i) {
        const Placed& card = layout.cards[i];
        CHECK(card.rect.x >= 0);
        CHECK(card.rect.x + card.rect.width <= width);
        CHECK(card.rect.width >= 100);
        CHECK(card.rect.y + card.rect.height <= layout.content.height - layout.content.bottom);
        if (arrange == Arrange::Multiples && card.card == Card::Scalar) {
          const Cells cells = scalar_cells(desk.model, card.rect.width);
          CHECK(cells.columns * cells.rows >= static_cast<int>(kMostRuns));
          CHECK(card.rect.height / static_cast<float>(cells.rows) >= 100);
        }
        if (card.card == Card::Fans) {
          const Cells cells = fan_cells(desk.model, card.rect.width);
          CHECK(cells.columns * cells.rows >= static_cast<int>(kMostRuns));
          CHECK(card.rect.width / static_cast<float>(cells.columns) >= 160);
          CHECK(card.rect.height / static_cast<float>(cells.rows) >= 140);
        }
        for (std::size_t j = 0; j < i; ++j) CHECK(apart(card.rect, layout.cards[j].rect));
      }
    }
  }
  desk.model.remove_all();
  CHECK(count(laid_out(desk.model, 1280, 800), Card::Legend) == 0);
}
