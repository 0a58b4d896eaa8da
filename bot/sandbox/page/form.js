// The state of a surface: what every control on it holds now, in the shape of Slack's `state.values`.

/** Collects controls; a control is `{blockId, actionId, read(), focus()}` and `read()` gives Slack's value object. */
export class Form {
  #controls = new Map();

  /** Registers a control; the same block and action again replaces the earlier one. */
  add(control) {
    this.#controls.set(`${control.blockId} ${control.actionId}`, control);
  }

  /** `{block_id: {action_id: {type, value | selected_…}}}`. */
  values() {
    const values = {};
    for (const { blockId, actionId, read } of this.#controls.values()) {
      values[blockId] = { ...values[blockId], [actionId]: read() };
    }
    return values;
  }

  /** Puts the keyboard's focus on the first control of a block. */
  focus(blockId) {
    for (const control of this.#controls.values()) {
      if (control.blockId === blockId) return control.focus();
    }
    return undefined;
  }
}
