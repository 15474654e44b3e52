// io/session.h's JSON, decoded into plain structs and written.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/document.h"
#include "lab/frame.h"
#include "lab/result.h"
#include "lab/system.h"

namespace rankscope::ui {

struct PresetRow {
  std::string key, group, system, title, sentence, cite, claim;
  std::vector<std::string> runs;
  bool beside = false;  ///< they are of several systems, to be seen side by side
};

struct SampleRow {
  std::string name, title, source;
};

struct Catalog {
  std::string version;
  std::vector<PresetRow> presets;
  std::vector<SampleRow> samples;
  std::vector<std::string> formats;

  const PresetRow* preset(std::string_view key) const;
};

/// What a run declares of itself.
struct Show {
  std::string key, title, summary, time_axis;
  std::vector<Param> params;
  std::vector<InputInfo> inputs;
  std::vector<ViewInfo> views;
  std::vector<std::string> shown;
  bool by_time = false;  ///< charts begin over the time axis

  int view(std::string_view key) const;  ///< index, -1 when there is none
};

struct Event {
  std::int64_t step = 0;
  std::string kind, text;
  int line = -1;
};

struct FileInfo {
  std::string name, form;
  std::vector<std::int64_t> shape;
  std::int64_t entries = 0, gaps = 0;
};

/// What the rank lens is made of, see io/session.h.
struct LensMatricization {
  std::string rows;  ///< "{1,2}"
  std::int64_t height = 0, width = 0;
};
struct LensMember {
  std::string rows;  ///< "{3,4}", which may be the columns of its matricization
  int at = 0;        ///< a matricization
};
struct LensNotion {
  std::string label, definition;
  std::vector<LensMember> members;
};
struct LensInfo {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<LensMatricization> matricizations;
  std::vector<LensNotion> notions;
};
struct CpSearch {
  std::int64_t step = 0, lower = 0, upper = -1;  ///< -1: nothing is known yet
  bool done = false, found = false;
  double share = 0, error = 0, longest = 0;
  std::string text;
};

/// An experiment to be handed on, see `share` of io/session.h.
struct Shared {
  std::string text, link, command, bibtex;
  std::vector<std::string> left_out;  ///< files that must be handed on beside it
};

/// A reply or a notice; what is absent was not in it.
struct Reply {
  std::string command, id;
  int slot = 0;
  std::optional<Error> error;
  std::optional<Catalog> catalog;
  std::optional<Show> show;
  std::optional<Document> document;
  std::string document_text;  ///< the same as JSON, without its page
  std::vector<std::string> notes;
  std::optional<Shared> shared;
  std::int64_t from = -1;     ///< of `revise`
  std::string halted;
  std::vector<Event> events;
  std::vector<std::string> needs;
  std::optional<FileInfo> file;
  bool chosen = false;  ///< the file came from the reader's chooser or was dropped
  bool restarted = false;
  std::optional<std::int64_t> step;
  std::string status, trouble, remark;
  std::string name, text;  ///< of an export
  std::string key;         ///< of a view
  LensInfo lens;
  std::optional<CpSearch> cp;
  std::vector<std::int64_t> shape;
  std::vector<double> data;
};

/// std::nullopt when the text is not a JSON object.
std::optional<Reply> decode_reply(std::string_view json);
/// A document with what it names; an empty member is left out, so that the core's default stands.
std::string encode(const Document& document);

/// {"do": NAME, "slot": 0, ...}, member by member.
class Command {
 public:
  explicit Command(std::string_view name, int slot = -2);  ///< -2: the command has no slot
  static Command object() { return Command(); }  ///< {...}, for a value inside of one
  Command& text(std::string_view key, std::string_view value);
  Command& number(std::string_view key, double value);
  Command& value(std::string_view key, const Value& value);
  Command& texts(std::string_view key, const std::vector<std::string>& values);
  Command& json(std::string_view key, std::string_view value);  ///< already JSON
  std::string done() const { return out_ + "}"; }

 private:
  Command() : out_("{") {}
  void member(std::string_view key);
  std::string out_;
};

}  // namespace rankscope::ui
