// A value or an error that says where, what and what to do about it.
// Neither g++ 12 in C++20 nor clang 14 has std::expected, and the page is built without exceptions.
#pragma once
#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace rankscope {

/// Misuse: a wrong argument, link, file or document. Numerical failure is a Status instead, a broken invariant an assert.
struct Error {
  std::string where;   ///< the key, or `file:line`, that is wrong
  std::string what;    ///< what is wrong with it
  std::string remedy;  ///< what to do: the allowed range, the nearest known key, the accepted forms

  std::string text() const {
    std::string out = where.empty() ? what : where + ": " + what;
    return remedy.empty() ? out : out + " (" + remedy + ")";
  }
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { assert(*this); return *std::get_if<0>(&state_); }
  const T& operator*() const { assert(*this); return *std::get_if<0>(&state_); }
  T* operator->() { return &**this; }
  const T* operator->() const { return &**this; }
  const Error& error() const { assert(!*this); return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}

  explicit operator bool() const { return ok_; }
  const Error& error() const { assert(!ok_); return error_; }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace rankscope
