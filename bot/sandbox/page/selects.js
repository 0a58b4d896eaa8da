// Select menus of every source: the app's own list, an outside list, people, conversations, channels.
// Slack's documentation: "Select menu element", "Multi-select menu element".

import { Combobox } from "./combobox.js";
import { press } from "./press.js";
import { textOf } from "./text.js";

const LEAST_TYPED = 3;

/** For each source: where its options come from, the initial choice, and how a choice reads in the payload. */
const SOURCES = {
  static: {
    groups: (element) => async () => groupsOf(element),
    initial: (e) => e.initial_options ?? (e.initial_option ? [e.initial_option] : []),
    option: fromOption,
    field: { one: "selected_option", many: "selected_options", value: (option) => option.raw },
  },
  external: {
    groups: (element, block, context) => external(element, block, context),
    initial: (e) => e.initial_options ?? (e.initial_option ? [e.initial_option] : []),
    option: fromOption,
    field: { one: "selected_option", many: "selected_options", value: (option) => option.raw },
  },
  users: {
    groups: (_element, _block, context) => async () => [{ options: context.people().map((user) => fromUser(user.id, context)) }],
    initial: (e) => e.initial_users ?? (e.initial_user ? [e.initial_user] : []),
    option: fromUser,
    field: { one: "selected_user", many: "selected_users", value: (option) => option.key },
  },
  conversations: {
    groups: (element, _block, context) => async () => [{ options: conversations(element, context).map((id) => fromChannel(id, context)) }],
    initial: (e, context) =>
      e.initial_conversations ?? present(e.initial_conversation ?? (e.default_to_current_conversation ? context.channel?.() : null)),
    option: fromChannel,
    field: { one: "selected_conversation", many: "selected_conversations", value: (option) => option.key },
  },
  channels: {
    groups: (_element, _block, context) => async () => [
      { options: conversations({ filter: { include: ["public"] } }, context).map((id) => fromChannel(id, context)) },
    ],
    initial: (e) => e.initial_channels ?? present(e.initial_channel),
    option: fromChannel,
    field: { one: "selected_channel", many: "selected_channels", value: (option) => option.key },
  },
};

/** A select menu of any source, single or multiple, as its own control. */
export function buildSelect(element, block, context) {
  const multiple = element.type.startsWith("multi_");
  const source = SOURCES[element.type.replace("multi_", "").replace("_select", "")];
  const all = source.groups(element, block, context);
  const filters = !element.type.includes("external");
  const read = () => payload(element, source.field, box.chosen, multiple);
  const box = new Combobox({
    id: context.controlId,
    label: context.label ?? (textOf(element.placeholder) || "Select"),
    placeholder: textOf(element.placeholder) || (multiple ? "Select options" : "Select an option"),
    multiple,
    most: element.max_selected_items,
    chosen: source.initial(element, context).map((item) => source.option(item, context)),
    load: async (query) => (filters ? matching(await all(query), query) : all(query)),
    onchange: () => context.changes && press(box.node, { block, element, context, fields: read() }),
  });
  context.form.add({ blockId: block.block_id, actionId: element.action_id, read, focus: () => box.input.focus() });
  return box.node;
}

const present = (item) => (item ? [item] : []);

function payload(element, field, chosen, multiple) {
  const values = chosen.map(field.value);
  return { type: element.type, [multiple ? field.many : field.one]: multiple ? values : (values[0] ?? null) };
}

function fromOption(raw) {
  return { key: raw.value, label: textOf(raw.text), hint: textOf(raw.description), raw };
}

function fromUser(id, context) {
  return { key: id, label: context.userName(id) };
}

function fromChannel(id, context) {
  return { key: id, label: context.conversationLabel(id) };
}

function groupsOf({ options, option_groups: groups }) {
  if (groups) return groups.map((group) => ({ label: textOf(group.label), options: group.options.map((o) => fromOption(o)) }));
  return [{ options: (options ?? []).map((o) => fromOption(o)) }];
}

function external(element, block, context) {
  const least = element.min_query_length ?? LEAST_TYPED;
  return async (query) => {
    if (query.length < least) return [{ label: `Type at least ${least} ${least === 1 ? "letter" : "letters"}`, options: [] }];
    return groupsOf(await context.options(block, element, query));
  };
}

/** Slack's documentation: "Filter object for conversation lists". */
function conversations({ filter = {} }, context) {
  return context
    .conversations()
    .filter(({ kind, is_shared: shared, with_bot: withBot }) => {
      if (filter.include && !filter.include.includes(kind)) return false;
      return !(filter.exclude_external_shared_channels && shared) && !(filter.exclude_bot_users && withBot);
    })
    .map(({ id }) => id);
}

function matching(groups, query) {
  const words = query.trim().toLowerCase();
  const fits = (option) => `${option.label} ${option.hint ?? ""}`.toLowerCase().includes(words);
  return groups
    .map((group) => ({ ...group, options: group.options.filter(fits) }))
    .filter((group) => group.options.length || group.label === undefined);
}
