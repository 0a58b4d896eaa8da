"""The statistics server's routes, and the checks before each of them: the route, the API key, a readable body."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from re import fullmatch
from typing import Any

from bot.sandbox.statistics.answers import ACCOUNT_PATH, POST_PATH, StatisticsAnswers
from bot.sandbox.statistics.faults import StatisticsFaults
from bot.sandbox.statistics.linkedin import LinkedIn
from bot.sandbox.statistics.posts import GROUP_CATCH_ALL, WorldPosts
from bot.sandbox.statistics.rules import Body
from bot.sandbox.statistics.service import FOLLOWERS_PATH, Connections
from bot.sandbox.statistics.wire import RefusedError, SandboxAnswer, no_such_route, read_json
from bot.sandbox.world_accounts import KEYS, KeyState

BASE_PATH = "/api/v1"
KEY_INVALID = "Invalid API key"
KEY_WITHOUT_OWNER = "Invalid API key owner"
KEY_WITHOUT_PLAN = "API access is not enabled for this account"
KEY_OWNER = "6626a1f5e4b0c91a2d3f0000"
"""The user whose keys they are: naming them changes nothing (PostPost's documentation)."""
CONNECTIONS_CATCH_ALL = "Failed to fetch platform connections"


@dataclass(frozen=True, slots=True)
class RouteRequest:
    """One request, read off the wire."""

    method: str
    path: str  # without the query
    query: Mapping[str, str]
    headers: Mapping[str, str]  # read whatever their case
    content_type: str
    raw: bytes


Endpoint = Callable[[RouteRequest, Body, str], SandboxAnswer]  # the last: what the path holds after the endpoint's name


class Routes:
    """Every endpoint by method and name."""

    def __init__(self, linkedin: LinkedIn, faults: StatisticsFaults) -> None:
        self._switches, self._faults = linkedin.switches, faults
        self.clients: dict[str, Routes] = {}
        """Those of the managed users, by their ids; without any the key has no access to workspaces."""
        self._statistics = statistics = StatisticsAnswers(linkedin, faults)
        connections, posts = Connections(linkedin, statistics), WorldPosts(linkedin)
        self._plain: dict[tuple[str, str], Endpoint] = {
            ("POST", POST_PATH): lambda _, body, __: statistics.of_post(body),
            ("POST", ACCOUNT_PATH): lambda _, body, __: statistics.of_account(body),
            ("POST", FOLLOWERS_PATH): lambda _, body, __: connections.followers(body),
            ("GET", "platform-connections"): self._faulty(CONNECTIONS_CATCH_ALL, lambda *_: connections.platform_connections()),
            ("GET", "list-posts"): self._faulty("Failed to fetch posts", lambda asked, *_: posts.list_posts(asked.query)),
        }
        self._with_id: dict[tuple[str, str], Endpoint] = {
            ("GET", "get-post"): self._faulty(GROUP_CATCH_ALL, lambda _, __, given: posts.get_post(given)),
            ("POST", "test-connection"): self._faulty("Failed to test connection", lambda _, __, given: connections.test_connection(given)),
        }

    def answer(self, asked: RouteRequest) -> SandboxAnswer:
        """The service's response: it checks the route, the key, the managed user, the body, and then the endpoint's own rules."""
        name, _, given = asked.path.removeprefix(BASE_PATH).strip("/").partition("/")
        if self._endpoint(asked, name, given) is None or name in self._switches.missing_paths:
            return no_such_route(asked.method, asked.path)
        try:
            _check_key(asked.headers.get(self._switches.key_header))
            endpoint = self._of_user(asked)._endpoint(asked, name, given)  # noqa: SLF001  # of this class
            return endpoint(asked, _body(asked), given) if endpoint else no_such_route(asked.method, asked.path)
        except RefusedError as refused:
            return refused.answer

    def _endpoint(self, asked: RouteRequest, name: str, given: str) -> Endpoint | None:
        routes = self._with_id if given else self._plain
        return routes.get((asked.method, name)) if asked.path.startswith(f"{BASE_PATH}/") else None

    def user_of(self, asked: RouteRequest) -> str:
        """The managed user that a request names, or ""."""
        return asked.headers.get(self._user_header, "")

    @property
    def _user_header(self) -> str:
        return self._switches.key_header.replace("-key", "-user-id").replace("x-api", "x-postpost")

    def _of_user(self, asked: RouteRequest) -> "Routes":
        user = self.user_of(asked)
        if user in ("", KEY_OWNER):
            return self
        if not fullmatch(r"[0-9a-fA-F]{24}", user):
            raise RefusedError(400, f"Invalid {self._user_header}")
        if not self.clients:
            raise RefusedError(403, "Workspace access is not enabled for this key")
        if user not in self.clients:
            raise RefusedError(403, "User is not managed by key")
        return self.clients[user]

    def _faulty(self, catch_all: str, endpoint: Endpoint) -> Endpoint:
        """The response of an endpoint that does not call LinkedIn: it fails only by a fault."""

        def answer(asked: RouteRequest, body: Body, given: str) -> SandboxAnswer:
            answered = endpoint(asked, body, given)
            met = self._faults.take(asked.path)
            return self._statistics.instead(met, catch_all) or self._statistics.spoiled(met, answered)

        return answer


def _check_key(key: str | None) -> None:
    if not key:
        raise RefusedError(401, "API key is required")
    state = KEYS.get(key)
    if state is None:
        raise RefusedError(401, KEY_INVALID)
    if state is KeyState.WITHOUT_OWNER:
        raise RefusedError(401, KEY_WITHOUT_OWNER)
    if state is KeyState.WITHOUT_PLAN:
        raise RefusedError(403, KEY_WITHOUT_PLAN)


def _body(asked: RouteRequest) -> dict[str, Any]:
    try:
        return read_json(asked.content_type, asked.raw)
    except ValueError as error:
        raise RefusedError(400, f"SyntaxError: Unexpected token in JSON: {error}", html=True) from None
