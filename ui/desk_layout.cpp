#include "ui/desk_layout.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace rankscope::ui {
namespace {

constexpr int kDeepest = 24;             // a window has no room for thinner strips
constexpr int kWhole = 10000;
constexpr std::size_t kMostPanels = 128;
constexpr int kFar = 1000000;            // another screen is no farther

void write(std::string& out, const DeskPlace& place) {
  if (place.parts.size() == 2) {
    (out += place.side_by_side ? 'x' : 'y') += std::to_string(place.share) + "(";
    write(out, place.parts[0]);
    write(out += ',', place.parts[1]);
    out += ')';
    return;
  }
  if (place.panels.empty()) out += '-';
  for (std::size_t i = 0; i < place.panels.size(); ++i) {
    if (i > 0) out += '+';
    if (i == place.front && place.panels.size() > 1) out += '*';
    std::string name = place.panels[i];
    std::replace(name.begin(), name.end(), ' ', '.');
    out += name;
  }
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool done() const { return at_ == text_.size(); }
  bool take(char c) {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool number(int& out, int least, int most) {
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), out);
    if (error != std::errc() || out < least || out > most) return false;
    at_ = static_cast<std::size_t>(end - text_.data());
    return true;
  }
  bool place(DeskPlace& out, int depth = 0) {
    if (depth > kDeepest) return false;
    if (split()) {
      out.side_by_side = text_[at_++] == 'x';
      out.parts.resize(2);
      return number(out.share, 1, kWhole - 1) && take('(') && place(out.parts[0], depth + 1) && take(',') && place(out.parts[1], depth + 1) && take(')');
    }
    if (take('-')) return true;
    do {
      if (take('*')) out.front = out.panels.size();
      const std::size_t from = at_;
      while (!done() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_' || text_[at_] == '.')) ++at_;
      std::string name(text_.substr(from, at_ - from));
      if (name.empty() || ++panels_ > kMostPanels) return false;
      std::replace(name.begin(), name.end(), '.', ' ');
      out.panels.push_back(std::move(name));
    } while (take('+'));
    return true;
  }

 private:
  /// x or y, digits and a bracket: a panel may begin with these letters, too.
  bool split() const {
    if (done() || (text_[at_] != 'x' && text_[at_] != 'y')) return false;
    std::size_t i = at_ + 1;
    while (i < text_.size() && std::isdigit(static_cast<unsigned char>(text_[i]))) ++i;
    return i > at_ + 1 && i < text_.size() && text_[i] == '(';
  }

  std::string_view text_;
  std::size_t at_ = 0, panels_ = 0;
};

}  // namespace

std::string encode(const DeskLayout& layout) {
  std::string out;
  write(out, layout.docked);
  for (const auto& [rect, place] : layout.afloat) {
    for (std::size_t i = 0; i < rect.size(); ++i) (out += i == 0 ? ';' : ',') += std::to_string(rect[i]);
    write(out += '=', place);
  }
  return out;
}

std::optional<DeskLayout> decode_layout(std::string_view text) {
  Reader in(text);
  DeskLayout out;
  if (!in.place(out.docked)) return std::nullopt;
  while (in.take(';')) {
    auto& [rect, place] = out.afloat.emplace_back();
    for (std::size_t i = 0; i < rect.size(); ++i)
      if ((i > 0 && !in.take(',')) || !in.number(rect[i], i < 2 ? -kFar : 1, kFar)) return std::nullopt;
    if (!in.take('=') || !in.place(place)) return std::nullopt;
  }
  if (!in.done()) return std::nullopt;
  return out;
}

}  // namespace rankscope::ui
