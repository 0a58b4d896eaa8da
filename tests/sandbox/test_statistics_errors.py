"""Both error tables of "LinkedIn Statistics" (PostPost's documentation), row by row and in their order.

Each row is a mistake made in a request that is otherwise in order; two mistakes at once are answered by the earlier row.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from itertools import combinations
from typing import Any

import orjson
import pytest

POST, ACCOUNT = "linkedin-post-statistics", "linkedin-account-statistics"
TYPE = "Invalid queryType. Must be one of: IMPRESSION, MEMBERS_REACHED, RESHARE, REACTION, COMMENT"
TYPES = 'Invalid queryTypes: FOO, BAR. Must be one of: IMPRESSION, MEMBERS_REACHED, RESHARE, REACTION, COMMENT, or "ALL"'
REACH = "MEMBERS_REACHED with DAILY aggregation is not supported by LinkedIn API"
FIELDS = "dateRange.start and dateRange.end must have: year, month, day"
GOOD_DAY = {"year": 2026, "month": 11, "day": 1}
GOOD_RANGE = {"start": GOOD_DAY, "end": GOOD_DAY}


@dataclass
class Request:
    """A request being spoilt."""

    path: str
    body: dict[str, Any]
    key: str | None = "demo"

    def put(self, **fields: Any) -> None:
        self.body |= fields

    def drop(self, *names: str, **fields: Any) -> None:
        """Without these fields, and with those."""
        for name in names:
            self.body.pop(name, None)
        self.put(**fields)


Row = tuple[int, str, Callable[[Request], Any]]
GATE: list[Row] = [
    (404, "<pre>Cannot POST /api/v1/{path}s</pre>", lambda r: setattr(r, "path", r.path + "s")),
    (401, "API key is required", lambda r: setattr(r, "key", None)),
    (401, "Invalid API key", lambda r: setattr(r, "key", "nobody's")),
    (401, "Invalid API key owner", lambda r: setattr(r, "key", "key-without-owner")),
    (403, "API access is not enabled for this account", lambda r: setattr(r, "key", "key-without-plan")),
]
POST_ROWS: list[Row] = [
    *GATE,
    (400, "postedId and platformId are required", lambda r: r.drop("postedId")),
    (400, "postedId and platformId must be strings", lambda r: r.put(postedId=7)),
    (400, "queryType or queryTypes is required", lambda r: r.drop("queryType", "queryTypes")),
    (400, TYPE, lambda r: r.put(queryType="impression")),
    (400, TYPES, lambda r: r.put(queryTypes=["FOO", "COMMENT", "BAR"])),
    (404, "LinkedIn connection not found", lambda r: r.put(platformId="linkedin-nobody")),
    (500, "Failed to fetch metric from LinkedIn", lambda r: r.drop("queryTypes", postedId="urn:li:activity:7")),
    (500, "Failed to fetch LinkedIn post statistics", lambda r: r.put(platformId="linkedin-Error500")),
]
ACCOUNT_ROWS: list[Row] = [
    *GATE,
    (400, "platformId is required", lambda r: r.drop("platformId")),
    (400, "platformId must be a string", lambda r: r.put(platformId=["linkedin-ABC"])),
    (400, "queryType or queryTypes is required", lambda r: r.drop("queryType", "queryTypes")),
    (400, TYPE, lambda r: r.put(queryType="REACH")),
    (400, TYPES, lambda r: r.put(queryTypes=["FOO", "BAR"])),
    (400, "aggregation must be a string", lambda r: r.put(aggregation=1)),
    (400, "Invalid aggregation. Must be one of: DAILY, TOTAL", lambda r: r.put(aggregation="WEEKLY")),
    (400, "dateRange must be an object", lambda r: r.put(dateRange="2026-11")),
    (400, "dateRange must have both 'start' and 'end' objects", lambda r: r.put(dateRange={"start": GOOD_DAY})),
    (400, FIELDS, lambda r: r.put(dateRange={"start": GOOD_DAY, "end": {"year": 2026, "month": 1}})),
    (400, REACH, lambda r: r.drop("queryTypes", queryType="MEMBERS_REACHED", aggregation="DAILY")),
    (404, "LinkedIn connection not found", lambda r: r.put(platformId="linkedin-nobody")),
    (500, "Failed to fetch metric from LinkedIn", lambda r: r.put(platformId="linkedin-AllFailed", queryType="COMMENT")),
    (500, "Failed to fetch LinkedIn account statistics", lambda r: r.put(platformId="linkedin-Error500")),
]
GOOD = {
    POST: Request(POST, {"postedId": "urn:li:share:1", "platformId": "linkedin-ABC", "queryType": "COMMENT"}),
    ACCOUNT: Request(ACCOUNT, {"platformId": "linkedin-ABC", "queryType": "COMMENT", "dateRange": GOOD_RANGE}),
}
ALL_ROWS = {POST: POST_ROWS, ACCOUNT: ACCOUNT_ROWS}
SINGLES = [(path, row) for path, rows in ALL_ROWS.items() for row in rows]
# The last two rows, both 500s, are two outcomes of one fetch and no order of checks.
PAIRS = [(path, earlier, later) for path, rows in ALL_ROWS.items() for earlier, later in combinations(rows, 2) if earlier is not rows[-2]]


async def answer_to(request: Request, ask) -> tuple[int, str]:
    headers = {} if request.key is None else {"x-api-key": request.key}
    reply = await ask(request.path, request.body, headers=headers)
    return reply.status, reply.text


def expected(path: str, row: Row) -> tuple[int, str]:
    return row[0], row[1].format(path=path) if row[1].startswith("<pre>") else row[1]


def says(answer: tuple[int, str], wanted: tuple[int, str]) -> bool:
    status, text = answer
    exact = f'{{"error":"{wanted[1].replace(chr(34), chr(92) + chr(34))}"}}'
    return status == wanted[0] and (wanted[1] in text if wanted[1].startswith("<pre>") else text == exact)


@pytest.mark.parametrize(("path", "row"), SINGLES, ids=lambda value: value if isinstance(value, str) else value[1])
async def test_each_row_is_answered_with_its_status_and_its_exact_sentence(path, row, ask_statistics) -> None:
    request = deepcopy(GOOD[path])
    row[2](request)
    assert says(answer := await answer_to(request, ask_statistics), expected(path, row)), answer


async def test_of_two_mistakes_the_earlier_row_is_answered(ask_statistics) -> None:
    for path, earlier, later in PAIRS:
        request = deepcopy(GOOD[path])
        later[2](request)
        earlier[2](request)
        answer = await answer_to(request, ask_statistics)
        assert says(answer, expected(path, earlier)), (earlier[1], later[1], answer)


@pytest.mark.parametrize("path", [POST, ACCOUNT])
async def test_without_a_mistake_both_answer_200(path, ask_statistics) -> None:
    assert (await answer_to(GOOD[path], ask_statistics))[0] == 200


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"postedId": ""}, "postedId and platformId are required"),
        ({"postedId": None}, "postedId and platformId are required"),
        ({"platformId": 0}, "postedId and platformId are required"),
        ({"platformId": []}, "postedId and platformId must be strings"),
        ({"postedId": {}}, "postedId and platformId must be strings"),
        ({"queryType": "", "queryTypes": []}, "queryType or queryTypes is required"),
        ({"queryType": None, "queryTypes": None}, "queryType or queryTypes is required"),
        ({"queryType": ["COMMENT"]}, TYPE),
        ({"queryType": "ALL"}, TYPE),
        ({"queryTypes": "COMMENT"}, TYPES.replace("FOO, BAR", "COMMENT")),
        ({"queryTypes": "everything"}, TYPES.replace("FOO, BAR", "everything")),
        ({"queryTypes": [1, None, True, {}, ["A", 2]]}, TYPES.replace("FOO, BAR", "1, , true, [object Object], A,2")),
        ({"queryTypes": {"a": 1}}, TYPES.replace("FOO, BAR", "[object Object]")),
        ({"queryType": "reaction", "queryTypes": "ALL"}, TYPE),
    ],
)
async def test_odd_values_are_read_as_javascript_reads_them(fields, error, ask_statistics) -> None:
    reply = await ask_statistics(POST, GOOD[POST].body | fields)
    assert (reply.status, reply.error) == (400, error)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"aggregation": None}, "aggregation must be a string"),
        ({"aggregation": ""}, "Invalid aggregation. Must be one of: DAILY, TOTAL"),
        ({"dateRange": None}, "dateRange must be an object"),
        ({"dateRange": [GOOD_DAY, GOOD_DAY]}, "dateRange must be an object"),
        ({"dateRange": {}}, "dateRange must have both 'start' and 'end' objects"),
        ({"dateRange": {"start": GOOD_DAY, "end": "2026-11-01"}}, "dateRange must have both 'start' and 'end' objects"),
        ({"dateRange": {"start": {}, "end": GOOD_DAY}}, FIELDS),
        ({"dateRange": {"start": {"year": 2026, "month": None, "day": 1}, "end": GOOD_DAY}}, FIELDS),
        ({"queryTypes": "all", "aggregation": "daily"}, REACH),
        ({"queryTypes": ["comment", "members_reached"], "aggregation": "Daily"}, REACH),
    ],
)
async def test_odd_windows_and_aggregations_are_refused(fields, error, ask_statistics) -> None:
    reply = await ask_statistics(ACCOUNT, GOOD[ACCOUNT].body | fields)
    assert (reply.status, reply.error) == (400, error)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", POST), ("PUT", ACCOUNT), ("POST", "platform-connections"), ("POST", "x"), ("GET", "get-post")],
)
async def test_an_unknown_route_is_expresss_html_404_even_without_a_key(method, path, ask_statistics) -> None:
    reply = await ask_statistics(path, method=method, headers={})
    assert reply.status == 404
    assert reply.headers["Content-Type"].startswith("text/html")
    assert f"<pre>Cannot {method} /api/v1/{path}</pre>" in reply.text


async def test_the_path_in_the_html_is_escaped(ask_statistics) -> None:
    assert "/api/v1/&lt;b&gt;" in (await ask_statistics("<b>", method="GET")).text


@pytest.mark.parametrize("raw", [b"{", b'"ALL"', b"7", b"{'postedId': 1}"])
async def test_broken_json_is_a_400_page_after_the_key(raw, ask_statistics) -> None:
    typed = {"Content-Type": "application/json"}
    refused = await ask_statistics(POST, data=raw, headers=typed)
    broken = await ask_statistics(POST, data=raw, headers=typed | {"x-api-key": "demo"})
    assert (refused.status, refused.error) == (401, "API key is required")
    assert (broken.status, broken.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert "<pre>SyntaxError" in broken.text


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
async def test_what_is_not_sent_as_json_is_an_empty_body(content_type, ask_statistics) -> None:
    headers = {"Content-Type": content_type, "x-api-key": "demo"}
    reply = await ask_statistics(POST, data=orjson.dumps(GOOD[POST].body), headers=headers)
    assert (reply.status, reply.error) == (400, "postedId and platformId are required")


async def test_an_enormous_body_is_a_413_page(ask_statistics) -> None:
    reply = await ask_statistics(POST, data=BytesIO(b"1" * 2_000_000), headers={"x-api-key": "demo"})
    assert (reply.status, "PayloadTooLargeError" in reply.text) == (413, True)


async def test_an_empty_key_is_no_key(ask_statistics) -> None:
    assert (await ask_statistics(POST, {}, headers={"x-api-key": ""})).error == "API key is required"
