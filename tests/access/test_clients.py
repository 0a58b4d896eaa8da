"""An agency's channels: each client's channel sees the accounts of this managed user alone, and no other channel sees them."""

import json
import re

import pytest
from sqlalchemy import text as text_of

from bot.access.commands import ClientCommand, read_client
from bot.access.permissions import AccessRules
from bot.errors import NotUnderstood
from bot.statistics.reports import split_client, with_client
from tests.fixtures.crowds import crowd_of
from tests.fixtures.workspaces import modal

FIRST = "T0SANDBOX1"
GLOBEX, INITECH, STRANGER = "6626a1f5e4b0c91a2d3f4567", "6626a1f5e4b0c91a2d3f4568", "6626a1f5e4b0c91a2d3f4569"
MARKETING, GENERAL = "C0MARKETING", "C0GENERAL0"
#: Who belongs to whom; both clients' first accounts have the same id at PostPost.
NAMES = {"": ("Acme Robotics", "Ann Lee"), GLOBEX: ("Globex Works", "Gina Globex"), INITECH: ("Initech Paper",)}
#: Words that reach every kind of answer, each with figures of whatever can be seen there.
QUESTIONS = (
    "accounts",
    "",
    "last week",
    "team",
    "board min 1",
    "top",
    "top csv",
    "groups",
    "status",
    "digest list",
    "history",
    "permissions",
)
GIVEN = (f"client {GLOBEX} here", f"Client `{GLOBEX.upper()}` in this channel", f"client here is {GLOBEX}")


@pytest.mark.parametrize("text", GIVEN)
def test_a_client_is_given_a_channel_in_words(text):
    assert read_client(text, MARKETING, direct=False) == ClientCommand(GLOBEX, (MARKETING,))


def test_the_words_about_clients():
    assert read_client(f"client {GLOBEX} <#{GENERAL}|general> <#{MARKETING}>", "D1", direct=True) == ClientCommand(
        GLOBEX, (GENERAL, MARKETING)
    )
    assert read_client("client nobody here", MARKETING, direct=False) == ClientCommand("", (MARKETING,))
    assert read_client("clients", MARKETING, direct=False) == ClientCommand()
    assert read_client("clientele last week", MARKETING, direct=False) is None
    for wrong in ("client globex here", f"client {GLOBEX[:-1]} here", "client here", f"client {GLOBEX} {INITECH} here"):
        with pytest.raises(NotUnderstood):
            read_client(wrong, MARKETING, direct=False)
    with pytest.raises(NotUnderstood, match="direct message"):
        read_client(f"client {GLOBEX} here", "D1", direct=True)


def test_an_id_says_whose_it_is():
    assert split_client(with_client("linkedin-A-of-B", GLOBEX)) == ("linkedin-A-of-B", GLOBEX)
    assert split_client("linkedin-A-of-B") == ("linkedin-A-of-B", "")
    rules = AccessRules(channel_accounts={"*": frozenset({"linkedin-A"})}, clients={"C1": GLOBEX})
    own, hers, another = "linkedin-A", with_client("linkedin-A", GLOBEX), with_client("linkedin-A", INITECH)
    assert [rules.sees("C1", one) for one in (own, hers, another)] == [False, True, False]
    assert [rules.sees("C2", one) for one in (own, hers, another)] == [True, False, False]


def shown(slack, *, channel):
    """All that Slack took for this channel, also for one person there; without a channel for all others, but no Home tab.

    Whoever set up a digest for a client finds it there.
    """
    mine = [one for one in slack.accepted if (one.channel == channel if channel else one.channel not in ("", MARKETING, GENERAL))]
    return json.dumps([[one.text, one.blocks, one.metadata, one.payload] for one in mine], default=str)


def named(text, but=""):
    """The names of accounts there that do not belong to ``but``."""
    return [name for client, names in NAMES.items() if client != but for name in names if name in text]


