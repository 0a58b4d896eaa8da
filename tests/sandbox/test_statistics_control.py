"""The switchboard over HTTP: the playground turns switches and sees what was asked."""

import pytest

SWITCHES, REQUESTS = "/_sandbox/switches", "/_sandbox/requests"
POST = "linkedin-post-statistics"
BODY = {"platformId": "linkedin-ABC", "postedId": "urn:li:share:123", "queryTypes": ["COMMENT"]}


async def test_it_shows_every_switch_with_its_sentence_and_every_trouble(ask_statistics, statistics) -> None:
    shown = (await ask_statistics(SWITCHES, method="GET", headers={})).json
    assert shown["switches"] == statistics.switches.as_json()
    assert set(shown["described"]) == set(shown["switches"])
    assert {"rate-limited", "hang", "mixed"} <= set(shown["troubles"])
    assert shown["faults_left"] == 0


async def test_what_it_shows_can_be_sent_back_changed(ask_statistics, statistics) -> None:
    shown = (await ask_statistics(SWITCHES, method="GET")).json["switches"]
    changed = shown | {"trouble": "token-expired", "missing_paths": ["/list-posts/"], "retry_after_in": "both"}
    reply = await ask_statistics(SWITCHES, changed)
    assert reply.json["switches"] == changed | {"missing_paths": ["list-posts"]}
    assert (await ask_statistics(POST, BODY)).error == "LINKEDIN_TOKEN_EXPIRED"
    assert statistics.switches.missing_paths == ("list-posts",)


async def test_faults_are_added_and_everything_is_made_neutral_again(ask_statistics, statistics) -> None:
    await ask_statistics(POST, BODY)
    await ask_statistics(SWITCHES, {"latency_ms": 5, "fail_next": {"trouble": "timeout", "times": 3}})
    first = await ask_statistics(POST, BODY)
    left = (await ask_statistics(SWITCHES, method="GET")).json["faults_left"]
    neutral = (await ask_statistics(SWITCHES, method="DELETE")).json
    assert (first.status, left) == (504, 2)
    assert (neutral["faults_left"], neutral["switches"]["latency_ms"]) == (0, 0)
    assert (await ask_statistics(POST, BODY)).json["cached"] is False


async def test_a_fault_may_be_an_answer_of_ones_own(ask_statistics) -> None:
    own = {"status": 503, "body": {"error": "Maintenance"}, "headers": {"Retry-After": "4"}, "path": "post-stat"}
    await ask_statistics(SWITCHES, {"fail_next": own})
    reply = await ask_statistics(POST, BODY)
    assert (reply.status, reply.error, reply.headers["Retry-After"]) == (503, "Maintenance", "4")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"latency": 5}, "There is no switch 'latency'. The switches are: latency_ms, "),
        ({"latency_ms": "5"}, "The switch 'latency_ms' takes a number, 0 or more, not '5'."),
        ({"latency_ms": True}, "The switch 'latency_ms' takes a number"),
        ({"retry_after": 1.5}, "The switch 'retry_after' takes a whole number, 0 or more, not 1.5."),
        ({"partial_status": 42}, "The switch 'partial_status' takes an HTTP status from 200 to 599, not 42."),
        ({"inclusive_end": 1}, "The switch 'inclusive_end' takes true or false, not 1."),
        ({"missing_paths": "list-posts"}, "The switch 'missing_paths' takes a list of paths"),
        ({"key_header": ""}, "The switch 'key_header' takes a text, not ''."),
        ({"retry_after_in": "footer"}, "takes one of body, header, both, none, not 'footer'."),
        ({"trouble": "bad-luck"}, "There is no trouble 'bad-luck'. The troubles are: token-expired, "),
        ({"trouble": ["hang"]}, "There is no trouble ['hang']."),
        ({"fail_next": "hang"}, 'A fault needs "trouble" or a "status"'),
        ({"fail_next": {}}, 'A fault needs "trouble" or a "status"'),
        ({"fail_next": {"status": 99}}, 'A fault needs "trouble" or a "status"'),
        ({"fail_next": {"trouble": "hang", "times": 0}}, 'A fault needs "trouble" or a "status"'),
        ({"fail_next": {"trouble": "hang", "headers": 7}}, '"headers" of a fault is an object of texts'),
        ({"fail_next": {"kind": "hang"}}, "There is no 'kind' in a fault. It may have: trouble, "),
        ({}, "Send a JSON object with the content type application/json"),
    ],
)
async def test_a_wrong_change_is_refused_whole_and_says_why(changes, expected, ask_statistics, statistics) -> None:
    before = statistics.switches.as_json()
    reply = await ask_statistics(SWITCHES, {"slow_ms": 1, **changes} if changes else {})
    assert reply.status == 400
    assert expected in reply.error
    assert statistics.switches.as_json() == before
    assert (await ask_statistics(POST, BODY)).status == 200


async def test_the_log_holds_what_was_asked_and_no_key(ask_statistics, statistics_clock) -> None:
    await ask_statistics(POST, BODY)
    await ask_statistics("list-posts", method="GET", params={"limit": "5"})
    await ask_statistics(POST, data=b"{oops", headers={"x-api-key": "demo", "Content-Type": "application/json"})
    log = await ask_statistics(REQUESTS, method="GET")
    first, second, third = log.json["requests"]
    assert first | {"ms": 0} == {
        "n": 1,
        "at": statistics_clock().isoformat(),
        "method": "POST",
        "path": "/api/v1/linkedin-post-statistics",
        "user": "",
        "body": BODY,
        "status": 200,
        "linkedin_calls": 1,
        "ms": 0,
    }
    assert (second["path"], second["body"], third["body"]) == ("/api/v1/list-posts?limit=5", None, "{oops")
    assert first["ms"] > 0
    assert "demo" not in log.text


async def test_the_log_is_bounded_and_can_be_forgotten(ask_statistics, statistics) -> None:
    for _ in range(1_005):
        await ask_statistics("x", method="GET")
    assert len(statistics.requests) == 1_000
    assert statistics.requests[-1].n == 1_005
    assert (await ask_statistics(REQUESTS, method="DELETE")).json == {"requests": []}
    assert len(statistics.requests) == 0


@pytest.mark.parametrize(("method", "path"), [("PUT", SWITCHES), ("POST", REQUESTS), ("GET", "/_sandbox/"), ("GET", "/")])
async def test_other_paths_of_the_switchboard_are_not_there(method, path, ask_statistics) -> None:
    assert (await ask_statistics(path, method=method)).status == 404
