#include "ui/standing.h"

#include <cmath>

#include "ui/format.h"

namespace rankscope::ui {

Standing standing_of(const Slot& slot, std::uint32_t view) {
  const ViewInfo& info = slot.show.views[view];
  const Frame& frame = slot.now.find(view) ? slot.now : slot.recorded;
  const Track* past = slot.past(view).track(view);
  Standing out{claim_state(info, view, frame), "holds", {}};
  if (const Series* s = frame.find(view, Part::Hypotheses)) out.holds = s->data;
  if (past && past->violated) out.state = ClaimState::Violated;
  if (out.state == ClaimState::Violated)
    out.text = "violated at step " + grouped(past && past->violated ? std::llround(*past->violated) : frame.step);
  if (out.state != ClaimState::NotApplicable) return out;
  out.text = "nothing to compare here";
  for (std::size_t i = out.holds.size(); i-- > 0;)
    if (out.holds[i] == 0 && i < info.claim.hypotheses.size()) out.text = "not applicable: " + info.claim.hypotheses[i];
  return out;
}

}  // namespace rankscope::ui
