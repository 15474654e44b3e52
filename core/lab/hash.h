// FNV-1a, 64 bit: names a state or an array; not cryptographic.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace rankscope {

class Hash {
 public:
  void bytes(const void* data, std::size_t size) {
    const auto* p = static_cast<const unsigned char*>(data);
    for (std::size_t i = 0; i < size; ++i) state_ = (state_ ^ p[i]) * 0x100000001b3ull;
  }
  std::uint64_t value() const { return state_; }
  std::string hex() const {
    std::string out(16, '0');
    for (int i = 0; i < 16; ++i) out[i] = "0123456789abcdef"[(state_ >> (60 - 4 * i)) & 15];
    return out;
  }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325ull;
};

}  // namespace rankscope
