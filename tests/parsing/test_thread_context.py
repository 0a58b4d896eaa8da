"""What people say below a card, with what it means there. Today is Monday, 23 November 2026."""

from datetime import UTC, date, datetime

import pytest

from bot.errors import NotUnderstood, UsageError
from bot.parsing.parser import to_query
from bot.parsing.queries import to_text
from bot.parsing.thread_context import in_thread
from bot.statistics.reports import Account, Directory

TODAY, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
DIRECTORY = Directory((Account("linkedin-A", "Acme Robotics"), Account("linkedin-B", "Bob Smith"), Account("linkedin-C", "Carol")))

ACCOUNT = "linkedin-A 2026-11-16..2026-11-22"
MONTH = "linkedin-A 2026-10-01..2026-10-31"
MONTH_LONG = "linkedin-A 2026-10-26..2026-11-22"
BOARD = "board linkedin-A linkedin-B 2026-11-16..2026-11-22 growth min 100"
TEAM = "team 2026-11-16..2026-11-22"
TOP = "top linkedin-A 2026-10-26..2026-11-22 comments"
ACCOUNTS = "linkedin-A 2026-11-01..2026-11-22 vs linkedin-B 2026-11-01..2026-11-22"
PERIODS = "linkedin-A 2026-11-01..2026-11-22 vs linkedin-A 2026-10-01..2026-10-22"
ACCOUNTS_OF_WEEK = "linkedin-B 2026-11-16..2026-11-22 vs linkedin-C 2026-11-16..2026-11-22"
POST = "urn:li:share:7123456789012345678 linkedin-A"
POSTS = "urn:li:share:7123456789012345678 urn:li:share:7434685316856377344 linkedin-A"
DIGEST = "team linkedin-A linkedin-B 2026-11-16..2026-11-22"

