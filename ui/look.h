// How the runs are shown, apart from what they are: what a link's "page" carries besides the document.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rankscope::ui {

/// Curves of several runs: over each other, each in a small chart of its own on the same axes, or their mean and spread.
enum class Arrange { Overlay, Multiples, Band };
inline constexpr const char* kArranges[] = {"overlay", "multiples", "band"};

inline constexpr std::size_t kMostBeside = 8;  ///< runs beside the first
inline constexpr int kMostSpeed = 3;           ///< the last of kSpeeds (ui/model.h)

/// A run beside the first, as a link or an undone step holds it.
struct Beside {
  std::string name;      ///< as the reader called it; empty: by what differs
  int color = 0;         ///< of Theme::slot
  std::string document;  ///< JSON

  bool operator==(const Beside&) const = default;
};

struct Look {
  std::vector<std::string> views;   ///< keys, in order; empty: the study's own
  int speed = 1;                    ///< into kSpeeds
  bool slow_at_events = false;
  bool by_time = false;             ///< x axes run over the system's time instead of steps
  std::map<std::string, bool> log;  ///< y axis by view, where it differs from the declaration
  Arrange arrange = Arrange::Overlay;
  std::string map;                  ///< of heat maps, into kMaps (ui/heatmaps.h); empty: as usual
  std::string predict;              ///< view whose curve the reader is to draw before the run shows it
  std::int64_t step = -1;           ///< the moment shown; -1: as it opens
  std::vector<Beside> beside;
  std::string layout;               ///< of the desktop window's panels; the page has none

  bool operator==(const Look&) const = default;
};

/// The JSON object that session.h's "page" is, members left out that are as usual; "{}" when all are.
std::string encode(const Look& look);
/// What is there and fits; the rest as usual. `json` is a document's "page".
Look decode_look(std::string_view json);

}  // namespace rankscope::ui
