// Light, dark, or as the system has it; the choice is kept in the browser.

const ORDER = ["auto", "light", "dark"];
const KEY = "theme";

/** Makes a button go through the three looks. */
export function mountTheme(button) {
  const show = (theme) => {
    document.documentElement.dataset.theme = theme;
    button.title = `Look: ${theme === "auto" ? "as the system has it" : theme}`;
    button.setAttribute("aria-label", button.title);
  };
  show(ORDER.includes(localStorage.getItem(KEY)) ? localStorage.getItem(KEY) : "auto");
  button.addEventListener("click", () => {
    const next = ORDER[(ORDER.indexOf(document.documentElement.dataset.theme) + 1) % ORDER.length];
    localStorage.setItem(KEY, next);
    show(next);
  });
}
