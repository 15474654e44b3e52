#include "io/reference_file.h"

#include <cmath>

namespace rankscope {
namespace {

std::string joined(const std::string& path, const std::string& key) { return path.empty() ? key : path + "." + key; }

/// The first value that is neither a number nor, to this depth, a list of such; null: all are.
const Json* append(const Json& list, int depth, std::vector<double>& out) {
  for (const Json& x : *list.array()) {
    if (x.is_number()) {
      out.push_back(x.number());
    } else if (!x.array() || depth == 1) {
      return &x;
    } else if (const Json* wrong = append(x, depth - 1, out)) {
      return wrong;
    }
  }
  return nullptr;
}

}  // namespace

Dense transposed(const Dense& a) {
  Dense out{{a.shape[1], a.shape[0]}, std::vector<double>(a.data.size())};
  for (std::int64_t i = 0; i < a.shape[0]; ++i)
    for (std::int64_t j = 0; j < a.shape[1]; ++j)
      out.data[static_cast<std::size_t>(j * a.shape[0] + i)] = a.data[static_cast<std::size_t>(i * a.shape[1] + j)];
  return out;
}

Error ReferenceFile::error(const Json& at, const std::string& path, std::string what, std::string remedy) const {
  return {name_ + ":" + std::to_string(line_of(text_, at.offset)) + (path.empty() ? "" : ": " + path), std::move(what),
          std::move(remedy)};
}

Result<const Json*> ReferenceFile::member(const Json& object, const std::string& path, const std::string& key) const {
  const Json* v = object.find(key);
  if (!v) return error(object, path, "has no \"" + key + "\"", "a reference run needs it");
  return v;
}

Result<std::string> ReferenceFile::word(const Json& object, const std::string& path, const std::string& key) const {
  auto v = member(object, path, key);
  if (!v) return v.error();
  if (!(*v)->text()) return error(**v, joined(path, key), "must be a text", "");
  return *(*v)->text();
}

Result<double> ReferenceFile::number(const Json& object, const std::string& path, const std::string& key) const {
  auto v = member(object, path, key);
  if (!v) return v.error();
  if (!(*v)->is_number()) return error(**v, joined(path, key), "must be a number", "");
  return (*v)->number();
}

Result<const Json::Array*> ReferenceFile::list(const Json& object, const std::string& path,
                                               const std::string& key) const {
  auto v = member(object, path, key);
  if (!v) return v.error();
  if (!(*v)->array()) return error(**v, joined(path, key), "must be a list", "");
  return (*v)->array();
}

Result<std::vector<double>> ReferenceFile::numbers(const Json& object, const std::string& path,
                                                   const std::string& key) const {
  auto v = list(object, path, key);
  if (!v) return v.error();
  std::vector<double> out;
  for (const Json& x : **v) {
    if (!x.is_number())
      return error(x, joined(path, key) + "[" + std::to_string(out.size()) + "]", "must be a number", "");
    out.push_back(x.number());
  }
  return out;
}

Result<Dense> ReferenceFile::array(const Json& object, const std::string& path, const std::string& key,
                                   const std::string& shape_key) const {
  auto data = numbers(object, path, key);
  if (!data) return data.error();
  auto shape = numbers(object, path, shape_key);
  if (!shape) return shape.error();
  Dense out;
  double size = 1;
  for (const double d : *shape) {
    if (!(d >= 1 && d <= 1e9) || d != std::floor(d))
      return error(*object.find(shape_key), joined(path, shape_key), "is no shape", "whole numbers of 1 or more");
    out.shape.push_back(static_cast<std::int64_t>(d));
    size *= d;
  }
  if (size != static_cast<double>(data->size()))
    return error(*object.find(key), joined(path, key), "has " + std::to_string(data->size()) + " numbers",
                 "its shape asks for another count");
  out.data = std::move(*data);
  return out;
}

Result<std::vector<double>> ReferenceFile::rows(const Json& list, const std::string& path, std::size_t count) const {
  if (!list.array()) return error(list, path, "must be a list", "one element a logged iteration");
  if (list.array()->size() != count)
    return error(list, path, "has " + std::to_string(list.array()->size()) + " elements",
                 std::to_string(count) + " iterations are logged");
  std::vector<double> out;
  if (const Json* wrong = append(list, 3, out)) return error(*wrong, path, "must hold numbers or lists of numbers", "");
  return out;
}

}  // namespace rankscope
