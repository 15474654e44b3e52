#include "lab/study.h"

#include <algorithm>
#include <limits>

namespace rankscope {

std::vector<std::vector<double>> Record::series(std::string_view key, Part part) const {
  std::vector<std::vector<double>> out;
  for (std::size_t i = 0; i < views.size(); ++i)
    if (views[i].key == key)
      for (const Frame& f : frames)
        if (const Series* s = f.find(static_cast<std::uint32_t>(i), part)) out.push_back(s->data);
  return out;
}

double Record::last(std::string_view key) const {
  const auto all = series(key);
  return all.empty() || all.back().empty() ? std::numeric_limits<double>::quiet_NaN() : all.back().front();
}

const Entry* Tables::system(std::string_view key) const {
  for (const Entry& e : systems)
    if (e.key == key) return &e;
  return nullptr;
}

const Study* Tables::preset(std::string_view key) const {
  for (const Study& s : presets)
    if (s.key == key) return &s;
  return nullptr;
}

Document document_of(const Entry& entry) {
  Document d;
  d.system = entry.key;
  auto settings = complete(entry.params, {});
  assert(settings);
  d.settings = *settings;
  return d;
}

bool beside(const Study& study) {
  return std::any_of(study.runs.begin(), study.runs.end(), [](const Variant& v) { return !v.system.empty(); });
}

Result<Document> document_of(const Tables& tables, const Study& study, std::string_view variant) {
  const Variant* chosen = nullptr;
  for (const Variant& v : study.runs)
    if (v.name == variant || (variant.empty() && !chosen)) chosen = &v;
  if (!chosen) {
    std::vector<std::string> names;
    for (const Variant& v : study.runs) names.push_back(v.name);
    std::string all;
    for (const auto& n : names) all += (all.empty() ? "" : ", ") + n;
    return Error{"variant", "'" + std::string(variant) + "' is not a run of " + study.key, "its runs: " + all};
  }
  const bool own = chosen->system.empty();
  const Entry* entry = tables.system(own ? study.system : chosen->system);
  assert(entry);
  Settings settings = own ? study.settings : Settings{};
  for (const auto& [key, value] : chosen->settings) settings[key] = value;
  auto completed = complete(entry->params, settings);
  if (!completed) return completed.error();
  Document d;
  d.study = study.key;
  d.variant = chosen->name;
  d.system = entry->key;
  d.settings = *completed;
  for (const auto& [key, sample] : study.inputs) d.inputs[key] = {sample, ""};
  d.seed = study.seed;
  d.steps = study.steps;
  d.every = study.every;
  d.record = study.record;
  if (beside(study)) {
    assert(study.inputs.empty());
    const auto views = entry->views(d.settings, {});
    std::erase_if(d.record, [&](const std::string& key) { return std::none_of(views.begin(), views.end(), [&](const ViewInfo& v) { return v.key == key; }); });
  }
  return d;
}

}  // namespace rankscope
