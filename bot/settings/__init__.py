"""The settings: from the environment, then `.env`, then secret files (named like settings in lower case); errors repeat no value."""

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated, Any, Final, Literal, Self, get_args, get_origin

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError
from bot.settings import sources, values

DEFAULT_PORT = 3000
#: Variables that Bolt reads itself: the first two switch it to OAuth and drop the bot's token, the others override arguments.
BOLT_VARIABLES = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_VERIFICATION_TOKEN")

MISSING_REMEDY = "Set them in the environment or in .env; .env.example explains each. To look first: linkedin-stats-bot demo"
MAKE_A_KEY = "To make an encryption key: linkedin-stats-bot keys new"
#: Settings of the one workspace that a bot token belongs to.
_OF_ONE: Final = """
    slack_bot_token postpost_api_key postpost_webhook_secret postpost_platform_id postpost_accounts
    administrators allowed_channels channel_accounts
    """.split()  # noqa: SIM905  # a list of words reads better as words
OF_ONE = "SLACK_CLIENT_ID is for many workspaces, and these settings are for one: {names}."
OF_ONE_REMEDY = "Leave them out, or leave SLACK_CLIENT_ID out; each workspace gives its PostPost key on the Home tab."


LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(values.listed)]
Named = Annotated[dict[str, str], NoDecode, BeforeValidator(values.named_accounts), AfterValidator(values.account_names)]
ByChannel = Annotated[
    dict[str, frozenset[str]], NoDecode, BeforeValidator(values.accounts_by_channel), AfterValidator(values.channel_accounts)
]
WebAddress = Annotated[str, AfterValidator(values.web_address)]


def default_database_url() -> str:
    import platformdirs  # noqa: PLC0415  # most set another one

    return f"sqlite:///{platformdirs.user_data_path('linkedin-stats-bot') / 'bot.sqlite3'}"


def _hidden(check: Callable[[str], str]) -> AfterValidator:
    """Checks the text of a secret."""

    def checked(value: SecretStr) -> SecretStr:
        check(value.get_secret_value())
        return value

    return AfterValidator(checked)


Secret = Annotated[SecretStr, _hidden(values.secret)]
SecretAddress = Annotated[SecretStr, _hidden(values.secret_address)]


