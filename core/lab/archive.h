// One function writes, reads and hashes a state: everything that step() reads goes through it, in one order, each part by its name.
#pragma once
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "lab/hash.h"
#include "lab/result.h"

namespace rankscope {

/// One named part of a state, as it stands in an .npz.
struct Field {
  enum class Type { F64, I64, U64, I32 };

  std::string name;
  Type type = Type::F64;
  std::vector<std::int64_t> shape;  ///< {}: one number
  bool columns_first = false;       ///< first index fastest, as the core's matrices are kept
  std::vector<std::byte> bytes;     ///< of this machine's byte order

  bool operator==(const Field&) const = default;
};
using State = std::vector<Field>;

class Archive {
 public:
  Archive() = default;                                                       ///< writes
  explicit Archive(const State& state) : in_(&state), reading_(true) {}      ///< reads; the state must outlive it

  template <class T>
    requires std::is_arithmetic_v<T>
  void operator()(std::string_view name, T& value) {
    raw(name, type_of<T>(), {}, &value, sizeof value, false);
  }
  /// Of a length that both sides know.
  template <class T>
    requires std::is_arithmetic_v<T>
  void operator()(std::string_view name, std::span<T> values) {
    raw(name, type_of<T>(), {std::ssize(values)}, values.data(), values.size_bytes(), false);
  }
  /// A matrix, columns first.
  void operator()(std::string_view name, std::span<double> values, std::int64_t rows, std::int64_t cols) {
    assert(std::ssize(values) == rows * cols);
    raw(name, Field::Type::F64, {rows, cols}, values.data(), values.size_bytes(), true);
  }
  /// An array of any shape, row-major. One of two axes is kept columns first, as all matrices of a state are.
  void array(std::string_view name, std::span<double> row_major, std::span<const std::int64_t> shape);
  /// Of any length.
  template <class T>
    requires std::is_arithmetic_v<T>
  void operator()(std::string_view name, std::vector<T>& values) {
    if (reading_) {
      const Field* f = find(name);
      if (f && f->shape.size() == 1 && f->type == type_of<T>()) values.resize(f->bytes.size() / sizeof(T));
    }
    (*this)(name, std::span<T>(values));
  }

  bool reading() const { return reading_; }
  /// When reading: a part that was read is of no use, such as one whose length does not go with another's.
  void refuse(std::string_view name, std::string what);
  /// When reading: which part was missing or did not fit, or was left over.
  Result<void> whole() const;
  const State& state() const { return out_; }
  /// Of shapes and bytes, in their order.
  std::uint64_t hash() const;

 private:
  template <class T>
  static constexpr Field::Type type_of() {
    if constexpr (std::is_same_v<T, double>) return Field::Type::F64;
    else if constexpr (std::is_same_v<T, std::uint64_t>) return Field::Type::U64;
    else if constexpr (std::is_same_v<T, std::int64_t>) return Field::Type::I64;
    else {
      static_assert(std::is_same_v<T, std::int32_t>, "a state holds doubles and whole numbers of 32 and 64 bits");
      return Field::Type::I32;
    }
  }
  const Field* find(std::string_view name) const;
  void raw(std::string_view name, Field::Type type, std::vector<std::int64_t> shape, void* data, std::size_t size, bool columns_first);

  State out_;
  const State* in_ = nullptr;
  std::size_t read_ = 0;  ///< how many parts were asked for
  bool reading_ = false;
  Error failed_;
};

}  // namespace rankscope