MEANT = [
    (ACCOUNT, "comments only", "linkedin-A 2026-11-16..2026-11-22 comments"),
    (ACCOUNT, "and the week before?", "linkedin-A 2026-11-09..2026-11-15"),
    (ACCOUNT, "and the month before?", "linkedin-A 2026-10-01..2026-10-31"),
    (ACCOUNT, "the day before", "linkedin-A 2026-11-15..2026-11-15"),
    (ACCOUNT, "and before that?", "linkedin-A 2026-11-09..2026-11-15"),
    (ACCOUNT, "and before?", "linkedin-A 2026-11-09..2026-11-15"),
    (ACCOUNT, "the previous period, comments", "linkedin-A 2026-11-09..2026-11-15 comments"),
    (ACCOUNT, "the quarter before", "linkedin-A 2026-07-01..2026-09-30"),
    (ACCOUNT, "and last month?", "linkedin-A 2026-10-01..2026-10-31"),
    (ACCOUNT, "what about bob?", "linkedin-B 2026-11-16..2026-11-22"),
    (ACCOUNT, "and bob the week before?", "linkedin-B 2026-11-09..2026-11-15"),
    (ACCOUNT, "do it again for bob", "linkedin-B 2026-11-16..2026-11-22"),
    (ACCOUNT, "run it for bob", "linkedin-B 2026-11-16..2026-11-22"),
    (ACCOUNT, "bob 28d", "linkedin-B 2026-10-26..2026-11-22"),
    (ACCOUNT, "top", "top 2026-11-16..2026-11-22 linkedin-A"),
    (ACCOUNT, "board", "board 2026-11-16..2026-11-22"),
    (MONTH, "and the month before?", "linkedin-A 2026-09-01..2026-09-30"),
    (MONTH, "the one before", "linkedin-A 2026-09-01..2026-09-30"),
    (MONTH_LONG, "and the month before?", "linkedin-A 2026-09-28..2026-10-25"),
    (BOARD, "and the week before?", "board 2026-11-09..2026-11-15 linkedin-A linkedin-B growth min 100"),
    (BOARD, "and the month before?", "board 2026-10-01..2026-10-31 linkedin-A linkedin-B growth min 100"),
    (BOARD, "by rate", "board 2026-11-16..2026-11-22 linkedin-A linkedin-B min 100"),
    (BOARD, "min 500", "board 2026-11-16..2026-11-22 linkedin-A linkedin-B growth min 500"),
    (BOARD, "comments only", "board 2026-11-16..2026-11-22 linkedin-A linkedin-B growth min 100 comments"),
    (BOARD, "what about bob?", "linkedin-B 2026-11-16..2026-11-22"),
    (BOARD, "", "board 2026-11-16..2026-11-22 linkedin-A linkedin-B growth min 100"),
    (BOARD, "csv", "board 2026-11-16..2026-11-22 linkedin-A linkedin-B growth min 100 csv"),
    (BOARD, "28d share", "board 2026-10-26..2026-11-22 linkedin-A linkedin-B growth min 100 share"),
    (BOARD, "top", "top 2026-11-16..2026-11-22 linkedin-A linkedin-B"),
    (BOARD, "team carol", "team 2026-11-16..2026-11-22 carol"),
    (TEAM, "and the week before", "team 2026-11-09..2026-11-15"),
    (TEAM, "totals", "team 2026-11-16..2026-11-22 totals"),
    (TOP, "and the month before?", "top 2026-09-28..2026-10-25 linkedin-A comments"),
    (TOP, "what about bob?", "top 2026-10-26..2026-11-22 bob comments"),
    (TOP, "how did bob do in october?", "linkedin-B 2026-10-01..2026-10-31"),
    (TOP, "and bob in october?", "top 2026-10-01..2026-10-31 bob comments"),
    (ACCOUNT, "back to bob", "linkedin-B 2026-11-16..2026-11-22"),
    (ACCOUNT, "hey there, bob in october", "linkedin-B 2026-10-01..2026-10-31"),
    (TOP, "impressions", "top 2026-10-26..2026-11-22 linkedin-A impressions"),
    (ACCOUNTS, "comments only", f"{ACCOUNTS} comments"),
    (ACCOUNTS, "and the month before?", "linkedin-A 2026-10-01..2026-10-31 vs linkedin-B 2026-10-01..2026-10-31"),
    (ACCOUNTS, "28d share", "linkedin-A 2026-10-26..2026-11-22 vs linkedin-B 2026-10-26..2026-11-22 share"),
    (ACCOUNTS, "what about carol?", "linkedin-C 2026-11-01..2026-11-22"),
    (PERIODS, "", PERIODS),
    (PERIODS, "and september?", "linkedin-A 2026-09-01..2026-09-30"),
    (POST, "comments only", f"{POST} comments"),
    (POST, "what about bob?", "linkedin-B"),
    # A post's figures are those of its whole life: the card says so.
    (POST, "and the month before?", f"{POST} daily"),
    (POST, "more days", f"{POST} daily"),
    (POST, "how's this one performing?", POST),
    (POST, "any numbers on that post?", POST),
    (POST, "stats for this one please", POST),
    (POSTS, "compare these", POSTS),
    (POST, "compare it with urn:li:share:7434685316856377344", POSTS),
    (POST, "vs urn:li:share:7434685316856377344", POSTS),
    (ACCOUNT, "a month ago", "linkedin-A 2026-10-01..2026-10-31"),
    (MONTH, "a month ago", "linkedin-A 2026-10-01..2026-10-31"),
    (MONTH, "and a month ago?", "linkedin-A 2026-09-01..2026-09-30"),
    (ACCOUNT, "what about bob and carol?", ACCOUNTS_OF_WEEK),
    (ACCOUNT, "no, bob", "linkedin-B 2026-11-16..2026-11-22"),
    (ACCOUNT, "wrong account, i meant bob", "linkedin-B 2026-11-16..2026-11-22"),
    (ACCOUNT, "wrong month, october", "linkedin-A 2026-10-01..2026-10-31"),
    (ACCOUNT, "&amp; the week before?", "linkedin-A 2026-11-09..2026-11-15"),
    (ACCOUNT, "no reach", "linkedin-A 2026-11-16..2026-11-22 impressions reactions comments reshares followers"),
    (ACCOUNT, "drop the likes and reach", "linkedin-A 2026-11-16..2026-11-22 impressions comments reshares followers"),
    (f"{ACCOUNT} impressions reach", "and without reach", f"{ACCOUNT} impressions"),
    (f"{ACCOUNT} impressions", "actually all of them", ACCOUNT),
    (f"{ACCOUNT} impressions", "comments back", f"{ACCOUNT} impressions comments"),
    (ACCOUNT, "hmm too long, just yesterday", "linkedin-A 2026-11-22..2026-11-22"),
    (ACCOUNT, "bob in october i mean", "linkedin-B 2026-10-01..2026-10-31"),
    (f"{ACCOUNT} impressions", "+ reach", f"{ACCOUNT} impressions reach"),
    (f"{ACCOUNT} daily", "remove the daily split", ACCOUNT),
    (MONTH, "and bob vs carol?", "linkedin-B 2026-10-01..2026-10-31 vs linkedin-C 2026-10-01..2026-10-31"),
    (TOP, "what about everyone", "top 2026-10-26..2026-11-22 team comments"),
    (ACCOUNTS, "who gained more comments", f"{ACCOUNTS} comments"),
    (f"{TEAM} without linkedin-B", "put bob back", TEAM),
    (TOP, "when should he post", "best times linkedin-A 2026-10-26..2026-11-22"),
    ("best times linkedin-A 2026-10-26..2026-11-22", "likes then", "linkedin-A 2026-10-26..2026-11-22 reactions"),
    (TEAM, "what then?", "help"),
    (POST, "drop likes", f"{POST} impressions reach comments reshares"),
    (TEAM, "no bob", f"{TEAM} without bob"),
    (TEAM, "sort by growth", "board 2026-11-16..2026-11-22 growth"),
    (TOP, "for all accounts", "top 2026-10-26..2026-11-22 team comments"),
    (TOP, "other posts", "top 2026-10-26..2026-11-22 linkedin-A comments"),
    (ACCOUNT, "hmm no, i meant last month", "linkedin-A 2026-10-01..2026-10-31"),
    (ACCOUNT, "sorry, bob in october", "linkedin-B 2026-10-01..2026-10-31"),
    (ACCOUNT, "same month last year", "linkedin-A 2025-11-01..2025-11-30"),
    (ACCOUNT, "compare last month with the month before", "linkedin-A 2026-10-01..2026-10-31 vs linkedin-A 2026-09-01..2026-09-30"),
    (ACCOUNT, "yesterday vs the day before", "linkedin-A 2026-11-22..2026-11-22 vs linkedin-A 2026-11-21..2026-11-21"),
    (POST, "vs the month before", f"{POST} daily"),
    (ACCOUNTS, "vs the month before", "linkedin-A 2026-10-01..2026-10-31 vs linkedin-B 2026-10-01..2026-10-31"),
    (ACCOUNT, "thanks, that helps! and the month before?", "linkedin-A 2026-10-01..2026-10-31"),
    (ACCOUNT, "great. bob", "linkedin-B 2026-11-16..2026-11-22"),
    (TEAM, "vs the week before", "team 2026-11-09..2026-11-15"),
    (ACCOUNT, "a month earlier", "linkedin-A 2026-10-01..2026-10-31"),
    (ACCOUNT, "go back one more week", "linkedin-A 2026-11-09..2026-11-15"),
    (ACCOUNT, "two weeks before that", "linkedin-A 2026-11-02..2026-11-08"),
    (MONTH, "and 3 months earlier?", "linkedin-A 2026-07-01..2026-07-31"),
    (MONTH, "two years before that", "linkedin-A 2024-10-01..2024-10-31"),
    ("linkedin-A 2026-07-01..2026-09-30", "3 quarters earlier", "linkedin-A 2025-10-01..2025-12-31"),
    ("linkedin-A 2025-01-01..2025-02-28", "same period last year", "linkedin-A 2024-01-01..2024-02-29"),
    (POST, "two weeks earlier", f"{POST} daily"),
    ("linkedin-A 2026-10-05..2026-10-11", "and the week after?", "linkedin-A 2026-10-12..2026-10-18"),
    ("linkedin-A 2026-10-05..2026-10-11", "next one", "linkedin-A 2026-10-12..2026-10-18"),
    ("linkedin-A 2026-08-01..2026-08-31", "and after that?", "linkedin-A 2026-09-01..2026-09-30"),
    ("linkedin-A 2026-10-05..2026-10-11", "the following day", "linkedin-A 2026-10-12..2026-10-12"),
    ("linkedin-A month to 2026-11-22", "and the month before?", "linkedin-A 2026-10-01..2026-10-31"),
    (MONTH, "go back to september", "linkedin-A 2026-09-01..2026-09-30"),
    (ACCOUNT, "make it last month", "linkedin-A 2026-10-01..2026-10-31"),
    (ACCOUNT, "any idea how it went?", ACCOUNT),
    (TOP, "who was best?", "board 2026-10-26..2026-11-22"),
    (ACCOUNT, "and last year?", "linkedin-A 2025-11-16..2025-11-22"),
    (ACCOUNT, "same period last year", "linkedin-A 2025-11-16..2025-11-22"),
    (ACCOUNT, "last year", "linkedin-A 2025-01-01..2025-12-31"),
    (MONTH, "how about a year ago?", "linkedin-A 2025-10-01..2025-10-31"),
    (ACCOUNT, "vs the month before", f"{ACCOUNT} vs linkedin-A 2026-10-01..2026-10-31"),
    (ACCOUNT, "how does that compare to the week before?", f"{ACCOUNT} vs linkedin-A 2026-11-09..2026-11-15"),
    (ACCOUNT, "compare with bob", f"{ACCOUNT} vs linkedin-B 2026-11-16..2026-11-22"),
    (ACCOUNT, "same for carol", "linkedin-C 2026-11-16..2026-11-22"),
    (ACCOUNT, "and the same thing for carol please", "linkedin-C 2026-11-16..2026-11-22"),
    (ACCOUNT, "bob instead", "linkedin-B 2026-11-16..2026-11-22"),
    (ACCOUNT, "bob as well", "linkedin-B 2026-11-16..2026-11-22"),
    (ACCOUNT, "ok, and carol last month?", "linkedin-C 2026-10-01..2026-10-31"),
    (ACCOUNT, "more days", "linkedin-A 2026-10-26..2026-11-22"),
    (MONTH_LONG, "can I see a longer period?", "linkedin-A 2026-08-25..2026-11-22"),
    (MONTH_LONG, "fewer days", "linkedin-A 2026-11-16..2026-11-22"),
    (ACCOUNT, "again please", ACCOUNT),
    (ACCOUNT, "break it down by day", f"{ACCOUNT} daily"),
    (ACCOUNT, "as csv", f"{ACCOUNT} csv"),
    (ACCOUNT, "thanks! and the month before?", "linkedin-A 2026-10-01..2026-10-31"),
    (POST, "and the share csv", f"{POST} csv share"),
    (POSTS, "comments only", f"{POSTS} comments"),
    (DIGEST, "comments only", "team 2026-11-16..2026-11-22 linkedin-A linkedin-B comments"),
    (DIGEST, "and the month before?", "team 2026-10-01..2026-10-31 linkedin-A linkedin-B"),
    (DIGEST, "what about bob?", "linkedin-B 2026-11-16..2026-11-22"),
    (ACCOUNT, "a year ago?", "linkedin-A 2025-11-16..2025-11-22"),
    (ACCOUNT, "how does that compare?", f"{ACCOUNT} vs linkedin-A 2026-11-09..2026-11-15"),
    (ACCOUNT, "compare to same week last year", f"{ACCOUNT} vs linkedin-A 2025-11-16..2025-11-22"),
    (ACCOUNT, "90", "linkedin-A 2026-08-25..2026-11-22"),
    (ACCOUNT, "not acme, bob", "linkedin-B 2026-11-16..2026-11-22"),
    (ACCOUNT, "und bob?", "linkedin-B 2026-11-16..2026-11-22"),
    (TOP, "which one had the most reactions", "top 2026-10-26..2026-11-22 linkedin-A reactions"),
    (TEAM, "sort by likes", f"{TEAM} reactions"),
    (POST, "how is it doing today", POST),
    (POST, "is this better than urn:li:share:7434685316856377344", POSTS),
    (POST, "and urn:li:share:7434685316856377344?", "urn:li:share:7434685316856377344"),
    (ACCOUNT, "help", "help"),
    (BOARD, "accounts", "accounts"),
    (BOARD, "default bob", "default linkedin-B"),
    (BOARD, "show only the top 3", "board 2026-11-16..2026-11-22 linkedin-A linkedin-B growth min 100 3 rows"),
    (BOARD, "sort by likes", "team 2026-11-16..2026-11-22 linkedin-A linkedin-B reactions"),
    (BOARD, "add carol", "board 2026-11-16..2026-11-22 linkedin-A linkedin-B carol growth min 100"),
    (BOARD, "drop bob", "board 2026-11-16..2026-11-22 linkedin-A linkedin-B without bob growth min 100"),
    (DIGEST, "leave out bob", "team 2026-11-16..2026-11-22 linkedin-A linkedin-B without bob"),
    (f"{TEAM} without linkedin-B", "remove carol", f"{TEAM} without linkedin-B carol"),
    (PERIODS, "add carol", "team 2026-11-01..2026-11-22 linkedin-A carol"),
    (TEAM, "the first five only", f"{TEAM} 5 rows"),
    (TEAM, "per person", TEAM),
    (POST, "and?", POST),
    (ACCOUNTS, "which is better?", ACCOUNTS),
    (TOP, "more", "top 20 posts 2026-10-26..2026-11-22 linkedin-A comments"),
    (TOP, "more days", "top 2026-08-25..2026-11-22 linkedin-A comments"),
    (ACCOUNT, "add bob", f"{ACCOUNT} vs linkedin-B 2026-11-16..2026-11-22"),
    (f"{ACCOUNT} comments", "add likes", f"{ACCOUNT} reactions comments"),
    (f"{ACCOUNT} comments", "likes too", f"{ACCOUNT} reactions comments"),
    (ACCOUNT, "in total?", ACCOUNT),
    (ACCOUNT, "switch to bob", "linkedin-B 2026-11-16..2026-11-22"),
    (ACCOUNT, "how did she do?", ACCOUNT),
    (MONTH, "first week only", "linkedin-A 2026-10-01..2026-10-07"),
    (MONTH, "and the second half?", "linkedin-A 2026-10-17..2026-10-31"),
    (MONTH, "the last 3 days of it", "linkedin-A 2026-10-29..2026-10-31"),
    (MONTH, "last week", "linkedin-A 2026-11-16..2026-11-22"),
    (ACCOUNTS, "who won?", ACCOUNTS),
    (ACCOUNTS, "now both", ACCOUNTS),
    (ACCOUNTS, "swap them", "linkedin-B 2026-11-01..2026-11-22 vs linkedin-A 2026-11-01..2026-11-22"),
    (ACCOUNTS, "add carol", "team 2026-11-01..2026-11-22 linkedin-A linkedin-B carol"),
    (ACCOUNTS, "in total?", "team 2026-11-01..2026-11-22 linkedin-A linkedin-B totals"),
    (POST, "better or worse than urn:li:share:7434685316856377344?", POSTS),
    (POST, "more likes than urn:li:share:7434685316856377344", f"{POSTS} reactions"),
    (ACCOUNT, "forget acme, show bob", "linkedin-B 2026-11-16..2026-11-22"),
    (ACCOUNT, "last month instead of last week", MONTH),
    (f"{ACCOUNT} comments", "likes rather than comments", f"{ACCOUNT} reactions"),
    (POSTS, "the second one", "urn:li:share:7434685316856377344 linkedin-A"),
    (ACCOUNTS, "only the first one please", "linkedin-A 2026-11-01..2026-11-22"),
    (POST, "when was it published?", POST),
    (POST, "who posted this?", POST),
    (POST, "did it work?", POST),
    (POST, "any news on this", POST),
    (POST, "comment count?", f"{POST} comments"),
    (TEAM, "who's first?", "board 2026-11-16..2026-11-22"),
    (POST, "how many people commented on it?", f"{POST} comments"),
    (ACCOUNT, "how does bob compare?", f"{ACCOUNT} vs linkedin-B 2026-11-16..2026-11-22"),
    (ACCOUNTS, "put them in one table", ACCOUNTS),
    (ACCOUNT, "as a file?", f"{ACCOUNT} csv"),
    # Figures that were asked for stay in view, until others are or a whole question is.
    (f"{ACCOUNT} comments", "and october?", f"{MONTH} comments"),
    (f"{ACCOUNT} comments", "what about bob?", "linkedin-B 2026-11-16..2026-11-22 comments"),
    (f"{ACCOUNT} engagement", "and the month before?", f"{MONTH} engagement"),
    (f"{ACCOUNT} comments", "as csv", f"{ACCOUNT} comments csv"),
    (f"{POST} comments", "share", f"{POST} comments share"),
    (f"{ACCOUNT} comments", "how did bob do in october?", "linkedin-B 2026-10-01..2026-10-31"),
    (f"{ACCOUNT} comments", "and bob's reach", "linkedin-B 2026-11-16..2026-11-22 reach"),
    (MONTH, "what happened on the 12th?", "linkedin-A 2026-10-12..2026-10-12"),
    (ACCOUNT, "and the 20th?", "linkedin-A 2026-11-20..2026-11-20"),
    (ACCOUNT, "on the 12th", "linkedin-A 2026-11-12..2026-11-12"),
    ("linkedin-A 2026-09-15..2026-09-15", "and the 16th?", "linkedin-A 2026-09-16..2026-09-16"),
    ("linkedin-A 2026-08-25..2026-11-22", "just the last 30", "linkedin-A 2026-10-24..2026-11-22"),
    (ACCOUNT, "ups, bob", "linkedin-B 2026-11-16..2026-11-22"),
    (ACCOUNT, "not great... and bob?", "linkedin-B 2026-11-16..2026-11-22"),
    (POST, "the account's last week", ACCOUNT),
    (POST, "other posts of the account", "top 10 posts linkedin-A"),
    (POST, "how has it done this week?", f"{POST} daily"),
    (MONTH, "until the 15th only", "linkedin-A 2026-10-01..2026-10-15"),
    (MONTH, "from the 20th on", "linkedin-A 2026-10-20..2026-10-31"),
    (f"{ACCOUNT} comments", "share it", f"{ACCOUNT} comments share"),
    (f"{ACCOUNT} comments", "the full card please", ACCOUNT),
    (ACCOUNT, "figures for bob, same days", "linkedin-B 2026-11-16..2026-11-22"),
    (ACCOUNT, "wrong, i wanted comments", f"{ACCOUNT} comments"),
    (MONTH, "and the same month in 2024", "linkedin-A 2024-10-01..2024-10-31"),
    (ACCOUNT, "and the previous two weeks", "linkedin-A 2026-11-02..2026-11-15"),
    (POST, "reactions vs comments?", f"{POST} reactions comments"),
    (ACCOUNT, "and teh month before", MONTH),
    (ACCOUNT, "who has the most?", TEAM),
    (ACCOUNTS, "who has the most?", ACCOUNTS),
    (POSTS, "how did the second one do?", "urn:li:share:7434685316856377344 linkedin-A"),
]


