#include "native/run_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "io/document.h"
#include "io/file.h"
#include "io/link.h"

namespace rankscope {
namespace {

constexpr std::int64_t kMost = 1000000000000000;  // steps

/// "key=value" at its first sign.
std::pair<std::string, std::string> split(const std::string& text) {
  const auto sign = text.find('=');
  return {text.substr(0, sign), text.substr(sign + 1)};
}

/// `--set a=1 cloth`: an option that takes several words has taken the next argument too.
void give_back(std::vector<std::string>& words, std::string& what) {
  for (auto it = words.begin(); it != words.end(); ++it)
    if (what.empty() && it->find('=') == std::string::npos) {
      what = *it;
      words.erase(it);
      return;
    }
}

}  // namespace

void add_run_options(CLI::App& app, RunOptions& options, const std::string& out_help) {
  app.add_option("what", options.what, "A preset, a system, a FILE.json as `rankscope run --out` writes it, a link, or a document's JSON");
  app.add_option("--set", options.set, "Parameters, key=value ...");
  app.add_option("--input", options.input, "Inputs, name=path[?option] ... or name=sample; name= takes one away");
  app.add_option("--from", options.from, "Start from the factors, and the optimizer's arrays, of this FILE.npz");
  app.add_option("--seed", options.seed, "Of everything that is drawn")
      ->check(CLI::Range(std::int64_t{0}, largest_seed));
  app.add_option("--steps", options.steps, "At most so many")->check(CLI::Range(std::int64_t{0}, kMost));
  app.add_option("--until-time", options.until.time, "Stop at this flow time, if the steps last that long")->check(CLI::PositiveNumber);
  app.add_option("--until-loss", options.until.loss, "Stop once the training loss is as low")->check(CLI::PositiveNumber);
  app.add_option("--until-seconds", options.until.seconds, "Stop after so much wall time")->check(CLI::PositiveNumber);
  app.add_option("--every", options.every, "A record each so many steps")->check(CLI::Range(std::int64_t{1}, kMost));
  app.add_option("--out", options.out, out_help);
}

Result<void> settle(RunOptions& options) {
  give_back(options.set, options.what);
  give_back(options.input, options.what);
  for (const auto* words : {&options.set, &options.input})
    for (const std::string& word : *words)
      if (word.find('=') == std::string::npos || word[0] == '=')
        return Error{word, "is not key=value", words == &options.set ? "--set key=value" : "--input name=path"};
  return {};
}

Result<Received> base_document(const Tables& tables, const std::string& what, std::string& beside) {
  std::error_code none;
  const auto text = what.find_first_not_of(" \t\r\n");
  const bool json = text != std::string::npos && what[text] == '{';
  if (json || (is_link(what) && !std::filesystem::is_regular_file(what, none))) return receive(what, tables, Reading::Strict, json ? "JSON" : "");
  const bool file = what.find('/') != std::string::npos || what.ends_with(".json") ||
                    (!tables.preset(what) && !tables.system(what) && std::filesystem::is_regular_file(what, none));
  if (!file) {
    auto document = document_of_key(tables, what);
    if (!document) return document.error();
    return Received{std::move(*document), {}, {}};
  }
  auto bytes = read_file(what);
  if (!bytes) return bytes.error();
  beside = std::filesystem::path(what).parent_path().string();
  return receive(std::string_view(reinterpret_cast<const char*>(bytes->data()), bytes->size()), tables, Reading::Strict, what);
}

Result<void> apply(const Tables& tables, const RunOptions& options, Document& document) {
  const Entry& entry = *tables.system(document.system);
  std::vector<std::string> params, inputs;
  for (const Param& p : entry.params) params.push_back(p.key);
  for (const InputInfo& i : entry.inputs) inputs.push_back(i.key);
  const auto nearby = [&](const std::string& key, const std::vector<std::string>& known) {
    const std::string near = nearest(key, known);
    return near.empty() ? "see `rankscope show " + entry.key + "`" : "did you mean '" + near + "'?";
  };
  for (const std::string& text : options.set) {
    const auto [key, value] = split(text);
    const Param* p = find(entry.params, key);
    if (!p) return Error{"--set " + key, "is not a parameter of " + entry.key, nearby(key, params)};
    auto parsed = parse(*p, value);
    if (!parsed) return Error{"--set " + key, parsed.error().what, parsed.error().remedy};
    document.settings[key] = *parsed;
  }
  for (const std::string& text : options.input) {
    const auto [key, path] = split(text);
    if (std::find(inputs.begin(), inputs.end(), key) == inputs.end())
      return Error{"--input " + key, "is not an input of " + entry.key, nearby(key, inputs)};
    if (path.empty())
      document.inputs.erase(key);
    else
      document.inputs[key] = {path, ""};
  }
  if (!options.from.empty()) {
    if (std::find(inputs.begin(), inputs.end(), "start") == inputs.end())
      return Error{"--from", entry.key + " cannot start from a file", "see `rankscope show " + entry.key + "` for its inputs"};
    document.inputs["start"] = {options.from + "?array=*", ""};
  }
  if (options.seed) document.seed = static_cast<std::uint64_t>(*options.seed);
  if (options.steps) document.steps = *options.steps;
  if (options.every) document.every = *options.every;
  for (const UntilRule& rule : until_rules())
    if (options.until.*(rule.value) > 0) document.until.*(rule.value) = options.until.*(rule.value);
  return {};
}

}  // namespace rankscope
