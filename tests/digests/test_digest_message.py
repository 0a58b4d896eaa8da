"""A digest's message and thread: the same figures as the account's card, honest sums, everything that failed named."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.digests.blocks import EVENT_TYPE, build_digest
from bot.digests.reports import BestFound, DigestReport
from bot.slack.validator import check_message
from bot.statistics.comparison_reports import FailedAccount, RankedPost
from bot.statistics.metrics import POST_METRICS, Failed, Metric, Unavailable, Value
from bot.statistics.reports import Account, TokenStatus
from bot.subscriptions.subscription import Subscription, SubscriptionStatus

pytestmark = pytest.mark.usefixtures("english_numbers")

DIGEST = Subscription(
    id="0d3f9a52-0000-5000-8000-000000000001",
    team="T1",
    channel="C1",
    accounts=("linkedin-Tz9W5i6ZYG",),
    content=(),
    cron="0 9 * * 1",
    zone="Europe/Berlin",
    status=SubscriptionStatus.ACTIVE,
    next_run_at=datetime(2026, 11, 30, 8, 0, tzinfo=UTC),
    grace=21_600,
    owner="U1",
)


@pytest.fixture
def report(samples):
    one = samples.account(metrics=POST_METRICS)
    return DigestReport(
        period=one.period,
        before=one.before,
        accounts=(one,),
        failed=(),
        best=BestFound(),
        followers={},
        ending=(),
        late=None,
        schedule_words="every Monday 9:00 Europe/Berlin",
        fetched_at=samples.now,
    )


@pytest.fixture
def several(report, samples):
    """Three accounts of which one failed, with everything a digest can show."""
    one = report.accounts[0]
    figures = {metric: Value(count) for metric, count in zip(POST_METRICS, (20_110, 11_020, 600, 150, 58), strict=True)}
    ann = replace(one, account=samples.ann, figures=figures)
    best = RankedPost(samples.post(title="We are <hiring> & more"), 1, tied=False)
    return replace(
        report,
        accounts=(one, ann),
        failed=(FailedAccount(samples.bob, "LinkedIn no longer accepts this account's connection. Reconnect the account in PostPost."),),
        best=BestFound((best,)),
        followers={
            samples.acme.platform_id: {day: 0 for day in one.daily[Metric.IMPRESSION] if day in one.period} | {one.period.last: 33},
            samples.ann.platform_id: {},
        },
        ending=(samples.ann, samples.bob),
        late=timedelta(hours=3, minutes=5),
    )


def built(report, samples, digest=DIGEST):
    message, thread = build_digest(report, digest=digest, today=samples.today)
    for each in (message, *thread):
        assert check_message(each) == ()
        assert check_message(each.without_native()) == ()
    return message, thread


def labels(message):
    (row,) = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [one["text"]["text"] for element in row for one in element.get("options", [element])]


def test_the_digest_of_one_account_reads_like_its_card(report, samples, compare):
    message, thread = built(report, samples)
    compare("digest_one_account", message.payload())
    assert len(thread) == 1
    assert thread[0].blocks[1]["type"] == "data_table"


def test_the_digest_of_several_accounts(several, samples, compare):
    message, thread = built(several, samples)
    compare("digest_several_accounts", message.payload())
    compare("digest_several_accounts_thread", thread[0].payload())
    assert len(thread) == 3


def test_sums_are_of_the_accounts_shown_and_never_of_reach(several, samples):
    total = sum(one.figures[Metric.IMPRESSION].count for one in several.accounts)
    message, _ = built(several, samples)
    assert f"{total:,} impressions" in message.blocks[0]["text"]["text"]
    assert "Members reached" not in str(message.blocks[2])
    assert "reach isn't added up" in str(message.blocks[-1])


@pytest.mark.parametrize(
    ("figure", "says"), [(Unavailable(), "LinkedIn has no figure for Ann Lee"), (Failed(), "couldn't be fetched for Ann")]
)
def test_a_figure_that_one_account_lacks_has_no_total_and_the_account_is_named(several, samples, figure, says):
    one, ann = several.accounts
    lacking = replace(ann, figures={**ann.figures, Metric.COMMENT: figure})
    message, _ = built(replace(several, accounts=(one, lacking)), samples)
    assert says in message.text
    assert any(says in str(block) for block in message.blocks if block["type"] == "context")


def lacking(report, *metrics):
    """The account's report without these figures, of any day."""
    unknown = dict.fromkeys(metrics, Unavailable())
    return replace(report, figures={**report.figures, **unknown}, daily={**report.daily, **unknown})


