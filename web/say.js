// Lines at the edge of the page, which are read aloud too.
function line(...content) {
  const place = document.getElementById("kept") ?? Object.assign(document.createElement("div"), { id: "kept" });
  place.setAttribute("role", "status");
  document.body.append(place);
  const added = document.createElement("div");
  added.append(...content);
  place.append(added);
  return added;
}

const paragraph = (text) => Object.assign(document.createElement("p"), { textContent: text });

/** For as long as it takes to read, or until it is clicked. */
export function say(text) {
  const added = line(paragraph(text));
  added.onclick = () => added.remove();
  setTimeout(() => added.remove(), Math.max(12000, 100 * text.length));
}

/** Stays, with a button for each of `answers` { label: action }; a press takes it away if the action does not say false. Returns its removal. */
export function ask(text, answers) {
  const added = line(paragraph(text), ...Object.entries(answers).map(([label, action]) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    button.onclick = () => action() !== false && added.remove();
    return button;
  }));
  return () => added.remove();
}
