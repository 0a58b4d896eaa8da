// Where the page's parts meet: the world from the server, the views on it, and the address that remembers where one was.

import { BehindTheScenes } from "./behind_the_scenes.js";
import { ChannelView } from "./channel.js";
import { slack } from "./client.js";
import { Clock } from "./clock.js";
import { h, replace } from "./dom.js";
import { Modals } from "./modal.js";
import { Sidebar } from "./sidebar.js";
import { followStream } from "./stream.js";
import { Surroundings } from "./surroundings.js";
import { mountTheme } from "./theme.js";
import { ThreadPanel } from "./thread.js";
import { Trouble } from "./trouble.js";
import { mountWorkspaces } from "./workspaces.js";
import { World } from "./world.js";

const FIRST_CHANNELS = ["marketing", "general"];
const FEW = 5;
const MODES = { socket: "Socket Mode", http: "HTTP" };
const byId = (id) => document.getElementById(id);

/** `#C1/1700000000.000100`: the channel and the thread. */
function placeInAddress() {
  const [channel, thread] = decodeURIComponent(location.hash.slice(1)).split("/");
  return { channel, thread: thread || null };
}

function remember(channel, thread) {
  const hash = `#${channel}${thread ? `/${thread}` : ""}`;
  if (location.hash !== hash) history.replaceState(null, "", hash);
}

function firstChannel(world) {
  const wanted = placeInAddress().channel;
  if (world.channels.has(wanted)) return wanted;
  const all = [...world.channels.values()];
  return (FIRST_CHANNELS.map((name) => all.find((one) => one.name === name)).find(Boolean) ?? all[0]).id;
}

async function start() {
  mountTheme(byId("theme"));
  const user = new URLSearchParams(location.search).get("user") ?? sessionStorage.getItem("user");
  const world = new World(await bootAs(user));
  sessionStorage.setItem("user", world.me.id);
  const views = mount(world);
  followStream(world.me.id, world.boot.seq ?? 0, {
    onEvent: (event) => world.take(event),
    onState: (connected) => showConnection(connected),
  });
  const { thread } = placeInAddress();
  await views.go(firstChannel(world));
  views.greet();
  if (thread) await views.openThread(thread, { focus: false });
  document.body.dataset.ready = "true";
}

/** A person remembered from another playground may not exist here: then whoever the server offers first. */
async function bootAs(user) {
  try {
    return await slack.boot(user);
  } catch (error) {
    if (!user || error.code === "unreachable") throw error;
    return slack.boot(null);
  }
}

function mount(world) {
  const channel = new ChannelView(world, byId("main"), {
    thread: (ts) => views.openThread(ts),
    sayThere: (place) => views.sayThere(place),
  });
  const thread = new ThreadPanel(world, byId("thread"), (ts) => closedThread(channel, ts));
  const trouble = new Trouble(world, byId("trouble"), () => channel.id);
  const sidebar = new Sidebar(world, byId("sidebar"), (id) => views.go(id, true));
  const views = {
    async go(id, byHand = false) {
      thread.close();
      sidebar.select(id);
      document.body.classList.remove("show-sidebar");
      remember(id);
      await channel.open(id);
      trouble.draw();
      if (byHand) channel.composer.box.focus();
    },
    /** Whoever comes for the first time, and finds little said yet, begins with what this is. */
    greet() {
      if (!sessionStorage.getItem("greeted") && world.list(channel.id).length < FEW) channel.toStart();
      sessionStorage.setItem("greeted", "yes");
    },
    async openThread(ts, options) {
      remember(channel.id, ts);
      await thread.open(channel.id, ts, options);
    },
    async sayThere({ text, thread: place }) {
      if (place.channel !== channel.id) await views.go(place.channel);
      await views.openThread(place.ts);
      await thread.composer.send(text);
    },
  };
  new Modals(world);
  mountTop(world);
  mountBehindTheScenes(world, trouble);
  addEventListener("hashchange", () => followAddress(world, channel, thread, views));
  return views;
}

function closedThread(channel, ts) {
  remember(channel.id);
  document.querySelector(`#main [data-ts="${CSS.escape(ts)}"]`)?.focus({ preventScroll: true });
}

async function followAddress(world, channel, thread, views) {
  const place = placeInAddress();
  if (world.channels.has(place.channel) && place.channel !== channel.id) await views.go(place.channel);
  if (place.thread && place.thread !== thread.ts) await views.openThread(place.thread);
}

function mountTop(world) {
  replace(byId("team"), world.team.name);
  const people = world.boot.users.filter((user) => !user.is_bot);
  const chooser = byId("who");
  replace(
    chooser,
    people.map((user) =>
      h("option", { value: user.id }, `${world.userName(user.id)}${user.id === world.me.id && world.me.is_admin ? " (admin)" : ""}`),
    ),
  );
  chooser.value = world.me.id;
  chooser.addEventListener("change", () => {
    sessionStorage.setItem("user", chooser.value);
    location.assign(`${location.pathname}?user=${encodeURIComponent(chooser.value)}${location.hash}`);
  });
  byId("menu").addEventListener("click", () => toggleSidebar());
  byId("shade").addEventListener("click", () => document.body.classList.remove("show-sidebar"));
  addEventListener("keydown", (event) => event.key === "Escape" && document.body.classList.remove("show-sidebar"));
  world.addEventListener("app", () => showApp(world.app));
  showApp(world.app);
  mountWorkspaces(world, { name: byId("team"), chooser: byId("workspace"), bar: byId("install") });
  new Clock(world, byId("clock"), byId("clock-panel"));
}

function toggleSidebar() {
  const open = document.body.classList.toggle("show-sidebar");
  byId("menu").setAttribute("aria-expanded", String(open));
  if (open) byId("sidebar").querySelector("[aria-current], button")?.focus();
}

function showApp({ mode, installed }) {
  const state = byId("app-state");
  const well = installed && mode in MODES;
  state.textContent = well ? `App connected · ${MODES[mode]}` : installed ? "App not connected" : "App removed";
  state.dataset.state = well ? "good" : "bad";
}

function showConnection(connected) {
  byId("offline").hidden = connected;
}

function mountBehindTheScenes(world, trouble) {
  const panel = byId("behind");
  const trace = new BehindTheScenes(world, panel);
  const surroundings = new Surroundings(world, byId("trouble").querySelector(".surroundings"));
  const button = byId("behind-toggle");
  const toggle = (open) => {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    localStorage.setItem("behind", open ? "open" : "");
    if (open) trace.load().catch((error) => console.warn(error.message));
    if (open) trouble.draw();
  };
  button.addEventListener("click", () => toggle(panel.hidden));
  const close = () => {
    toggle(false);
    button.focus();
  };
  panel.querySelector("[data-close]").addEventListener("click", close);
  panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
  byId("trouble").addEventListener("toggle", ({ newState }) => {
    trouble.draw();
    if (newState === "open") surroundings.draw();
  });
  toggle(localStorage.getItem("behind") === "open" && innerWidth > 1100);
}

start().catch((error) => {
  replace(
    byId("main"),
    h(
      "div",
      { class: "fatal", role: "alert" },
      h("h1", {}, "The playground couldn't start"),
      h("p", {}, error.message),
      h("button", { type: "button", class: "button primary", onclick: () => location.reload() }, "Try again"),
    ),
  );
  console.error(error);
});
