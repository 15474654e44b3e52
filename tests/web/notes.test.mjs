// The companion to the lecture notes: valid, accessible, narrow, light, readable without JavaScript and on paper; its figures
// and its exercises.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { before, after, test } from "node:test";
import { brotliDecompressSync } from "node:zlib";
import { AxeBuilder } from "@axe-core/playwright";
import { HtmlValidate } from "html-validate";
import { open, site } from "./harness.mjs";

const folder = join(site, "notes");
const pages = readdirSync(folder).filter((name) => name.endsWith(".html")).sort();
const text = Object.fromEntries(pages.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const matches = (name, pattern) => [...text[name].matchAll(pattern)].map(([, found]) => found);

let session;
before(async () => { session = await open({ path: "notes/index.html" }); });
after(() => session.close());

/** A page of the companion in a context of its own. */
async function visit(name, options, use) {
  const context = await session.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  try {
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
    await page.goto(`${session.server.url}notes/${name}`);
    await use(page);
    assert.deepEqual(errors, [], name);
  } finally {
    await context.close();
  }
}

/** Answers and solutions open, and what follows from the new sizes done. */
const unfold = (page) => page.evaluate(() => new Promise((done) => {
  for (const box of document.querySelectorAll("details")) box.open = true;
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)));
}));

test("nine chapters and an index, each valid HTML", async () => {
  assert.deepEqual(pages, [..."123456789"].map((n) => `${n}.html`).concat("index.html"));
  const validator = new HtmlValidate({
    extends: ["html-validate:recommended"],
    rules: { "long-title": "off", "no-inline-style": "off", "no-trailing-whitespace": "off", "doctype-style": "off", "void-style": "off", "no-raw-characters": "off" },
  });
  for (const name of pages) {
    const report = await validator.validateString(text[name]);
    const said = report.results.flatMap(({ messages }) => messages).map(({ line, message, ruleId }) => `${name}:${line}: ${message} (${ruleId})`);
    assert.deepEqual(said, []);
  }
});

