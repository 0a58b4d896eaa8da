// What the message box offers while one types: commands after `/`, people after `@`, channels after `#`.

const MOST = 8;

/** Suggestions for the word at the caret: `{from, to, items: [{insert, label, hint}]}`, or null. */
export function suggestionsFor(text, caret, world) {
  const before = text.slice(0, caret);
  const command = /^\/\S*$/.exec(before);
  if (command) return found(0, caret, commands(world), command[0]);
  const word = /(?:^|\s)([@#][\p{L}\p{N}._-]*(?: [\p{L}\p{N}]*)?)$/u.exec(before);
  if (!word) return null;
  return found(caret - word[1].length, caret, word[1].startsWith("@") ? people(world) : channels(world), word[1]);
}

/** How the command being typed goes on, as the app describes it; null when none is. */
export function usageOf(text, world) {
  const [name, rest] = [text.split(/\s/, 1)[0], /\s/.test(text)];
  const command = rest && commandsOf(world).find((one) => one.command === name);
  return command ? { command: command.command, hint: command.usage_hint ?? "", description: command.description ?? "" } : null;
}

function found(from, to, all, typed) {
  const words = typed.toLowerCase();
  const fits = all.filter((item) => item.keys.some((key) => key.toLowerCase().startsWith(words))).slice(0, MOST);
  const finished = fits.length === 1 && fits[0].insert.trim() === typed;
  return fits.length && !finished ? { from, to, items: fits } : null;
}

const commandsOf = (world) => world.app?.commands ?? world.app?.command ?? [];

function commands(world) {
  return commandsOf(world).map((one) => ({
    keys: [one.command],
    insert: `${one.command} `,
    label: `${one.command} ${one.usage_hint ?? ""}`.trim(),
    hint: one.description,
  }));
}

/** The app is mentioned by its display name, people by their handle. */
function people(world) {
  return [...world.users.values()].map((user) => {
    const handle = `@${user.is_bot ? world.userName(user.id) : user.name}`;
    return {
      keys: [handle, `@${user.real_name ?? ""}`, `@${user.name}`],
      insert: `${handle} `,
      label: handle,
      hint: user.is_bot ? "App" : user.real_name,
    };
  });
}

function channels(world) {
  const named = [...world.channels.values()].filter((channel) => channel.kind === "public" || channel.kind === "private");
  return named.map((channel) => ({
    keys: [`#${channel.name}`],
    insert: `#${channel.name} `,
    label: `#${channel.name}`,
    hint: channel.topic,
  }));
}
