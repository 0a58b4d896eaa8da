"""The accounts: the service's list where there is one, else the configured ones; a failed read is not waited for twice."""

import asyncio
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import NotTheApi, StatisticsError
from bot.ops import telemetry
from bot.postpost.connections import read_connections
from bot.postpost.statistics import AccountDirectory
from bot.postpost.wire import ApiResponse
from bot.sandbox.statistics.wire import SandboxAnswer as Said
from bot.sandbox.world_accounts import Trouble
from bot.statistics.reports import Account, Directory, TokenStatus

ACME = "linkedin-Tz9W5i6ZYG"
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def directory_of(client, moment):
    def made(**configured):
        return AccountDirectory(
            client.connections.connections, {f"linkedin-{name}": called for name, called in configured.items()}, clock=moment
        )

    return made


async def test_the_services_list_is_the_directory(directory_of):
    directory = await directory_of().accounts()
    assert directory.complete
    first = directory.accounts[0]
    assert (first.platform_id, first.name, first.token) == (ACME, "Acme Robotics", TokenStatus.VALID)
    assert directory.get("linkedin-So0nExp1re").token is TokenStatus.EXPIRING_SOON
    assert directory.get("linkedin-Expired401").token is TokenStatus.EXPIRED
    assert all(account.platform_id.startswith("linkedin-") for account in directory.accounts)


async def test_configured_names_win_and_accounts_the_service_does_not_list_are_kept(directory_of):
    directory = await directory_of(Tz9W5i6ZYG="Acme", ABC="linkedin-ABC", elsewhere="Bob").accounts()
    assert directory.get(ACME).name == "Acme"
    assert directory.get(ACME).token is TokenStatus.VALID
    assert directory.get("linkedin-ABC").name == "Ann Lee"
    assert directory.accounts[-1] == Account("linkedin-elsewhere", "Bob")


async def test_before_anybody_asked_only_the_configured_ones_are_known(directory_of, server):
    assert directory_of(ABC="Ann").known() == Directory((Account("linkedin-ABC", "Ann"),), complete=False)
    assert not server.requests


@pytest.mark.parametrize(
    "failure",
    [
        Said(404, html="<pre>Cannot GET</pre>"),
        Said(403, {"error": "no"}),
        Said(200, {"hello": "world"}),
        Said(200, {"error": "no"}),
        Said(200, html="<html>"),
        Said(401, {"error": "Invalid API key"}),
        Trouble.TRUNCATED,
    ],
)
async def test_without_the_services_list_the_configured_ones_stand_and_the_directory_says_so(directory_of, server, failure):
    server.fail_next(failure, times=9)
    accounts = directory_of(ABC="Ann")
    assert await accounts.accounts() == Directory((Account("linkedin-ABC", "Ann"),), complete=False)
    assert isinstance(accounts.trouble, StatisticsError)


async def test_everybody_who_waits_shares_one_request(directory_of, server):
    server.switches.latency_ms = 30
    accounts = directory_of()
    waiting = [asyncio.create_task(accounts.accounts()) for _ in range(20)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    directories = await asyncio.gather(*waiting[1:])
    assert len(server.requests) == 1
    assert all(directory is directories[0] and directory.complete for directory in directories)


async def test_the_list_is_read_for_everybody_and_logs_under_nobodys_reference(open_client, server, moment):
    logged = []
    async with open_client(server.base_url, observe=lambda *_: logged.append(telemetry.reference())) as client:
        accounts = AccountDirectory(client.connections.connections, {}, clock=moment)
        with telemetry.shared_by(("aaaaaaaa",)):
            await accounts.accounts()
            assert telemetry.reference() == "aaaaaaaa"
    assert logged == [""]


async def test_a_list_is_kept_for_minutes_and_then_renewed_behind(directory_of, server, moment, until):
    accounts = directory_of()
    first = await accounts.accounts()
    moment.go_on(299)
    assert await accounts.accounts() is first
    assert len(server.requests) == 1
    moment.go_on(1)
    assert await accounts.accounts() is first
    await until(lambda: accounts.known() is not first)
    assert len(server.requests) == 2


async def test_a_failure_is_not_repeated_for_a_minute_and_then_behind(directory_of, server, moment, until):
    server.fail_next(Said(404, html="<pre>"))
    accounts = directory_of(ABC="Ann")
    await accounts.accounts()
    moment.go_on(59)
    assert not (await accounts.accounts()).complete
    assert len(server.requests) == 1
    moment.go_on(1)
    assert not (await accounts.accounts()).complete
    await until(lambda: accounts.known().complete)
    assert accounts.trouble is None


async def test_with_nothing_known_at_all_the_next_one_waits_again(directory_of, server, moment):
    server.fail_next(Said(404, html="<pre>"))
    accounts = directory_of()
    assert (await accounts.accounts()).accounts == ()
    moment.go_on(60)
    assert (await accounts.accounts()).complete


async def test_a_later_failure_leaves_the_accounts_that_were_known(directory_of, server, moment, until):
    accounts = directory_of()
    first = await accounts.accounts()
    moment.go_on(300)
    server.fail_next(Said(403, {"error": "no"}))
    await accounts.accounts()
    await until(lambda: accounts.trouble is not None)
    assert accounts.known() == Directory(first.accounts, complete=False)


async def test_closing_drops_a_renewal_that_hangs(directory_of, server, until):
    server.fail_next(Trouble.HANG)
    accounts = directory_of()
    waiting = asyncio.create_task(accounts.accounts())
    await until(lambda: len(server.requests) == 1)
    await accounts.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_fields_that_are_nonsense_leave_the_account(moment):
    body = {
        "connections": [
            {
                "platformId": "linkedin-A",
                "username": 5,
                "displayName": None,
                "tokenStatus": "tired",
                "tokenExpiresIn": {},
            },
            {"platformId": "linkedin-B", "username": "bob", "displayName": " "},
            {"platformId": "twitter-C"},
            {"platformId": "linkedin-"},
            {"platformId": 7},
            None,
            "linkedin-D",
        ]
    }
    assert read_connections(ApiResponse(200, orjson.dumps(body), moment.now)) == (
        Account("linkedin-A", "linkedin-A"),
        Account("linkedin-B", "bob", username="bob"),
    )


def test_a_list_that_is_none_has_no_accounts(moment):
    assert read_connections(ApiResponse(200, b'{"connections": null}', moment.now)) == ()
    with pytest.raises(NotTheApi):
        read_connections(ApiResponse(200, b"{}", moment.now))


values = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["platformId", "displayName"]), inner),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["connections", "error"]), values))
def test_any_object_is_a_list_of_accounts_or_one_statistics_error(body):
    try:
        accounts = read_connections(ApiResponse(200, orjson.dumps(body), AT))
    except StatisticsError:
        return
    assert all(account.platform_id.startswith("linkedin-") and account.name for account in accounts)
