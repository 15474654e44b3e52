#include "io/lanes.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>
#include <utility>

namespace rankscope {
namespace {

constexpr std::int64_t kTurn = 16;    // steps of one run before the next one's turn
constexpr double kMomentShare = 0.2;  // of the time, for moments
constexpr double kProbe = 1;          // seconds between two looks at what recording costs

double seconds(Lanes::Clock::duration d) { return std::chrono::duration<double>(d).count(); }

}  // namespace

Lanes::Bytes message(Message kind, int slot, const void* data, std::size_t size) {
  Lanes::Bytes out(5 + size);
  out[0] = static_cast<std::byte>(kind);
  for (int i = 0; i < 4; ++i) out[static_cast<std::size_t>(1 + i)] = static_cast<std::byte>(slot >> (8 * i) & 255);
  std::copy_n(static_cast<const std::byte*>(data), size, out.begin() + 5);
  return out;
}

void write_event(JsonWriter& out, const Event& e) {
  out.begin_object()
      .member("step", e.step)
      .member("time", e.time)
      .member("kind", e.kind)
      .member("text", e.text)
      .member("line", e.line)
      .end_object();
}

Lanes::Lane& Lanes::open(int at, Slot slot) {
  close(at);
  Lane& out = lanes_.emplace(at, Lane(std::move(slot))).first->second;
  share_past();
  return out;
}

Result<void> Lanes::fork(int at, int to) {
  Lane& from = lanes_.at(at);
  auto slot = from.slot.fork();
  if (!slot) return slot.error();
  post(at, from);
  open(to, std::move(*slot));
  std::vector<Bytes> unsaid;
  for (const auto& [of, bytes] : queue_)
    if (of == at && bytes[0] == static_cast<std::byte>(Message::Recorded)) unsaid.push_back(message(Message::Recorded, to, bytes.data() + 5, bytes.size() - 5));
  for (Bytes& bytes : unsaid) queue_.emplace_back(to, std::move(bytes));
  return {};
}

void Lanes::swap(int at, int with) {
  std::swap(lanes_.at(at), lanes_.at(with));
  for (auto& [of, bytes] : queue_) {
    if (of != at && of != with) continue;
    of = at + with - of;
    bytes = message(static_cast<Message>(bytes[0]), of, bytes.data() + 5, bytes.size() - 5);
  }
}

void Lanes::forget_after(int at, std::int64_t step) {
  std::erase_if(queue_, [&](const auto& m) {
    if (m.first != at || m.second[0] != static_cast<std::byte>(Message::Recorded)) return false;
    std::int64_t of = 0;
    std::memcpy(&of, m.second.data() + 5, sizeof of);  // as encode(Frame) has it
    return of > step;
  });
}

/// Each run's part of what may be remembered.
void Lanes::share_past() {
  for (auto& [at, l] : lanes_) l.slot.budget(kMostPast / lanes_.size());
}

void Lanes::send_saved(int at, std::span<const std::byte> checkpoint) {
  queue_.emplace_back(at, message(Message::Saved, at, checkpoint.data(), checkpoint.size()));
}

void Lanes::close(int at) {
  lanes_.erase(at);
  share_past();
  std::erase_if(queue_, [&](const auto& m) { return m.first == at; });
}

void Lanes::look(Lane& l, std::vector<std::string> views) {
  l.looked = std::move(views);
  l.watched = l.moved = true;
}

/// Queues what a slot has to say.
void Lanes::post(int at, Lane& l) {
  if (l.slot.between()) return;
  auto news = l.slot.news();
  for (const Frame& f : news.frames) {
    const auto bytes = encode(f);
    queue_.emplace_back(at, message(Message::Recorded, at, bytes.data(), bytes.size()));
  }
  if (news.standing) {
    const auto bytes = encode(*news.standing);
    queue_.emplace_back(at, message(Message::Standing, at, bytes.data(), bytes.size()));
  }
  if (!news.any()) return;
  const Run& run = l.slot.run();
  const bool stands = run.status() == Status::Running && !l.slot.going();
  JsonWriter out;
  out.begin_object().member("step", run.step()).member("time", run.time()).member("status", l.slot.status());
  out.member("trouble", run.trouble()).member("remark", stands ? run.remark() : std::string());
  if (!news.halted.empty()) out.member("halted", news.halted);
  if (run.finished() && run.status() == Status::Running) out.member("ended_by", word(run.ended_by()));
  out.key("events").begin_array();
  for (const Event& e : news.events) write_event(out, e);
  out.end_array().end_object();
  queue_.emplace_back(at, message(Message::Notice, at, out.text().data(), out.text().size()));
}

/// A few steps of one run; false when the caller's time is up.
bool Lanes::turn(Lane& l, const More& more) {
  bool time_left = true;
  const auto begin = Clock::now();
  const std::int64_t recordings = l.slot.recordings();
  const std::int64_t made = l.slot.advance(turn_left_, [&] { return time_left = more(); });
  const double recording = l.record_cost * static_cast<double>(l.slot.recordings() - recordings);
  const double spent = seconds(Clock::now() - begin);
  l.slot.spend(spent);
  stepping_.add(std::max(0.0, spent - recording));
  l.steps.add(static_cast<double>(made));
  if (made > 0) l.moved = true;
  if (!l.slot.between()) turn_left_ = made > 0 ? turn_left_ - made : 0;
  return time_left;
}

/// Runs beside each other slow down together.
void Lanes::keep_pace() {
  const bool near = std::any_of(lanes_.begin(), lanes_.end(), [](const auto& l) { return l.second.slot.near(); });
  for (auto& [at, l] : lanes_) l.slot.slow(near);
}

/// The run whose turn it is. It keeps it until it made its steps, whoever interrupts: runs of unlike cost stay side by
/// side.
Lanes::Lane* Lanes::next_turn() {
  keep_pace();
  const auto ready = [](const Lane& l) { return l.slot.going() && !(l.slot.wait() > 0); };
  if (turn_left_ > 0)
    if (const auto it = lanes_.find(turn_at_); it != lanes_.end() && ready(it->second)) return &it->second;
  auto it = lanes_.upper_bound(turn_at_);
  for (std::size_t i = 0; i < lanes_.size(); ++i, ++it) {
    if (it == lanes_.end()) it = lanes_.begin();
    if (!ready(it->second)) continue;
    turn_at_ = it->first;
    turn_left_ = kTurn;
    return &it->second;
  }
  return nullptr;
}

/// How long it takes to measure what is recorded: that time is not stepping.
void Lanes::measure_recording(Clock::time_point now) {
  if (seconds(now - probed_) < kProbe) return;
  probed_ = now;
  for (auto& [at, l] : lanes_) {
    if (!l.slot.going()) continue;
    const auto begin = Clock::now();
    l.slot.run().measure(l.slot.run().recorded());
    l.record_cost = seconds(Clock::now() - begin);
  }
}

bool Lanes::advance(const More& more, double passed) {
  const auto now = Clock::now();
  bool going = false;
  keep_pace();
  for (auto& [at, l] : lanes_) {
    l.slot.earn(passed);
    if (l.slot.going()) going = true;
    if (was_going_) l.steps.pass(seconds(now - last_));
  }
  if (was_going_) stepping_.pass(seconds(now - last_));
  last_ = now;
  if (going) measure_recording(now);
  for (bool time_left = true; time_left;) {
    Lane* l = next_turn();
    if (!l) break;
    time_left = turn(*l, more);
  }
  was_going_ = going;
  going = false;
  for (auto& [at, l] : lanes_) {
    post(at, l);
    if (l.slot.going()) going = true;
  }
  return going;
}

double Lanes::wait() const {
  double least = std::numeric_limits<double>::infinity();
  for (const auto& [at, l] : lanes_)
    if (l.slot.going()) least = std::min(least, l.slot.wait());
  return least < std::numeric_limits<double>::infinity() ? least : 0;
}

std::optional<Lanes::Bytes> Lanes::take() {
  if (queue_.empty())
    for (auto& [at, l] : lanes_) post(at, l);
  if (!queue_.empty()) {
    auto out = std::move(queue_.front().second);
    queue_.pop_front();
    return out;
  }
  for (auto& [at, l] : lanes_) {
    const Run& run = l.slot.run();
    if (!l.watched || !l.moved || l.slot.between() || run.status() != Status::Running) continue;
    const auto begin = Clock::now();
    if (l.slot.going() && seconds(begin - l.posted) * kMomentShare < l.moment_cost) continue;
    std::vector<std::uint32_t> views(run.recorded().begin(), run.recorded().end());
    for (const std::string& key : l.looked) {
      const auto v = static_cast<std::uint32_t>(run.view(key));
      if (run.view(key) >= 0 && std::find(views.begin(), views.end(), v) == views.end()) views.push_back(v);
    }
    const auto bytes = encode(run.measure(views));
    l.moved = false;
    l.posted = Clock::now();
    l.moment_cost = seconds(l.posted - begin);
    return message(Message::Moment, at, bytes.data(), bytes.size());
  }
  return std::nullopt;
}

double Lanes::stepping_share() const { return std::min(1.0, stepping_.value()); }

}  // namespace rankscope
