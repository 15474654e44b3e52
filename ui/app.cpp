#include "ui/app.h"

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/format.h"
#include "ui/panels/grasp.h"
#include "ui/panels/panels.h"
#include "ui/panels/predict.h"

namespace rankscope::ui {
namespace {

constexpr double kSituationEvery = 1;  // seconds between two summaries for readers that see no canvas
constexpr int kSettle = 2;             // frames after an input: ImGui reacts to some of it a frame later

const char* status_of(const Model& model) {
  if (model.problem && model.main().show.views.empty()) return "error";
  switch (model.main().phase) {
    case Phase::Empty:
    case Phase::Loading:
      return "loading";
    case Phase::Paused:
      return "paused";
    case Phase::Running:
      return "running";
    case Phase::Finished:
      return "finished";
    default:
      return "diverged";
  }
}

Situation situation_of(const Model& model) {
  Situation s;
  const Slot& slot = model.main();
  s.status = status_of(model);
  if (slot.show.views.empty()) return s;
  s.study = slot.document.study, s.variant = slot.document.variant, s.title = model.title();
  const bool tensor = std::any_of(slot.show.views.begin(), slot.show.views.end(), [](const ViewInfo& view) { return view.kind == Kind::Tensor; });
  s.words = !s.study.empty() ? s.study : tensor ? "own-tensor" : "own";
  s.summary = "Step " + grouped(slot.step()) + " of " + grouped(slot.document.steps) + ", " + s.status + ".";
  for (const int view : headline_views(model)) {
    const Series* now = slot.find(static_cast<std::uint32_t>(view));
    const ViewInfo& info = slot.show.views[static_cast<std::size_t>(view)];
    if (now && !now->data.empty()) s.summary += " " + info.label + ": " + with_unit(now->data[0], info.unit) + ".";
  }
  if (model.lens.open) s.summary += " " + model.lens.sentence();
  if (slot.phase == Phase::Diverged) s.summary += " " + slot.trouble;
  return s;
}

}  // namespace

struct App::Impl {
  Impl(Host& h, std::unique_ptr<Arrangement> a) : host(h), model(h), arrangement(std::move(a)) {
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.ConfigInputTextCursorBlink = false;  // or a field with the cursor in it would never be at rest
    io.ConfigDpiScaleFonts = false;         // the framebuffer's scale makes the glyphs sharp
    load_fonts(theme);
  }

  void cards(Context& c) {
    for (const Placed& p : layout.cards) {
      Rect r = p.rect;
      r.y -= c.input.scroll;
      if ((r.y > c.input.height || r.y + r.height < 0) && !ImGui::GetIO().NavVisible) continue;
      ImGui::PushID(static_cast<int>(p.card) * 1000 + p.view);
      switch (p.card) {
        case Card::Image:
          image_card(c, p.view, r);
          break;
        case Card::Matrix:
          matrix_card(c, p.view, r);
          break;
        case Card::Compared:
          compared_card(c, p.view, r);
          break;
        case Card::Numbers:
          numbers_card(c, r);
          break;
        case Card::Number:
          number_card(c, p.view, r);
          break;
        case Card::Fan:
          fan_card(c, p.view, r);
          break;
        case Card::Fans:
          fans_card(c, p.view, r);
          break;
        case Card::Bars:
          bars_card(c, p.view, r);
          break;
        case Card::Scalar:
          scalar_card(c, p.view, r);
          break;
        case Card::Landscape:
          landscape_card(c, p.view, r);
          break;
        case Card::Claim:
          claim_card(c, p.view, r);
          break;
        case Card::Tensor:
          tensor_card(c, p.view, r);
          break;
        case Card::Tree:
          tree_card(c, p.view, r);
          break;
        case Card::Components:
          components_card(c, p.view, r);
          break;
        case Card::Legend:
          legend_card(c, r);
          break;
        case Card::Note:
          c.w.card(r);
          c.w.paragraph({r.x + kGap, r.y + kGap}, model.main().remark, c.w.muted(), r.width - 2 * kGap);
          break;
        case Card::Parameters:
          if (layout.width != Width::Desktop) c.w.card(r), r = inset(r, kGap);
          parameters(c, r);
          break;
      }
      ImGui::PopID();
    }
  }

