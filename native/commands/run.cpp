#include <algorithm>

#include "io/array_text.h"
#include "io/document.h"
#include "io/lanes.h"
#include "io/slot.h"
#include "lab/events.h"
#include "native/commands/commands.h"
#include "native/inputs.h"
#include "native/progress.h"
#include "native/run_folder.h"
#include "native/signals.h"
#include "native/terminal.h"

namespace rankscope {
namespace {

/// What came of one run.
struct Outcome {
  Record record;
  std::int64_t steps = 0;
  double seconds = 0;
  std::string status = "finished", trouble, remark, folder;
  Run::Rule ended_by = Run::Rule::Steps;  ///< when it finished
  double time = 0;
  bool done_before = false;
  Document document;
  std::vector<Event> events;
  Frame last;  ///< every scalar and spectrum at the end
};

/// Without the matrices: a record of them would fill the memory.
Frame curves_of(const Frame& frame) {
  Frame out{frame.step, frame.time, {}};
  for (const Series& s : frame.values)
    if (s.shape.size() < 2) out.values.push_back(s);
  return out;
}

std::string title_of(const Document& d) {
  return d.study.empty() ? d.system : d.study + (d.variant.empty() ? "" : ", " + d.variant);
}

/// How far the run is, by the rule that is nearest to ending it.
double share_of(const Run& run, double seconds) {
  const Document& d = run.document();
  double share = d.steps > 0 ? static_cast<double>(run.step()) / static_cast<double>(d.steps) : 1;
  if (d.until.time > 0) share = std::max(share, run.time() / d.until.time);
  if (d.until.seconds > 0) share = std::max(share, seconds / d.until.seconds);
  return share;
}

/// When to write the next checkpoint: as often as was asked for, else so that it costs at most a fiftieth of the time.
class Rhythm {
 public:
  explicit Rhythm(std::optional<double> asked) : asked_(asked), next_(asked.value_or(kUsual)) {}

  bool due(double now) const { return now >= next_; }
  void done(double began, double now) { next_ = now + asked_.value_or(std::max(kUsual, 50 * (now - began))); }

