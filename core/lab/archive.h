// One function writes, reads and hashes a state: everything that step() reads goes through it, in one order.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

#include "lab/hash.h"

namespace rankscope {

class Archive {
 public:
  Archive() = default;                                                            ///< writes
  explicit Archive(std::span<const std::byte> bytes) : in_(bytes), reading_(true) {}  ///< reads

  template <class T>
    requires std::is_arithmetic_v<T>
  void operator()(T& value) { raw(&value, sizeof value); }

  template <class T>
    requires std::is_arithmetic_v<T>
  void operator()(std::span<T> values) { raw(values.data(), values.size_bytes()); }

  template <class T>
    requires std::is_arithmetic_v<T>
  void operator()(std::vector<T>& values) {
    std::uint64_t size = values.size();
    (*this)(size);
    if (reading_) {
      if (size > in_.size() / sizeof(T)) { failed_ = true; return; }
      values.resize(size);
    }
    raw(values.data(), values.size() * sizeof(T));
  }

  bool reading() const { return reading_; }
  /// False when the bytes were too short or too long for what was read.
  bool whole() const { return !failed_ && in_.empty(); }
  const std::vector<std::byte>& bytes() const { return out_; }

 private:
  void raw(void* data, std::size_t size) {
    if (!reading_) {
      const auto* p = static_cast<const std::byte*>(data);
      out_.insert(out_.end(), p, p + size);
    } else if (size > in_.size()) {
      failed_ = true;
    } else {
      if (size) std::memcpy(data, in_.data(), size);
      in_ = in_.subspan(size);
    }
  }

  std::vector<std::byte> out_;
  std::span<const std::byte> in_;
  bool reading_ = false, failed_ = false;
};

}  // namespace rankscope