class Agency:
    """The first workspace: its key manages two clients."""

    def __init__(self, several):
        self.several, self.slack, self.service = several, several.first, several.statistics[FIRST]
        self.ann = self.slack.person("ann")
        self.service.manage(GLOBEX, crowd_of(NAMES[GLOBEX], daily_impressions=900))
        self.service.manage(INITECH, crowd_of(NAMES[INITECH], daily_impressions=90))

    async def ask(self, text, channel=MARKETING, who="ann"):
        return await self.several.ask(FIRST, text, who, channel)

    async def press(self, where, button):
        pressed = await self.ann.press(where, button)
        await self.several.settle()
        return pressed

    async def submit(self, form, **entered):
        sent = await self.ann.submit_view(form, entered)
        await self.several.settle()
        return modal(sent)

    async def give_channels(self):
        """One channel is given to a client in words, the other by the Home tab; who is no administrator's and no client is refused."""
        assert "Only an administrator" in (await self.ask(f"client {GLOBEX} here", who="bob"))["text"]
        assert "doesn't let this key act" in (await self.ask(f"client {STRANGER} here"))["text"]
        assert "No channel is a client's" in (await self.ask("clients"))["text"]
        assert "Globex Works, Gina Globex" in (await self.ask(f"client {GLOBEX} here"))["text"]
        form = modal(await self.press(await self.several.home(FIRST), "connection.client"))
        assert GLOBEX in json.dumps(form)
        form = await self.submit(form, channel=GENERAL, client=STRANGER)
        assert "doesn't let this key act" in json.dumps(form)
        assert "Initech Paper" in json.dumps(await self.submit(form, channel=GENERAL, client=INITECH))

    async def ask_everything(self, channel, account):
        """Every kind of question, by command and mention, and one of everything that is posted by the clock."""
        for text in (*QUESTIONS, f"{account} 7d", f"{account} vs last week", "linkedin-Crowd0 28d", "best times"):
            await self.ask(text, channel)
        await self.ann.mention(f"@LinkedIn Stats {account} 7d", channel=channel)
        await self.ask("and the month before?", channel)
        await self.press(await self.ask(f"digest {account} every day 9:00 here", channel), "digest.create")
        for what in ("alert {} impressions +1% day", "goal {} impressions 10 this month", f"watch {{}} in <#{channel}>"):
            await self.ask(what.format(account), channel)

    async def two_days(self):
        for _ in range(4):
            self.several.clock.go_on(hours=12)
            for _ in range(9):
                self.several.clock.go_on(seconds=20)
                await self.several.bot.scheduling.runner.tick()
                await self.several.settle()

    async def sent(self):
        """The kinds of what was posted, each with the channel."""
        words = "SELECT DISTINCT d.kind, d.channel FROM deliveries l JOIN digests d ON d.id = l.digest WHERE l.state = 'sent'"
        async with self.several.bot.database.read() as connection:
            return {tuple(row) for row in await connection.execute(text_of(words))}


async def test_a_clients_channel_sees_its_accounts_alone_whatever_is_asked_and_posted(open_several):
    async with open_several(ready=True) as several:
        agency = Agency(several)
        ask, slack, service = agency.ask, agency.slack, agency.service
        await agency.press(await ask("digest linkedin-ABC every day 9:00 here"), "digest.create")
        await ask("group merger = linkedin-ABC")
        old_card = await ask("linkedin-ABC last week")
        await agency.give_channels()
        slack.accepted.clear()
        service.requests.clear()
        await agency.ask_everything(MARKETING, "gina")
        await agency.ask_everything(GENERAL, "initech")
        for foreign in ("acme", "linkedin-ABC last week", "initech", with_client("linkedin-Crowd0", INITECH), "acme vs gina last week"):
            assert "Impressions" not in json.dumps(await ask(foreign)), foreign
        await agency.press(old_card, "Refresh")
        for text in ("accounts", "last week", "team", "top"):
            await agency.ann.say(text)
            await several.settle()
        await several.home(FIRST)
        await agency.two_days()
        kinds = ("digest", "alert", "goal", "watch")
        assert await agency.sent() == {(kind, channel) for kind in kinds for channel in (MARKETING, GENERAL)}
        assert named(shown(slack, channel=MARKETING), GLOBEX) == []
        assert named(shown(slack, channel=GENERAL), INITECH) == []
        assert "merger" not in shown(slack, channel=MARKETING), "a group of accounts that are not seen there"
        assert named(shown(slack, channel=""), "") == [], "in direct messages, as before, the accounts of the key alone"
        asked = {(one.user, one.body["platformId"]) for one in service.requests if one.body}
        assert {user for user, account in asked if account.startswith("linkedin-Crowd")} == {GLOBEX, INITECH}
        assert {user for user, account in asked if not account.startswith("linkedin-Crowd")} == {""}
        listed = {(one.user, one.path.partition("?")[0].rpartition("/")[2]) for one in service.requests if not one.body}
        assert {(user, path) for user in ("", GLOBEX, INITECH) for path in ("platform-connections", "list-posts")} <= listed
        assert not [one for one in service.requests if one.status == 403]

        card = await ask("gina last week")
        assert "Gina Globex" in json.dumps(card)
        assert "is no client's channel" in (await ask("client nobody here"))["text"]
        assert named(json.dumps(await ask("team"))) == []
        assert "Acme Robotics" in json.dumps(await ask("accounts"))
        slack.accepted.clear()
        await agency.press(card, "Refresh")
        assert "in this client's channels alone" in shown(slack, channel=MARKETING)
        # Detached from the key at PostPost.
        service.release(INITECH)
        assert "doesn't let this key act" in json.dumps(await ask("initech 14d", GENERAL))