 private:
  static constexpr double kUsual = 10;
  std::optional<double> asked_;
  double next_;
};

/// Steps the run to its end or to a signal, with a checkpoint now and then. Returns the wall time in all.
double drive(Run& run, std::vector<Frame>& frames, const RunFolder* folder, double before, const RunOptions& options) {
  const Run::Recorded keep = [&](const Frame& f) { frames.push_back(curves_of(f)); };
  Progress progress(title_of(run.document()), run.document().steps, options.quiet);
  const double limit = run.document().until.seconds;
  Rhythm rhythm(options.checkpoint);
  bool able = folder != nullptr;
  const auto more = [&] {
    const double now = progress.seconds();
    progress.at(run.step(), share_of(run, before + now));
    if (able && rhythm.due(now)) {
      if (auto saved = folder->save(run, frames, before + now); !saved) {
        able = false;  // the run goes on: it is worth more than its copy
        progress.done();
        note(saved.error().text() + "; no checkpoints from here on");
      }
      rhythm.done(now, progress.seconds());
    }
    return !interrupted() && !(limit > 0 && before + now >= limit);
  };
  if (!(limit > 0 && before >= limit)) run.advance(run.document().steps, more, keep);
  const double seconds = before + progress.seconds();
  if (limit > 0 && seconds >= limit && !interrupted()) run.out_of_time(keep);
  return seconds;
}

/// What an interrupted run leaves behind, and one line on how to go on.
Result<void> leave(const Run& run, std::span<const Frame> frames, double seconds, const RunFolder* folder) {
  const std::string at = "stopped at step " + std::to_string(run.step());
  if (!folder) {
    note(at + "; nothing is kept (with --out DIR the same command would go on from here)");
    return {};
  }
  if (auto done = folder->write_series(run, frames); !done) return done;
  if (auto done = folder->save(run, frames, seconds); !done) return done;
  note(at + "; the same command goes on from there");
  return {};
}

Result<Outcome> run_one(const Tables& tables, const Document& document, const Inputs& inputs, const std::string& out,
                        const RunOptions& options, const ArrayTexts& arrays = {}) {
  auto opened = open_run(*tables.system(document.system), document, inputs);
  if (!opened) return opened.error();
  Run& run = *opened;
  Outcome outcome;
  outcome.document = run.document();
  auto& frames = outcome.record.frames;
  std::optional<RunFolder> folder;
  double before = 0;
  if (!out.empty()) {
    auto made = RunFolder::open(out, run.document(), tables, options.restart, arrays);
    if (!made) return made.error();
    folder.emplace(std::move(*made));
    outcome.folder = out;
    if (folder->state() == RunFolder::State::Complete && !options.study) {
      outcome.done_before = true;
      return outcome;
    }
    std::string trouble;
    bool resumed = false;
    if (auto checkpoint = folder->checkpoint(trouble)) {
      auto again = resume(*tables.system(document.system), run.document(), inputs, *checkpoint);
      if (again) {
        *opened = std::move(*again);
        frames = std::move(checkpoint->frames);
        before = checkpoint->seconds;
        resumed = true;
        if (!options.quiet) note(out + ": resuming at step " + std::to_string(run.step()));
      } else {
        trouble = out + "/checkpoint.npz: " + again.error().text();
      }
    }
    if (!trouble.empty()) note(trouble);
    if (!resumed) {
      if (folder->state() == RunFolder::State::Incomplete && !options.quiet)
        note(out + ": this run was not completed; it starts again");
      if (auto begun = folder->begin(); !begun) return begun.error();
    }
  }
  const RunFolder* place = folder ? &*folder : nullptr;
  outcome.seconds = drive(run, frames, place, before, options);
  outcome.record.variant = document.variant;
  outcome.record.views = run.views();
  outcome.record.diverged = run.status() == Status::Diverged;
  outcome.steps = run.step();
  outcome.time = run.time();
  outcome.ended_by = run.ended_by();
  outcome.events = events_of(run.views(), run.recorded(), frames);
  outcome.trouble = run.trouble();
  if (outcome.record.diverged) {
    outcome.status = "diverged";
    if (!frames.empty()) outcome.last = frames.back();
  } else {
    std::vector<std::uint32_t> curves;
    for (std::uint32_t v = 0; v < run.views().size(); ++v)
      if (run.views()[v].kind == Kind::Scalar || run.views()[v].kind == Kind::Spectrum) curves.push_back(v);
    outcome.last = run.measure(curves);
    outcome.remark = run.remark();
  }
  if (!run.finished()) {
    outcome.status = "interrupted";
    if (auto left = leave(run, frames, outcome.seconds, place); !left) return left.error();
    return outcome;
  }
  if (!folder) return outcome;
  // A study that is interrupted later needs the records of this run too: its checkpoint stays until the claim is evaluated.
  if (options.study)
    if (auto saved = folder->save(run, frames, outcome.seconds); !saved) return saved.error();
  if (auto written = folder->finish(run, frames); !written) return written.error();
  if (!options.study)
    if (auto gone = folder->forget(); !gone) return gone.error();
  return outcome;
}

/// What a run that used up its steps was also asked for and did not reach; "" when there is nothing.
std::string missed(const Outcome& o) {
  const Until& until = o.document.until;
  if (o.status != "finished" || o.ended_by != Run::Rule::Steps) return {};
  std::string text;
  if (until.time > 0) text = "time " + brief(until.time) + " was not reached (" + brief(o.time) + ")";
  if (until.loss > 0) text += (text.empty() ? "" : ", ") + ("loss " + brief(until.loss) + " was not reached");
  return text.empty() ? text : "the " + std::to_string(o.steps) + " steps were over before: " + text + "; raise --steps";
}

std::string summary(const Outcome& o) {
  const Document& d = o.document;
  std::string text = title_of(d) + ": " + std::to_string(o.steps) + " steps in " + duration(o.seconds);
  if (o.status != "finished") text += " (" + o.status + ")";
  else if (o.ended_by != Run::Rule::Steps)
    for (const UntilRule& rule : until_rules())
      if (std::string(rule.name) == word(o.ended_by)) text += format(" (until %s %s)", rule.name, brief(d.until.*(rule.value)).c_str());
  // what the papers report first, of the views there are; else the first three numbers
  std::vector<std::size_t> chosen;
  for (const char* key : {"loss", "effective_rank", "unseen_share"})
    for (std::size_t v = 0; v < o.record.views.size(); ++v)
      if (o.record.views[v].key == key) chosen.push_back(v);
  for (std::size_t v = 0; v < o.record.views.size() && chosen.empty(); ++v)
    for (std::size_t w = v; w < o.record.views.size() && chosen.size() < 3; ++w)
      if (o.record.views[w].kind == Kind::Scalar) chosen.push_back(w);
  const char* separator = "; ";
  for (const std::size_t v : chosen)
    if (const Series* s = o.last.find(static_cast<std::uint32_t>(v)); s && s->data.size() == 1) {
      std::string label = o.record.views[v].label;
      if (label.size() > 1 && label[0] >= 'A' && label[0] <= 'Z' && label[1] >= 'a')
        label[0] = static_cast<char>(label[0] + 32);
      text += separator + label + " " + brief(s->data[0]);
      if (!o.record.views[v].unit.empty()) text += " (" + o.record.views[v].unit + ")";
      separator = ", ";
    }
  return text;
}

void write_outcome(JsonWriter& out, const Outcome& o, const Tables& tables) {
  out.begin_object().key("document").raw(write_document(o.document, tables, Detail::Full));
  out.member("status", o.done_before ? "complete" : o.status).member("out", o.folder);
  if (!o.done_before) {
    out.member("steps", o.steps).member("time", o.time).member("seconds", o.seconds);
    out.member("ended_by", o.status == "finished" ? word(o.ended_by) : "").member("trouble", o.trouble).member("remark", o.remark);
    out.key("views").begin_object();
    for (const Series& s : o.last.values) {
      if (s.part != Part::Measured) continue;
      out.key(o.record.views[s.view].key);
      if (s.shape.empty()) {
        out.value(s.data[0]);
        continue;
      }
      out.begin_array();
      for (const double x : s.data) out.value(x);
      out.end_array();
    }
    out.end_object();
    out.key("events").begin_array(true);
    for (const Event& e : o.events) write_event(out, e);
    out.end_array();
  }
  out.end_object();
}

int exit_code(const Outcome& o) {
  return o.status == "diverged" ? kDiverged : o.status == "interrupted" ? kInterrupted : kOk;
}

void report(const Outcome& o, bool quiet) {
  if (o.done_before) {
    print(o.folder + ": complete already, nothing was run (--restart runs it again)");
    return;
  }
  print(summary(o));
  if (o.status == "diverged")
    complain({"step " + std::to_string(o.steps), "the run diverged: " + o.trouble, ""});
  else if (!quiet && !o.remark.empty())
    note(o.remark);
  if (const std::string text = missed(o); !quiet && !text.empty()) note(text);
  if (!quiet && !o.folder.empty() && o.status != "interrupted") note("written to " + o.folder);
}

std::string folder_name(const std::string& variant) {
  std::string out;
  for (const char c : variant) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
    if (plain)
      out += c;
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  return out.empty() ? "run" : out;
}

int run_study(const Tables& tables, const RunOptions& options) {
  const Study* study = tables.preset(options.what);
  if (!study || !study->holds) {
    auto known = document_of_key(tables, options.what);
    return complain(known ? Error{options.what, "has no claim to check", "--study takes a preset"} : known.error());
  }
  if (!options.from.empty()) return complain({"--from", "starts one run, and a study has several", "leave out --study"});
  std::vector<Outcome> outcomes;
  JsonWriter json(true);
  json.begin_object().member("study", study->key).key("runs").begin_array(true);
  for (const Variant& v : study->runs) {
    auto document = document_of(tables, *study, v.name);
    if (!document) return complain(document.error());
    if (auto done = apply(tables, options, *document); !done) return complain(done.error());
    auto inputs = load_inputs(*document, "", options.quiet);
    if (!inputs) return complain(inputs.error());
    auto outcome = run_one(tables, *document, *inputs,
                           options.out.empty() ? "" : options.out + "/" + folder_name(v.name), options);
    if (!outcome) return complain(outcome.error());
    if (options.json)
      write_outcome(json, *outcome, tables);
    else
      report(*outcome, options.quiet);
    if (outcome->status == "interrupted") return kInterrupted;
    outcomes.push_back(std::move(*outcome));
  }
  std::vector<Record> records;
  for (Outcome& o : outcomes) records.push_back(std::move(o.record));
  for (const Outcome& o : outcomes)
    if (!o.folder.empty())
      if (auto gone = RunFolder::forget(o.folder); !gone) return complain(gone.error());
  const Verdict verdict = study->holds(records);
  if (options.json) {
    json.end_array()
        .member("claim", study->claim)
        .member("holds", verdict.holds)
        .member("verdict", verdict.text)
        .end_object();
    print(json.text());
  } else {
    print("claim: " + study->claim);
    print((verdict.holds ? "holds: " : "FAILS: ") + verdict.text);
  }
  return verdict.holds ? kOk : kCheckFailed;
}

}  // namespace

int run_command(const Tables& tables, const RunOptions& options) {
  catch_signals();
  if (options.study) return run_study(tables, options);
  std::string beside;
  auto received = base_document(tables, options.what, beside);
  if (!received) return complain(received.error());
  Document& document = received->document;
  if (auto done = apply(tables, options, document); !done) return complain(done.error());
  auto inputs = load_inputs(document, beside, options.quiet, received->arrays);
  if (!inputs) return complain(inputs.error());
  if (!options.quiet)
    for (const std::string& text : received->notes) note(text);
  ArrayTexts arrays;
  for (const auto& [name, data] : received->arrays) arrays[hash(data)] = array_text(data).value_or("");
  auto outcome = run_one(tables, document, *inputs, options.out, options, arrays);
  if (!outcome) return complain(outcome.error());
  if (options.json) {
    JsonWriter json(true);
    write_outcome(json, *outcome, tables);
    print(json.text());
    if (outcome->status == "diverged")
      complain({"step " + std::to_string(outcome->steps), "the run diverged: " + outcome->trouble, ""});
  } else {
    report(*outcome, options.quiet);
  }
  return exit_code(*outcome);
}

}  // namespace rankscope
