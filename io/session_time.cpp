// Where the runs stand, and what is changed there.
#include "io/session_impl.h"

#include <algorithm>
#include <cmath>

#include "io/halt.h"

namespace rankscope {

Result<bool> Session::Impl::back_of(const Json& c) {
  const Json* back = c.find("back");
  if (!back) return false;
  if (!back->flag()) return Error{"back", "must be true or false", "leave it out to go forwards"};
  return *back->flag();
}

Result<void> Session::Impl::play(const Json& c, JsonWriter&) {
  auto back = back_of(c);
  if (!back) return back.error();
  return each(c, [&](Lane& l) -> Result<void> { return l.slot.play(*back), Result<void>(); });
}

Result<void> Session::Impl::pause(const Json& c, JsonWriter&) {
  return each(c, [](Lane& l) -> Result<void> { return l.slot.pause(), Result<void>(); });
}

Result<void> Session::Impl::step(const Json& c, JsonWriter&) {
  auto n = c.find("n") ? number_field(c, "n", -kMostSteps, kMostSteps) : Result<double>(1.0);
  if (!n) return n.error();
  return moved(c, [&](Slot& slot) { slot.step(static_cast<std::int64_t>(*n)); });
}

Result<void> Session::Impl::seek(const Json& c, JsonWriter&) {
  auto to = number_field(c, "step", 0, kMostSteps);
  if (!to) return to.error();
  return moved(c, [&](Slot& slot) { slot.seek(static_cast<std::int64_t>(*to)); });
}

Result<void> Session::Impl::to_event(const Json& c, JsonWriter&) {
  auto back = back_of(c);
  if (!back) return back.error();
  return moved(c, [&](Slot& slot) { slot.to_event(*back); });
}

Result<void> Session::Impl::halt(const Json& c, JsonWriter&) {
  auto halts = halts_of(c);
  if (!halts) return halts.error();
  if (auto fit = each(c, [&](Lane& l) { return check(*halts, l.slot.run()); }); !fit) return fit;
  return each(c, [&](Lane& l) -> Result<void> { return l.slot.halt(*halts), Result<void>(); });
}

Result<void> Session::Impl::speed(const Json& c, JsonWriter&) {
  auto rate = number_field(c, "steps_per_second", 0, kMostSteps);
  if (!rate) return rate.error();
  auto near = c.find("near_events") ? number_field(c, "near_events", 1e-6, 1) : Result<double>(0.0);
  if (!near) return near.error();
  return each(c, [&](Lane& l) -> Result<void> { return l.slot.limit(*rate, *near), Result<void>(); });
}

Result<void> Session::Impl::nudge(const Json& c, JsonWriter& out) {
  auto at = slot_of(c);
  if (!at) return at.error();
  auto l = lane(c);
  if (!l) return l.error();
  auto key = text_field(c, "view");
  if (!key) return key.error();
  if (auto known = view(**l, *key); !known) return known.error();
  const Json* entry = c.find("entry");
  if (!entry || !entry->whole() || *entry->whole() < 0) return Error{"entry", "must be a whole number", "which entry of " + *key + ", counted from 0, row by row"};
  const Json* value = c.find("value");
  if (!value || !std::isfinite(value->number())) return Error{"value", "must be a number", "what the entry is to be"};
  if (auto done = (*l)->slot.nudge(*key, *entry->whole(), value->number()); !done) return done;
  lanes.forget_after(*at, (*l)->slot.run().step());
  (*l)->moved = true;
  write_resolved(out, (*l)->slot.run());
  return {};
}

Result<void> Session::Impl::set(const Json& c, JsonWriter& out) {
  auto l = lane(c);
  if (!l) return l.error();
  auto key = text_field(c, "key");
  if (!key) return key.error();
  const Json* json = c.find("value");
  auto value = json ? value_of(*json) : Result<Value>(Error{"value", "is missing", ""});
  if (!value) return value.error();
  auto to = c.find("step") ? number_field(c, "step", 0, kMostSteps) : Result<double>(-1.0);
  if (!to) return to.error();
  auto restarted = (*l)->slot.set(*key, *value);
  if (!restarted) return restarted.error();
  if (*restarted && *to >= 0) {
    (*l)->slot.seek(static_cast<std::int64_t>(*to));
    out.member("step", std::min(static_cast<std::int64_t>(*to), (*l)->slot.run().document().steps));
  }
  (*l)->moved = true;
  if (auto at = slot_of(c)) lanes.forget_after(*at, (*l)->slot.run().step());
  out.member("restarted", *restarted);
  write_resolved(out, (*l)->slot.run());
  if (*restarted) write_shown(out, (*l)->slot.run());  // another depth has other views
  return {};
}

Result<void> Session::Impl::restart(const Json& c, std::optional<std::uint64_t> value, JsonWriter& out) {
  auto done = each(c, [&](Lane& l) {
    l.moved = true;
    return l.slot.restart(value);
  });
  if (auto l = lane(c); done && l) write_resolved(out, (*l)->slot.run());  // of one
  return done;
}

Result<void> Session::Impl::reset(const Json& c, JsonWriter& out) { return restart(c, std::nullopt, out); }

Result<void> Session::Impl::seed(const Json& c, JsonWriter& out) {
  auto value = number_field(c, "value", 0, static_cast<double>(largest_seed));
  if (!value) return value.error();
  return restart(c, static_cast<std::uint64_t>(*value), out);
}

}  // namespace rankscope
