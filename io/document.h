// Documents as JSON: what `run FILE.json` reads and `run --out` writes, what the page and the JS API take, and share
// links.
//
//   {"rankscope": 1, "study": "cloth", "variant": "depth 3", "system": "deep_matrix", "settings": {"depth": 3, ...},
//    "inputs": {"target": {"name": "cloth", "hash": "..."}}, "seed": 1, "steps": 3000,
//    "until": {"time": 40, "loss": 1e-8, "seconds": 60}, "every": 10, "record": ["loss", ...],
//    "edits": [{"step": 100, "key": "step_size", "value": 0.1}]}
//
// Every field may be left out. `study` (with `variant`) or `system` is the base that all others change; an input may be
// given by its name alone, and null takes one of the base away.
#pragma once
#include <string>
#include <string_view>

#include "io/json.h"
#include "lab/result.h"
#include "lab/study.h"

namespace rankscope {

/// The version this program writes; it reads this one and, should there be any, older ones.
constexpr std::int64_t document_version = 1;
/// Every JSON reader keeps whole numbers up to this exactly.
constexpr std::int64_t largest_seed = (std::int64_t{1} << 53) - 1;

/// Complete in settings; `record` stays empty for a system's document that names none (see record_default). Error:
/// names the field's path (after `name:line:` when there is a name), the allowed range and the nearest known word.
Result<Document> parse_document(std::string_view json, const Tables& tables, std::string_view name = {});
/// The same from a value inside of another text. `text` may be empty: then errors name no line.
Result<Document> parse_document(const Json& json, const Tables& tables, std::string_view text = {},
                                std::string_view name = {});

/// The rules of Document::until by their names in a document: time, loss, seconds.
struct UntilRule {
  const char* name;
  double Until::*value;
};
std::span<const UntilRule> until_rules();

/// The document that `key` stands for: a preset's first run, or a system's defaults. Error: names the nearest known
/// key.
Result<Document> document_of_key(const Tables& tables, std::string_view key);

enum class Detail {
  Full,        ///< every field, resolved
  Difference,  ///< what differs from the base, for links: reads back as the same document, the base's own input hashes
               ///< aside
};
/// `indented`: for files; else one line.
std::string write_document(const Document& document, const Tables& tables, Detail detail, bool indented = false);

/// What a run records when its document names nothing: every scalar and spectrum.
std::vector<std::string> record_default(std::span<const ViewInfo> views);

/// A value of a settings map or an edit; lists of whole numbers are lists. Error: null, an object, a mixed list.
Result<Value> value_of(const Json& json);
void write_value(JsonWriter& out, const Value& value);

}  // namespace rankscope
