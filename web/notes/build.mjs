// node build.mjs OUT PANDOC: the companion's pages, from Markdown with TeX, as plain HTML with MathML; and what lies beside them.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [out, pandoc] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const chapters = readdirSync(here).filter((name) => /^\d-.*\.md$/.test(name)).sort()
  .map((name) => {
    const [title, description] = ["title", "description"].map((key) => readFileSync(join(here, name), "utf8").match(new RegExp(`^${key}: (.*)$`, "m"))[1]);
    return { name, number: name[0], title, description };
  });
const list = chapters.map(({ number, title, description }) => `<li><a href="${number}.html">${title}</a><br>${description}</li>`).join("\n");

const tall = (formula) => /<(mfrac|munderover|munder|mtable)\b/.test(formula.replaceAll(/<mstyle displaystyle="false">.*?<\/mstyle>/g, ""));

/** Brackets around nothing tall stay as they are: a stretched one brings side bearings that f(x) does not want. */
function brackets(formula) {
  const open = [], plain = new Set();
  for (const { 1: form, index } of formula.matchAll(/<mo stretchy="true" form="(prefix|postfix)">/g)) {
    if (form === "prefix") open.push(index);
    else if (open.length && !tall(formula.slice(open.at(-1), index))) plain.add(open.pop()).add(index);
    else open.pop();
  }
  return formula.replaceAll('stretchy="true"', (_, at) => `stretchy="${!plain.has(at - 4)}"`);
}

/** pandoc's MathML as browsers draw MathML Core: there letters of a <mi> are italic unless told, and cells centred. */
function mathematics(html) {
  const text = html.replaceAll(/<math[^]*?<\/math>/g, (formula) => brackets(formula)
    .replaceAll(/(<mo[^>]*>[=≤≥≈←⟨,]<\/mo>|\(<\/mo>|<mrow>)<mo>−<\/mo>/g, '$1<mo form="prefix">−</mo>')
    .replaceAll(/<mo>ℓ<\/mo>/g, "<mi>ℓ</mi>")
    .replaceAll(/<mi>([∇∂Α-Ω])<\/mi>/g, '<mi mathvariant="normal">$1</mi>')
    .replaceAll("<mo>*</mo>", "<mo>∗</mo>")
    .replaceAll("\u0307", "\u02d9")  // a dot above that stands by itself is centred by what is below it
    .replaceAll("<mi>/</mi>", '<mo lspace="0" rspace="0" stretchy="false">/</mo>')
    .replaceAll(/(?<=<\/(?:mi|mn|msub|msup|mfrac|mrow)>(?:<msub>)?)<mo>([A-Za-z]{2,})<\/mo>/g, '<mo lspace="0.17em" rspace="0.17em">$1</mo>')
    .replaceAll(/<mo>([A-Za-z]{2,})<\/mo>(?=<mrow><mo[^>]*>\()/g, '<mo lspace="0" rspace="0">$1</mo>')
    .replaceAll(/<mo>([A-Za-z]{2,})<\/mo>/g, '<mo lspace="0" rspace="0.17em">$1</mo>')
    .replaceAll(/<mo([^>]*)>∥<\/mo>/g, '<mo$1 lspace="0" rspace="0">‖</mo>')
    .replaceAll(/<mstyle mathvariant="double-struck">(.*?)<\/mstyle>/g, "$1")
    .replaceAll(/<mtable>(?=<mtr><mtd columnalign="(?:right|left)")/g, '<mtable class="aligned" displaystyle="true">')
    .replaceAll(/ columnalign="(\w+)"/g, ' class="$1"'));
  const lost = text.match(/<mstyle mathvariant[^>]*>.*?<\/mstyle>/);
  if (lost) throw new Error(`browsers do not know ${lost[0]}: write \\operatorname, or a letter without \\mathrm`);
  return text.replaceAll(/(<math display="inline"(?:(?!<\/math>)[^])*<\/math>)([.,;:?!)]+)/g, '<span class="tie">$1$2</span>');
}

function page(source, target, variables) {
  const options = ["--from", "markdown", "--to", "html5", "--mathml", "--wrap", "preserve", "--template", join(here, "template.html"), "--fail-if-warnings",
    "--lua-filter", join(here, "filter.lua"), "--resource-path", here, ...Object.entries(variables).flatMap(([key, value]) => ["--metadata", `${key}=${value}`])];
  const html = execFileSync(pandoc, [join(here, source), ...options], { encoding: "utf8" });
  writeFileSync(join(out, target), mathematics(html).replace("<p>CHAPTERS</p>", `<ol>\n${list}\n</ol>`));
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
chapters.forEach(({ name, number }, i) => {
  const [before, after] = [chapters[i - 1], chapters[i + 1]];
  page(name, `${number}.html`, {
    number, ...(before && { previous: before.number, "previous-title": before.title }), ...(after && { next: after.number, "next-title": after.title }),
  });
});
page("index.md", "index.html", {});
for (const name of ["notes.css", "notes.js", "exercises.js", "font", "pictures"]) cpSync(join(here, name), join(out, name), { recursive: true });
