"""A digest of many accounts: what is wrong with one of them is never lost, the largest stand first, and Slack takes every message."""

import re
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.digests.blocks import build_digest
from bot.digests.reports import BestFound, DigestReport
from bot.digests.rows import warning_notes
from bot.errors import NotPermitted, TokenExpired
from bot.sandbox import limits
from bot.slack.validator import check_message
from bot.statistics.comparison_reports import FailedAccount, RankedPost
from bot.statistics.metrics import DAILY_POST_METRICS, POST_METRICS, Unavailable, Value
from bot.statistics.posts import PostKind, PostRef
from bot.statistics.reports import Account, TokenStatus
from bot.subscriptions.subscription import Subscription, SubscriptionStatus

pytestmark = pytest.mark.usefixtures("english_numbers")

DIGEST = Subscription(
    id="0d3f9a52-0000-5000-8000-000000000001",
    team="T1",
    channel="C1",
    accounts=(),
    content=(),
    cron="0 9 * * 1",
    zone="Europe/Berlin",
    status=SubscriptionStatus.ACTIVE,
    next_run_at=None,
    grace=21_600,
    owner="U1",
)
SENTENCE = NotPermitted().diagnosis
POST = PostRef(PostKind.SHARE, 7_434_685_316_856_377_344)


@pytest.fixture
def crowd(samples):
    """A digest of so many accounts with figures, so many that LinkedIn has none of, so many that failed."""
    sample = samples.account(metrics=POST_METRICS)

    def made(healthy, without=0, failed=0, **more):
        accounts = [
            replace(
                sample,
                account=Account(f"linkedin-{place}", f"Member {place}"),
                figures={**sample.figures, POST_METRICS[0]: Value(1_000 + 7 * (place % 13))},
            )
            for place in range(healthy)
        ]
        unknown = dict.fromkeys(POST_METRICS, Unavailable())
        daily = dict.fromkeys(DAILY_POST_METRICS, Unavailable())
        accounts += [
            replace(sample, account=Account(f"linkedin-w{place}", f"Nora {place}"), figures=unknown, before_figures=unknown, daily=daily)
            for place in range(without)
        ]
        values = {
            "period": sample.period,
            "before": sample.before,
            "accounts": tuple(accounts),
            "failed": tuple(FailedAccount(Account(f"linkedin-f{place}", f"Frida {place}"), SENTENCE) for place in range(failed)),
            "best": BestFound(),
            "followers": {},
            "ending": (),
            "late": None,
            "schedule_words": "every Monday 9:00 Europe/Berlin",
            "fetched_at": samples.now,
        }
        return DigestReport(**{**values, **more})

    return made


def built(report, samples):
    message, thread = build_digest(report, digest=DIGEST, today=samples.today)
    for each in (message, *thread):
        assert check_message(each) == ()
        assert check_message(each.without_native()) == ()
        assert not limits.check_message(each.payload())
    return message


def names(message):
    """The names in the table's rows, and the note under it."""
    at = next(place for place, block in enumerate(message.blocks) if block["type"] == "data_table")
    after = message.blocks[at + 1]
    note = after["elements"][0]["text"] if after["type"] == "context" else ""
    return [row[0]["text"] for row in message.blocks[at]["rows"][1:]], note


def sections(message):
    return [block["text"]["text"] for block in message.blocks if block["type"] == "section" and "text" in block]


def test_the_largest_accounts_stand_first_and_those_without_figures_last(crowd, samples):
    report = crowd(5, without=1, failed=1)
    lacking = replace(report.accounts[2], figures={**report.accounts[2].figures, POST_METRICS[0]: Unavailable()})
    message = built(replace(report, accounts=(report.accounts[0], report.accounts[5], lacking, *report.accounts[3:5])), samples)
    assert names(message)[0] == ["Member 4", "Member 3", "Member 0", "Member 2", "Nora 0", "Frida 0"]


@pytest.mark.parametrize(
    ("healthy", "without", "failed", "note"),
    [
        (58, 1, 1, ""),
        (59, 1, 1, "… and 1 more account is in the totals but has no row here."),
        (63, 0, 3, "… and 6 more accounts are in the totals but have no row here."),
        (2, 0, 61, "… and 2 more accounts are in the totals but have no row here.\n… and 1 more account without figures has no row here."),
        (1, 5, 60, "… and 1 more account is in the totals but has no row here.\n… and 5 more accounts without figures have no row here."),
    ],
)
def test_no_account_in_trouble_is_without_a_row_while_a_healthy_one_has_one(crowd, samples, *, healthy, without, failed, note):
    rows, words = names(built(crowd(healthy, without, failed), samples))
    assert len(rows) == 60
    assert words == note
    troubled = sum(not name.startswith("Member") for name in rows)
    assert troubled == min(60, without + failed)
    assert sum(name.startswith("Frida") for name in rows) == min(60, failed)


