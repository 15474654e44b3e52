// The page in Firefox, driven over WebDriver BiDi, on a screen of its own that Xvfb gives and Mesa draws: without one it has no WebGL 2.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { serve } from "../../scripts/serve.mjs";
import { artifacts, site } from "./harness.mjs";

const bar = 12;  // CSS px of its scroll bar, which lies beside the page

function browserPath() {
  const found = [process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox", "/snap/bin/firefox"].find((path) => path && existsSync(path));
  if (!found) throw new Error("No Firefox here: run ./scripts/setup, or set FIREFOX to its path.");
  return found;
}

/** A virtual screen: { name, close() }. */
function screen() {
  const xvfb = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"], { stdio: ["ignore", "ignore", "inherit", "pipe"] });
  return new Promise((resolve, reject) => {
    xvfb.once("error", reject);
    xvfb.once("exit", (code) => reject(new Error(`Xvfb ended with ${code}`)));
    xvfb.stdio[3].once("data", (number) => resolve({ name: `:${String(number).trim()}`, close: () => xvfb.kill() }));
  });
}

/**
 * Opens the page, as harness.mjs does in Chromium. `path` is what follows the address, `dark` the colour scheme, `webgl: false` a Firefox that
 * has none.
 * Resolves to { page, server, errors, ready(), screenshot(name), close() }; `page` is puppeteer's.
 */
export async function openFirefox({ width = 1280, height = 800, path = "", dark = false, webgl = true } = {}) {
  const server = await serve(site), display = webgl ? await screen() : null;
  const { DISPLAY, WAYLAND_DISPLAY, ...env } = process.env;
  const browser = await puppeteer.launch({
    browser: "firefox", executablePath: browserPath(), headless: true, defaultViewport: { width: width + bar, height },
    extraPrefsFirefox: { "layout.css.prefers-color-scheme.content-override": dark ? 0 : 1 },
    env: { ...env, LIBGL_ALWAYS_SOFTWARE: "1", ...(display && { DISPLAY: display.name }) },
  });
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  await page.goto(server.url + path);

  return {
    page, server, errors,
    /** Until the first run is on the screen. */
    async ready(timeout = 60000) {
      await page.waitForFunction(() => window.rankscope !== undefined, { timeout });
      await page.evaluate(() => window.rankscope.ready);
    },
    /** Saves a PNG of the viewport under artifacts/. */
    async screenshot(name) {
      mkdirSync(artifacts, { recursive: true });
      return page.screenshot({ path: join(artifacts, `${name}.png`) });
    },
    async close() {
      await browser.close();
      display?.close();
      await server.close();
    },
  };
}
