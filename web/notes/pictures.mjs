// node pictures.mjs SITE [STUDY...]: takes the pictures of the companion's figures, or only of those named, from a built site: each study
// in its figure mode at its last step, light and dark, into pictures/. Build the site again afterwards. Needs the browser of the tests,
// and pngquant (apt-get install pngquant), which brings a page with all of its pictures under its budget.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [site, ...only] = process.argv.slice(2);
if (!existsSync(join(site ?? "", "index.html"))) throw new Error("usage: node pictures.mjs SITE [STUDY...], SITE being the folder of a built site");
process.env.RANKSCOPE_SITE = resolve(site);
const { open } = await import("../../tests/web/harness.mjs");

const here = dirname(fileURLToPath(import.meta.url)), folder = join(here, "pictures");
const size = { width: 694, height: 434 };  // as wide as the column of text; at one and a half pixels to each of CSS, for screens and for paper
const colors = 24;
const figures = readdirSync(here).filter((name) => name.endsWith(".md"))
  .flatMap((name) => [...readFileSync(join(here, name), "utf8").matchAll(/\{\.figure ([^}]*)\}/g)])
  .map(([, said]) => Object.fromEntries([...said.matchAll(/(study|variant|view)=(?:"([^"]*)"|(\S+))/g)].map(([, key, quoted, plain]) => [key, quoted ?? plain])));

mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) if (!figures.some(({ study }) => name.replace(/-(light|dark)\.png$/, "") === study)) rmSync(join(folder, name));

const failed = [];
for (const figure of figures.filter(({ study }) => !only.length || only.includes(study))) {
  const { study } = figure;
  const started = performance.now();
  try {
    let bytes = 0;
    for (const colorScheme of ["light", "dark"]) {
      const session = await open({ ...size, dpr: 1.5, colorScheme, path: `index.html#${new URLSearchParams({ ...figure, figure: "" })}` });
      try {
        await session.ready();
        await session.page.evaluate(async () => {
          const document = await window.rankscope.document();
          await window.rankscope.pause();
          const left = document.steps - (await window.rankscope.stats()).step;
          if (left > 0) await window.rankscope.step(left);
        });
        await session.page.waitForTimeout(800);  // what the words' place and the axes take to settle
        if (session.errors.length) throw new Error(session.errors.join("; "));
        const png = execFileSync("pngquant", ["--speed", "1", "--nofs", "--strip", String(colors), "-"], { input: await session.page.screenshot(), maxBuffer: 1 << 24 });
        writeFileSync(join(folder, `${study}-${colorScheme}.png`), png);
        bytes += png.length;
      } finally {
        await session.close();
      }
    }
    console.log(`${study}: ${bytes} bytes, ${Math.round((performance.now() - started) / 1000)} s`);
  } catch (error) {
    failed.push(study);
    console.log(`${study}: no picture taken: ${String(error.message ?? error).split("\n")[0]}`);
  }
}
if (failed.length) {
  console.log(`Without a new picture: ${failed.join(", ")}`);
  process.exitCode = 1;
}
