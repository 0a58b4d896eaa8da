// Builds DOM nodes. Foreign text only ever becomes a text node or an attribute value: nothing on this page parses HTML.

const SVG = "http://www.w3.org/2000/svg";
const SAFE_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "slack:"]);

/** An HTML element. Props: `class`, `dataset`, `onclick` and other listeners, properties of the node (`value`, `checked`), any attribute. */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** An SVG element; its props are attributes only. */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) setProp(node, name, value);
  append(node, children);
  return node;
}

function setProp(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === "dataset") Object.assign(node.dataset, value);
  else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "vars") for (const [key, text] of Object.entries(value)) node.style.setProperty(key, text);
  else if (name === "value" || name === "checked" || name === "indeterminate") node[name] = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

/** Appends children: nodes, strings, nested arrays; empty values are passed over. */
export function append(node, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(node, child);
    else node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Replaces everything inside a node. */
export function replace(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

/** The URL when it is one a person may safely follow, else null: `javascript:` and the like are shown as text. */
export function safeUrl(url) {
  try {
    return SAFE_SCHEMES.has(new URL(url).protocol) ? url : null;
  } catch {
    return null;
  }
}

/** A link that opens elsewhere; plain text when the address is not safe. */
export function link(url, children, props = {}) {
  const href = safeUrl(url);
  if (!href) return h("span", props, children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer", ...props }, children);
}

let counter = 0;

/** An id no other element of the page has. */
export function freshId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** Text that screen readers read and eyes do not see. */
export function hiddenText(text) {
  return h("span", { class: "visually-hidden" }, text);
}
