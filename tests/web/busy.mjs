// What a frame costs the page's main thread, whatever else the machine does.

/** Processor time of the main thread's tasks between two frames that follow each other, ms. */
export async function busy(session, seconds) {
  const browser = await session.browser.newBrowserCDPSession();
  const events = [];
  browser.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const done = new Promise((resolve) => browser.once("Tracing.tracingComplete", resolve));
  await browser.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: ["toplevel", "devtools.timeline", "__metadata"] } });
  await session.page.waitForTimeout(1000 * seconds);
  await browser.send("Tracing.end");
  await done;
  await browser.detach();
  const main = events.filter((e) => e.name === "thread_name" && e.args.name === "CrRendererMain").map((e) => `${e.pid} ${e.tid}`);
  const frames = events.filter((e) => e.name === "FireAnimationFrame" && main.includes(`${e.pid} ${e.tid}`)).sort((a, b) => a.ts - b.ts);
  const thread = frames.length ? `${frames[0].pid} ${frames[0].tid}` : "";
  const tasks = events.filter((e) => /RunTask$/.test(e.name) && e.ph === "X" && `${e.pid} ${e.tid}` === thread).sort((a, b) => a.ts - b.ts);
  const out = [];
  let at = 0;
  for (let i = 1; i < frames.length; ++i) {
    let sum = 0;
    while (at < tasks.length && tasks[at].ts + tasks[at].dur < frames[i - 1].ts) ++at;
    // A frame's own task begins a little before its callback: tasks belong to the frame in which they end.
    for (let k = at; k < tasks.length && tasks[k].ts + tasks[k].dur < frames[i].ts; ++k) sum += (tasks[k].tdur ?? tasks[k].dur) / 1000;
    out.push(sum);
  }
  return out;
}
