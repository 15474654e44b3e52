// The companion's figures as they run, and its exercises as they are answered.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open } from "./harness.mjs";

let session;
before(async () => { session = await open({ path: "notes/index.html" }); });
after(() => session.close());

async function visit(name, options, use) {
  const context = await session.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  try {
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    // Each figure six times over, so that there are more than may be live at once.
    if (options.crowded) {
      await page.route(`**/notes/${name}`, async (route) => {
        const response = await route.fetch(), html = await response.text();
        const figure = html.match(/<figure[^]*?<\/figure>/)[0];
        await route.fulfill({ response, body: html.replace(figure, () => [1, 2, 3, 4, 5, 6].map((n) => figure.replace(/id="[^"]*"/, `id="copy-${n}"`)).join("\n")) });
      });
    }
    await page.goto(`${session.server.url}notes/${name}`);
    await use(page);
    assert.deepEqual(errors, [], name);
  } finally {
    await context.close();
  }
}

const status = (figure) => figure.locator("iframe").evaluate(async (frame) => (await frame.contentWindow.rankscope.stats()).status);
const up = (figure) => figure.locator(".screen.live:not(.loading)").waitFor({ timeout: 60000 });

test("a figure starts once it is in view, stands still out of it; never more than three are live, and who gives up its frame keeps its last picture", async () => {
  await visit("2.html", { crowded: true }, async (page) => {
    assert.equal(await page.locator("iframe").count(), 0, "nothing is loaded before it is seen");
    const figures = page.locator('figure[id^="copy-"]');
    assert.equal(await figures.count(), 6);
    for (let i = 0; i < 5; ++i) {
      await figures.nth(i).locator(".screen").scrollIntoViewIfNeeded();
      await figures.nth(i).evaluate((figure) => figure.scrollIntoView({ block: "center" }));
      await up(figures.nth(i));
      assert.ok((await page.locator("iframe").count()) <= 3, `after figure ${i + 1}`);
      if (i === 0) assert.notEqual(await status(figures.nth(0)), "paused", "it plays by itself");
    }
    assert.equal(await page.locator("iframe").count(), 3);
    const first = figures.nth(0);
    assert.equal(await first.locator("iframe").count(), 0, "the least recently seen gave up its frame");
    const last = first.locator("img.last");
    assert.ok(await last.evaluate((image) => image.decode().then(() => image.naturalWidth > 300)), "and shows its last picture");
    assert.notEqual(await status(figures.nth(2)), "running", "what is out of view does not run");
    assert.equal(await first.locator("button").innerText(), "Wake it");
    await first.locator("button").click();
    await up(first);
    assert.equal(await page.locator("iframe").count(), 3);
  });
});

test("with less motion asked for nothing starts by itself, and the button starts it", async () => {
  await visit("2.html", { reducedMotion: "reduce" }, async (page) => {
    const figure = page.locator("figure").first();
    await figure.evaluate((element) => element.scrollIntoView({ block: "center" }));
    await page.waitForTimeout(1000);
    assert.equal(await page.locator("iframe").count(), 0);
    await figure.getByRole("button", { name: "Run it here" }).focus();
    await page.keyboard.press("Enter");
    await up(figure);
    assert.notEqual(await status(figure), "paused");
  });
});

const answers = {
  takeoff: { page: "2.html", right: [["50"], ["49.7"], ["5e1"], ["100/2"]], wrong: [["100"], ["2.3"], ["10000"], ["quick"], ["5"]] },
  drift: { page: "3.html", right: [["1"]], wrong: [["2"], ["0"]] },
  balanced: { page: "3.html", right: [["2 0; 0 1", "0 2; 1 0"], ["[0 2; 1 0]", "1 0; 0 2"]], wrong: [["1 0; 0 1", "0 4; 1 0"], ["1 2; 3 4", "0 2; 1 0"], ["2", "1"]] },
  crossing: { page: "4.html", right: [["0.2963"], ["8/27"], ["0,2963"]], wrong: [["2/3"], ["0.5"], ["-1"], ["(2/3)^3"]] },
  corner: { page: "8.html", right: [["10"], ["9.9"]], wrong: [["14.14"], ["8.1"], ["0"], ["100"]] },
};

test("each exercise takes the right answer, refuses a wrong one, says why, by keyboard and aloud", async () => {
  for (const [check, { page: name, right, wrong }] of Object.entries(answers)) {
    await visit(name, { reducedMotion: "reduce" }, async (page) => {
      const form = page.locator(`form[data-check="${check}"]`), said = form.locator("output");
      await form.locator("input").first().waitFor();
      assert.equal(await said.getAttribute("aria-live"), "polite");
      for (const [expected, tries] of [["wrong", wrong], ["right", right]]) {
        for (const answer of tries) {
          for (const [i, value] of answer.entries()) await form.locator("input").nth(i).fill(value);
          await form.locator("input").last().press("Enter");
          await page.waitForFunction((form) => form.querySelector("output").className !== "" && !form.querySelector("button").disabled, await form.elementHandle(), { timeout: 60000 });
          assert.equal(await said.getAttribute("class"), expected, `${check}, ${answer}: ${await said.innerText()}`);
          assert.ok((await said.innerText()).length > 15, "with a reason");
          assert.equal(await form.locator("input").first().getAttribute("aria-invalid"), String(expected === "wrong"));
          await said.evaluate((element) => { element.className = ""; });
        }
      }
    });
  }
});
