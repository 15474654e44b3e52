// node assemble.mjs SITE MODULES: puts the static site together. Every reference between its files carries one hash of all
// of them (?v=...), so that a browser never mixes two versions.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [site, modules] = process.argv.slice(2);
const web = dirname(fileURLToPath(import.meta.url)), root = dirname(web);
const list = (folder, ending) => readdirSync(folder).filter((name) => name.endsWith(ending)).sort().map((name) => [name, join(folder, name)]);

const texts = new Map(["html", "css", "js"].flatMap((ending) => list(web, `.${ending}`)).map(([name, path]) => [name, readFileSync(path, "utf8")]));
for (const [name, path] of list(join(web, "words"), ".html")) texts.set(`words/${name}`, readFileSync(path, "utf8"));
const binaries = new Map(["rankscope_core", "rankscope_page"].flatMap((name) => [`${name}.js`, `${name}.wasm`])
  .map((name) => [name, readFileSync(join(modules, name))]));
for (const [name, path] of list(join(root, "data"), "")) binaries.set(`samples/${name}`, readFileSync(path));

function replace(name, from, to) {
  const text = texts.get(name);
  if (!text.includes(from)) throw new Error(`${name}: nothing to replace for ${from}`);
  texts.set(name, text.replaceAll(from, () => to));
}
replace("boot.js", "page: 0", `page: ${binaries.get("rankscope_page.wasm").length}`);
replace("index.html", "<!--words/cloth.html-->", texts.get("words/cloth.html").trim());

const hash = createHash("sha256");
for (const files of [texts, binaries]) for (const [name, content] of files) hash.update(name).update(content);
const version = hash.digest("hex").slice(0, 10);

rmSync(site, { recursive: true, force: true });
for (const folder of ["words", "samples"]) mkdirSync(join(site, folder), { recursive: true });
for (const [name, text] of texts) writeFileSync(join(site, name), text.replaceAll("?v=0", `?v=${version}`));
for (const [name, bytes] of binaries) writeFileSync(join(site, name), bytes);
for (const name of ["LICENSE", "THIRD_PARTY.md"]) copyFileSync(join(root, name), join(site, name));
writeFileSync(join(site, ".nojekyll"), "");  // a static host must not leave out files
writeFileSync(join(site, "package.json"), '{"type": "module"}\n');  // Debian 12's node 18 takes a .js for CommonJS without it