@pytest.mark.parametrize(("context", "text", "meant"), MEANT)
def test_a_thread_answers_for_what_stands_above(context, text, meant):
    assert to_text(to_query(in_thread(text, context, TODAY, NOW), DIRECTORY)) == meant


@pytest.mark.parametrize(
    ("before", "context", "text", "meant"),
    [
        ("linkedin-B 2026-10-01..2026-10-31", ACCOUNT, "compare both", f"{ACCOUNT} vs linkedin-B 2026-11-16..2026-11-22"),
        ("linkedin-B 2026-10-01..2026-10-31", ACCOUNT, "who did better?", f"{ACCOUNT} vs linkedin-B 2026-11-16..2026-11-22"),
        ("urn:li:share:7434685316856377344 linkedin-A", POST, "which of them is better", POSTS),
    ],
)
def test_both_are_this_question_and_the_one_before(before, context, text, meant):
    assert to_text(to_query(in_thread(text, context, TODAY, NOW, before=before), DIRECTORY)) == meant


@pytest.mark.parametrize("text", ["what about the quarter", "the quarter?"])
def test_a_unit_alone_is_asked_back_for_the_account_above(text):
    with pytest.raises(NotUnderstood) as error:
        to_query(in_thread(text, MONTH, TODAY, NOW), DIRECTORY)
    assert error.value.suggestions[:2] == ('last quarter "Acme Robotics"', 'this quarter "Acme Robotics"')


