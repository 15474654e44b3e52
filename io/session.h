// Commands in, Frames out: everything that drives runs from outside (the page's worker, its main thread, node, the desktop
// window) speaks this, so the same code sits behind all of them.
//
// A command is one JSON object {"do": NAME, "slot": 0, ...}; its reply is one JSON object, {"error": {where, what, remedy}}
// when it was refused. A slot holds one run; slot 0 is the first one, the others are compared with it.
//
//   list                                    -> {"version", "systems":[{key,title,paper,summary}], "presets":[{key,group,system,title,sentence,cite,claim,runs:[name...]}],
//                                               "samples":[{name,file,title,source,terms}], "formats":[".npy",...]}
//   show    {key}                           -> what `rankscope show KEY --json` prints: {key, kind:"system"|"preset", title, paper, summary, claim?, cite?, sentence?,
//                                               runs?, time_axis, params:[{key,label,group,help,unit,type:"number"|"integer"|"flag"|"choice"|"list",default,low?,high?,
//                                               scale?:"linear"|"log",when:"live"|"restart",choices?,relevant?:{key,values},decided_by?:input,lowest?:word}], inputs:[{key,label,help,given?}],
//                                               views:[{key,label,help,unit,kind:"scalar"|"spectrum"|"matrix"|"image"|"landscape"|"claim",claim?:{left,right,at_most,slack,hypotheses},x?,y?,axis:"linear"|"log",theory,signed,flops,grasp?}],
//                                               shown:[key...], record:[key...], by_time, seed, steps, every, flops_per_step}
//   put     {name}                          + bytes by put(): a file, or a sample's file by the sample's name; replaces one of that name
//                                              -> {"name", "form":"dense"|"triplets"|"state" (an .npz of several arrays: an input by name?array=KEY, a start by name?array=*), "shape", "entries", "gaps", "hash", "notes":[text...]}
//   open    {slot, document}                -> {"needs":[name...]} when inputs are missing (fetch a sample's file, put it under this name, open again), else
//                                              {"slot", "document" (complete), "show" (as above, for this run's views and cost), "events", "remark"}; the run stands at
//                                              step 0, paused, its first Frame queued. The document may be an object or its text.
//                                              `document` may also be a link: a page's whole address, what follows its "#", or the short form study=KEY&variant=NAME
//           {..., lenient: true}               as a link is read: what is out of range is clamped, what is unknown is left out, and the reply has "notes": [sentence...]
//                                              that say so, one each; a document of an older version is noted too. What cannot be mended is an error still
//           {slot, document, from: NAME}       the bytes of a "save" were put under this name: the run goes on from there, paused, and all that it had recorded
//                                              is posted again. They are forgotten then. `document` may be left out, or be
//                                              the same one edited further since
//   close   {slot}
//   play {slot, back?: bool} pause {slot} step {slot,n} seek {slot,step}      slot -1: all of them. step and seek set a goal that advance() reaches at full speed; there
//                                              the run pauses; n may be negative. Backwards the nearest earlier keyframe is replayed from, exactly; what was recorded is not
//                                              sent again (message 7 says where it stands), and what is recorded of later steps stays until an edit makes it void.
//                                              back: from where it is to step 0 at the run's speed
//   to_event {slot, back?: bool}            seek to the next known event (back: the one before); when none is known, on at full speed until there is one, or the end
//   halt    {slot, when: [{"event": "any"|KIND} | {"view": KEY of a recorded scalar, "below" or "above": x}...]}      a run that plays pauses at the first recorded Frame
//                                              in which one of them comes true (it was not in the Frame before); [] for none. Its notice has "halted": why
//   speed   {slot, steps_per_second, near_events?: share}   0: as fast as it goes. near_events: within 2 % of the run's steps of a known event or of a take-off that is forecast,
//                                              at this share of the pace (of the pace of ten seconds a run when it is as fast as it goes); left out: at the same
//   fork    {slot, to}                      -> as open: slot `to` becomes the same run at the same moment, with all it has recorded; that is not posted again
//   swap    {slot, with}                    the two slots exchange their runs; nothing is posted again
//   revise  {slot, document, step}          -> as open: the slot becomes this document's run, standing at `step`, paused. What the two have in common is kept and not computed again,
//                                              and "from": step tells up to where what was posted is still true (-1: nothing is); later Frames are posted anew as they are made.
//                                              What is recorded beyond `step` stays if the runs are equal there
//   nudge   {slot, view, entry, value}      -> {"document"}: moves the weights until that entry of the view (row-major; a view with "grasp") has this value
//   share   {slot, page?: object, arrays?: bool}   -> {"text": the document as a link holds it, "link": "#..." (its text, percent-encoded), "command": "rankscope run ...",
//                                              "bibtex": of the papers that are shown, "left_out": [file names that a link cannot hold]}; arrays (true): small inputs that came
//                                              from files travel in it, compressed. `page` becomes its "page"
//   set     {slot, key, value, step?: S}    -> {"restarted": bool, "document", "show" if it was, "step": where it goes, if it was and S was given}: Live acts now, what was recorded
//                                              of later steps is void, Restart builds the run anew and goes on as it was (playing or paused), or, with S, to that step as `seek` does;
//                                              a diverged run starts anew in either case. A restart keeps what was set on the way as settings
//   reset   {slot}                          same seed, step 0.   seed {slot, value}: another seed, step 0. -> {"document"} of a single slot
//   look    {slot, views:[key...]}          from now on moments are posted: these views measured besides the recorded ones
//   view    {slot, key}                     -> {"shape","data","step"} measured now
//   document {slot, short?: bool} -> {"document"}, short: what differs from its base, for links
//   save {slot} -> {"step"}: its checkpoint (io/checkpoint.h) follows as a message
//   bits {slot} -> {"bits": 16 hex digits, "step"}
//   stats {slot} -> {"step","flops_per_step","stepsPerSecond","steppingShare"}: over about the last second; steppingShare is the part of that time spent in the
//                                              steps of all runs, without measuring, posting, drawing and waiting
//   lens    {slot, view:KEY} | {slot, file:NAME} -> {"name","step","shape","matricizations":[{"rows":"{1,2}","height","width"}...],
//                                              "notions":[{"key","label","definition","members":[{"rows","at": a matricization}...]}...]}: the rank lens looks at a view of
//                                              the slot's run, as it goes on, or at a file that was put (a picture's name?channel=rgb: rows x colours x columns). The notion
//                                              "own" is of the tree that the run has (ViewInfo::edits), where the array has its modes.
//                                              Messages 5 follow. There is one lens; {slot} alone: it looks away. rankscope_first has none
//   cp_rank {tolerance, relative, starts, sweeps, seed}     begins to search for the CP rank (lens/cp_rank.h) of what the lens looks at; messages 6 follow, and when it is
//                                              done, and the run has gone on, it begins anew. {stop: true}: it ends
//   export  {slot, form:"csv"|"completion"|"json"}  -> {"name","text"}: the recorded series, the completed matrix in original units and ids, the document
//
// Replies repeat "do", "slot" and "id" of their command.
// Outgoing messages (take): one byte of kind, u32 slot (little-endian), then
//   1 Frame     encode(Frame) of a recorded step: goes into histories. A step at or before an earlier one: the run went back, what came after is void
//   7 Frame     encode(Frame) of the last recorded step at or before the moment, after going back or through what is known: replaces the latest recorded one, histories stand.
//               Without matrices: those of the moment are in message 2
//   2 Frame     encode(Frame) of this moment: recorded and looked-at views, replaces the previous one. Measured when it is taken, so at most as often as
//               it is looked at, and never for more than about a fifth of the time
//   3 notice    JSON {"step","time","status":"paused"|"running"|"finished"|"diverged","trouble","remark","halted"?,"ended_by"?:"steps"|"time"|"loss"|"seconds" (finished),
//               "events":[{"step","time","kind","text","line"}]}: events are those since the last notice
//   4 saved     the bytes of a checkpoint
//   5 spectra   encode(Frame) of the lens: view i is matricization i, its singular values. Replaces the previous one
//   6 CP rank   JSON {"step","done","share","text","lower","upper","found","error","longest"}: what is known so far, see lens/cp_rank.h. Replaces the previous one
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lab/study.h"

namespace rankscope {

class Lens;

class Session {
 public:
  /// `lens` makes the rank lens (io/lens.h); null: this session has none.
  explicit Session(Tables tables, std::unique_ptr<Lens> (*lens)() = nullptr);
  ~Session();

  std::string command(std::string_view json);
  /// The bytes that the next or a later command "put" or "open" names.
  std::string put(std::string_view name, std::span<const std::byte> bytes);
  /// Steps the playing runs in turn until `more` says no, and queues what they recorded; false when nothing is left to do.
  /// `seconds` is the time since the last call, for runs with a speed limit.
  bool advance(const std::function<bool()>& more, double seconds);
  /// After advance() has said true: seconds until a step is due; more than 0 only when every playing run waits for its speed.
  double wait() const;
  /// The oldest outgoing message.
  std::optional<std::vector<std::byte>> take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rankscope
