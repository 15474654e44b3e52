// What the address asks for after its "#", and what it says of what is open: a link as io/link.h has it, or the short form study=KEY, variant=NAME
// of one of its runs, view=KEY,KEY of the views to show; "figure": the instruments alone, for a frame in another page, with "parameters" if the
// reader is to move them. What is neither is left alone.

const every = 700;  // ms from one change of the address to the next: browsers refuse more than about a hundred in thirty seconds

let hash = "";        // as it was read or written last: another one is a change that is still to be read
let said = null;      // the link that it stands for, in the interface's words
let home = null;      // the link of the page as it opens unasked: its address is clean
let state = "arrived";  // "away" while something else is being opened; as arrive() has it until its link is told, then "here"
let next = null;      // { link, leaf } that is still to be written
let last = -Infinity, timer = 0;

/** { text: the link or the short form, "" when nothing is asked for; figure, parameters } */
export function readAddress() {
  hash = location.hash;
  const parts = hash.slice(1).split("&"), has = (name) => parts.some((part) => part.split("=")[0] === name);
  const text = parts.filter((part) => !/^(figure|parameters)(=|$)/.test(part)).join("&");
  const asks = /^(%7b|\{)/i.test(text) || parts.some((part) => /^study=./.test(part));
  return { text: asks ? text : "", figure: has("figure"), parameters: has("parameters") };
}

/** As much of a document or link as can be read here: {} when it is neither. */
export function documentOf(text) {
  const link = text.slice(text.indexOf("#") + 1);
  for (const read of [() => text, () => decodeURIComponent(link), () => JSON.stringify(Object.fromEntries(new URLSearchParams(link)))]) {
    try {
      return Object(JSON.parse(read()));
    } catch { /* perhaps the next */ }
  }
}

/** Something else is about to be opened: what is told until it stands there is of what was before. */
export function depart() {
  state = "away";
  next = null;
}

/** It stands there: "arrived", because the address says so; "home", as the page opens unasked; "new"; or "here", what was there before. */
export const arrive = (how) => { state = how; };

/** The link of the page's own first experiment, from an earlier visit of this tab. */
export const rememberHome = (link) => { home = link; };

/** { address, home } to remember. */
export const whereabouts = () => ({ address: location.hash, home });

/** The interface's word of what is open. `leaf`: another experiment, so that "back" leads to the one before. */
export function follow(link, leaf) {
  if (state === "away" || location.hash !== hash) return;
  if (state === "home" || (state === "arrived" && hash === "")) home = link;
  if (state === "arrived") {
    [said, state] = [link, "here"];
    return;
  }
  const other = leaf || state === "new";
  state = "here";
  if (next && other && !next.leaf) write();  // it is what "back" leads to
  if (link === said) next = null;
  else next = { link, leaf: other || Boolean(next?.leaf) };
  if (next && !timer) timer = setTimeout(write, Math.max(0, last + every - performance.now()));
}

function write() {
  clearTimeout(timer);
  timer = 0;
  if (!next || location.hash !== hash) return;
  const { link, leaf } = next, push = leaf && said !== null;
  [said, next, last] = [link, null, performance.now()];
  const address = link === home ? "" : link;
  if (address !== hash) history[push ? "pushState" : "replaceState"](null, "", address || location.pathname + location.search);
  hash = location.hash;
}