@pytest.mark.parametrize(
    ("context", "text", "says"),
    [
        (ACCOUNT, "now both", "“both” doesn't say which accounts"),
        (BOARD, "both", "“both” doesn't say which accounts"),
        (ACCOUNT, "which is better?", "“which is better” doesn't say which accounts"),
        (ACCOUNT, "in one table please", "“in one table” doesn't say which accounts"),
        (ACCOUNT, "and the post?", "don't know which post that is"),
        (ACCOUNT, "in percent?", "shows what changed"),
        (ACCOUNT, "hm, is that good?", "can't judge that"),
        (ACCOUNT, "that's not what I asked", "took your words for something else"),
        (ACCOUNT, "no, that's not it", "took your words for something else"),
        (ACCOUNT, "what about the day with the most impressions?", "I rank posts, not days"),
        (POST, "is that a good engagement rate?", "can't judge that"),
        (ACCOUNT, "are these numbers normal?", "can't judge that"),
        (POST, "compare this with bob", "can't stand side by side"),
        (TOP, "tell me about the first one", "don't know which post that is"),
        (TOP, "how did the first one do?", "don't know which post that is"),
        (ACCOUNTS, "without bob", "“without” goes with `team`"),
        (ACCOUNTS, "drop bob", "“without” goes with `team`"),
        (f"{TEAM} without linkedin-B", "add carol", "didn't understand “add”"),
    ],
)
def test_what_the_thread_does_not_say_is_asked(context, text, says):
    with pytest.raises(NotUnderstood, match=says):
        to_query(in_thread(text, context, TODAY, NOW), DIRECTORY)