def test_accounts_with_the_same_trouble_share_a_line_before_the_posts(crowd, samples):
    """In a section of its own, and in the text that notifications show."""
    best = RankedPost(samples.post(title="We are hiring"), 1, tied=False)
    ending = (Account("linkedin-0", "Member 0", "", TokenStatus.EXPIRING_SOON, "2 days"),)
    other = FailedAccount(Account("linkedin-x", "Xaver"), TokenExpired().diagnosis)
    report = crowd(2, without=2, failed=8, best=BestFound((best,)), followers=won({"linkedin-0": 5}), ending=ending)
    message = built(replace(report, failed=(*report.failed, other)), samples)
    words = (
        f":warning: Frida 0, Frida 1, Frida 2, Frida 3 and 4 more: {SENTENCE}\n"
        ":warning: Xaver: LinkedIn access has ended. Reconnect in PostPost.\n"
        ":warning: LinkedIn has no figures for Nora 0 and Nora 1.\n"
        ":warning: Member 0: LinkedIn access ends in 2 days: reconnect it in PostPost"
    )
    assert sections(message)[0] == words
    assert ":warning:" not in sections(message)[1]
    assert f"\n{words}\n*Best post*" in message.text


def test_warnings_without_room_are_counted(crowd):
    """Every account is named or counted, none of the lines is cut."""
    failed = tuple(FailedAccount(Account(f"linkedin-f{place}", f"Frida {place}"), f"Cause {place}. " + "x" * 200) for place in range(40))
    ending = tuple(Account(f"linkedin-{place}", f"Member {place}", "", TokenStatus.EXPIRING_SOON, f"{place} h") for place in range(5))
    for room in range(300, 4_000, 7):
        lines = warning_notes(crowd(5, without=3, failed=0, ending=ending) if room % 2 else crowd(5, failed=40), room)
        assert sum(len(line) + 1 for line in lines) <= room
    lines = warning_notes(replace(crowd(5, without=1, ending=ending), failed=failed), 2_000)
    shown = [line for line in lines if "Cause" in line]
    assert all(line.endswith("x" * 200) for line in shown)
    assert lines[len(shown)] == f":warning: … and {40 - len(shown)} more accounts couldn't be fetched."
    rest = lines[len(shown) + 1 :]
    named = sum("access ends" in line for line in rest)
    counted = [int(found) for found in re.findall(r"and (\d+) more accounts? must be reconnected", "\n".join(rest))]
    assert named + sum(counted) == 5
    assert any("Nora 0" in line or "has no figures" in line for line in rest)


def won(numbers):
    """New followers of these accounts: so many on the last of the week's days, none on the others."""
    return {name: {date(2026, 11, day): number if day == 22 else 0 for day in range(16, 23)} for name, number in numbers.items()}


def test_new_followers_are_added_up_before_the_accounts(crowd, samples):
    """The most first; what is unknown is told by how many accounts are in the sum."""
    numbers = {f"linkedin-{place}": 10 * place for place in range(10)}
    assert (
        "*New followers* 450: Member 9 90, Member 8 80, Member 7 70 and 7 more with 210\n"
        in built(crowd(10, followers=won(numbers)), samples).text + "\n"
    )
    some = built(crowd(3, failed=1, followers=won({"linkedin-1": 60, "linkedin-2": 80})), samples).text
    assert "*New followers* 140 (2 of 4 accounts): Member 2 80 and Member 1 60" in some
    assert "*New followers* 10" in built(crowd(1, followers=won({"linkedin-0": 10})), samples).text
    assert "New followers" not in built(crowd(2, followers={name: {} for name in numbers}), samples).text


NAMES = st.text(max_size=300) | st.sampled_from(["&" * 300, "<!channel>" * 30, "*_~`" * 80])
SENTENCES = st.sampled_from([SENTENCE, TokenExpired().diagnosis, "<" * 400]) | st.text(max_size=300)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sizes=st.tuples(st.integers(1, 90), st.integers(0, 20), st.integers(0, 90)),
    every_name=st.lists(NAMES, min_size=1, max_size=8),
    causes=st.lists(SENTENCES, min_size=1, max_size=12),
    top=st.sampled_from([9, 12_345, 10**9, 10**15]),
    titles=st.lists(NAMES, max_size=3),
    ends=st.integers(0, 90),
)
def test_any_crowd_gives_a_digest_that_slack_takes(crowd, samples, *, sizes, every_name, causes, top, titles, ends):
    """However many there are, whatever they are called and whatever is wrong with them."""
    report = crowd(*sizes)

    def named(account, place):
        return replace(account, name=every_name[place % len(every_name)] or account.platform_id)

    best = tuple(RankedPost(samples.post(title=title, account=named(samples.acme, 0)), 1, tied=len(titles) > 1) for title in titles)
    accounts = [replace(one, account=named(one.account, place)) for place, one in enumerate(report.accounts)]
    figures = dict.fromkeys(POST_METRICS, Value(top))
    message = built(
        replace(
            report,
            accounts=tuple(one if one.nothing_reported else replace(one, figures=figures) for one in accounts),
            failed=tuple(FailedAccount(named(one.account, place), causes[place % len(causes)]) for place, one in enumerate(report.failed)),
            best=BestFound(best),
            followers=won({one.account.platform_id: top for one in accounts}),
            ending=tuple(
                replace(one.account, token=TokenStatus.EXPIRING_SOON, expires_in=f"{place} days")
                for place, one in enumerate(accounts[:ends])
            ),
        ),
        samples,
    )
    warned = bool(sizes[1] or sizes[2] or ends)
    assert any(":warning:" in words for words in sections(message)[:1]) == warned
    assert message.text.count(":warning:") == 0 or warned
