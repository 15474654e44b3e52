// A session's commands, a method each; session.cpp has their table. Its other parts are session_documents.cpp (what is open) and session_time.cpp (where it stands).
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "io/checkpoint.h"
#include "io/command.h"
#include "io/document.h"
#include "io/files.h"
#include "io/lanes.h"
#include "io/lens.h"
#include "io/session.h"

namespace rankscope {

constexpr int kMostSlots = 16;
constexpr double kMostSteps = 1e15;

struct Session::Impl {
  using Lane = Lanes::Lane;
  Impl(Tables t, std::unique_ptr<Lens> (*l)()) : tables(t), lens(l ? l() : nullptr) {}

  using Answer = Result<void> (Impl::*)(const Json&, JsonWriter&);
  struct Verb {
    const char* name;
    Answer answer;
  };

  static Result<int> slot_of(const Json& c) {
    if (!c.find("slot")) return 0;
    auto x = number_field(c, "slot", -1, kMostSlots - 1);
    if (!x) return x.error();
    return static_cast<int>(*x);
  }

  Result<Lane*> lane(const Json& c) {
    auto at = slot_of(c);
    if (!at) return at.error();
    const auto it = lanes.all().find(*at);
    if (it == lanes.all().end())
      return Error{"slot", std::to_string(*at) + " holds no run", "open a document there first"};
    return &it->second;
  }

  /// f(lane) for the command's slot, or for all of them.
  template <class F>
  Result<void> each(const Json& c, F f) {
    auto at = slot_of(c);
    if (!at) return at.error();
    if (*at >= 0 && !lanes.all().count(*at))
      return Error{"slot", std::to_string(*at) + " holds no run", "open a document there first"};
    for (auto& [i, l] : lanes.all())
      if (*at < 0 || *at == i)
        if (Result<void> done = f(l); !done) return done;
    return {};
  }
  Result<void> list(const Json&, JsonWriter& out);
  Result<void> show(const Json& c, JsonWriter& out);

  static bool flag(const Json& c, const char* key) {
    const Json* v = c.find(key);
    return v && v->flag() && *v->flag();
  }
  /// The command's document, leniently read if it says so. Arrays that travel in it are put, as files are.
  Result<Document> document_field(const Json& c, Notes* notes = nullptr);
  /// Leniently a document may ask for views that its run has not. Which there are is known when it is made: mostly it is made once.
  static Result<Slot> open_mended(const Entry& entry, Document document, const Inputs& inputs, Notes& notes);
  static std::int64_t step_of(const Checkpoint& checkpoint);
  /// Whether a run of `before`, at that step, may go on as `after`: it has only been edited further since.
  bool goes_on(Document before, Document after, std::int64_t step) const;
  /// The checkpoint that `from` names; nothing when there is no such field.
  Result<std::optional<Checkpoint>> saved(const Json& c);
  Result<void> save(const Json& c, JsonWriter& out);
  /// What the document asks for; nothing when files are missing, and the reply says which.
  Result<std::optional<Inputs>> inputs_of(const Document& document, JsonWriter& out);
  Result<void> open(const Json& c, JsonWriter& out);
  void write_opened(JsonWriter& out, const Slot& slot);
  void write_shown(JsonWriter& out, const Run& run);
  void write_resolved(JsonWriter& out, const Run& run, Detail detail = Detail::Full);
  Result<void> close(const Json& c, JsonWriter&);
  static Result<bool> back_of(const Json& c);
  Result<void> play(const Json& c, JsonWriter&);
  Result<void> pause(const Json& c, JsonWriter&);
  Result<void> step(const Json& c, JsonWriter&);
  Result<void> seek(const Json& c, JsonWriter&);
  Result<void> to_event(const Json& c, JsonWriter&);

  template <class F>
  Result<void> moved(const Json& c, F f) {
    return each(c, [&](Lane& l) -> Result<void> {
      f(l.slot);
      l.moved = true;
      return {};
    });
  }
  Result<void> halt(const Json& c, JsonWriter&);
  Result<void> speed(const Json& c, JsonWriter&);
  Result<void> fork(const Json& c, JsonWriter& out);
  Result<void> swap(const Json& c, JsonWriter&);
  Result<void> revise(const Json& c, JsonWriter& out);
  Result<void> nudge(const Json& c, JsonWriter& out);
  Result<void> set(const Json& c, JsonWriter& out);
  Result<void> restart(const Json& c, std::optional<std::uint64_t> value, JsonWriter& out);
  Result<void> reset(const Json& c, JsonWriter& out);
  Result<void> seed(const Json& c, JsonWriter& out);
  Result<void> look(const Json& c, JsonWriter&);
  static Result<std::uint32_t> view(const Lane& l, const std::string& key);
  Result<void> one_view(const Json& c, JsonWriter& out);
  Result<void> document(const Json& c, JsonWriter& out);
  Result<void> shared(const Json& c, JsonWriter& out);
  Result<void> bits(const Json& c, JsonWriter& out);
  Result<void> stats(const Json& c, JsonWriter& out);
  Result<void> exported(const Json& c, JsonWriter& out);
  static Error no_lens();
  Result<Lens::Sight> sight_of_run(int at, const std::string& key);
  Result<Lens::Sight> sight_of_file(const std::string& name);
  std::string tree_of_run(int at);
  Result<void> look_through(const Json& c, JsonWriter& out);
  Result<void> cp_rank(const Json& c, JsonWriter&);

  std::string command(std::string_view text);

  Tables tables;
  Files files;
  Lanes lanes;
  std::unique_ptr<Lens> lens;  ///< null: there is none
  int lens_slot = 0;
  bool going = false, lens_works = false;
};

}  // namespace rankscope