def test_a_typo_of_a_period_is_mended_whatever_the_days_above():
    with pytest.raises(NotUnderstood) as refused:
        to_query(in_thread("bob lst week", MONTH, TODAY, NOW), DIRECTORY)
    assert refused.value.suggestions == ("bob last week",)


@pytest.mark.parametrize(
    ("context", "text", "offered"),
    [
        (MONTH, "commetns", '"Acme Robotics" comments 2026-10-01..2026-10-31'),
        (MONTH, "lst wek", '"Acme Robotics" last week'),
        (MONTH, "tem", "team 2026-10-01..2026-10-31"),
        (MONTH, "vs carlo", '"Acme Robotics" 2026-10-01..2026-10-31 vs "Carol" 2026-10-01..2026-10-31'),
        (TEAM, "commetns", "team comments 2026-11-16..2026-11-22"),
        (ACCOUNTS, "commetns", '"Acme Robotics" vs "Bob Smith" comments 2026-11-01..2026-11-22'),
        (POST, "commetns", "urn:li:share:7123456789012345678 comments"),
    ],
)
def test_a_mistyped_follow_up_is_asked_back_about_what_stands_above(context, text, offered):
    with pytest.raises(UsageError) as refused:
        to_query(in_thread(text, context, TODAY, NOW, posts=False), DIRECTORY)
    assert refused.value.suggestions[0] == offered


def test_the_account_and_the_days_above_change_no_refusal():
    with pytest.raises(NotUnderstood, match="didn't understand “start”"):
        to_query(in_thread("start over", ACCOUNT, TODAY, NOW), DIRECTORY)
    with pytest.raises(NotUnderstood, match="whether everything works"):
        to_query(in_thread("are you down?", ACCOUNT, TODAY, NOW), DIRECTORY)


@pytest.mark.parametrize("context", [ACCOUNT, BOARD, ACCOUNTS, DIGEST])
def test_what_means_nothing_is_still_explained(context):
    with pytest.raises(NotUnderstood):
        to_query(in_thread("frobnicate the whatsit", context, TODAY, NOW), DIRECTORY)