test("every link and every file that a page names is there", () => {
  const ids = Object.fromEntries(pages.map((name) => [name, new Set(matches(name, / id="([^"]+)"/g))]));
  const studies = JSON.parse(readFileSync(join(site, "catalog.json"), "utf8")).presets.map(({ key }) => key);
  for (const name of pages) {
    for (const link of matches(name, / (?:href|src|srcset)="([^"]+)"/g)) {
      if (/^(https:|data:)/.test(link)) continue;
      const [path, fragment] = link.replace(/\?v=\w+/, "").split("#");
      if (path) assert.ok(statSync(join(folder, path)).isFile(), `${name}: ${link}`);
      const study = fragment?.match(/^study=(.*)$/)?.[1];
      if (study) assert.ok(studies.includes(study), `${name}: there is no study ${study}`);
      else if (fragment) assert.ok(ids[path || name].has(fragment), `${name}: ${link}`);
    }
  }
});

test("every figure is a study that there is, with pictures in light and dark", () => {
  const studies = JSON.parse(readFileSync(join(site, "catalog.json"), "utf8")).presets.map(({ key }) => key);
  const figures = pages.flatMap((name) => matches(name, /<figure data-study="([^"]+)"/g));
  assert.equal(new Set(figures).size, figures.length, "no study twice");
  for (const n of "123456789") assert.ok(text[`${n}.html`].includes("<figure data-study="), `chapter ${n} has a figure`);
  for (const study of figures) {
    assert.ok(studies.includes(study), `there is no study ${study}`);
    for (const scheme of ["light", "dark"]) assert.ok(statSync(join(folder, `pictures/${study}-${scheme}.png`)).size > 2000, `${study}, ${scheme}`);
  }
  assert.ok(!pages.some((name) => text[name].includes('class="absent"')), "each picture is in its page");
});

test("the words of a study lead to its chapter", () => {
  for (const name of pages) {
    for (const study of matches(name, /<figure data-study="([^"]+)"/g)) {
      const words = readFileSync(join(site, `words/${study}.html`), "utf8");
      assert.ok(words.includes(`href="notes/${name}"`), `words/${study}.html leads to notes/${name}`);
    }
  }
});

test("each page with its style, scripts and pictures is under 120 kB, before any compression", () => {
  const size = (path) => statSync(join(folder, path)).size;
  const shared = ["notes.css", "notes.js", "exercises.js"].reduce((sum, path) => sum + size(path), 0);
  for (const name of pages) {
    const of = (scheme) => matches(name, new RegExp(`"(pictures/[^"?]+-${scheme}\\.png)`, "g")).reduce((sum, path) => sum + size(path), 0);
    const pictures = Math.max(of("light"), of("dark")), bytes = size(name) + shared + pictures;  // a browser takes those of one scheme
    assert.ok(bytes < 120000, `${name}: ${bytes} bytes, ${pictures} of them pictures`);
  }
});

/** The code points that a woff2 font has: its cmap of format 4 and 12. */
function characters(bytes) {
  const known = 63, tags = { 0: "cmap" };
  let at = 48;
  const base128 = () => { for (let value = 0; ;) { const b = bytes[at++]; value = value * 128 + (b & 127); if (b < 128) return value; } };
  const tables = [];
  for (let i = bytes.readUInt16BE(12); i > 0; --i) {
    const flags = bytes[at++];
    const tag = (flags & 63) === known ? bytes.toString("latin1", at, at += 4) : tags[flags & 63] ?? "";
    const length = base128(), glyphs = [10, 11].includes(flags & 63);  // glyf and loca, which may be transformed
    tables.push({ tag, length: (flags >> 6 !== 0) !== glyphs ? base128() : length });
  }
  const data = brotliDecompressSync(bytes.subarray(at)), found = new Set();
  let start = 0;
  for (const { tag, length } of tables) {
    if (tag === "cmap") {
      const cmap = data.subarray(start, start + length);
      for (let i = 0; i < cmap.readUInt16BE(2); ++i) {
        const sub = cmap.subarray(cmap.readUInt32BE(8 + 8 * i));
        if (sub.readUInt16BE(0) === 12) {
          for (let g = 0; g < sub.readUInt32BE(12); ++g) {
            for (let c = sub.readUInt32BE(16 + 12 * g); c <= sub.readUInt32BE(20 + 12 * g); ++c) found.add(c);
          }
        }
      }
    }
    start += length;
  }
  return found;
}

test("the mathematical font has every character of every formula, with the italics that browsers put in", () => {
  const font = characters(readFileSync(join(folder, "font/latinmodern-math.woff2")));
  assert.ok(font.size > 200);
  const italic = (letter) => {
    const c = letter.codePointAt(0);
    if (letter === "h") return 0x210e;
    if (/[A-Z]/.test(letter)) return c - 65 + 0x1d434;
    if (/[a-z]/.test(letter)) return c - 97 + 0x1d44e;
    if (/[α-ω]/.test(letter)) return c - 0x3b1 + 0x1d6fc;
    return { ϵ: 0x1d716, ϕ: 0x1d719, ϑ: 0x1d717 }[letter] ?? c;
  };
  for (const name of pages) {
    for (const formula of matches(name, /<math([^]*?)<\/math>/g)) {
      for (const [, tag, content] of formula.replaceAll(/<annotation[^]*?<\/annotation>/g, "").matchAll(/<(mi|mo|mn|mtext)\b[^>]*>([^<]*)</g)) {
        const plain = content.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
        const lone = tag === "mi" && [...plain].length === 1;
        for (const letter of plain) {
          const code = lone ? italic(letter) : letter.codePointAt(0);
          assert.ok(font.has(code), `${name}: U+${code.toString(16)} of ${letter}: add it to web/notes/subset-font`);
        }
      }
    }
  }
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing serious, ${colorScheme}, and a theme that was chosen in the page holds here too`, async () => {
    await visit("index.html", { colorScheme, reducedMotion: "reduce" }, async (page) => {
      for (const name of pages) {
        await page.goto(`${session.server.url}notes/${name}`);
        await unfold(page);
        const axe = new AxeBuilder({ page }).setLegacyMode(true);  // all is one frame: no second page to gather results in
        if (colorScheme === "dark") axe.withRules(["color-contrast", "link-in-text-block"]);  // the rest is the same in every colour
        const { violations } = await axe.analyze();
        const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        assert.deepEqual(serious.map(({ id, nodes }) => `${name}: ${id}: ${nodes[0].html}`), []);
      }
    });
    await visit("2.html", { colorScheme }, async (page) => {
      const other = colorScheme === "light" ? "dark" : "light";
      const before = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      await page.evaluate((theme) => localStorage.setItem("rankscope.theme", theme), other);
      await page.reload();
      assert.notEqual(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), before);
      const shown = await page.locator("figure img").first().evaluate(async (image) => {
        image.scrollIntoView();
        await image.decode();
        return image.currentSrc;
      });
      assert.ok(shown.includes(`-${other}.png`), shown);
    });
  });
}

test("390 px wide: nothing scrolls sideways, and what scrolls in its own box can be reached by keyboard", async () => {
  await visit("index.html", { viewport: { width: 390, height: 844 } }, async (page) => {
    for (const name of pages) {
      await page.goto(`${session.server.url}notes/${name}`);
      await unfold(page);
      const [wide, unreachable] = await page.evaluate(() => [document.documentElement.scrollWidth,
        [...document.querySelectorAll(".formula")].filter((box) => box.scrollWidth > box.clientWidth && box.tabIndex !== 0).length]);
      assert.ok(wide <= 390, `${name} is ${wide} px wide`);
      assert.equal(unreachable, 0, name);
    }
  });
});

test("without JavaScript the text, the formulas and the pictures are there", async () => {
  await visit("index.html", { javaScriptEnabled: false, viewport: { width: 800, height: 8000 } }, async (page) => {
    for (const name of pages) {
      await page.goto(`${session.server.url}notes/${name}`);
      const content = await page.locator("main").innerText();
      assert.ok(content.split(/\s+/).length > 250, `${name} has its text`);
      const count = await page.locator("math").count();
      assert.ok(count > 3, `${name}: ${count} formulas`);
      assert.ok((await page.locator("math").first().boundingBox()).height > 8, `${name}: formulas take room`);
      for (const image of await page.locator("figure img").all()) {
        const box = await image.boundingBox();
        assert.ok(box.width > 600 && box.height > 300, `${name}: a picture is drawn`);
      }
      assert.equal(await page.locator("button:visible, form:visible, iframe").count(), 0, `${name}: nothing that would not work`);
    }
  });
});

test("print: pictures in place of figures, no forms, no navigation, black on white", async () => {
  await visit("2.html", { colorScheme: "dark" }, async (page) => {
    await page.locator("figure").first().scrollIntoViewIfNeeded();
    await page.locator(".screen.live:not(.loading)").first().waitFor({ timeout: 60000 });
    assert.ok((await page.locator("iframe:visible").count()) >= 1);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("iframe:visible, button:visible, form:visible, header:visible").count(), 0);
    assert.ok((await page.locator("figure img:visible").count()) >= 1);
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), "rgb(255, 255, 255)");
    assert.ok((await page.locator("figure img").first().evaluate((image) => image.currentSrc)).includes("-light.png"));
  });
});
