// A line at the edge of the page, for a while.
export function say(text) {
  const line = Object.assign(document.createElement("p"), { id: "kept", textContent: text });
  line.setAttribute("role", "status");
  line.onclick = () => line.remove();
  document.body.append(line);
  setTimeout(() => line.remove(), 12000);
}
