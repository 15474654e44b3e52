// The tables of systems and presets as JSON: what `list` and `show KEY` print with --json, and what the page draws
// itself from.
#pragma once
#include <string>
#include <string_view>

#include "io/json.h"
#include "lab/data.h"
#include "lab/study.h"

namespace rankscope {

/// Members "version", "systems", "presets", "samples" and "formats" of the object that is open.
void write_list(JsonWriter& out, const Tables& tables);
std::string list_json(const Tables& tables, bool indented = false);

/// What one preset or system declares: `document` supplies the defaults and, with the inputs, the views and the cost of
/// a step.
struct Declaration {
  const Entry* entry = nullptr;
  const Study* study = nullptr;  ///< null: a bare system
  Document document;             ///< complete
  Inputs inputs;                 ///< may be missing: then views and cost are those of the settings alone
};

/// Of a preset's first run or of a system's defaults, with the samples it names as far as they are at hand. Error:
/// names the nearest known key.
Result<Declaration> declaration_of(const Tables& tables, std::string_view key);

/// Members "key", "kind", "title" ... "flops_per_step" of the object that is open, see io/session.h.
void write_show(JsonWriter& out, const Declaration& declaration);
std::string show_json(const Declaration& declaration, bool indented = false);

const char* word(Kind kind);              ///< "scalar", "spectrum", "matrix", "image"
const char* type_of(const Param& param);  ///< "number", "integer", "flag", "choice", "list"

}  // namespace rankscope
