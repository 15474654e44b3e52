// A reference run's JSON, field by field, with complaints that name the place.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "io/json.h"
#include "lab/data.h"

namespace rankscope {

/// `path` is that of the object, `key` the member's. Errors: missing, of the wrong type, not finite, of the wrong size.
class ReferenceFile {
 public:
  ReferenceFile(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  const std::string& name() const { return name_; }
  Error error(const Json& at, const std::string& path, std::string what, std::string remedy) const;

  Result<const Json*> member(const Json& object, const std::string& path, const std::string& key) const;
  Result<std::string> word(const Json& object, const std::string& path, const std::string& key) const;
  Result<double> number(const Json& object, const std::string& path, const std::string& key) const;
  Result<const Json::Array*> list(const Json& object, const std::string& path, const std::string& key) const;
  Result<std::vector<double>> numbers(const Json& object, const std::string& path, const std::string& key) const;
  /// Row-major numbers with their shape beside them.
  Result<Dense> array(const Json& object, const std::string& path, const std::string& key,
                      const std::string& shape_key) const;
  /// A list of `count` numbers, of as many lists of numbers, or of lists of lists, flattened.
  Result<std::vector<double>> rows(const Json& list, const std::string& path, std::size_t count) const;

 private:
  std::string_view text_;
  std::string name_;
};

/// Of a matrix.
Dense transposed(const Dense& a);

}  // namespace rankscope