class Settings(BaseModel):
    """The bot's settings; each field is one environment variable of the same name in capitals."""

    model_config = ConfigDict(defer_build=True, extra="ignore", frozen=True, hide_input_in_errors=True, populate_by_name=True)

    slack_bot_token: Annotated[SecretStr, _hidden(partial(values.token, prefix="xoxb-"))] | None = Field(
        None, description="Bot token of the Slack app (xoxb-…)."
    )
    slack_app_token: Annotated[SecretStr, _hidden(partial(values.token, prefix="xapp-"))] | None = Field(
        None, description="App-level token (xapp-…, scope connections:write): Socket Mode."
    )
    slack_signing_secret: Annotated[SecretStr, _hidden(values.signing_secret)] | None = Field(
        None, description="Signing secret of the Slack app: HTTP mode."
    )
    slack_client_id: Annotated[str, AfterValidator(values.secret)] | None = Field(
        None, description="Client ID of the Slack app: many workspaces, which install it by a link."
    )
    slack_client_secret: Secret | None = Field(None, description="Client secret of the Slack app, beside the client ID.")
    encryption_keys: Annotated[SecretStr, _hidden(values.encryption_keys)] | None = Field(
        None, description="What tokens and keys of many workspaces are encrypted with, the newest first (keys new)."
    )
    slack_api_url: Annotated[WebAddress, AfterValidator(lambda url: f"{url.removesuffix('/')}/")] = Field(
        "https://slack.com/api/", description="Base URL of Slack's Web API."
    )
    host: Annotated[str, AfterValidator(values.listening_address)] = Field("127.0.0.1", description="Address the HTTP server listens on.")
    port: int | None = Field(None, ge=0, le=65535, description="Port of the HTTP server (3000); in Socket Mode: of the health paths.")
    mcp_url: Annotated[str, AfterValidator(values.mcp_address)] | None = Field(
        None, description="Address at which assistants ask over MCP, which ends in /mcp; not set: they can't."
    )

    postpost_api_key: Secret | None = Field(
        None, validation_alias=AliasChoices("postpost_api_key", "publora_api_key"), description="API key of PostPost."
    )
    postpost_webhook_secret: Secret | None = Field(None, description="What PostPost signs its webhook's events with; none: not served.")
    postpost_base_url: WebAddress = Field("https://api.postpost.dev/api/v1", description="Base URL of the statistics API.")
    postpost_api_key_header: Annotated[str, AfterValidator(values.header_name)] = Field(
        "x-api-key", description="Header that carries the key."
    )
    postpost_platform_id: Annotated[str, AfterValidator(values.platform_id)] | None = Field(
        None, description="Default LinkedIn account (linkedin-…)."
    )
    postpost_accounts: Named = Field(default_factory=dict, description="Accounts by name: linkedin-A=Ann,linkedin-B=Bob.")

    database_url: Annotated[str, AfterValidator(values.database_address)] = Field(
        default_factory=default_database_url, description="sqlite:///… or postgresql://…"
    )
    administrators: Annotated[Listed, AfterValidator(values.people)] = Field(
        (), description="Slack user ids (U…) who may change settings and ask anywhere."
    )
    allowed_channels: Annotated[Listed, AfterValidator(values.channels)] = Field(
        (), description="Slack channel ids (C…, G…, D…) the bot answers in; empty: everywhere."
    )
    channel_accounts: ByChannel = Field(default_factory=dict, description="Accounts a channel may see: C1=linkedin-A+linkedin-B,*=….")

    engagement_rate_basis: Literal["impressions", "reach"] = Field(
        "impressions", description="What the rate is a rate of: impressions or reach."
    )
    locale: Annotated[str, AfterValidator(values.locale_tag)] = Field("en-US", description="The locale of what everybody reads.")
    team_totals_only: bool = Field(
        default=False,
        description="The team's answers and digests, goals and alerts of several accounts show sums alone, no account's own figures.",
    )
    statistics_deadline: float = Field(25.0, gt=0, le=300, description="Seconds one question may wait for the statistics API.")
    statistics_memory: float = Field(60.0, ge=0, le=3600, description="Seconds an answer is remembered; 0 switches it off.")
    follow_up_memory: float = Field(1800.0, ge=0, le=86_400, description="Seconds a person's last question counts for the next; 0: off.")
    acknowledge_within: float = Field(1.0, gt=0, le=2.5, description="Seconds a card may take to go out inside Slack's 3 s answer.")
    delivery_timeout: float = Field(10.0, gt=0, le=120, description="Seconds one call to Slack may take when a digest is posted.")
    delivery_lease: float = Field(60.0, gt=0, le=3600, description="Seconds a digest is held by one process; longer than a call.")
    delivery_settle: float = Field(30.0, ge=0, le=3600, description="Seconds an absent message is waited for before it is posted again.")
    digest_late: int = Field(21_600, ge=60, le=604_800, description="Seconds a missed digest may be late and still be posted.")
    retention_days: int = Field(30, ge=0, le=3650, description="Days after which a workspace that removed the app is forgotten.")
    figures_retention_hours: int = Field(48, ge=0, le=8760, description="Hours for which figures are in the database; 0: not at all.")
    shutdown_grace: float = Field(10.0, ge=0, le=300, description="Seconds running work is given at shutdown.")

    log_level: Annotated[LogLevel, BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value)] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR."
    )
    log_format: Literal["text", "json"] = Field("text", description="text or json.")
    heartbeat_url: SecretAddress | None = Field(None, description="Address that is pinged while digests go out.")
    sentry_dsn: SecretAddress | None = Field(None, description="Where errors are reported: a Sentry project's DSN.")
    otel_exporter_otlp_endpoint: WebAddress | None = Field(None, description="Where OpenTelemetry traces go (OTLP over HTTP).")

    @property
    def socket_mode(self) -> bool:
        return self.slack_app_token is not None

    def secrets(self) -> tuple[str, ...]:
        return (*(one.get_secret_value() for _, one in self if isinstance(one, SecretStr)), *self.encryption())

    def encryption(self) -> tuple[str, ...]:
        return tuple(values.split_keys(self.encryption_keys.get_secret_value())) if self.encryption_keys else ()

    @property
    def many_workspaces(self) -> bool:
        """Whether workspaces install the app by OAuth and bring their own keys (a client ID is set); else it serves the token's one."""
        return self.slack_client_id is not None

    def of_workspace(self, *, token: str, api_key: str, platform_id: str) -> Self:
        own = {"slack_bot_token": SecretStr(token), "postpost_platform_id": platform_id or None}
        return self.model_copy(update={**own, "postpost_api_key": SecretStr(api_key) if api_key else None})

    def configured_accounts(self) -> dict[str, str]:
        default = self.postpost_platform_id
        return {**({default: default} if default else {}), **self.postpost_accounts}

    def require_run(self) -> None:
        """Raises SettingsError naming every setting that ``run`` lacks, or that belongs to one workspace where there are many."""
        if self.many_workspaces:
            given = [name.upper() for name in _OF_ONE if getattr(self, name)]
            if given:
                raise SettingsError(OF_ONE.format(names=", ".join(given)), remedy=OF_ONE_REMEDY)
            needed = {"SLACK_CLIENT_SECRET": self.slack_client_secret, "ENCRYPTION_KEYS": self.encryption_keys}
        else:
            needed = {"SLACK_BOT_TOKEN": self.slack_bot_token, "POSTPOST_API_KEY": self.postpost_api_key}
        if not self.socket_mode:
            needed["SLACK_SIGNING_SECRET (HTTP) or SLACK_APP_TOKEN (Socket Mode)"] = self.slack_signing_secret
        missing = [name for name, value in needed.items() if value is None]
        if missing:
            no_key = "ENCRYPTION_KEYS" in missing
            raise SettingsError(f"Missing: {', '.join(missing)}.", remedy=f"{MISSING_REMEDY} {MAKE_A_KEY}" if no_key else MISSING_REMEDY)


