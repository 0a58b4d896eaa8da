"""Each request asks once what a person, or everybody in a channel, may see: whatever it comes from."""

from collections import Counter

import pytest

from bot.access.visibility import Visibility, VisibilityService
from bot.alerts import modal as alert_modal
from bot.digests import modal as digest_modal
from bot.listeners.steps import STEP
from bot.queries.modals import MESSAGE_SHORTCUT
from bot.sandbox.slack.people import ANN
from bot.subscriptions.subscription import SubscriptionKind
from bot.watches import handler as watch_modal
from tests.fixtures.cards import answers_of
from tests.listeners.test_assistants import URL, assistant, token_for
from tests.listeners.test_home import shown

POST, OTHER = "urn:li:share:7123456789012345678", "urn:li:share:7434685316856377344"
LINK = f"https://www.linkedin.com/feed/update/{POST}/"

#: ``{digest}``, ``{alert}`` and ``{watch}`` are ids.
TYPED = (
    "",
    "accounts",
    "ann lee last week",
    "ann lee what",
    "ann lee vs acme last week",
    "best times acme",
    "csv",
    "permissions",
    "team last week",
    "today ann lee",
    "top 28d",
    "@bob last week",
    POST,
    f"{POST} {OTHER}",
    "digest @bob every monday 9:00",
    "digest acme every tuesday 9:00 in #general",
    "digest acme evry monday",
    "digest list",
    "digest show {digest}",
    "digest preview {digest}",
    "digest edit {digest} 10:00",
    "digest move {digest} #general",
    "digest pause {digest}",
    "digest resume {digest}",
    "digest skip {digest}",
    "history {digest}",
    "alert impressions > 1 day",
    "alert team impressions > 1 day in #general",
    "alert @bob comments +50% week",
    "alert list",
    "alert show {alert}",
    "alert test {alert}",
    "alert edit {alert} > 2",
    "alert snooze {alert} 3 days",
    "alert resume {alert}",
    "tell me when ann lee posts",
    "watch ann lee",
    "watch list",
    "watch show {watch}",
    "watch edit {watch} quiet 20:00-8:00",
    "watch pause {watch}",
    "watch resume {watch}",
    "goal acme impressions 50,000 month",
    "goals",
    "goal @bob comments 50 month",
    "what is set up here",
    "pause everything",
    "make it tuesday",
    "digest delete {digest}",
    "alert delete {alert}",
    "watch delete {watch}",
)


class Asked:
    """Counts what is asked between two steps."""

    def __init__(self, scene, monkeypatch):
        self.scene, self.counts, self.twice = scene, Counter[tuple[str, str, str]](), {}
        seen_by = VisibilityService.seen_by

        async def counted(service: VisibilityService, team: str, user: str, channel: str) -> Visibility:
            self.counts[team, user, channel] += 1
            return await seen_by(service, team, user, channel)

        monkeypatch.setattr(VisibilityService, "seen_by", counted)

    async def over(self, step, *, at_least=1):
        """Notes what was asked more than once since the last step; ``at_least`` so much must have been asked."""
        await self.scene.settle()
        if twice := {key: count for key, count in self.counts.items() if count > 1}:
            self.twice[step] = twice
        assert len(self.counts) >= at_least, step
        self.counts.clear()


@pytest.fixture
async def asked(open_scene, monkeypatch):
    """Kofi's account has opted out, and a digest, an alert and a watch are set up."""
    async with open_scene(transport="http", mcp_url=URL, administrators=ANN) as scene:
        await scene.ask("opt out Kofi Mensah")
        await scene.set_up("digest acme every monday 9:00 in <#C0MARKETING|marketing>")
        await scene.ask("alert acme impressions > 1000 day")
        await scene.ask("watch acme")
        yield Asked(scene, monkeypatch)


async def ids(scene):
    stored = await scene.bot.scheduling.stores.digests.digests()
    every = [*stored, *[one for kind in SubscriptionKind for one in await scene.bot.scheduling.stores.digests.digests(kind=kind)]]
    return {one.kind.value: one.id[:8] for one in reversed(every)}