def test_the_headline_takes_the_first_metric_that_has_a_sum(several, samples):
    one, ann = several.accounts
    message, _ = built(replace(several, accounts=(lacking(one, Metric.IMPRESSION), ann), failed=()), samples)
    assert message.blocks[0]["text"]["text"].startswith("LinkedIn, Nov 16–22: 1,720 reactions")


def test_where_no_metric_has_a_sum_the_accounts_that_have_figures_are_counted(several, samples):
    """Each lacks what the other one has: that is no word of LinkedIn having no figures."""
    one, ann = several.accounts
    halves = lacking(one, Metric.IMPRESSION, Metric.REACTION), lacking(ann, Metric.COMMENT, Metric.RESHARE)
    message, thread = built(replace(several, accounts=halves, failed=()), samples)
    assert message.blocks[0]["text"]["text"] == "LinkedIn, Nov 16–22: no total, but figures of 2 accounts"
    assert message.text.startswith("LinkedIn summary. 2 accounts, Nov 16–22 vs. the week before (Nov 9–15): no total, but figures of 2")
    assert "LinkedIn has no figures" not in message.text
    assert "LinkedIn has no figures" not in thread[0].text
    assert "No total of impressions: LinkedIn has no figure for Acme." in message.text


def test_a_failed_account_is_named_with_its_mend_and_the_others_are_shown(several, samples):
    message, _ = built(several, samples)
    assert "Bob &amp; &lt;Sons&gt;: LinkedIn no longer accepts" in message.text
    rows = next(block for block in message.blocks if block["type"] == "data_table")["rows"]
    assert [row[0]["text"] for row in rows] == ["Account", "Acme", "Ann Lee", "Bob & <Sons>"]


def test_what_a_person_left_out_is_left_out(several, samples):
    message, thread = built(several, samples, replace(DIGEST, content=("best",)))
    kinds = {block["type"] for block in message.blocks}
    assert not kinds & {"data_visualization", "data_table"}
    assert "Best post" in message.text
    assert "New followers" not in message.text
    assert thread == ()


def test_the_thread_can_find_what_the_digest_is_about(report, samples):
    message, _ = built(report, samples)
    assert message.metadata["event_type"] == EVENT_TYPE
    assert message.metadata["event_payload"] == {"digest": DIGEST.id, "words": samples.account_words}


def test_a_late_digest_says_so(several, report, samples):
    assert "posted 3 h late" in str(built(several, samples)[0].blocks[1])
    assert "late" not in str(built(report, samples)[0].blocks[1])


def test_a_paused_digest_offers_to_go_on(report, samples):
    assert labels(built(report, samples)[0]) == ["Manage", "Edit", "Pause", "Skip next"]
    paused = replace(DIGEST, status=SubscriptionStatus.PAUSED)
    assert labels(built(report, samples, paused)[0]) == ["Manage", "Edit", "Resume"]


def test_a_hundred_hostile_accounts_stay_within_slacks_limits(report, samples):
    """Names as long and as wild as anybody may give them; the digest stays one message that Slack takes."""
    one = report.accounts[0]
    accounts = tuple(
        replace(one, account=Account(f"linkedin-{n}", f"<!here>&*{n}*" * 60, "", TokenStatus.EXPIRING_SOON, "x" * 90)) for n in range(70)
    )
    failed = tuple(FailedAccount(Account(f"linkedin-f{n}", "&" * 300), "<" * 400) for n in range(30))
    message, thread = built(replace(report, accounts=accounts, failed=failed, ending=tuple(each.account for each in accounts)), samples)
    assert "<!here>" not in message.text
    assert "40 more accounts" in str(message.blocks)
    assert len(thread) == 1


def test_nothing_is_compared_with_nothing(report, samples):
    """A first week has no change: no arrow, no per cent."""
    alone = replace(report.accounts[0], before=None, before_figures=None)
    message, _ = built(replace(report, before=None, accounts=(alone,)), samples)
    assert "▲" not in str(message.blocks)
    assert "against" not in str(message.blocks[1])
