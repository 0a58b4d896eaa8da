// Moments as people read them, in the zone of the person looking. Moments are epoch seconds; `ts` strings are Slack's.

const ORDINALS = { one: "st", two: "nd", few: "rd", other: "th" };
const PLURAL = new Intl.PluralRules("en-GB", { type: "ordinal" });

const FORMATS = new Map();

/** A formatter, made once: making one takes a hundred times as long as using it, and every message uses several. */
function formatFor(zone, options) {
  const key = `${zone} ${Object.entries(options)}`;
  if (!FORMATS.has(key)) FORMATS.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }));
  return FORMATS.get(key);
}

function parts(seconds, zone, options) {
  const found = formatFor(zone, options).formatToParts(seconds * 1000);
  return Object.fromEntries(found.map((part) => [part.type, part.value]));
}

function long(seconds, zone, { weekday, year = true }) {
  const p = parts(seconds, zone, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const day = `${p.month} ${p.day}${ORDINALS[PLURAL.select(Number(p.day))]}`;
  return `${weekday ? `${p.weekday}, ` : ""}${day}${year ? `, ${p.year}` : ""}`;
}

/** `2026-11-23` in the zone. */
export function dayKey(seconds, zone) {
  const p = parts(seconds, zone, { day: "2-digit", month: "2-digit", year: "numeric" });
  return `${p.year}-${p.month}-${p.day}`;
}

/** `09:02` in the zone. */
export function timeOfDay(seconds, zone, withSeconds = false) {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(withSeconds ? { second: "2-digit" } : {}) };
  return formatFor(zone, options).format(seconds * 1000);
}

function pretty(seconds, zone, now, otherwise) {
  const near = { [-1]: "yesterday", 0: "today", 1: "tomorrow" };
  const days = (moment) => Date.parse(dayKey(moment, zone)) / 86_400_000;
  return near[days(seconds) - days(now)] ?? otherwise;
}

/** The line between two days of a conversation: Today, Yesterday, or the day in words. */
export function dayLabel(seconds, zone, now) {
  const sameYear = dayKey(seconds, zone).slice(0, 4) === dayKey(now, zone).slice(0, 4);
  const text = pretty(seconds, zone, now, long(seconds, zone, { weekday: true, year: !sameYear }));
  return text[0].toUpperCase() + text.slice(1);
}

/** The full moment, for a tooltip. */
export function fullMoment(seconds, zone) {
  return `${long(seconds, zone, { weekday: true })} at ${timeOfDay(seconds, zone, true)} (${zone})`;
}

function ago(seconds, now) {
  const units = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ];
  const delta = seconds - now;
  const [unit, size] = units.find(([, length]) => Math.abs(delta) >= length) ?? units[3];
  return new Intl.RelativeTimeFormat("en-GB").format(Math.round(delta / size), unit);
}

/** Slack's documentation, "Date formatting": the tokens of `<!date^…>` and of rich text dates. */
const TOKENS = {
  date_num: (s, z) => dayKey(s, z),
  date_slash: (s, z) => dayKey(s, z).split("-").reverse().join("/"),
  date: (s, z) => long(s, z, {}),
  date_long: (s, z) => long(s, z, { weekday: true }),
  date_long_full: (s, z) => long(s, z, {}),
  date_short: (s, z) => short(s, z),
  date_pretty: (s, z, now) => pretty(s, z, now, long(s, z, {})),
  date_long_pretty: (s, z, now) => pretty(s, z, now, long(s, z, { weekday: true })),
  date_short_pretty: (s, z, now) => pretty(s, z, now, short(s, z)),
  day_divider_pretty: (s, z, now) => dayLabel(s, z, now),
  time: (s, z) => timeOfDay(s, z),
  time_secs: (s, z) => timeOfDay(s, z, true),
  ago: (s, _zone, now) => ago(s, now),
};

function short(seconds, zone) {
  const p = parts(seconds, zone, { day: "numeric", month: "short", year: "numeric" });
  return `${p.month} ${p.day}, ${p.year}`;
}

/** A date template filled in for the person's zone; the fallback when the moment or a token makes no sense. */
export function formatDate(seconds, template, fallback, { zone, now }) {
  const moment = Number(seconds);
  if (!Number.isFinite(moment)) return fallback;
  let known = true;
  const text = template.replace(/\{(\w+)\}/g, (whole, token) => {
    if (!TOKENS[token]) known = false;
    return TOKENS[token]?.(moment, zone, now) ?? whole;
  });
  return known ? text : (fallback ?? text);
}
