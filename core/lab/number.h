// Numbers as text, the same bits and the same characters on every platform and in every locale.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace rankscope {

/// The shortest decimal that reads back as the same double; "nan", "inf", "-inf".
std::string shortest(double x);

/// Correctly rounded; the whole text must be a number (nan and inf are not). No locale, no leading spaces, no hex.
std::optional<double> to_double(std::string_view text);

}  // namespace rankscope
