"""What leaves as no card of its own: a link's preview and the workflow step's outputs, in all 243 states of five metrics."""

from itertools import product

import pytest
from msgspec.structs import replace

from bot.queries.answers_as_data import NUMBERS, build_outputs
from bot.queries.previews import build_unfurl_card
from bot.reports.account_blocks import build_account_card
from bot.reports.figures import NO_FIGURE, NOT_FETCHED_FIGURE
from bot.reports.post_blocks import build_post_card
from bot.slack.validator import check_message
from bot.statistics.metrics import ENGAGEMENTS, NAMES, POST_METRICS, Failed, Metric, Unavailable, Value
from bot.statistics.reports import Account

pytestmark = pytest.mark.usefixtures("english_numbers")

STATES = list(product("vuf", repeat=len(POST_METRICS)))
UNKNOWN = {"u": Unavailable(), "f": Failed()}
WORDS = {"u": NO_FIGURE, "f": NOT_FETCHED_FIGURE}


def in_state(report, state):
    kinds = dict(zip(report.metrics, state, strict=True))
    figures = {metric: figure if kinds[metric] == "v" else UNKNOWN[kinds[metric]] for metric, figure in report.figures.items()}
    return replace(report, figures=figures), kinds


def check_numbers(outputs, report, kinds):
    known = {NUMBERS[metric]: report.figures[metric].count for metric, kind in kinds.items() if kind == "v"}
    assert {name: outputs[name] for name in NUMBERS.values() if name in outputs} == known
    assert ("engagement_rate" in outputs) == all(kinds[metric] == "v" for metric in (*ENGAGEMENTS, Metric.IMPRESSION))
    assert ("unknown" in outputs) == (set(kinds.values()) != {"v"})
    for metric, kind in kinds.items():
        assert kind == "v" or NAMES[metric].lower() in outputs["unknown"].lower()


def test_a_step_gives_a_posts_known_figures_and_names_the_others(samples):
    for state in STATES:
        report, kinds = in_state(samples.post(), state)
        card = build_post_card(report, today=samples.today, words=samples.post_words, private=False)
        check_numbers(build_outputs(report, card, samples.today), report, kinds)


def test_a_step_gives_an_accounts_known_figures_and_names_the_others(samples):
    for state in STATES:
        report, kinds = in_state(samples.account(), (*state, state[-1]))
        card = build_account_card(report, today=samples.today, words=samples.account_words, private=False)
        check_numbers(build_outputs(report, card, samples.today), report, kinds)


def test_days_that_were_not_reported_are_named_and_make_no_rate(samples):
    """A rate of figures that cover different days would be false, and the card shows none either."""
    report = samples.account()
    days = dict(report.daily[Metric.COMMENT])
    del days[samples.week.last]
    report = replace(report, daily={**report.daily, Metric.COMMENT: days})
    card = build_account_card(report, today=samples.today, words=samples.account_words, private=False)
    outputs = build_outputs(report, card, samples.today)
    assert "engagement_rate" not in outputs
    assert "Nov 22" in str(outputs["unknown"])
    assert outputs["comments"] == report.figures[Metric.COMMENT].count


@pytest.mark.parametrize("name", ["Ann & <!channel>", "<@U0ANN00001> & Sons"])
def test_no_name_turns_into_a_mention_in_the_step_that_follows(samples, name):
    report = samples.post(account=Account("linkedin-A", name))
    card = build_post_card(report, today=samples.today, words=samples.post_words, private=False)
    outputs = build_outputs(report, card, samples.today)
    assert not [text for text in outputs.values() if isinstance(text, str) and ("<" in text or "&amp;" in text)]
    assert " & " in str(outputs["account"])


def test_a_preview_names_every_figure_as_what_it_is(samples):
    for state in STATES:
        report, kinds = in_state(samples.post(title="Ann & <!channel>"), state)
        preview = build_unfurl_card(report, today=samples.today, words=samples.post_words, number=1)
        assert check_message(preview) == ()
        assert preview.metadata is None
        texts = next(block["elements"][0]["text"] for block in preview.blocks if "Reactions:" in str(block))
        for metric, kind in kinds.items():
            assert f"{NAMES[metric]}: {f'{report.figures[metric].count:,}' if kind == 'v' else WORDS[kind]}" in texts
        assert isinstance(report.figures[Metric.IMPRESSION], Value) == ("impressions" in preview.blocks[0]["text"]["text"])


def test_a_preview_of_a_long_question_goes_without_its_button(samples):
    preview = build_unfurl_card(samples.post(), today=samples.today, words="x" * 3_000, number=2)
    assert [block for block in preview.blocks if block["type"] == "actions"] == []
    assert check_message(preview) == ()
