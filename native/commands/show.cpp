#include "io/declaration.h"
#include "lab/number.h"
#include "native/commands/commands.h"
#include "native/terminal.h"

namespace rankscope {
namespace {

std::string range_of(const Param& p) {
  if (!p.choices.empty()) {
    std::string out;
    for (const std::string& c : p.choices) out += (out.empty() ? "" : " | ") + c;
    return out;
  }
  if (std::holds_alternative<bool>(p.initial)) return "true | false";
  if (std::holds_alternative<std::string>(p.initial)) return "text";
  return shortest(p.range.low) + " to " + shortest(p.range.high) +
         (std::holds_alternative<std::vector<std::int64_t>>(p.initial) ? ", a list" : "");
}

}  // namespace

int show_command(const Tables& tables, const std::string& key, bool json) {
  auto declaration = declaration_of(tables, key);
  if (!declaration) return complain(declaration.error());
  const Declaration& d = *declaration;
  if (json) {
    print(show_json(d, true));
    return kOk;
  }
  print(key + " - " + (d.study ? d.study->title : d.entry->title));
  if (d.study) {
    print(d.study->sentence);
    print("system  " + d.entry->key);
    print("cite    " + d.study->cite);
    print("claim   " + d.study->claim);
    std::string runs;
    for (const Variant& v : d.study->runs) runs += (runs.empty() ? "" : ", ") + v.name;
    print("runs    " + runs);
  } else {
    print(d.entry->summary);
    print("paper   " + d.entry->paper);
  }
  print(format("steps   %lld, a record each %lld", static_cast<long long>(d.document.steps),
               static_cast<long long>(d.document.every)));
  const double cost = d.entry->cost(d.document.settings, d.inputs);
  const double forward = d.entry->forward_cost ? d.entry->forward_cost(d.document.settings, d.inputs) : 0;
  print(format("cost    %.3g flops a step", cost) +
        (forward > 0 ? format(": the loss %.3g, its gradient %.3g, %.2f times as many", forward, cost - forward, (cost - forward) / forward) : ""));
  print("time    " + d.entry->time_axis);

  std::string group = "\n";
  for (const Param& p : d.entry->params) {
    if (p.group != group) print("\nparameters: " + (group = p.group));
    const auto value = d.document.settings.at(p.key);
    std::string text = to_text(value);
    if (text.empty()) text = "none";
    if (!p.lowest.empty() && text == shortest(p.range.low)) text += " = " + p.lowest;
    print(format("  %-16s %s%s%s  [%s]%s", p.key.c_str(), text.c_str(), p.unit.empty() ? "" : " ", p.unit.c_str(),
                 range_of(p).c_str(), p.when == When::Live ? "  live" : ""));
    print("      " + p.label + ". " + p.help);
    if (!p.relevant.key.empty()) {
      std::string values;
      for (const std::string& v : p.relevant.values) values += (values.empty() ? "" : " or ") + v;
      print("      matters while " + p.relevant.key + " is " + values);
    }
    if (!p.decided_by.empty()) print("      matters while the input " + p.decided_by + " is not given");
  }
  print("\ninputs");
  for (const InputInfo& i : d.entry->inputs) {
    const auto it = d.document.inputs.find(i.key);
    print(format("  %-16s %s%s", i.key.c_str(), i.help.c_str(),
                 it == d.document.inputs.end() ? "" : ("  [" + it->second.name + "]").c_str()));
  }
  print("\nviews");
  for (const ViewInfo& v : d.entry->views(d.document.settings, d.inputs))
    print(format("  %-24s %-8s %s%s%s", v.key.c_str(), word(v.kind), v.help.c_str(),
                 v.unit.empty() ? "" : ("  [" + v.unit + "]").c_str(), v.grasp ? "  [its entries can be moved]" : ""));
  return kOk;
}

}  // namespace rankscope
