// node split.mjs WASM LIST OBJECTS... -- NM WASM_SPLIT WASM_OPT OUT: parts the interface module in two, OUT.wasm and OUT_more.wasm, and makes both small.
// WASM has the names of its functions, LIST (second_part.txt) says which of them go into the second part, and OBJECTS are what it was linked from.
// The first part keeps all that its exports and its table reach without passing through one of those.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";

const given = process.argv.slice(2), [wasm, list, ...objects] = given.slice(0, given.indexOf("--")), [nm, wasmSplit, wasmOpt, out] = given.slice(given.indexOf("--") + 1);
const run = (command, ...args) => execFileSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 30, stdio: ["ignore", "pipe", "inherit"] });
const plain = (name) => name.replace(/\\([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));

// --- What the list says ---
const rules = readFileSync(list, "utf8").split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
const sources = rules.filter((rule) => rule.endsWith(".cpp"));
const patterns = rules.filter((rule) => !rule.endsWith(".cpp")).map((rule) => ({
  rule, stays: rule.startsWith("!"), fits: new RegExp(`^${rule.replace(/^!/, "").replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`),
}));
const used = new Set();

/** The rule of an object file, if it has one: .../ui/CMakeFiles/rankscope_ui.dir/panels/tree.cpp.o is ui/panels/tree.cpp. */
const sourceOf = (object) => sources.find((source) => normalize(object).replace(/CMakeFiles\/[^/]*\.dir\//, "").endsWith(`/${source}.o`));

const elsewhere = new Set(), theirs = new Map();  // functions of other sources; of listed ones, with their rules
const doors = new Set();                          // what other sources can call
for (const object of objects) {
  const source = sourceOf(object);
  for (const line of run(nm, "--demangle", "--defined-only", object).split("\n")) {
    const [, kind, name] = line.match(/^\S* *([TtWw]) (.*)$/) ?? [];
    if (!name) continue;
    source ? theirs.set(name, source) : elsewhere.add(name);
    if (kind === "T") doors.add(name);
  }
}
for (const name of elsewhere) theirs.delete(name);

const said = (name) => plain(name).replace(/\.\d+$/, "");  // two that are called the same are numbered

/** Undefined: not by a rule of its own. */
function later(name) {
  const called = said(name), pattern = patterns.findLast(({ fits }) => fits.test(called)), rule = pattern?.rule ?? theirs.get(called);
  if (rule) used.add(rule);
  return pattern ? (pattern.stays ? undefined : "named") : rule && (doors.has(called) ? "door" : "own");
}

// --- Who calls whom ---
const calls = new Map(), exported = [], inTable = [];
for (const line of run(wasmOpt, wasm, "--all-features", "--print-call-graph", "-o", "/dev/null").split("\n")) {
  const [, from, to] = line.match(/^ {2}"(.*)" -> "(.*)";/) ?? [];
  if (from) calls.get(from).push(to);
  const [, name, style] = line.match(/^ {2}"(.*)" \[(style=.*)\];/) ?? [];
  if (!name) continue;
  if (!calls.has(name)) calls.set(name, []);
  if (style.includes("gray")) exported.push(name);
  else if (style.includes("rounded")) inTable.push(name);
}
const second = new Map([...calls.keys()].map((name) => [name, later(name)]).filter(([, how]) => how)), first = new Set();
const waiting = [...exported, ...inTable.filter((name) => !second.has(name))];
while (waiting.length) {
  const name = waiting.pop();
  if (first.has(name)) continue;
  first.add(name);
  // What a listed source has for itself but another one calls is there twice in the sources, and the compiler has merged the two.
  waiting.push(...calls.get(name).filter((callee) => !second.has(callee) || second.get(callee) === "own"));
}

const stale = rules.filter((rule) => /^!?(ui\/|rankscope::)/.test(rule) && !used.has(rule));  // third-party sources have more than one release
if (stale.length) throw new Error(`${list}: nothing in the module fits ${stale.join(", ")}`);

// --- Two modules ---
const folder = mkdtempSync(join(tmpdir(), "rankscope-split-"));
try {
  const [names, one, two] = ["names", "one.wasm", "two.wasm"].map((name) => join(folder, name));
  writeFileSync(names, [...calls.keys()].filter((name) => !first.has(name)).join("\n"));
  run(wasmSplit, wasm, "--all-features", "--quiet", `--split-funcs=@${names}`, "--placeholdermap", "-o1", one, "-o2", two);
  writeFileSync(`${out}.placeholders`, plain(readFileSync(`${one}.placeholders`, "utf8")));
  // Once more over the whole of it, from flat code: 4 kB less.
  for (const [part, path] of [[one, `${out}.wasm`], [two, `${out}_more.wasm`]]) {
    run(wasmOpt, part, "--enable-simd", "--enable-mutable-globals", "-Oz", "--flatten", "--rereloop", "-Oz", "-Oz", "-o", path);
  }
} finally {
  rmSync(folder, { recursive: true });
}
