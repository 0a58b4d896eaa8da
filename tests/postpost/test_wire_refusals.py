"""Every error of PostPost's documentation, and what else may answer in the API's place, as exactly one class each."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import errors
from bot.postpost import wire_errors
from bot.postpost.wire import read_object

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def refusal(status, body, at, **about):
    """The error of a response with this body."""
    return wire_errors.refusal(status, body, read_object(body), at, **about)


TYPES = "IMPRESSION, MEMBERS_REACHED, RESHARE, REACTION, COMMENT"
PAGE = b"<!DOCTYPE html><pre>Cannot POST /api/v1/x</pre>"

DOCUMENTED = [
    (400, "postedId and platformId are required", errors.RequestRefused),
    (400, "postedId and platformId must be strings", errors.RequestRefused),
    (400, "queryType or queryTypes is required", errors.RequestRefused),
    (400, f"Invalid queryType. Must be one of: {TYPES}", errors.RequestRefused),
    (400, f'Invalid queryTypes: FOO, BAR. Must be one of: {TYPES}, or "ALL"', errors.RequestRefused),
    (400, "platformId is required", errors.RequestRefused),
    (400, "platformId must be a string", errors.RequestRefused),
    (400, "aggregation must be a string", errors.RequestRefused),
    (400, "Invalid aggregation. Must be one of: DAILY, TOTAL", errors.RequestRefused),
    (400, "dateRange must be an object", errors.RequestRefused),
    (400, "dateRange must have both 'start' and 'end' objects", errors.RequestRefused),
    (400, "dateRange.start and dateRange.end must have: year, month, day", errors.RequestRefused),
    (400, "MEMBERS_REACHED with DAILY aggregation is not supported by LinkedIn API", errors.RequestRefused),
    (401, "API key is required", errors.ApiKeyMissing),
    (401, "Invalid API key", errors.ApiKeyInvalid),
    (401, "Invalid API key owner", errors.ApiKeyOwnerUnknown),
    (403, "API access is not enabled for this account", errors.PlanWithoutApi),
    (404, "LinkedIn connection not found", errors.ConnectionUnknown),
    (500, "Failed to fetch metric from LinkedIn", errors.MetricFailed),
    (500, "Failed to fetch LinkedIn post statistics", errors.ServiceFailed),
    (500, "Failed to fetch LinkedIn account statistics", errors.ServiceFailed),
]
FORWARDED = [
    (401, "LINKEDIN_TOKEN_EXPIRED", errors.TokenExpired),
    (403, "LINKEDIN_TOKEN_EXPIRED", errors.TokenExpired),
    (403, "ANALYTICS_PLAN_REQUIRED", errors.PlanWithoutApi),
    (403, "MCP access is not enabled for this account", errors.PlanWithoutApi),
    (403, "Not enough permissions to access: memberCreatorPostAnalytics", errors.NotPermitted),
    (403, "Failed to fetch LinkedIn post statistics", errors.NotPermitted),
    (429, "LINKEDIN_RATE_LIMITED", errors.RateLimited),
    (429, "Failed to fetch LinkedIn account statistics", errors.RateLimited),
    (504, "LINKEDIN_REQUEST_TIMEOUT", errors.Unreachable),
    (401, "Unauthorized", errors.ApiKeyError),
    (402, "Payment required", errors.PlanWithoutApi),
    (422, "Unprocessable", errors.RequestRefused),
    (503, "Maintenance", errors.Unreachable),
    (200, "Something new", errors.ServiceFailed),
    (200, "Invalid API key", errors.ApiKeyInvalid),
]


@pytest.mark.parametrize(("status", "text", "kind"), [*DOCUMENTED, *FORWARDED])
def test_every_documented_and_forwarded_error_is_one_class(status, text, kind):
    error = refusal(status, orjson.dumps({"error": text}), AT, platform_id="linkedin-A")
    assert type(error) is kind
    assert (error.reported, error.status, error.platform_id) == (text, status, "linkedin-A")


def test_no_two_documented_errors_with_different_remedies_share_their_sentence():
    kinds = {kind for _, _, kind in DOCUMENTED + FORWARDED} - {errors.ApiKeyError, errors.ServiceFailed}
    assert len({kind.sentence for kind in kinds}) == len(kinds)


@pytest.mark.parametrize("body", [PAGE, b"", b'{"success": true, "metr', b"[1, 2]", b'"ALL"', b"5", b"\xff\xfe", b"null"])
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, errors.NotTheApi),
        (302, errors.NotTheApi),
        (400, errors.NotTheApi),
        (401, errors.NotTheApi),
        (403, errors.NotTheApi),
        (404, errors.NotTheApi),
        (429, errors.RateLimited),
        (500, errors.Unreachable),
        (502, errors.Unreachable),
    ],
)
def test_what_is_not_a_json_object_is_not_the_api_unless_its_status_says_it_passes(body, status, kind):
    assert type(refusal(status, body, AT)) is kind


def test_an_object_without_results_or_error_is_not_the_api():
    assert type(refusal(200, b'{"hello": "world"}', AT)) is errors.NotTheApi
    assert type(refusal(200, b'{"success": false}', AT)) is errors.ServiceFailed


@pytest.mark.parametrize(
    "body",
    [
        {"message": "LINKEDIN_TOKEN_EXPIRED"},
        {"code": "LINKEDIN_TOKEN_EXPIRED", "error": "Unauthorized"},
        {"error": {"code": "LINKEDIN_TOKEN_EXPIRED", "message": "reconnect"}},
    ],
)
def test_a_code_is_found_wherever_it_stands(body):
    assert type(refusal(401, orjson.dumps(body), AT)) is errors.TokenExpired


@pytest.mark.parametrize(
    ("header", "body", "seconds"),
    [
        ("7", {}, 7),
        (" 7 ", {"retryAfter": 60}, 7),
        ("1.5", {}, 1.5),
        (format_datetime(AT + timedelta(seconds=90), usegmt=True), {}, 90),
        (format_datetime(AT - timedelta(hours=1), usegmt=True), {}, 0),
        ("soon", {"retryAfter": 60}, 60),
        (None, {"retryAfter": 60}, 60),
        (None, {"retryAfter": "60"}, 60),
        (None, {"retryAfter": 10**15}, 86_400),
        ("999999999", {}, 86_400),
    ],
)
def test_when_to_ask_again_is_the_header_then_the_body_within_a_day(header, body, seconds):
    error = refusal(429, orjson.dumps({"error": "LINKEDIN_RATE_LIMITED", **body}), AT, retry_after=header)
    assert error.retry_at == AT + timedelta(seconds=seconds)


@pytest.mark.parametrize("hint", [None, -5, True, "soon", [60], {}])
def test_a_hint_that_makes_no_sense_is_no_hint(hint):
    assert refusal(429, orjson.dumps({"error": "x", "retryAfter": hint}), AT).retry_at is None


def test_only_answers_that_pass_say_when_to_ask_again():
    assert refusal(503, PAGE, AT, retry_after="5").retry_at == AT + timedelta(seconds=5)
    assert refusal(403, b'{"error": "no"}', AT, retry_after="5").retry_at is None


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_retry_after_header_is_read_or_ignored(header):
    moment = refusal(429, b"{}", AT, retry_after=header).retry_at
    assert moment is None or AT <= moment <= AT + timedelta(days=1)