async def test_elsewhere_nobody_reads_a_clients_figures(open_several):
    """Not even its owner, whose lists name it; and a post that two clients have is read as the channel's own client's."""
    async with open_several(ready=True) as several:
        agency, random = Agency(several), "C0RANDOM00"
        ask = agency.ask
        await agency.press(await ask("digest linkedin-ABC every day 8:00 here"), "digest.create")
        await agency.give_channels()
        assert "an account that isn't shown any more" in (await ask("digest list"))["text"]
        await agency.press(await ask("digest gina every day 9:00 here"), "digest.create")
        digest = re.findall(r"digest show ([0-9a-f]{8})", json.dumps(await ask("digest list")))[-1]
        alert = re.findall(r"alert test ([0-9a-f]{8})", json.dumps(await ask("alert gina impressions > 1 day")))[-1]
        for shows in (f"digest preview {digest}", f"alert test {alert}"):
            assert "Gina Globex" in json.dumps(here := await ask(shows)), shows
            assert "mpressions" in json.dumps(here), shows
            for channel in (random, GENERAL):
                for who in ("ann", "bob"):
                    assert named(json.dumps(await ask(shows, channel, who)), INITECH) == [], (shows, channel, who)
        for shows in (f"digest show {digest}", f"digest history {digest}", f"alert show {alert}"):
            assert "Gina Globex" in json.dumps(await ask(shows, random)), "its owner finds it"
            assert named(json.dumps(await ask(shows, random, "bob"))) == [], shows

        world = crowd_of(NAMES[GLOBEX], daily_impressions=900)
        post = next(one for one in world.posts("linkedin-Crowd0", several.clock()) if one.published < several.clock())
        link = f"https://www.linkedin.com/feed/update/{post.urn}/"
        for channel, name in ((MARKETING, "Globex Works"), (GENERAL, "Initech Paper")):
            assert f"Post by {name}" in (await ask(link, channel))["text"]
        assert "in this client's channels alone" in (await ask(link, random))["text"]
        await ask("unfurl on")
        for channel, names in ((MARKETING, ["Globex Works"]), (GENERAL, ["Initech Paper"]), (random, [])):
            said = await agency.ann.say(f"look {link}", channel=channel)
            await several.settle()
            below = agency.slack.parts.workspace.find(said.channel, said.ts)
            assert named(json.dumps(below.unfurls)) == names, channel


async def test_with_one_workspace_and_publoras_header(open_scene):
    """The list of accounts is read anew for a new client; its own error where the key manages nobody."""
    async with open_scene(transport="http", postpost_api_key_header="x-publora-key") as scene:
        scene.statistics.switches.key_header = "x-publora-key"
        assert "doesn't let this key act" in (await scene.ask(f"client {GLOBEX} here"))["text"]
        scene.statistics.manage(GLOBEX, crowd_of(NAMES[GLOBEX]))
        # The first list was asked for before the header was switched.
        scene.clock.go_on(minutes=2)
        await scene.ask(f"client {GLOBEX} <#{GENERAL}>")
        assert named(json.dumps(await scene.ask("team last week", channel="#general")), GLOBEX) == []
        assert "Gina Globex" in json.dumps(await scene.ask("accounts", channel="#general"))
        assert "Acme Robotics" in json.dumps(await scene.ask("accounts"))
        assert GLOBEX in (await scene.ask("clients"))["text"]
