// The page in a frame of another page of this site: the instruments alone, at rest until they are told or pressed to play.

/** Says { rankscope: "ready" } to the page around it, and hears { rankscope: "play" } and { rankscope: "pause" }. */
export function embed(page) {
  page.ready.then(() => parent.postMessage({ rankscope: "ready" }, location.origin));
  addEventListener("message", ({ source, data }) => {
    if (source === parent && ["play", "pause"].includes(data?.rankscope)) page.ask(data.rankscope).catch(() => {});
  });
  // A browser holds sixteen graphics contexts at most, and would free this one only with the next collection of garbage.
  addEventListener("pagehide", ({ persisted }) => {
    const context = document.getElementById("canvas").getContext("webgl2");
    if (!persisted) context.getExtension("WEBGL_lose_context")?.loseContext();
  });
}
