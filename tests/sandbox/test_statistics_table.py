"""The table of what provokes something is true, row by row, and complete."""

from dataclasses import fields

import aiohttp
import pytest

from bot.sandbox.statistics.switches import StatisticsSwitches
from bot.sandbox.statistics.table import TROUBLES, Row, as_text
from bot.sandbox.world_accounts import ACCOUNTS, KEYS, POST_TROUBLES, SAMPLE_ACCOUNT

POST, ACCOUNT = "linkedin-post-statistics", "linkedin-account-statistics"
REACH_AND_RESHARES = {"MEMBERS_REACHED", "RESHARE"}
EVERY = {"IMPRESSION", "MEMBERS_REACHED", "RESHARE", "REACTION", "COMMENT"}
# What a row's sentence promises of the metrics: which are null, and which of those failed.
PROMISES = {
    "Reach and reshares fail": (REACH_AND_RESHARES, REACH_AND_RESHARES),
    "very metric fails": (EVERY, EVERY),
    "LinkedIn has no figure for reach": (REACH_AND_RESHARES, set()),
    "LinkedIn has no figure for any": (EVERY, set()),
    "Reach is unavailable, reshares fail": (REACH_AND_RESHARES, {"RESHARE"}),
}
BROKEN_BODIES = {"HTML": "<html", "breaks off": '{"success"'}


def of_kind(*kinds: str) -> list[Row]:
    return [row for row in TROUBLES if row.kind in kinds]


async def provoke(row: Row, ask):
    key, posted = "demo", "urn:li:share:7123456789012345678"
    patience = 20 if row.status else 0.3
    if row.kind == "key":
        key = row.name
    elif row.kind == "account":
        return await ask(ACCOUNT, {"platformId": row.name, "queryTypes": "ALL"}, patience=patience)
    else:
        posted = row.name
    body = {"platformId": SAMPLE_ACCOUNT, "postedId": posted, "queryTypes": "ALL"}
    return await ask(POST, body, headers={"x-api-key": key}, patience=patience)


@pytest.mark.parametrize("row", of_kind("key", "account", "post"), ids=lambda row: row.name)
async def test_a_row_provokes_what_it_says(row, ask_statistics, statistics) -> None:
    statistics.switches.slow_ms = 40
    if row.status == 0:
        ends = aiohttp.ClientOSError if "reset" in row.tells else TimeoutError
        with pytest.raises(ends):
            await provoke(row, ask_statistics)
        return
    reply = await provoke(row, ask_statistics)
    assert reply.status == row.status
    if row.error:
        assert reply.error == row.error
    elif broken := next((start for word, start in BROKEN_BODIES.items() if word in row.tells), None):
        assert broken in reply.text
        with pytest.raises(ValueError, match=r"JSON|unexpected|line"):
            _ = reply.json
    elif reply.status == 200:
        nulls, failed = next((shown for words, shown in PROMISES.items() if words in row.tells), (set(), set()))
        metrics = reply.json["metrics"]
        assert {metric for metric in metrics if metrics[metric] is None} == nulls
        assert {entry["metric"] for entry in reply.json.get("errors", [])} == failed
        assert reply.json["success"] is not bool(failed)
    if "3 seconds" in row.tells:
        assert statistics.requests[-1].ms >= 40


async def test_the_rows_of_figures_are_true(ask_statistics) -> None:
    first, second = (row.name for row in of_kind("figures")[:2])

    async def succeeds(platform: str, posted: str) -> bool:
        body = {"platformId": platform, "postedId": posted, "queryTypes": "ALL"}
        return bool((await ask_statistics(POST, body)).json["success"])

    assert [await succeeds(SAMPLE_ACCOUNT, first), await succeeds("linkedin-ABC", second)] == [True, True]
    assert [await succeeds("linkedin-ABC", first), await succeeds(SAMPLE_ACCOUNT, second)] == [False, False]


def test_the_table_names_every_key_account_post_and_switch() -> None:
    names = {row.name for row in TROUBLES}
    assert names >= set(KEYS)
    assert names >= {account.platform_id for account in ACCOUNTS}
    assert names >= {f"urn:li:share:{number}" for number in POST_TROUBLES}
    assert [row.name for row in of_kind("switch")] == [spec.name for spec in fields(StatisticsSwitches)]


def test_the_table_as_text_is_aligned_and_holds_every_row() -> None:
    lines = as_text(width=90).splitlines()
    assert max(map(len, lines)) <= 90
    assert [sum(line.startswith(f"  {row.name} ") for line in lines) for row in TROUBLES] == [1] * len(TROUBLES)
    accounts = of_kind("account")
    starts = {line.index(row.tells[:12]) for row in accounts for line in lines if line.startswith(f"  {row.name} ")}
    assert len(starts) == 1
