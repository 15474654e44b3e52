// What every browser test needs: the site on loopback, a headless Chromium with WebGL 2, a page of a chosen size.
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "../../scripts/serve.mjs";

const repository = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** The folder under test, and where screenshots go; ctest sets both. */
export const site = process.env.RANKSCOPE_SITE ?? join(repository, "build/web/site");
export const artifacts = process.env.RANKSCOPE_ARTIFACTS ?? join(repository, "build/web/artifacts");

const flags = [
  "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
  "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

function browserPath() {
  const known = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/snap/bin/chromium",
    "/usr/bin/google-chrome"];
  const found = known.find((path) => path && existsSync(path));
  if (!found) throw new Error("No Chromium here: run ./scripts/setup, or set CHROMIUM to its path.");
  return found;
}

/**
 * Opens the page. `width` and `height` are CSS pixels, `dpr` the device pixel ratio, `touch` a phone's input,
 * `path` what follows the address (a document's "#..." too), `colorScheme` "light" or "dark", `arguments` more browser
 * flags, `prepare(page)` runs before the first byte is asked for.
 * Resolves to { page, context, browser, server, errors, bytes(), ready(), screenshot(name), close() }; `errors` holds
 * what the page threw or logged as an error, and tests assert that it stays empty.
 */
export async function open({ width = 1280, height = 800, dpr = 1, touch = false, path = "", colorScheme = "light",
  arguments: more = [], prepare } = {}) {
  const server = await serve(site);
  const browser = await chromium.launch({ executablePath: browserPath(), headless: true, args: [...flags, ...more] });
  const context = await browser.newContext({
    viewport: { width, height }, deviceScaleFactor: dpr, hasTouch: touch, isMobile: touch, colorScheme,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  await prepare?.(page);
  await page.goto(server.url + path);

  return {
    page, context, browser, server, errors,
    /** Bytes of all bodies sent so far, as they went over the wire (gzip). */
    bytes: () => server.sent.reduce((sum, answer) => sum + answer.bytes, 0),
    /** Until the page says that it is ready and has drawn. */
    async ready(timeout = 30000) {
      await page.waitForFunction(() => window.rankscope !== undefined, undefined, { timeout });
      await page.evaluate(() => window.rankscope.ready);
      await page.waitForFunction(async () => (await window.rankscope.stats()).draws > 0, undefined, { timeout });
    },
    /** Saves a PNG of the viewport under artifacts/ and returns its bytes. */
    async screenshot(name) {
      mkdirSync(artifacts, { recursive: true });
      return page.screenshot({ path: join(artifacts, `${name}.png`) });
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
