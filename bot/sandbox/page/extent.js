// About how tall a message will be, in pixels, before it is drawn: what is out of sight takes this much room until it comes into view.

const MESSAGE = 34;
const GAP = 6;
const LINE = 22;
const PER_LINE = 88;
const ROW = 37;
const PAGE = 5;
const CONTROLS = 80;
const FILE = 48;
const UNKNOWN = 40;

/** Of a link or a date only its label is seen: `<address|label>`. */
const REFERENCE = /<[^|>]*\|([^>]*)>/g;

const EXTENTS = {
  actions: () => 32,
  context: (block) => linesOf((block.elements ?? []).map((element) => element.text ?? "").join(" ")) * 20,
  data_table: (block) => tableOf((block.rows ?? []).length, block.page_size ?? PAGE),
  data_visualization: () => 394,
  divider: () => 13,
  header: (block) => linesOf(block.text?.text) * 25,
  image: () => 240,
  markdown: (block) => linesOf(block.text) * LINE,
  rich_text: (block) => linesOf(wordsOf(block)) * LINE,
  section: (block) => linesOf(block.text?.text) * LINE + Math.ceil((block.fields?.length ?? 0) / 2) * 48,
  table: (block) => (block.rows ?? []).length * ROW,
};

/** An estimate for a message; the browser remembers the true extent once the message has been in view. */
export function extentOf(message) {
  const blocks = message.blocks ?? [];
  const text = blocks.length ? 0 : linesOf(message.text) * LINE;
  const below = (message.files?.length ?? 0) * FILE;
  return Math.round(blocks.reduce((sum, block) => sum + GAP + extentOfBlock(block), MESSAGE + text + below));
}

function extentOfBlock(block) {
  return Object.hasOwn(EXTENTS, block?.type) ? EXTENTS[block.type](block) : UNKNOWN;
}

function linesOf(text) {
  if (!text) return 0;
  return String(text)
    .replace(REFERENCE, "$1")
    .split("\n")
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / PER_LINE)), 0);
}

function tableOf(rows, page) {
  const shown = Math.min(rows, page + 1);
  return 26 + shown * ROW + (rows > shown ? CONTROLS : 0);
}

/** The words of a rich_text block, each group and each item of a list on a line of its own. */
function wordsOf({ type, elements, text }) {
  const joint = type === "rich_text" || type === "rich_text_list" ? "\n" : "";
  return elements ? elements.map((inner) => wordsOf(inner ?? {})).join(joint) : (text ?? "");
}
