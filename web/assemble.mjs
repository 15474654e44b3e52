// node assemble.mjs SITE MODULES NOTES: puts the static site together. Every reference between its files carries one hash of all
// of them (?v=...), so that a browser never mixes two versions.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [site, modules, notes] = process.argv.slice(2);
const web = dirname(fileURLToPath(import.meta.url)), root = dirname(web);
const list = (folder, ending) => readdirSync(folder).filter((name) => name.endsWith(ending)).sort().map((name) => [name, join(folder, name)]);

/** All files below a folder: [["pictures/a.png", path]...]. */
const below = (folder) => list(folder, "").flatMap(([name, path]) =>
  statSync(path).isDirectory() ? below(path).map(([rest, place]) => [`${name}/${rest}`, place]) : [[name, path]]);

const texts = new Map(["html", "css", "js"].flatMap((ending) => list(web, `.${ending}`)).map(([name, path]) => [name, readFileSync(path, "utf8")]));
for (const [name, path] of list(join(web, "words"), ".html")) texts.set(`words/${name}`, readFileSync(path, "utf8"));
const wasm = ["rankscope_first", "rankscope_core", "rankscope_page", "rankscope_page_more"];
const binaries = new Map(wasm.map((name) => [`${name}.wasm`, readFileSync(join(modules, `${name}.wasm`))]));
for (const [name, made] of [["first", "first"], ["core", "core"], ["page", "interface"]]) binaries.set(`rankscope_${name}.js`, readFileSync(join(modules, `rankscope_${made}.js`)));
for (const [name, path] of list(join(root, "data"), "")) binaries.set(`samples/${name}`, readFileSync(path));
binaries.set("fonts/Inter-More.ttf", readFileSync(join(web, "fonts/Inter-More.ttf")));
for (const [name, path] of existsSync(notes) ? below(notes) : []) {
  if (/\.(html|css|js)$/.test(name)) texts.set(`notes/${name}`, readFileSync(path, "utf8"));
  else binaries.set(`notes/${name}`, readFileSync(path));
}

const write = (name, content) => {
  mkdirSync(dirname(join(site, name)), { recursive: true });
  writeFileSync(join(site, name), content);
};
rmSync(site, { recursive: true, force: true });
for (const [name, bytes] of binaries) write(name, bytes);
for (const name of ["LICENSE", "THIRD_PARTY.md"]) copyFileSync(join(root, name), join(site, name));
write(".nojekyll", "");  // a static host must not leave out files
write("package.json", '{"type": "module"}\n');  // Debian 12's node 18 takes a .js for CommonJS without it

// What the two cores know, from themselves.
for (const name of ["core.js", "memory.js", "wasm.js"]) write(name, texts.get(name));
const { openCore } = await import(pathToFileURL(join(site, "core.js")));
const catalog = async (name) => (await openCore({ name, wasmBinary: binaries.get(`${name}.wasm`) })).command('{"do":"list"}');
const first = JSON.parse(await catalog("rankscope_first")), keys = (rows) => JSON.stringify(rows.map(({ key }) => key));
texts.set("catalog.json", await catalog("rankscope_core"));

function replace(name, from, to) {
  const text = texts.get(name);
  if (!text.includes(from)) throw new Error(`${name}: nothing to replace for ${from}`);
  texts.set(name, text.replaceAll(from, () => to));
}
for (const name of wasm) replace("wasm.js", `${name}: 0`, `${name}: ${binaries.get(`${name}.wasm`).length}`);
replace("cores.js", "studies: []", `studies: ${keys(first.presets)}`);
replace("cores.js", "systems: []", `systems: ${keys(first.systems)}`);
replace("index.html", "<!--words/cloth.html-->", texts.get("words/cloth.html").trim());

// Comments are for the repository; rankscope.js is there to be read.
for (const [name, text] of texts) {
  if (/\.js$/.test(name) && name !== "rankscope.js") texts.set(name, text.replace(/^ *\/\*\*[^]*?\*\/\n|^ *\/\/.*\n/gm, ""));
}

const hash = createHash("sha256");
for (const files of [texts, binaries]) for (const [name, content] of files) hash.update(name).update(content);
const version = hash.digest("hex").slice(0, 10);
for (const [name, text] of texts) write(name, text.replaceAll("?v=0", `?v=${version}`));