  void keys() {
    const ImGuiIO& io = ImGui::GetIO();
    // Tab begins to move a focus; until it has, arrows and space are this page's own keys and must not begin it too.
    if (!io.NavVisible && !io.WantTextInput && !modal())
      for (const ImGuiKey key :
           {ImGuiKey_Space, ImGuiKey_LeftArrow, ImGuiKey_RightArrow, ImGuiKey_UpArrow, ImGuiKey_DownArrow, ImGuiKey_Home, ImGuiKey_End})
        ImGui::SetKeyOwner(key, ImGui::GetID("page"));
    if (io.WantTextInput || modal() || model.main().show.views.empty()) return;
    const auto pressed = [](ImGuiKey key, bool again = false) { return ImGui::IsKeyPressed(key, again); };
    if (io.KeyCtrl || io.KeySuper) {
      if (pressed(ImGuiKey_Z, true)) io.KeyShift ? model.redo() : model.undo();
      if (pressed(ImGuiKey_Y, true)) model.redo();
    }
    if (io.KeyCtrl || io.KeySuper || io.KeyAlt) return;
    const bool moving = model.running() || model.replayed() > 0;
    if (!io.NavVisible) {  // else these keys belong to what is focused
      if (pressed(ImGuiKey_Space)) model.play(!moving);
      if (pressed(ImGuiKey_RightArrow, true)) io.KeyShift ? model.to_event(false) : model.step(1);
      if (pressed(ImGuiKey_LeftArrow, true)) io.KeyShift ? model.to_event(true) : model.step(-1);
      if (pressed(ImGuiKey_Home)) model.seek(0);
      if (pressed(ImGuiKey_End)) model.seek(model.main().reached());
    }
    if (pressed(ImGuiKey_J)) model.play_back();
    if (pressed(ImGuiKey_K)) model.play(false);
    if (pressed(ImGuiKey_L)) model.play(true);
    if (ImGui::IsKeyPressed(ImGuiKey_R, false)) model.reset();
    if (ImGui::IsKeyPressed(ImGuiKey_N, false)) model.reseed(model.main().document.seed + 1);
  }

  /// Brings what the keyboard has come to into the middle of the screen.
  void follow_focus(const Input& in) {
    const ImGuiContext& g = *ImGui::GetCurrentContext();
    if (!g.IO.NavVisible || g.NavId == focused || !g.NavWindow || state.overlay != Overlay::None) return;
    focused = g.NavId;
    const ImRect r = ImGui::WindowRectRelToAbs(g.NavWindow, g.NavWindow->NavRectRel[ImGuiNavLayer_Main]);
    const float top = layout.content.top, bottom = in.height - layout.content.bottom, room = bottom - top;
    const bool in_a_bar = (r.Max.y <= top && r.Min.y >= 0) || (r.Min.y >= bottom && r.Max.y <= in.height);
    if (in_a_bar || (r.Min.y >= top && r.Max.y <= bottom)) return;
    const float middle = in.scroll + (r.Min.y + r.Max.y) / 2 - top - room / 2;
    host.scroll_to(std::clamp(middle, 0.f, std::max(0.f, layout.content.height - in.height)));
  }

  bool modal() const { return state.overlay != Overlay::None || ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup); }

  void tell_content(bool figure) {
    const bool under_something = (modal() || in_trouble(model)) && layout.width != Width::Desktop;
    layout.content.words_shown = state.overlay == Overlay::None && !under_something && !figure;
    if (!(layout.content == told_content)) told_content = layout.content, host.content(told_content);
  }

  void tell(const Input& in) {
    const Situation now = situation_of(model);
    const bool changed =
        now.status != told.status || now.study != told.study || now.title != told.title || now.variant != told.variant;
    if (now == told || (!changed && in.now - told_at < kSituationEvery && model.running())) return;
    told = now, told_at = in.now;
    host.situation(told);
  }

  /// The panels in a grid, under the top bar and over the run bar.
  void page(Context& c) {
    const Input& in = c.input;
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({in.width, in.height});
    ImGui::Begin("##page", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse);
    const std::string& note = model.main().remark;
    const float note_height = note.empty() ? 0 : c.w.paragraph({0, 0}, note, c.w.muted(), note_width(in), false);
    float claim = 0;
    for (const int v : shown_of(model, Kind::Claim)) claim = std::max(claim, claim_extra(c, v, chart_width(in)));
    layout = lay_out(in, model, {parameters_height(c, parameters_width(in)), note_height, claim, legend_height(c, cards_width(in))});
    const Content& content = layout.content;
    ImDrawList* list = ImGui::GetWindowDrawList();
    ImGui::PushClipRect({0, content.top}, {in.width, in.height - content.bottom}, true);
    if (!model.main().show.views.empty())
      cards(c);
    else
      c.w.text({in.width / 2, in.height / 2}, model.problem ? "" : "loading…", c.w.muted(), Align::Center);
    if (layout.width == Width::Desktop) list->AddLine({291.5f, 0}, {291.5f, in.height}, theme.border);
    ImGui::PopClipRect();
    if (!in.figure) top_bar(c, {0, 0, in.width, content.top});
    run_bar(c, {0, in.height - content.bottom, in.width, content.bottom});
    const float side = layout.width == Width::Desktop ? 292.f : 0.f;
    if (state.overlay == Overlay::None) trouble_banner(c, {side, 0, in.width - side, in.height - content.bottom});
    ImGui::End();
  }

