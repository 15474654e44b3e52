#include <algorithm>
#include <csignal>

#include "io/document.h"
#include "io/lanes.h"
#include "io/slot.h"
#include "lab/events.h"
#include "native/commands/commands.h"
#include "native/inputs.h"
#include "native/progress.h"
#include "native/run_folder.h"
#include "native/terminal.h"

namespace rankscope {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void on_signal(int signal) {
  interrupted = 1;
  std::signal(signal, SIG_DFL);  // the second one ends it at once
}

/// What came of one run.
struct Outcome {
  Record record;
  std::int64_t steps = 0;
  double seconds = 0;
  std::string status = "finished", trouble, remark, folder;
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

Result<Outcome> run_one(const Tables& tables, const Document& document, const Inputs& inputs, const std::string& out,
                        const RunOptions& options) {
  auto opened = open_run(*tables.system(document.system), document, inputs);
  if (!opened) return opened.error();
  Run& run = *opened;
  Outcome outcome;
  outcome.document = run.document();
  const std::string title = document.study.empty()
                                ? document.system
                                : document.study + (document.variant.empty() ? "" : ", " + document.variant);
  std::optional<RunFolder> folder;
  if (!out.empty()) {
    auto made = RunFolder::open(out, run.document(), tables, options.restart);
    if (!made) return made.error();
    folder = std::move(*made);
    outcome.folder = out;
    if (folder->state() == RunFolder::State::Complete && !options.study) {
      outcome.done_before = true;
      return outcome;
    }
    if (folder->state() == RunFolder::State::Incomplete && !options.quiet)
      note(out + ": this run was not completed; it starts again");
    if (auto begun = folder->begin(); !begun) return begun.error();
  }
  auto& frames = outcome.record.frames;
  {
    Progress progress(title, run.document().steps, options.quiet);
    run.advance(
        run.document().steps,
        [&] {
          progress.at(run.step());
          return interrupted == 0;
        },
        [&](const Frame& f) { frames.push_back(curves_of(f)); });
    outcome.seconds = progress.seconds();
  }
  outcome.record.variant = document.variant;
  outcome.record.views = run.views();
  outcome.record.diverged = run.status() == Status::Diverged;
  outcome.steps = run.step();
  outcome.events = events_of(run.views(), run.recorded(), frames);
  outcome.trouble = run.trouble();
  if (outcome.record.diverged) {
    outcome.status = "diverged";
    if (!frames.empty()) outcome.last = frames.back();
  } else {
    if (!run.finished()) outcome.status = "interrupted";
    std::vector<std::uint32_t> curves;
    for (std::uint32_t v = 0; v < run.views().size(); ++v)
      if (run.views()[v].kind == Kind::Scalar || run.views()[v].kind == Kind::Spectrum) curves.push_back(v);
    outcome.last = run.measure(curves);
    outcome.remark = run.remark();
  }
  if (folder)
    if (auto written = folder->finish(run, frames); !written) return written.error();
  return outcome;
}

std::string summary(const Outcome& o) {
  const Document& d = o.document;
  const std::string title = d.study.empty() ? d.system : d.study + (d.variant.empty() ? "" : ", " + d.variant);
  std::string text = title + ": " + std::to_string(o.steps) + " steps in " + duration(o.seconds);
  if (o.status != "finished") text += " (" + o.status + ")";
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
    out.member("steps", o.steps).member("seconds", o.seconds).member("trouble", o.trouble).member("remark", o.remark);
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
  if (!quiet && !o.folder.empty()) note("written to " + o.folder);
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
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  if (options.study) return run_study(tables, options);
  std::string beside;
  auto document = base_document(tables, options.what, beside);
  if (!document) return complain(document.error());
  if (auto done = apply(tables, options, *document); !done) return complain(done.error());
  auto inputs = load_inputs(*document, beside, options.quiet);
  if (!inputs) return complain(inputs.error());
  auto outcome = run_one(tables, *document, *inputs, options.out, options);
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
