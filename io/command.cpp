#include "io/command.h"

#include <algorithm>
#include <cmath>

#include "lab/settings.h"

namespace rankscope {

Result<std::string> text_field(const Json& c, const char* key) {
  const Json* v = c.find(key);
  if (!v || !v->text()) return Error{key, "must be a text", ""};
  return *v->text();
}

Result<double> number_field(const Json& c, const char* key, double low, double high) {
  const Json* v = c.find(key);
  if (!v || !(v->number() >= low && v->number() <= high))
    return Error{key, "must be a number", "allowed: " + to_text(low) + " to " + to_text(high)};
  return v->number();
}

void write_head(JsonWriter& out, const Json& command) {
  out.begin_object();
  if (const Json* verb = command.find("do"); verb && verb->text()) out.member("do", *verb->text());
  for (const char* key : {"slot", "id"})
    if (const Json* v = command.find(key)) {
      if (v->text())
        out.member(key, *v->text());
      else if (v->whole())
        out.member(key, *v->whole());
      else if (v->is_number())
        out.member(key, v->number());
    }
}

std::string refusal(const Json& command, const Error& e) {
  JsonWriter out;
  write_head(out, command);
  out.key("error")
      .begin_object()
      .member("where", e.where)
      .member("what", e.what)
      .member("remedy", e.remedy)
      .end_object();
  return out.end_object().text();
}

void write_description(JsonWriter& out, const Data& data) {
  std::int64_t size = 0, entries = 0;
  constexpr const char* kForms[] = {"dense", "triplets", "state"};
  out.member("form", kForms[data->index()]).key("shape").begin_array();
  if (const auto* d = std::get_if<Dense>(data.get())) {
    for (const std::int64_t n : d->shape) out.value(n);
    size = d->size();
    entries = std::count_if(d->data.begin(), d->data.end(), [](double x) { return std::isfinite(x); });
  } else if (const auto* t = std::get_if<Triplets>(data.get())) {
    out.value(t->rows).value(t->cols);
    size = t->rows * t->cols;
    entries = static_cast<std::int64_t>(t->value.size());
  }
  out.end_array().member("entries", entries).member("gaps", size - entries).member("hash", hash(data));
}

}  // namespace rankscope
