// Says things to screen readers without moving the focus.

const polite = document.getElementById("announcer");

/** Announces a sentence; the same sentence twice is announced twice. */
export function announce(words) {
  const line = document.createElement("p");
  line.textContent = words;
  polite.append(line);
  while (polite.childElementCount > 5) polite.firstElementChild.remove();
}
