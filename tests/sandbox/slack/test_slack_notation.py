"""What a person types arrives in Slack's own notation."""

import pytest

from bot.sandbox.limits.surfaces import check_blocks
from bot.sandbox.slack.notation import Reader, links_in, notated
from bot.sandbox.slack.typed import rich_text

READER = Reader({"ann": "U1", "linkedin_stats": "UB", "LinkedIn Stats": "UB"}, {"marketing": "C1", "q3-plan": "C2"}.get)


def read(typed: str) -> str:
    return notated(list(READER.pieces(typed)), lambda piece: f"|{piece.raw[1:]}")


@pytest.mark.parametrize(
    ("typed", "notation"),
    [
        ("plain", "plain"),
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("@ann", "<@U1|ann>"),
        ("@Ann, hello", "<@U1|Ann>, hello"),
        ("@nobody", "@nobody"),
        ("@LinkedIn Stats help", "<@UB|LinkedIn Stats> help"),
        ("#marketing and #q3-plan", "<#C1|marketing> and <#C2|q3-plan>"),
        ("#nowhere", "#nowhere"),
        ("https://a.example/x", "<https://a.example/x>"),
        ("(https://a.example/x).", "(<https://a.example/x>)."),
        ("https://a.example/?a=1&b=2", "<https://a.example/?a=1&amp;b=2>"),
        ("https://a.example/x#marketing", "<https://a.example/x#marketing>"),
        ("linkedin.com/in/jane", "<http://linkedin.com/in/jane|linkedin.com/in/jane>"),
        ("jane@linkedin.com", "jane@linkedin.com"),
        ("2026-11-01..2026-11-15", "2026-11-01..2026-11-15"),
        ("`https://a.example/x`", "`https://a.example/x`"),
        ("<@U9> said", "<@U9> said"),
        ("<https://a.example/x|label>", "<https://a.example/x|label>"),
        ("urn:li:share:7434685316856377344", "urn:li:share:7434685316856377344"),
        ("“https://a.example/x”", "“<https://a.example/x>”"),
    ],
)
def test_typed_text_becomes_slacks_notation(typed: str, notation: str) -> None:
    assert read(typed) == notation


def test_links_are_found_once_each_with_their_ampersands_undone() -> None:
    assert links_in("<https://a.example/?x=1&amp;y=2> <https://b.example/|b> <https://b.example/>") == [
        "https://a.example/?x=1&y=2",
        "https://b.example/",
    ]


def test_the_same_text_is_also_rich_text() -> None:
    block = rich_text(list(READER.pieces("@ann see linkedin.com/x in #marketing `now`")), "b1")
    parts = block["elements"][0]["elements"]
    assert [part["type"] for part in parts] == ["user", "text", "link", "text", "channel", "text", "text"]
    assert parts[2] == {"type": "link", "url": "http://linkedin.com/x", "text": "linkedin.com/x"}
    assert parts[-1]["style"] == {"code": True}


BOLD, ITALIC, STRUCK, CODE = ({"style": {name: True}} for name in ("bold", "italic", "strike", "code"))


def shown(text: str, style: dict[str, dict[str, bool]] | None = None) -> dict[str, object]:
    return {"type": "text", "text": text, **(style or {})}


@pytest.mark.parametrize(
    ("typed", "elements"),
    [
        ("*up* and _down_", [shown("up", BOLD), shown(" and "), shown("down", ITALIC)]),
        ("~no~ `yes`", [shown("no", STRUCK), shown(" "), shown("yes", CODE)]),
        ("*_both_*", [shown("both", {"style": {"bold": True, "italic": True}})]),
        ("2*3*4 snake_case_name", [shown("2*3*4 snake_case_name")]),
        ("no * list? *", [shown("no * list? *")]),
        ("*see* @ann", [shown("see", BOLD), shown(" "), {"type": "user", "user_id": "U1"}]),
        ("one\ntwo", [shown("one"), shown("\n"), shown("two")]),
    ],
)
def test_what_is_typed_with_marks_is_styled(typed: str, elements: list[dict[str, object]]) -> None:
    (section,) = rich_text(list(READER.pieces(typed)), "b1")["elements"]
    assert section == {"type": "rich_text_section", "elements": elements}


def test_quotes_and_code_blocks_stand_by_themselves() -> None:
    block = rich_text(list(READER.pieces("He said:\n> *look* @ann\n> here\n```a\nb```\nand so on")), "b1")
    assert [(part["type"], [one.get("text") or one.get("user_id") for one in part["elements"]]) for part in block["elements"]] == [
        ("rich_text_section", ["He said:"]),
        ("rich_text_quote", ["look", " ", "U1", "\n", "here"]),
        ("rich_text_preformatted", ["a\nb"]),
        ("rich_text_section", ["and so on"]),
    ]
    assert check_blocks([block], "message") == []


def test_typed_lists_are_lists_by_style_and_depth() -> None:
    """Dots, numbers and deeper items are lists of their own; numbering goes on after a deeper list; a lone dash is text."""
    block = rich_text(list(READER.pieces("Now:\n- ask @ann\n* *look*\n  1. first\n  2. linkedin.com/x\n3. third\n- \ndone")), "b1")
    lists = [part for part in block["elements"] if part["type"] == "rich_text_list"]
    assert [(one["style"], one["indent"], one.get("offset"), len(one["elements"])) for one in lists] == [
        ("bullet", 0, None, 2),
        ("ordered", 1, None, 2),
        ("ordered", 0, 2, 1),
    ]
    assert lists[0]["elements"][0]["elements"] == [{"type": "text", "text": "ask "}, {"type": "user", "user_id": "U1"}]
    assert lists[0]["elements"][1]["elements"] == [{"type": "text", "text": "look", "style": {"bold": True}}]
    assert block["elements"][-1]["elements"][0] == {"type": "text", "text": "- "}
    assert check_blocks([block], "message") == []
