// The app's Home tab. Slack's documentation: "App Home".

import { renderBlocks } from "./blocks.js";
import { slack } from "./client.js";
import { contextOf } from "./context.js";
import { h, replace } from "./dom.js";

const WAITING = "The app hasn't published its Home tab yet.";

/** Keeps `root` in step with the app's Home view while it is open. */
export class Home {
  constructor(world, root) {
    Object.assign(this, { world, root, view: null });
    world.addEventListener("home", ({ detail }) => {
      this.view = detail.view;
      this.draw();
    });
  }

  /** Opens the tab: the app is told and may publish. */
  async open() {
    this.draw();
    await slack
      .home({ user: this.world.me.id })
      .catch((error) => replace(this.root, h("p", { class: "trouble", role: "alert" }, error.message)));
  }

  draw() {
    if (!this.view) return replace(this.root, h("p", { class: "quiet-note" }, WAITING));
    const container = { type: "home", view_id: this.view.id };
    return replace(this.root, h("div", { class: "home-view" }, renderBlocks(this.view.blocks ?? [], contextOf(this.world, container))));
  }
}
