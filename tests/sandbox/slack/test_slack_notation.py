"""What a person types arrives in Slack's own notation."""

import pytest

from bot.sandbox.slack.notation import Reader, links_in, notated, rich_text

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
