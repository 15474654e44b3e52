// Where the desktop window's panels stand, as text: the "layout" of a link's page (ui/look.h).
//   x2500(y4000(study,parameters),fan.singular_values+*curve.loss);6000,1000,3000,2500=numbers
// x: side by side, y: one over the other, with the first one's share in ten-thousandths; panels in one place are joined by +, the one in front has a *;
// - is a place without any. What floats follows: left, top, width, height in ten-thousandths of the window, and what is there.
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rankscope::ui {

/// One panel or several in one place, or two such places beside each other.
struct DeskPlace {
  std::vector<std::string> panels;  ///< what they are remembered by, "curve loss"; may be none
  std::size_t front = 0;            ///< into panels
  bool side_by_side = true;
  int share = 5000;                 ///< the first part's, in ten-thousandths
  std::vector<DeskPlace> parts;     ///< two, or none: then it has panels

  bool operator==(const DeskPlace&) const = default;
};

struct DeskLayout {
  struct Afloat {
    std::array<int, 4> rect{};  ///< left, top, width, height, in ten-thousandths of the window
    DeskPlace place;

    bool operator==(const Afloat&) const = default;
  };
  DeskPlace docked;
  std::vector<Afloat> afloat;

  bool operator==(const DeskLayout&) const = default;
};

std::string encode(const DeskLayout& layout);
/// std::nullopt: that is no layout, or more than a window can hold.
std::optional<DeskLayout> decode_layout(std::string_view text);

}  // namespace rankscope::ui
