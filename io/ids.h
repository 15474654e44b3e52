// The ids of one side of a matrix of triplets, and the places they stand for.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rankscope {

/// Digits of a whole number as everyone writes it: no sign, no leading zero, at most 18 digits.
bool is_whole(std::string_view text);

class Ids {
 public:
  /// The id's place so far: in order of first appearance.
  std::int64_t place(std::string_view id);

  /// The final places. When all ids are whole numbers they are put in ascending order, and `places`, which are
  /// place()'s answers, with them; ids that are exactly 0..n-1 need no words and leave `ids` empty.
  void settle(std::vector<std::int64_t>& places, std::vector<std::string>& ids, std::int64_t& size);

 private:
  std::vector<std::string> words_;
  std::unordered_map<std::string, std::int64_t> places_;  // looked up, never walked
};

}  // namespace rankscope
