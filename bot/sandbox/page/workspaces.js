// The switch between the playground's workspaces, and what to do where the app is still to be installed.

import { slack } from "./client.js";
import { h, replace } from "./dom.js";

const OPENING = "Opening the other workspace: the app starts anew, to serve both…";
const ADD = "Add to Slack";
const NEXT = "The app is installed. Its Home tab, in your direct messages with it, connects PostPost.";

/** Draws the choice in the place of the workspace's `name`, and below the top what this workspace needs; nothing where there is one. */
export async function mountWorkspaces(world, { name, chooser, bar }) {
  const { workspaces, here } = await slack.surroundings().catch(() => ({ workspaces: [], here: {} }));
  if (workspaces.length < 2) return;
  replace(
    chooser,
    workspaces.map((one) => h("option", { value: one.id }, one.name)),
  );
  chooser.value = world.team.id;
  chooser.hidden = false;
  name.hidden = true;
  const say = (...words) => {
    bar.hidden = !words.length;
    replace(bar, ...words);
  };
  const tell = () => (here.install ? say(...steps(world, here)) : say());
  chooser.addEventListener("change", async () => {
    chooser.disabled = true;
    say(OPENING);
    try {
      location.assign((await slack.openWorkspace({ team: chooser.value })).url);
    } catch (error) {
      say(error.message);
    }
    chooser.value = world.team.id;
    chooser.disabled = false;
  });
  world.addEventListener("app", tell);
  // Back by the browser's own button, the page is as it was left.
  addEventListener("pageshow", tell);
  tell();
}

function steps(world, { install, know }) {
  const missing = `${world.app.name} isn't installed in ${world.team.name} yet.`;
  const add = h("a", { class: "button primary", href: install, target: "_blank", rel: "noopener" }, ADD);
  const known = know.split("`").map((part, at) => (at % 2 ? h("code", {}, part) : part));
  return [...(world.app.installed ? [h("span", {}, NEXT)] : [h("span", {}, missing), add]), h("small", {}, known)];
}
