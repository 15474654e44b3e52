#include "systems/mode_tree.h"

#include <algorithm>
#include <numeric>
#include <string>

namespace rankscope {
namespace {

/// A node while the tree is made: which ones it joins, by their places in the list.
struct Draft {
  std::vector<int> children;
  int mode = -1;
};

/// Numbers the nodes as ModeTree has them.
ModeTree numbered(const std::vector<Draft>& drafts, int root) {
  // from the root down, left to right: parents before children
  std::vector<int> down{root};
  for (std::size_t k = 0; k < down.size(); ++k) {
    const auto& c = drafts[static_cast<std::size_t>(down[k])].children;
    down.insert(down.end(), c.begin(), c.end());
  }
  std::vector<Modes> modes(drafts.size());
  std::vector<int> height(drafts.size(), 0), inner;
  for (std::size_t k = down.size(); k-- > 0;) {
    const auto n = static_cast<std::size_t>(down[k]);
    if (drafts[n].mode >= 0) modes[n] = {drafts[n].mode};
    else inner.push_back(down[k]);
    for (int c : drafts[n].children) {
      const auto& under = modes[static_cast<std::size_t>(c)];
      modes[n].insert(modes[n].end(), under.begin(), under.end());
      height[n] = std::max(height[n], height[static_cast<std::size_t>(c)] + 1);
    }
  }
  const Modes& leaves = modes[static_cast<std::size_t>(root)];
  std::vector<int> place(leaves.size()), number(drafts.size(), -1);
  for (std::size_t k = 0; k < leaves.size(); ++k) place[static_cast<std::size_t>(leaves[k])] = static_cast<int>(k);
  std::sort(inner.begin(), inner.end(), [&](int a, int b) {
    const auto x = static_cast<std::size_t>(a), y = static_cast<std::size_t>(b);
    return height[x] != height[y] ? height[x] < height[y] : place[static_cast<std::size_t>(modes[x][0])] < place[static_cast<std::size_t>(modes[y][0])];
  });
  for (int n : down)
    if (drafts[static_cast<std::size_t>(n)].mode >= 0) number[static_cast<std::size_t>(n)] = drafts[static_cast<std::size_t>(n)].mode;
  for (std::size_t k = 0; k < inner.size(); ++k) number[static_cast<std::size_t>(inner[k])] = static_cast<int>(leaves.size() + k);

  ModeTree tree;
  tree.nodes.resize(down.size());
  for (int n : down) {
    const auto from = static_cast<std::size_t>(n), to = static_cast<std::size_t>(number[from]);
    tree.nodes[to].modes = modes[from], tree.nodes[to].height = height[from];
    for (int c : drafts[from].children) {
      const int child = number[static_cast<std::size_t>(c)];
      tree.nodes[to].children.push_back(child);
      tree.nodes[static_cast<std::size_t>(child)].parent = static_cast<int>(to);
    }
  }
  return tree;
}

std::vector<Draft> all_leaves(int order) {
  std::vector<Draft> out;
  for (int m = 0; m < order; ++m) out.push_back({{}, m});
  return out;
}

std::vector<int> counted(int n) {
  std::vector<int> out(static_cast<std::size_t>(n));
  std::iota(out.begin(), out.end(), 0);
  return out;
}

int join(std::vector<Draft>& drafts, std::vector<int> children) {
  drafts.push_back({std::move(children), -1});
  return static_cast<int>(drafts.size()) - 1;
}

/// Reads brackets with a stack of the nodes that are open, so that no depth of a text is too much.
class Reader {
 public:
  Reader(std::string_view text, int order) : text_(text), order_(order), named_(static_cast<std::size_t>(order), 0) {}

  Result<ModeTree> read() {
    for (skip(); at_ < text_.size(); skip()) {
      if (done_) return error("goes on behind the tree", "take out what stands behind its last bracket");
      const char c = text_[at_];
      const bool digit = c >= '0' && c <= '9';
      const bool fits = wants_node_ ? c == '(' || digit : c == ',' || c == ')';
      if (!fits) return error(wants_node_ ? "a mode or '(' is needed" : "',' or ')' is needed", kForm);
      if (auto read = digit ? mode() : bracket(c); !read) return read.error();
    }
    if (!open_.empty()) return Error{kWhere, "the bracket at character " + std::to_string(open_.back().at + 1) + " is not closed", "add ')' where its node ends"};
    if (!done_) return Error{kWhere, "is empty", kForm};
    for (int m = 0; m < order_; ++m)
      if (!named_[static_cast<std::size_t>(m)]) return Error{kWhere, "mode " + std::to_string(m + 1) + " is missing", "every mode 1 to " + std::to_string(order_) + " is named once"};
    return numbered(drafts_, root_);
  }

