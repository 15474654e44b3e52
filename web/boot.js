// First of all: can this browser run the page at all? Then fetch the interface, showing how far it is, and start.
import { inTwo } from "./parts.js?v=0";

const byId = (id) => document.getElementById(id);

/** A message over the page, with a button to reload it or to try `again`. */
function trouble(title, detail = "", points = [], again = null) {
  const panel = byId("trouble"), [heading, text, list, code, button] = ["h2", "p", "ul", "pre", "button"].map((name) => panel.querySelector(name));
  heading.textContent = title;
  text.textContent = points.length ? detail : "";
  code.textContent = points.length ? "" : detail;
  list.replaceChildren(...points.map((point) => Object.assign(document.createElement("li"), { textContent: point })));
  button.textContent = again ? "Try again" : "Reload";
  button.onclick = again ? () => { panel.hidden = true; again(); } : () => location.reload();
  panel.hidden = false;
  byId("poster").classList.add("gone");
}

function missing() {
  const points = [];
  const simd = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
  if (typeof WebAssembly !== "object") {
    points.push("WebAssembly, which runs the computation. It may be switched off by a setting such as Lockdown Mode or a security policy.");
  } else if (!WebAssembly.validate(simd)) {
    points.push("WebAssembly SIMD, which makes it fast: Chrome or Edge 91, Firefox 89, Safari 16.4 or newer have it.");
  }
  const context = document.createElement("canvas").getContext("webgl2");
  if (!context) {
    points.push("WebGL 2, which draws the instruments. Switch on hardware acceleration in the browser's settings and restart it; on a remote desktop or virtual machine another browser may help.");
  }
  context?.getExtension("WEBGL_lose_context")?.loseContext();  // a page may hold only sixteen
  return points;
}

const preferred = matchMedia("(prefers-color-scheme: dark)");
const theme = {
  get dark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : preferred.matches;
  },
  choose(dark) {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    try { localStorage.setItem("rankscope.theme", dark ? "dark" : "light"); } catch { /* it holds for this visit */ }
  },
};

function failed(error) {
  trouble("The page could not be loaded", "Check the connection and reload.", [String(error?.message ?? error)]);
}

/** What the first screen does without, after the first frame. */
function complete(rest) {
  rest().catch((error) => trouble("A part of the page could not be loaded", "Other studies and views need it. Is there a connection?", [error.message], () => complete(rest)));
}

const points = missing();
if (points.length) {
  trouble("This browser cannot run Rankscope", "It lacks:", points);
} else {
  try {
    const { instantiate, rest } = inTwo("rankscope_page", (share) => { byId("progress").value = share; }, failed);
    const [{ Page }, { api }] = await Promise.all([import("./page.js?v=0"), import("./api.js?v=0")]);
    const page = await Page.open({ instantiate, rest, theme, trouble });
    window.rankscope = api(page);
    await page.ready;
    complete(rest);
    performance.mark("rankscope: first frame");
    document.body.classList.remove("booting");
    byId("poster").classList.add("gone");
    setTimeout(() => byId("poster").remove(), 300);
  } catch (error) {
    failed(error);
  }
}