async def test_whatever_is_typed(asked):
    scene, known = asked.scene, await ids(asked.scene)
    for words in TYPED:
        asked.counts.clear()
        await scene.slack.person("ann").command(words.format(**known))
        # Which goals a channel sees is found otherwise.
        await asked.over(words, at_least=0 if words == "goals" else 1)
    for words in ("team last week", "alert comments > 1 day", "digest list", "watch ann lee"):
        await scene.slack.person("ann").mention(words)
        await asked.over(f"mention {words}")
        await scene.slack.person("ann").say(words)
        await asked.over(f"direct message {words}")
    assert asked.twice == {}


async def test_whatever_is_pressed(asked):
    scene, ann = asked.scene, asked.scene.slack.person("ann")
    await scene.ask(f"{OTHER} acme")
    for words, buttons in (
        ("acme last week", ("refresh", "csv", "share")),
        (POST, ("refresh", "compare")),
        ("digest acme every friday 9:00", ("digest.create",)),
        ("digest show {digest}", ("digest.preview", "digest.history")),
        ("alert show {alert}", ("alert.test", "alert.pause")),
        ("watch show {watch}", ("watch.pause",)),
    ):
        card = await scene.ask(words.format(**await ids(scene)))
        asked.counts.clear()
        for button in buttons:
            await ann.press(card, button)
            await asked.over(f"{words}: {button}")
            if button == "compare":
                await ann.submit_view(scene.slack.parts.views.top(ann.id).as_slack(), {"posts": [OTHER]})
                await asked.over("posts to compare are chosen")
    assert asked.twice == {}


async def test_the_forms(asked):
    """Opened, previewed and sent off; for a new one, which is posted in another channel, and for one that is changed."""
    scene, ann, known = asked.scene, asked.scene.slack.person("ann"), await ids(asked.scene)
    rule = {"figure": "comments", "rule": ">", "amount": "20"}
    for kind, modal, filled in (("digest", digest_modal, {}), ("alert", alert_modal, rule), ("watch", watch_modal, {})):
        for words in (kind, f"{kind} edit {known[kind]}"):
            asked.counts.clear()
            opened = await ann.command(words)
            await asked.over(f"open {words}")
            view = await opened.view()
            values = {**filled, "channel": ["C0GENERAL0"] if kind == "digest" else "C0GENERAL0"}
            await ann.press(view, modal.FORM_PREVIEW, filled=values)
            await asked.over(f"preview {words}", at_least=2)
            await ann.close_view(scene.slack.parts.views.top(ann.id).as_slack())
            await ann.submit_view(view, values)
            await asked.over(f"send off {words}")
    assert asked.twice == {}


async def test_the_other_entry_points(asked):
    """Home tab and its settings, the workflow step, the shortcut, a link's preview, and assistants."""
    scene, ann = asked.scene, asked.scene.slack.person("ann")
    await scene.slack.switches.execute_step(STEP, {"question": "acme", "period": "last week"}, ANN)
    await asked.over("workflow step")
    message = await scene.slack.person("bob").say(f"{LINK} and https://www.linkedin.com/feed/update/{OTHER}/", channel="#marketing")
    await asked.over("a link that is not previewed", at_least=0)
    answers_of(await ann.shortcut(MESSAGE_SHORTCUT, {"channel": message.channel, "ts": message.ts}))
    await asked.over("shortcut")
    async with assistant(scene.port, headers=await token_for(scene, ANN)) as client:
        for tool, arguments in (("account_statistics", {"account": "acme"}), ("top_posts", {"period": "28d"}), ("list_digests", {})):
            assert not (await client.call_tool(tool, arguments)).is_error
            await asked.over(tool)
    for visit in ("the first visit", "another"):
        await (await ann.open_home()).view()
        await asked.over(f"Home tab, {visit}")
    settings = await ann.press(shown(scene).as_slack(), "Settings")
    await asked.over("settings")
    await ann.submit_view(settings._views()[-1], {"default": "linkedin-ABC"})
    await scene.settle()
    # Two requests: what is saved, and the tab that is published again.
    assert max(asked.counts.values()) == 2
    assert asked.twice == {}