 private:
  static constexpr const char *kWhere = "drawn_tree", *kForm = "write a tree in brackets, such as ((1,2),(3,4))";
  struct Open {
    std::size_t at;
    std::vector<int> children;
  };

  Error error(std::string what, std::string remedy) const { return {kWhere, std::move(what) + " (character " + std::to_string(at_ + 1) + ")", std::move(remedy)}; }
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  Result<void> mode() {
    const std::size_t from = at_;
    std::int64_t m = 0;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') m = std::min<std::int64_t>(10 * m + (text_[at_++] - '0'), 1'000'000);
    const std::string name(text_.substr(from, at_ - from));
    at_ = from;
    if (open_.empty()) return error("mode " + name + " stands outside of any bracket", kForm);
    if (m < 1 || m > order_) return error("mode " + name + " is unknown", "the tensor has the modes 1 to " + std::to_string(order_));
    if (named_[static_cast<std::size_t>(m - 1)]) return error("mode " + name + " is named twice", "name every mode once");
    named_[static_cast<std::size_t>(m - 1)] = 1;
    drafts_.push_back({{}, static_cast<int>(m - 1)});
    at_ = from + name.size();
    finished(static_cast<int>(drafts_.size()) - 1);
    return {};
  }

  Result<void> bracket(char c) {
    if (c == '(') {
      open_.push_back({at_, {}});
      wants_node_ = true;
    } else if (c == ',') {
      wants_node_ = true;
    } else {
      if (open_.back().children.size() < 2) return error("a node with one child ends here", "join two at least, or take its brackets out");
      const int node = join(drafts_, std::move(open_.back().children));
      open_.pop_back();
      finished(node);
    }
    ++at_;
    return {};
  }

  void finished(int node) {
    wants_node_ = false;
    if (open_.empty()) done_ = true, root_ = node;
    else open_.back().children.push_back(node);
  }

  std::string_view text_;
  int order_;
  std::vector<char> named_;
  std::size_t at_ = 0;
  std::vector<Open> open_;
  std::vector<Draft> drafts_;
  bool wants_node_ = true, done_ = false;
  int root_ = -1;
};

}  // namespace

Modes ModeTree::under(int node) const {
  Modes out = nodes[static_cast<std::size_t>(node)].modes;
  std::sort(out.begin(), out.end());
  return out;
}

Result<ModeTree> drawn_tree(std::string_view text, int order) { return Reader(text, order).read(); }

ModeTree adjacent_tree(int order) {
  auto drafts = all_leaves(order);
  std::vector<int> level = counted(order);
  while (level.size() > 1) {
    std::vector<int> next;
    for (std::size_t k = 0; k + 1 < level.size(); k += 2) next.push_back(join(drafts, {level[k], level[k + 1]}));
    if (level.size() % 2) next.push_back(level.back());
    level = next;
  }
  return numbered(drafts, level[0]);
}

ModeTree half_tree(int order) {
  auto drafts = all_leaves(order);
  std::vector<int> level = counted(order);
  while (level.size() > 1) {
    const std::size_t pairs = level.size() / 2, further = level.size() - pairs;
    std::vector<int> next;
    for (std::size_t k = 0; k < pairs; ++k) next.push_back(join(drafts, {level[k], level[k + further]}));
    if (level.size() % 2) next.push_back(level[pairs]);
    level = next;
  }
  return numbered(drafts, level[0]);
}

Result<ModeTree> square_tree(int order) {
  int side = 2;
  while (side * side < order) side *= 2;
  if (side * side != order)
    return Error{"tree", "squares needs 4, 16, 64 ... modes, this tensor has " + std::to_string(order), "choose adjacent or half, or draw a tree"};
  auto drafts = all_leaves(order);
  std::vector<int> level = counted(order);
  for (; side > 1; side /= 2) {
    std::vector<int> next;
    for (int i = 0; i < side; i += 2)
      for (int j = 0; j < side; j += 2) {
        const auto k = static_cast<std::size_t>(i * side + j), below = k + static_cast<std::size_t>(side);
        next.push_back(join(drafts, {level[k], level[k + 1], level[below], level[below + 1]}));
      }
    level = next;
  }
  return numbered(drafts, level[0]);
}

}  // namespace rankscope
