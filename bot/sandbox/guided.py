"""The examples on the page's first screen, made of the world's own accounts and posts."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.slack.server import SlackServer
from bot.sandbox.world import Post, World
from bot.sandbox.world_accounts import WorldAccount

#: A post of this age has figures worth a look.
SETTLED = timedelta(days=7)

#: Who shares a post's link, and where, so that there is a thread to ask in.
COLLEAGUE, CHANNEL = "bob", "#marketing"
SHARED = "Our post from last week. Does anybody know how it is doing? {link}"

MENTION = "@LinkedIn Stats"

#: What each example shows.
POST_CARD = "The post's figures since it was published, in a card that only you see."
DIGEST = "A preview of a weekly summary. Press Set It Up, then make it Monday 9:00 with the clock at the top: it is posted here."
IN_THREAD = "The app finds the link in your colleague's message and answers in the thread."


def link_to(post: Post) -> str:
    """The post's address in a browser."""
    return f"https://www.linkedin.com/feed/update/{post.urn}/"


def settled_posts(world: World, account: WorldAccount, now: datetime) -> list[Post]:
    """The account's posts that are old enough to have figures, newest first."""
    return [post for post in world.posts(account.platform_id, now) if now - post.published > SETTLED]


async def offer_examples(slack: SlackServer, world: World, now: datetime) -> None:
    """Posts a colleague's link, and puts the examples on the page's first screen."""
    first, second = world.accounts[:2]
    told, shared = settled_posts(world, first, now)[0], settled_posts(world, second, now)[0]
    interaction = await slack.person(COLLEAGUE).say(SHARED.format(link=link_to(shared)), channel=CHANNEL)
    slack.page_api.examples = [
        {"label": "How did a post do?", "text": f"/linkedin-stats {link_to(told)}", "shows": POST_CARD},
        _digest(second, first),
        _in_thread(interaction.channel, interaction.ts),
    ]


def _digest(*accounts: WorldAccount) -> Mapping[str, Any]:
    named = ", ".join(account.display_name for account in accounts)
    return {"label": "A digest every Monday", "text": f"/linkedin-stats digest {named} every monday 9:00", "shows": DIGEST}


def _in_thread(channel: str, ts: str) -> Mapping[str, Any]:
    return {"label": "Ask in a colleague's thread", "text": MENTION, "shows": IN_THREAD, "thread": {"channel": channel, "ts": ts}}
