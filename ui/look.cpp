#include "ui/look.h"

#include <algorithm>
#include <iterator>

#include "ui/json.h"

namespace rankscope::ui {

std::string encode(const Look& look) {
  const Look usual;
  std::string out = "{";
  const auto member = [&](std::string_view key, const std::string& json) { ((out += out.size() > 1 ? "," : "") += quoted(key)) += ":" + json; };
  const auto list = [](const auto& items, auto json_of) {
    std::string text = "[";
    for (const auto& item : items) (text += text.size() > 1 ? "," : "") += json_of(item);
    return text + "]";
  };
  if (!look.views.empty()) member("views", list(look.views, [](const std::string& key) { return quoted(key); }));
  if (look.speed != usual.speed) member("speed", std::to_string(look.speed));
  if (look.slow_at_events) member("slow", "true");
  if (look.by_time) member("over", quoted("time"));
  std::string log;
  for (const auto& [view, on] : look.log) ((log += log.empty() ? "" : ",") += quoted(view)) += on ? ":true" : ":false";
  if (!log.empty()) member("log", "{" + log + "}");
  if (look.arrange != Arrange::Overlay) member("arrange", quoted(kArranges[static_cast<int>(look.arrange)]));
  if (!look.map.empty()) member("map", quoted(look.map));
  if (!look.predict.empty()) member("predict", quoted(look.predict));
  if (look.step >= 0) member("step", std::to_string(look.step));
  if (!look.beside.empty())
    member("beside", list(look.beside, [](const Beside& b) {
             return "{" + (b.name.empty() ? "" : "\"name\":" + quoted(b.name) + ",") + "\"color\":" + std::to_string(b.color) + ",\"document\":" + b.document + "}";
           }));
  if (!look.layout.empty()) member("layout", quoted(look.layout));
  return out + "}";
}

Look decode_look(std::string_view json) {
  Look look;
  rapidjson::Document root;
  if (!parse(root, json)) return look;
  look.views = texts(root, "views");
  look.speed = std::clamp(small(root, "speed", look.speed), 0, kMostSpeed);
  look.slow_at_events = flag(root, "slow");
  look.by_time = text(root, "over") == "time";
  if (const Json* log = get(root, "log"); log && log->IsObject())
    for (const auto& m : log->GetObject())
      if (m.value.IsBool()) look.log[text_of(m.name)] = m.value.GetBool();
  const auto arrange = std::find(std::begin(kArranges), std::end(kArranges), text(root, "arrange"));
  if (arrange != std::end(kArranges)) look.arrange = static_cast<Arrange>(arrange - std::begin(kArranges));
  look.map = text(root, "map"), look.predict = text(root, "predict"), look.layout = text(root, "layout");
  look.step = std::max<std::int64_t>(whole(root, "step", -1), -1);
  each(root, "beside", [&](const Json& b) {
    if (const Json* document = get(b, "document"); document && document->IsObject() && look.beside.size() < kMostBeside)
      look.beside.push_back({text(b, "name"), std::clamp(small(b, "color", static_cast<int>(look.beside.size()) + 1), 1, static_cast<int>(kMostBeside)), written(*document)});
  });
  return look;
}

}  // namespace rankscope::ui
