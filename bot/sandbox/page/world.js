// What the page knows of the workspace: who, where, and what was said. Views listen to its events.

const compareTs = (a, b) => Number(a.ts) - Number(b.ts);

/** Fires `message`, `deleted`, `channel`, `view`, `home`, `trace`, `app`, `clock` with the stream's event as `detail`. */
export class World extends EventTarget {
  #threads = new Map();

  constructor(boot) {
    super();
    Object.assign(this, { boot, team: boot.team, me: boot.me, app: boot.app });
    this.users = new Map(boot.users.map((user) => [user.id, user]));
    this.channels = new Map(boot.channels.map((channel) => [channel.id, channel]));
    this.#clock = { at: boot.now, read: performance.now() };
  }

  #clock;

  /** The playground's moment in epoch seconds. */
  get now() {
    return this.#clock.at + (performance.now() - this.#clock.read) / 1000;
  }

  get zone() {
    return this.me.tz || "UTC";
  }

  userName(id) {
    const user = this.users.get(id);
    return user?.real_name || user?.name || id;
  }

  channelName(id) {
    return this.channels.get(id)?.name;
  }

  /** `#marketing`, or a direct message's partner. */
  conversationLabel(id) {
    const channel = this.channels.get(id);
    if (!channel) return id;
    if (channel.kind === "mpim") return this.#groupLabel(channel.name);
    return channel.kind === "im" ? channel.name : `#${channel.name}`;
  }

  /** A group message is named after the handles of its members: `mpdm-ann--bob-1`. */
  #groupLabel(name) {
    const handles = /^mpdm-(.+)-\d+$/.exec(name)?.[1].split("--") ?? [name];
    const named = (handle) => [...this.users.values()].find((user) => user.name === handle)?.real_name ?? handle;
    return handles
      .filter((handle) => handle !== this.me.name)
      .map(named)
      .join(", ");
  }

  isAppDirect(id) {
    const channel = this.channels.get(id);
    return channel?.kind === "im" && channel.name === this.userName(this.app?.bot_user_id);
  }

  /** Takes in one event of the stream and tells the views. */
  take(event) {
    if (event.type === "clock") this.#clock = { at: event.now, read: performance.now() };
    if (event.type === "app") Object.assign(this.app, { mode: event.mode, installed: event.installed ?? this.app.installed });
    if (event.type === "channel") this.#takeChannel(event.channel);
    if (event.type === "message") this.#takeMessage(event.message);
    if (event.type === "message_deleted") this.#threads.get(event.channel)?.delete(event.ts);
    this.dispatchEvent(new CustomEvent(event.type, { detail: event }));
  }

  /** How much is unread is this person's own count; the stream tells everyone the same. */
  #takeChannel(channel) {
    const known = this.channels.get(channel.id);
    this.channels.set(channel.id, { ...known, ...channel, unread: known?.unread ?? 0 });
  }

  #takeMessage(message) {
    this.#kept(message.channel).set(message.ts, message);
  }

  #kept(channel) {
    if (!this.#threads.has(channel)) this.#threads.set(channel, new Map());
    return this.#threads.get(channel);
  }

  /** Keeps what the server listed; what the stream brought meanwhile is newer and stays. */
  keep(channel, messages) {
    const kept = this.#kept(channel);
    for (const message of messages) {
      const held = kept.get(message.ts);
      if (!held || (held.seq ?? 0) <= (message.seq ?? 0)) kept.set(message.ts, message);
    }
  }

  find(channel, ts) {
    return this.#kept(channel).get(ts);
  }

  /** A channel's own messages, or one thread's with its first message, oldest first. */
  list(channel, thread = null) {
    const wanted = thread ? (m) => m.ts === thread || m.thread_ts === thread : (m) => !isReply(m);
    return [...this.#kept(channel).values()].filter(wanted).sort(compareTs);
  }
}

/** Whether a message stands in a thread only. */
export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts && message.subtype !== "thread_broadcast";
}
