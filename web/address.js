// What the address asks for after its "#": study=KEY, variant=NAME of one of its runs, view=KEY,KEY of the views to show;
// "figure": the instruments alone, for a frame in another page, with "parameters" if the reader is to move them.
// What it does not know it leaves alone.

let hash = "";  // as it was read or written last: another one is a change that is still to be read

/** { document: { study, variant? } or null, views: [key...], figure, parameters } */
export function readAddress() {
  hash = location.hash;
  const said = new URLSearchParams(hash.slice(1)), study = said.get("study"), variant = said.get("variant");
  return {
    document: study ? { study, ...(variant && { variant }) } : null,
    views: (said.get("view") ?? "").split(",").filter(Boolean),
    figure: said.has("figure"), parameters: said.has("parameters"),
  };
}

/**
 * From the first study on, the address names what is open: a study and, if it is not the first of its runs, the run. `runs` is
 * Map(study -> its first run), the first study first.
 */
export function follow({ study, variant, status }, runs) {
  if (status === "loading" || status === "error" || location.hash !== hash) return;
  const [first] = runs.keys(), usual = runs.get(study), said = readAddress().document ?? { study: first };
  if (said.study === study && (said.variant ?? usual) === variant) return;
  const now = study ? `#${new URLSearchParams({ study, ...(variant !== usual && { variant }) })}` : "";
  if (now !== hash) history.replaceState(history.state, "", now || location.pathname + location.search);
  hash = location.hash;
}
