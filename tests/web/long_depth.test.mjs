// The golden setting of the notes' chapter 7, 100 x 100 and 2000 entries, in WebAssembly: depth 3 gets to its claim in under a minute of processor time.
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { open, site } from "./harness.mjs";

const { load } = await import(pathToFileURL(join(site, "rankscope.js")));
const seconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

test("depth 3 finds the 100 x 100 matrix in 28 500 steps, in less than a minute", async () => {
  const run = (await load()).run({ study: "depth" });
  const start = seconds();
  run.step(28500);
  const taken = seconds() - start;
  const value = (key) => run.view(key).data[0];
  console.log(`28 500 steps in ${taken.toFixed(1)} s; unseen error ${value("test_mse")}, effective rank ${value("effective_rank")}`);
  assert.ok(value("test_mse") < 1e-5);
  assert.ok(Math.abs(value("effective_rank") - 5) < 0.15);
  assert.ok(taken < 60, `${taken} s`);
});

test("and so it does in the page, which goes on drawing", async () => {
  const session = await open({ path: "#study=depth" });
  try {
    await session.ready();
    const { seconds, error, draws } = await session.page.evaluate(async () => {
      const started = performance.now(), before = (await window.rankscope.stats()).draws;
      await window.rankscope.seek(28500);
      return {
        seconds: (performance.now() - started) / 1000, error: (await window.rankscope.view("test_mse")).data[0],
        draws: (await window.rankscope.stats()).draws - before,
      };
    });
    console.log(`${seconds.toFixed(1)} s, ${draws} pictures on the way`);
    assert.ok(error < 1e-5);
    assert.ok(draws > 60);
    assert.ok(seconds < 60, `${seconds} s`);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