class _FromEnvironment(BaseSettings, Settings):
    """The settings of the environment and the files beside it."""

    model_config = SettingsConfigDict(env_file=sources.ENV_FILE, env_file_encoding=sources.ENCODING, env_ignore_empty=True)


def load_settings() -> Settings:
    """The settings of the environment, `.env` and the secret files; raises SettingsError with the setting's name, never its value."""
    sources.check_env_file()
    try:
        return _FromEnvironment(_secrets_dir=sources.secrets_folder(setting_names()))  # type: ignore[call-arg]  # pydantic-settings' own argument
    except ValidationError as error:
        raise settings_error(error, sources.given_names(setting_names())) from None


def unknown_settings() -> Iterator[str]:
    """A sentence for each name that is given for this bot and is no setting."""
    return sources.unknown(setting_names(), ignored=BOLT_VARIABLES)


def setting_names() -> set[str]:
    """The environment variables of every setting, with their aliases."""
    return {sources.SECRETS_FOLDER_VARIABLE} | {name.upper() for name in _FIELDS}


def given_settings(**values: object) -> Settings:
    """Settings from ``values`` only (for the demo and tests), without the environment. Raises SettingsError: a value cannot be used."""
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise settings_error(error) from None


def settings_error(error: ValidationError, given: Collection[str] = ()) -> SettingsError:
    """Pydantic's findings as one sentence with remedies, without any value; a setting is named as it was ``given``."""
    findings = [(_FIELDS.get(str(found["loc"][0]).lower(), ""), _reason(found)) for found in error.errors(include_input=False)]
    sentences = list(dict.fromkeys(f"{_called(field, given)} {reason}" for field, reason in findings))
    return SettingsError(
        f"Wrong settings: {sentences[0]}." if len(sentences) == 1 else "\n".join(["Wrong settings:", *(f"  {one}." for one in sentences)])
    )


def _called(field: str, given: Collection[str]) -> str:
    names = [name.upper() for name, of in _FIELDS.items() if of == field]
    return next((name for name in names if name in given), names[0])


def _reason(found: Any) -> str:
    text = str(found["msg"]).removeprefix("Value error, ")
    if text.startswith("must"):
        return text
    field = Settings.model_fields[_FIELDS[str(found["loc"][0]).lower()]]
    return f"must be {_wanted(field.annotation, field.metadata)}"


#: The fields by every name of their settings.
_FIELDS = {
    str(given): name
    for name, field in Settings.model_fields.items()
    for given in (field.validation_alias.choices if isinstance(field.validation_alias, AliasChoices) else (name,))
}


def _wanted(annotation: Any, metadata: list[Any]) -> str:
    """The values of a setting of this type and these bounds, in words."""
    kinds = {annotation, *get_args(annotation)}
    if bool in kinds:
        return "true or false"
    if get_origin(annotation) is Literal:
        return f"one of {', '.join(get_args(annotation))}"
    if not kinds & {int, float}:
        return "text in UTF-8"
    bounds = {name: getattr(one, name) for one in metadata for name in ("gt", "ge", "le") if getattr(one, name, None) is not None}
    low = f"above {bounds['gt']:g} and at most" if "gt" in bounds else f"from {bounds['ge']} to"
    return f"a {'whole number' if int in kinds else 'number'} {low} {bounds['le']:g}"


@contextmanager
def without_bolt_variables() -> Iterator[None]:
    """Hides the variables that Bolt reads itself while an app is being built."""
    hidden = {name: os.environ.pop(name) for name in BOLT_VARIABLES if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)


def secret_text(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
