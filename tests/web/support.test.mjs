import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";

async function message(options, pattern, name) {
  const session = await open(options);
  try {
    await session.page.waitForSelector("#trouble:not([hidden])", { timeout: 15000 });
    assert.match(await session.page.innerText("#trouble"), pattern);
    await session.screenshot(name);
  } finally {
    await session.close();
  }
}

test("a browser without WebGL 2 is told what is missing and what to do", () =>
  message({ arguments: ["--disable-3d-apis"] }, /WebGL 2[^]*hardware acceleration/, "no-webgl"));

test("a browser without WebAssembly SIMD is told so", () =>
  message({ prepare: (page) => page.addInitScript(() => { WebAssembly.validate = () => false; }) }, /SIMD/, "no-simd"));

test("a page without module workers computes in its own thread", async () => {
  const session = await open({
    prepare: (page) => page.addInitScript(() => { window.Worker = class { constructor() { throw new Error("no workers here"); } }; }),
  });
  try {
    await session.ready();
    const step = () => session.page.evaluate(async () => (await window.rankscope.stats()).step);
    const before = await step();
    await session.page.waitForTimeout(1500);
    assert.ok(await step() > before);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
