"""The renderer alone, in a real browser: hostile text stays text, unknown things are shown, mrkdwn reads as Slack's."""

from typing import Any

import pytest
from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all

RENDER = """async (blocks) => {
  const [{ renderBlocks }, { Form }] = await Promise.all([import("/page/blocks.js"), import("/page/form.js")]);
  const names = { U1: "Ann" };
  const context = { me: "U1", zone: "Europe/Berlin", now: 1795437000, form: new Form(), userName: (id) => names[id] ?? id,
    channelName: () => "marketing", conversationLabel: (id) => id, people: () => [], conversations: () => [], act: async () => {} };
  const drawn = document.querySelector("#main .messages").appendChild(renderBlocks(blocks, context));
  await new Promise((laidOut) => requestAnimationFrame(() => requestAnimationFrame(laidOut)));
  drawn.remove();
  return drawn.innerHTML;
}"""


async def drawn(page: Page, *blocks: Any) -> str:
    """The blocks as HTML."""
    return str(await page.evaluate(RENDER, list(blocks)))


async def mrkdwn(page: Page, text: str) -> str:
    """A mrkdwn text's HTML without its section."""
    html = await drawn(page, {"type": "section", "block_id": "b", "text": {"type": "mrkdwn", "text": text}})
    return html.split('<div class="section-text">')[1].removesuffix("</div></div></div></div>")


async def test_text_of_others_never_becomes_html(blank: Page):
    hostile = "<img src=x onerror=alert(1)> &lt;script&gt; <javascript:alert(1)|click> `<b>`"
    for html in (
        await mrkdwn(blank, hostile),
        await drawn(blank, {"type": "markdown", "text": f"# {hostile}\n[click](javascript:alert(1))"}),
        await drawn(blank, {"type": "header", "text": {"type": "plain_text", "text": hostile}}),
        await drawn(blank, {"type": "<img src=x onerror=alert(1)>"}),
    ):
        assert "<img" not in html
        assert "<script" not in html
        assert "href" not in html


async def test_the_unknown_is_shown_with_its_json(blank: Page):
    html = await drawn(
        blank, {"type": "hologram", "depth": 3}, {"type": "actions", "elements": [{"type": "lever"}]}, None, {"type": "section"}
    )
    assert "Unknown block: hologram" in html
    assert '"depth": 3' in html
    assert "Unknown element: lever" in html


async def test_mrkdwn_reads_as_slacks(blank: Page):
    cases = {
        "*bold* and _italic_ and ~gone~": "<strong>bold</strong> and <em>italic</em> and <s>gone</s>",
        "snake_case_word 2*3*4 * no *": "snake_case_word 2*3*4 * no *",
        "`*code*`": "<code>*code*</code>",
        "*a `*` b*": "<strong>a <code>*</code> b</strong>",
        "a &amp; b &lt;c&gt;": "a &amp; b &lt;c&gt;",
        "<@U1> in <#C1|old>": '<span class="mention mention-me">@Ann</span> in <span class="mention">#marketing</span>',
        ":tada: :no_such_thing:": "🎉 :no_such_thing:",
        ":flag-pl: :axe: :woman-running::skin-tone-3:": "🇵🇱 🪓 🏃‍♀️",
        "&gt; quoted\nafter": "<blockquote>quoted</blockquote>after",
        "<!date^1795437000^{date_num} {time}|then>": '<time datetime="2026-11-23T12:30:00.000Z">2026-11-23 13:30</time>',
    }
    assert {text: await mrkdwn(blank, text) for text in cases} == cases


async def test_a_link_carries_its_label_and_leaves_the_page_behind(blank: Page):
    html = await mrkdwn(blank, "<https://example.com/?a=1&amp;b=2|a *label*>")
    assert html == '<a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">a *label*</a>'


async def test_a_chart_starts_at_zero_and_draws_no_unreported_day(blank: Page):
    data = [{"label": "Mon", "value": 900}, {"label": "Wed", "value": 1000}]
    chart = {"type": "bar", "series": [{"name": "s", "data": data}], "axis_config": {"categories": ["Mon", "Wed"]}}
    html = await drawn(blank, {"type": "data_visualization", "title": "T", "chart": chart})
    assert ">0</text>" in html
    assert html.count("<rect") == len(data)


async def test_nothing_is_loaded_from_outside(blank: Page):
    html = await drawn(blank, {"type": "image", "image_url": "https://elsewhere.example/a.png", "alt_text": "A picture"})
    assert "src=" not in html
    assert "A picture" in html


async def test_lists_keep_their_style_depth_and_first_number(blank: Page):
    item = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}
    group = {"type": "rich_text_list", "style": "ordered", "indent": 1, "offset": 9, "elements": [item]}
    html = await drawn(blank, {"type": "rich_text", "elements": [group, {**group, "style": "bullet"}]})
    assert '<ol class="indent-1" start="10" style="--indent: 1;"><li>x</li></ol>' in html
    assert '<ul class="indent-1"' in html


async def test_a_markdown_list_turns_into_another_where_its_marks_do(blank: Page):
    html = await drawn(blank, {"type": "markdown", "text": "- a\n  - b\n1. c\n2. d"})
    assert "<ul><li>a<ul><li>b</li></ul></li></ul><ol><li>c</li><li>d</li></ol>" in html


async def test_an_attachment_has_its_colour_title_fields_and_footer(blank: Page):
    html = await blank.evaluate(
        """async (one) => {
          const [{ belowOf }, { h }] = await Promise.all([import("/page/attachments.js"), import("/page/dom.js")]);
          const message = { attachments: [one], unfurls: { "https://a.example": { title: "Preview" } } };
          return h("div", {}, belowOf(message, { zone: "UTC", now: 0 }, "Stats")).innerHTML;
        }""",
        {
            "color": "good",
            "title": "A & B",
            "title_link": "https://example.com/",
            "text": "*bold*",
            "fields": [{"title": "One", "value": "1"}],
            "footer": "Foot",
        },
    )
    for part in (
        "--edge-color: #2eb886",
        'href="https://example.com/"',
        ">A &amp; B</a>",
        "<strong>bold</strong>",
        '<div class="field wide"><strong>One</strong><div>1</div>',
        ">Foot</small>",
        ">Preview</strong>",
        ">Added by Stats</small>",
    ):
        assert part in html