  void draw(const Input& in) {
    const ImGuiContext& g = *ImGui::GetCurrentContext();
    settle = !g.InputEventsTrail.empty() || !g.InputEventsQueue.empty() ? kSettle : std::max(0, settle - 1);
    model.dirty = false;
    if (themed != static_cast<int>(in.dark)) {
      apply(theme, in.dark), themed = in.dark;
      if (arrangement) arrangement->style(theme);
    }
    if (!maps) maps = std::make_unique<HeatMaps>(), volumes = std::make_unique<Volumes>();
    Widgets widgets(theme, tip, in.coarse_pointer, in.now);
    if (ImGui::IsMouseClicked(0)) state.pointed.kept = false;
    Context c{host, model, *maps, *volumes, widgets, state, in};
    state.grips.clear();
    if (model.file_arrived) model.file_arrived = false, state.overlay = Overlay::Data;
    model.pass(in.now);
    keys();
    release(model, state.grasp);
    follow_prediction(model, state.predicting);
    if (arrangement)
      arrangement->draw(c);
    else
      page(c);
    if (state.overlay == Overlay::Gallery) gallery(c);
    if (state.overlay == Overlay::Data) data_dialogue(c);
    if (state.overlay == Overlay::Runs) runs_sheet(c);
    if (state.overlay == Overlay::Share) share_sheet(c);
    if (state.overlay == Overlay::Lens)
      rank_lens(c);
    else if (model.lens.open)
      model.close_lens();
    if (!arrangement) follow_focus(in), tell_content(in.figure);
    maps->sweep(), volumes->sweep();
    tell(in);
    if (!ImGui::IsAnyItemActive()) model.tell_address();
  }

  Host& host;
  Model model;
  Theme theme;
  std::unique_ptr<Arrangement> arrangement;
  int themed = -1, settle = kSettle;
  std::unique_ptr<HeatMaps> maps;
  std::unique_ptr<Volumes> volumes;
  State state;
  std::vector<std::byte> more_characters;  ///< a font file that the atlas reads
  Tip tip;
  ImGuiID focused = 0;
  Layout layout;
  Content told_content;
  Situation told;
  double told_at = -1;
  double time = 0;  ///< of the last draw
};

App::App(Host& host, std::unique_ptr<Arrangement> arrangement)
    : impl_(std::make_unique<Impl>(host, std::move(arrangement))) {
  impl_->model.start();
}
App::~App() = default;

void App::open(std::string_view document, bool play) { impl_->model.open(std::string(document), play); }
void App::undo() { impl_->model.undo(); }
void App::redo() { impl_->model.redo(); }
void App::pin() { impl_->model.pin(); }
std::string App::look() const { return encode(impl_->model.look_now(true)); }

void App::reply(std::string_view json) {
  if (const auto decoded = decode_reply(json)) impl_->model.reply(*decoded);
}

void App::message(std::span<const std::byte> bytes) { impl_->model.message(bytes, impl_->time); }

void App::draw(const Input& input) {
  impl_->time = input.now;
  impl_->draw(input);
}

bool App::wants_frame() const {
  if (impl_->model.dirty || impl_->model.arriving() || impl_->settle > 0 || impl_->tip.waits) return true;
  // ImGui's own: events that wait their turn, a hint about to appear, a key held, the wheel's grip on a window
  const ImGuiContext& g = *ImGui::GetCurrentContext();
  const bool hint_due = g.HoverItemDelayId != 0 && g.HoverItemDelayTimer < g.Style.HoverDelayNormal;
  const bool held = g.ActiveId != 0 && !g.IO.WantTextInput && !g.IO.MouseDown[0];
  return !g.InputEventsQueue.empty() || hint_due || held || g.WheelingWindowReleaseTimer > 0;
}
void App::more_characters(std::span<const std::byte> ttf) {
  impl_->more_characters.assign(ttf.begin(), ttf.end());
  ui::more_characters(impl_->theme, impl_->more_characters);
  impl_->model.dirty = true;
}
void App::graphics_lost() { impl_->maps.reset(), impl_->volumes.reset(); }
bool App::modal() const { return impl_->modal(); }
bool App::grabs(float x, float y) const {
  const auto& grips = impl_->state.grips;
  return !impl_->modal() && std::any_of(grips.begin(), grips.end(), [&](const Rect& r) {
    return x >= r.x && x < r.x + r.width && y >= std::max(r.y, impl_->layout.content.top) && y < r.y + r.height;
  });
}

}  // namespace rankscope::ui
