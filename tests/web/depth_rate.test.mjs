// The twin of long_depth.test.mjs: the first 1000 of its 28 500 steps, at the rate that makes a minute.
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { site } from "./harness.mjs";

const { load } = await import(pathToFileURL(join(site, "rankscope.js")));

test("1000 steps of depth 3 on a 100 x 100 matrix take less than 2.1 seconds of processor time", async () => {
  const run = (await load()).run({ study: "depth" });
  run.step(100);  // compiled
  const before = process.cpuUsage();
  run.step(1000);
  const { user, system } = process.cpuUsage(before);
  const taken = (user + system) / 1e6;
  console.log(`1000 steps in ${taken.toFixed(2)} s`);
  assert.ok(taken < 60 / 28.5, `${taken} s`);
});
