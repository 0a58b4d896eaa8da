"""The button Compare: known posts to choose from, their comparison, for whoever may ask at that moment."""

from bot.listeners import modals
from bot.listeners.modals import COMPARING, DONE
from bot.sandbox.slack.clicking import in_overflow
from bot.slack.validator import check_view

POST = "urn:li:share:7123456789012345678"
OTHERS = ("urn:li:share:7434685316856377344", "urn:li:share:7434685316856377345")


async def known(scene, posts=OTHERS):
    """Posts that were asked for here are known posts."""
    for post in posts:
        await scene.ask(f"{post} linkedin-Tz9W5i6ZYG", who="bob", channel="#general")


async def pressed(scene, card, who="ann"):
    """The view that the button opened, as it stands when the bot has nothing left to do."""
    interaction = await scene.slack.person(who).press(card, "compare")
    assert interaction.ok
    await scene.settle()
    view = await interaction.view()
    stored = {name: view[name] for name in ("type", "title", "blocks", "submit", "close", "private_metadata") if view.get(name)}
    assert check_view(stored) == ()
    return view


def options(view):
    return [option["value"] for block in view["blocks"] for option in (block.get("element") or {}).get("options", [])]


async def chosen(scene, view, posts, who="ann"):
    interaction = await scene.slack.person(who).submit_view(view, {"posts": list(posts)})
    assert interaction.ok
    await scene.settle()
    return scene.slack.parts.views.top(scene.slack.person(who).id) and await interaction.view()


async def test_known_posts_are_chosen_and_compared(scene):
    """The card's own post first, then the chosen ones; private, and it can be shared like any card."""
    await known(scene)
    card = await scene.ask(POST)
    view = await pressed(scene, card)
    assert set(OTHERS) <= set(options(view))
    assert POST not in options(view)
    assert await chosen(scene, view, OTHERS[:1]) is None
    comparison = scene.slack.person("ann").sees("#marketing")[-1]
    assert comparison["ephemeral"]
    table = next(block for block in comparison["blocks"] if block["type"] == "data_table")
    assert len(table["rows"]) == 3
    assert "15,420" in comparison["text"]
    assert any(element.get("action_id") == "share" for block in comparison["blocks"] for element in block.get("elements", []))


async def test_a_slow_comparison_says_in_the_view_that_it_is_fetched_and_where_it_is(open_scene, monkeypatch):
    monkeypatch.setattr(modals, "CLOSES_WITHIN", 0)
    async with open_scene() as scene:
        await known(scene)
        view = await pressed(scene, await scene.ask(POST))
        interaction = await scene.slack.person("ann").submit_view(view, {"posts": list(OTHERS[:1])})
        assert COMPARING in str((await interaction.view())["blocks"])
        await scene.settle()
        assert DONE in str((await interaction.view())["blocks"])


async def test_another_process_answers_the_press_and_the_choice(open_scene):
    """Two bots on one store: what is pressed on the one's card the other answers, for the card and the view carry everything."""
    async with open_scene() as scene:
        menu = in_overflow((await scene.ask(POST))["blocks"], "compare")
    assert menu is not None
    async with open_scene() as again:
        await known(again)
        card = await again.ask(menu["selected_option"]["value"].removeprefix("compare "))
        assert "2 posts compared" in (await compared(again, card))["text"]


async def compared(scene, card):
    await chosen(scene, await pressed(scene, card), OTHERS[:1])
    return scene.slack.person("ann").sees("#marketing")[-1]


async def test_nothing_known_is_said(open_scene):
    async with open_scene() as scene:
        view = await pressed(scene, await scene.ask(f"{POST} linkedin-Mixed"))
        assert options(view) == []
        assert "don't know another post" in str(view["blocks"])


async def test_whoever_may_not_ask_learns_it_at_the_press_and_at_the_choice(open_scene):
    """A card that everybody sees: a guest gets no titles; and what was allowed at the press may be forbidden at the choice."""
    async with open_scene() as scene:
        await known(scene)
        await scene.slack.person("ann").mention(f"{POST} share", channel="#marketing")
        await scene.settle()
        card = scene.slack.person("bob").sees("#marketing")[-1]
        refused = await pressed(scene, card, "gus")
        assert "don't answer guests" in str(refused["blocks"])
        assert options(refused) == []
        await scene.ask("allow @gus")
        view = await pressed(scene, card, "gus")
        assert options(view)
        await scene.ask("forbid @gus")
        reply = await chosen(scene, view, OTHERS[:1], "gus")
        assert "don't answer guests" in str(reply["blocks"])
        assert "2 posts compared" not in str(scene.slack.person("gus").sees("#marketing"))


async def test_of_who_opted_out_nobody_else_is_offered_a_post(open_scene):
    """The button stands on a card from before."""
    async with open_scene() as scene:
        card = await scene.ask("urn:li:share:7434685316856377399 linkedin-ABC", who="bob")
        await scene.ask("opt out Ann Lee")
        view = await pressed(scene, card, "bob")
        assert options(view) == []
        assert "Ann Lee" not in str(view["blocks"])


async def test_trouble_stands_in_the_view(open_scene):
    async with open_scene(statistics_deadline=0.5) as scene:
        await known(scene)
        view = await pressed(scene, await scene.ask(POST))
        scene.clock.go_on(minutes=5)
        scene.statistics.switches.latency_ms = 3_000
        reply = await chosen(scene, view, OTHERS[:1])
        assert "be reached right now" in str(reply["blocks"])


async def test_a_view_that_cannot_be_opened_is_no_silence(open_scene):
    async with open_scene() as scene:
        card = await scene.ask(POST)
        scene.slack.faults.add(method="views.open", kind="error", error="expired_trigger_id")
        await scene.slack.person("ann").press(card, "compare")
        await scene.settle()
        assert "once more" in scene.slack.person("ann").sees("#marketing")[-1]["text"]
