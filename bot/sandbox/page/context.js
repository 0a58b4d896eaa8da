// What a renderer needs of the world around a surface: names, the zone, the moment, and the way to the app.

import { slack } from "./client.js";
import { Form } from "./form.js";

/** The context of a message, modal or Home tab; `container` is what the app is told about where the click was. */
export function contextOf(world, container) {
  const form = new Form();
  return {
    me: world.me.id,
    zone: world.zone,
    now: world.now,
    form,
    userName: (id) => world.userName(id),
    channelName: (id) => world.channelName(id),
    conversationLabel: (id) => world.conversationLabel(id),
    channel: () => container.channel,
    people: () => [...world.users.values()].filter((user) => !user.is_bot),
    conversations: () => [...world.channels.values()].map((channel) => ({ ...channel, with_bot: world.isAppDirect(channel.id) })),
    act: (block, element, fields) =>
      slack.action({ user: world.me.id, container, action: actionOf(block, element, fields), state: { values: form.values() } }),
    options: (block, element, value) =>
      slack.options({ user: world.me.id, container, action: { action_id: element.action_id, block_id: block.block_id }, value }),
  };
}

function actionOf(block, element, fields) {
  return { action_id: element.action_id, block_id: block.block_id, ...fields };
}
