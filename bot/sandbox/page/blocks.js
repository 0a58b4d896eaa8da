// Block Kit as DOM nodes: one builder per block type, read from Slack's documentation alone ("Blocks"). An unknown block is shown as its JSON.

import { buildChart } from "./charts.js";
import { buildDataTable } from "./datatable.js";
import { freshId, h, link } from "./dom.js";
import { buildElement, imageNode } from "./elements.js";
import { markdown } from "./markdown.js";
import { richText } from "./richtext.js";
import { buildTable } from "./tables.js";
import { textNodes, textOf } from "./text.js";
import { unknownCard } from "./unknown.js";

const BLOCKS = {
  actions: (block, context) => row("actions", block, context),
  alert: (block, context) => h("div", { class: `alert alert-${block.level ?? "default"}`, role: "note" }, textNodes(block.text, context)),
  card: buildCard,
  carousel: (block, context) =>
    h(
      "div",
      { class: "carousel", tabindex: "0", role: "group", "aria-label": "Cards" },
      (block.elements ?? []).map((card) => buildCard(card, context)),
    ),
  container: buildContainer,
  context: (block, context) =>
    h(
      "div",
      { class: "context" },
      (block.elements ?? []).map((element) => buildElement(element, block, context)),
    ),
  context_actions: (block, context) => row("actions context-actions", block, context),
  data_table: buildDataTable,
  data_visualization: buildChart,
  divider: () => h("hr", { class: "divider" }),
  file: (block) => h("div", { class: "file-card" }, block.external_id ?? block.file_id ?? "File"),
  header: (block, context) => h("p", { class: "header-block", role: "heading", "aria-level": "2" }, textNodes(block.text, context)),
  image: buildImage,
  input: buildInput,
  markdown: (block, context) => h("div", { class: "markdown" }, markdown(block.text ?? "", context)),
  rich_text: (block, context) => h("div", { class: "rich-text" }, richText(block, context)),
  section: buildSection,
  table: buildTable,
  video: (block, context) =>
    h(
      "div",
      { class: "card" },
      h("strong", {}, link(block.title_url ?? block.video_url, textNodes(block.title, context))),
      h("div", {}, textNodes(block.description, context)),
    ),
};

/** All blocks of a surface as one node. `context` knows people, channels, the zone, the form and how to act. */
export function renderBlocks(blocks, context) {
  return h(
    "div",
    { class: "blocks" },
    blocks.map((block, i) => oneBlock(withId(block, i), { ...context, changes: true })),
  );
}

/** A control needs a place in the state even where the app named no block. */
function withId(block, index) {
  return block && typeof block === "object" && !block.block_id ? { ...block, block_id: `block-${index}` } : block;
}

function oneBlock(block, context) {
  const build = Object.hasOwn(BLOCKS, block?.type) ? BLOCKS[block.type] : null;
  return h(
    "div",
    { class: `block block-${build ? block.type : "unknown"}`, dataset: { block: block?.block_id ?? "" } },
    build ? guarded(build, block, context) : unknownCard("block", block),
  );
}

/** A block whose parts contradict Slack's documentation is shown as its JSON, and the rest of the message stays readable. */
function guarded(build, block, context) {
  try {
    return build(block, context);
  } catch (error) {
    console.warn("A block could not be drawn", error);
    return unknownCard("form of block", block);
  }
}

function row(className, block, context) {
  return h(
    "div",
    { class: className },
    (block.elements ?? []).map((element) => buildElement(element, block, context)),
  );
}

function buildSection(block, context) {
  const fields = block.fields?.length
    ? h(
        "div",
        { class: "fields" },
        block.fields.map((field) => h("div", { class: "field" }, textNodes(field, context))),
      )
    : null;
  const text = block.text ? h("div", { class: "section-text" }, foldable(block, context)) : null;
  const accessory = block.accessory ? h("div", { class: "accessory" }, buildElement(block.accessory, block, context)) : null;
  return h("div", { class: "section" }, h("div", { class: "section-main" }, text, fields), accessory);
}

const FOLD_AT = 700;

/** Slack folds long sections behind "Show more" unless the app expands them. */
function foldable(block, context) {
  const nodes = textNodes(block.text, context);
  if (block.expand || (block.text.text ?? "").length < FOLD_AT) return nodes;
  const body = h("div", { class: "folded" }, nodes);
  const more = h(
    "button",
    {
      type: "button",
      class: "link-button",
      "aria-expanded": "false",
      onclick: () => {
        const folded = body.classList.toggle("folded");
        more.textContent = folded ? "Show more" : "Show less";
        more.setAttribute("aria-expanded", String(!folded));
      },
    },
    "Show more",
  );
  return [body, more];
}

function buildImage(block, context) {
  const title = block.title ? h("figcaption", {}, textNodes(block.title, context)) : null;
  return h("figure", { class: "image-block" }, title, imageNode(block, "image-large"));
}

function buildInput(block, context) {
  const [id, hint] = [freshId("control"), freshId("hint")];
  const label = textOf(block.label);
  const optional = block.optional ? h("span", { class: "optional" }, " (optional)") : null;
  const control = buildElement(block.element, block, {
    ...context,
    controlId: id,
    label: block.optional ? `${label} (optional)` : label,
    changes: block.dispatch_action === true,
  });
  if (block.hint)
    (control.matches("input, textarea") ? control : (control.querySelector("input") ?? control)).setAttribute("aria-describedby", hint);
  return h(
    "div",
    { class: "input" },
    h("label", { class: "input-label", for: id }, label, optional),
    control,
    block.hint ? h("p", { class: "hint", id: hint }, textNodes(block.hint, context)) : null,
  );
}

function buildCard(block, context) {
  const side = block.icon ? imageNode(block.icon, "card-icon") : null;
  const part = (name) => (block[name] ? h("div", { class: `card-${name}` }, textNodes(block[name], context)) : null);
  return h(
    "div",
    { class: "card" },
    block.hero_image ? imageNode(block.hero_image, "image-large") : null,
    h("div", { class: "card-top" }, side, h("div", {}, part("title"), part("subtitle"))),
    part("body"),
    part("subtext"),
    block.actions?.length
      ? h(
          "div",
          { class: "actions" },
          block.actions.map((element) => buildElement(element, block, context)),
        )
      : null,
  );
}

function buildContainer(block, context) {
  const title = block.rich_text_title ? richText(block.rich_text_title, context) : textNodes(block.title, context);
  const head = [h("strong", {}, title), block.subtitle ? h("div", { class: "card-subtitle" }, textNodes(block.subtitle, context)) : null];
  const inner = (block.child_blocks ?? []).map((child, i) => oneBlock(withId(child, `${block.block_id}-${i}`), context));
  if (!block.is_collapsible) return h("div", { class: `card container-${block.width ?? "standard"}` }, head, inner);
  return h("details", { class: "card", open: !block.default_collapsed }, h("summary", {}, head), inner);
}
