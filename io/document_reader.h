// How a document is read, field by field: strictly or leniently by the same checks.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/document.h"

namespace rankscope {

std::string joined(const std::vector<std::string>& words);
/// "did you mean ...?", or the whole list when nothing is near.
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

class DocumentReader {
 public:
  static constexpr double kMostSteps = 1e15;

  /// `text` may be empty: then errors name no line. `prefix` is the path of a document inside of another.
  DocumentReader(const Tables& tables, Reading reading, std::string_view text = {}, std::string_view name = {}, std::string prefix = {});

  Result<Received> read(const Json& root);
  /// A document's "page".
  Result<std::string> page_text(const Json& json);

 private:
  Error error(const Json& at, const std::string& path, std::string what, std::string remedy) const;
  /// `inner` speaks of one parameter; says where in the document.
  Error at(const Json& json, const std::string& path, const Error& inner) const { return error(json, path, inner.what, inner.remedy); }
  /// Strictly an error; leniently a note that ends with what is done `instead`.
  Result<void> wrong(const Error& error, std::string_view instead = "it is left out");
  Result<void> wrong(const Json& json, const std::string& path, std::string what, std::string remedy, std::string_view instead = "it is left out") {
    return wrong(error(json, path, std::move(what), std::move(remedy)), instead);
  }
  bool lenient() const { return reading_ == Reading::Lenient; }

  Result<void> version(const Json& root);
  Result<void> base(const Json& root);
  Result<void> settings(const Json& root);
  Result<void> inputs(const Json& root);
  Result<void> input(const Json& json, const std::string& key);
  Result<void> array(const Json& json, const std::string& path, const InputRef& ref);
  Result<void> numbers(const Json& root);
  Result<void> until(const Json& root);
  Result<void> record(const Json& root);
  Result<void> edits(const Json& root);
  Result<void> edit(const Json& json, const std::string& path);
  Result<void> page(const Json& root);
  Result<void> beside(const Json& json, JsonWriter& out);

  /// Nothing when it is left out.
  Result<std::optional<Value>> value(const Param& param, const Json& json, const std::string& path);
  Result<std::optional<double>> whole(const Json& json, const std::string& path, double low, double high);
  Result<std::optional<std::string>> word(const Json& root, const char* key, bool mendable);
  /// The number, or leniently the nearest in the range.
  double clamped(double x, double low, double high, const std::string& path);
  std::vector<std::string> parameters() const;

  const Tables& tables_;
  Reading reading_;
  std::string_view text_, name_;
  std::string prefix_;
  const Entry* entry_ = nullptr;
  Received got_;
  std::size_t array_bytes_ = 0;  ///< of text, of all that travel
};

}  // namespace rankscope
