// Documents as JSON: what `run FILE.json` reads and `run --out` writes, what the page and the JS API take, and share
// links (docs/links.md).
//
//   {"rankscope": 2, "study": "cloth", "variant": "depth 3", "system": "deep_matrix", "settings": {"depth": 3, ...},
//    "inputs": {"target": {"name": "cloth", "hash": "..."}}, "seed": 1, "steps": 3000,
//    "until": {"time": 40, "loss": 1e-8, "seconds": 60}, "every": 10, "record": ["loss", ...],
//    "edits": [{"step": 100, "key": "step_size", "value": 0.1}, {"step": 400, "view": "end_to_end", "entry": 37, "value": 0.5}],
//    "page": {"views": ["matrix"], ...}}
//
// Every field may be left out. `study` (with `variant`) or `system` is the base that all others change; an input may be
// given by its name alone, and null takes one of the base away. A small array travels as "data" beside its name and hash.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "io/bytes.h"
#include "io/json.h"
#include "lab/data.h"
#include "lab/result.h"
#include "lab/study.h"

namespace rankscope {

/// The version this program writes. It reads older ones too: 1 had no page, no data and no edits of entries.
constexpr std::int64_t document_version = 2;
/// Every JSON reader keeps whole numbers up to this exactly.
constexpr std::int64_t largest_seed = (std::int64_t{1} << 53) - 1;
/// Of Document::page.
constexpr std::size_t max_page_bytes = 64000;

enum class Reading {
  Strict,   ///< whatever is wrong is an error
  Lenient,  ///< as links are read: a number out of its range is taken at the range's end, what is unknown or of a wrong type is left out
};

/// A document as it came.
struct Received {
  Document document;
  std::map<std::string, Data> arrays;  ///< that travelled in it, by their names in Document::inputs, their hashes verified
  Notes notes;                         ///< a sentence for each thing mended, and one when an older version wrote it
};

/// A document's JSON or a link that holds it (io/link.h). Complete in settings; `record` stays empty for a system's document
/// that names none (see record_default). Error: names the field's path (after `name:line:` when there is a name), the allowed
/// range and the nearest known word. Lenient reading too refuses an unknown study or system, what is no JSON, a newer version and
/// damaged data.
Result<Received> receive(std::string_view text, const Tables& tables, Reading reading, std::string_view name = {});
/// The same from a value inside of another text.
Result<Received> receive(const Json& json, const Tables& tables, Reading reading);

/// What no reader can tell before the run's views are known. Leaves out of the document what it asks of views that are not there: records,
/// edits of entries, what its page shows. `notes` say so.
void mend_views(Document& document, std::span<const ViewInfo> views, Notes& notes);

/// receive() strictly, for documents without arrays: those that travelled are left behind.
Result<Document> parse_document(std::string_view json, const Tables& tables, std::string_view name = {});
/// The canonical text of a document's "page", "" when it says nothing. Error: as of a document.
Result<std::string> parse_page(const Json& json, const Tables& tables);

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
/// What travels: the text of an array (io/array_text.h) by its hash.
using ArrayTexts = std::map<std::string, std::string>;
/// `indented`: for files; else one line.
std::string write_document(const Document& document, const Tables& tables, Detail detail, bool indented = false, const ArrayTexts& arrays = {});

/// What a run records when its document names nothing: every scalar and spectrum.
std::vector<std::string> record_default(std::span<const ViewInfo> views);

/// A value of a settings map or an edit; lists of whole numbers are lists. Error: null, an object, a mixed list.
Result<Value> value_of(const Json& json);
void write_value(JsonWriter& out, const Value& value);

}  // namespace rankscope
