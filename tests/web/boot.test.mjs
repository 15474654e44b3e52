import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";

const budget = 600_000;  // bytes over the wire up to the first frame, the font included

test("the page boots without an error, and its first frame costs at most 600 kB", async () => {
  const session = await open();
  try {
    await session.ready();
    const bytes = session.bytes();
    await session.screenshot("boot");
    const list = session.server.sent.map(({ path, bytes: size }) => `${size}\t${path}`).join("\n");
    console.log(`${bytes} bytes to the first frame:\n${list}`);
    assert.deepEqual(session.errors, []);
    assert.ok(bytes <= budget, `${bytes} bytes were sent before the first frame, the budget is ${budget}:\n${list}`);
  } finally {
    await session.close();
  }
});
