"""Every knob, typed, explained, secret-safe.

Read from the environment, then `.env`, then a folder of secret files (one file a setting, named like it in lower case). A wrong value is a
:class:`~bot.errors.SettingsError` that names the setting and the mend, and never repeats what was given.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

import platformdirs
from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingsError

DEFAULT_PORT = 3000

PLATFORM_PREFIX = "linkedin-"

#: What Bolt reads behind our back: the first two switch it to OAuth and drop the bot's token, the others override what it is given.
BOLT_VARIABLES = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_VERIFICATION_TOKEN")

SECRETS_FOLDER_VARIABLE = "SECRETS_DIR"


class RateOf(StrEnum):
    """What the engagement rate is a rate of."""

    IMPRESSIONS = "impressions"
    REACH = "reach"


class LogFormat(StrEnum):
    """How a log line is written."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """The least important line that is written."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


def _listed(value: object) -> object:
    """A comma-separated text as its parts; anything else as it is."""
    if isinstance(value, str):
        return tuple(part for part in (piece.strip() for piece in value.split(",")) if part)
    return value


def _named_accounts(value: object) -> object:
    """``linkedin-A=Ann,linkedin-B`` as a mapping of ids to names; an id without a name is its own name."""
    if not isinstance(value, str):
        return value
    pairs = (part.partition("=") for part in value.split(",") if part.strip())
    return {platform_id.strip(): name.strip() or platform_id.strip() for platform_id, _, name in pairs}


def _accounts_by_channel(value: object) -> object:
    """``C1=linkedin-A+linkedin-B,*=linkedin-C`` as a mapping of channel ids to accounts."""
    if not isinstance(value, str):
        return value
    pairs = (part.partition("=") for part in value.split(",") if part.strip())
    return {channel.strip(): [one.strip() for one in accounts.split("+") if one.strip()] for channel, _, accounts in pairs}


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
Named = Annotated[dict[str, str], NoDecode, BeforeValidator(_named_accounts)]
ByChannel = Annotated[dict[str, frozenset[str]], NoDecode, BeforeValidator(_accounts_by_channel)]


def default_database_url() -> str:
    """A SQLite file under the user's data folder."""
    return f"sqlite:///{platformdirs.user_data_path('linkedin-stats-bot') / 'bot.sqlite3'}"


class Settings(BaseSettings):
    """The bot's settings; each field is one environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    slack_bot_token: SecretStr | None = Field(None, description="Bot token of the Slack app (xoxb-…).")
    slack_app_token: SecretStr | None = Field(None, description="App-level token (xapp-…, scope connections:write): Socket Mode.")
    slack_signing_secret: SecretStr | None = Field(None, description="Signing secret of the Slack app: HTTP mode.")
    slack_api_url: str = Field("https://slack.com/api/", description="Base URL of Slack's Web API.")
    host: str = Field("127.0.0.1", description="Address the HTTP server listens on.")
    port: int | None = Field(None, ge=0, le=65535, description="Port of the HTTP server (3000); in Socket Mode: of the health paths.")

    postpost_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("postpost_api_key", "publora_api_key"),
        description="API key of PostPost.",
    )
    postpost_base_url: str = Field("https://api.postpost.dev/api/v1", description="Base URL of the statistics API.")
    postpost_api_key_header: str = Field("x-api-key", pattern=r"^[A-Za-z0-9-]+$", description="Header that carries the key.")
    postpost_platform_id: str | None = Field(None, description="Default LinkedIn account (linkedin-…).")
    postpost_accounts: Named = Field(default_factory=dict, description="Accounts by name: linkedin-A=Ann,linkedin-B=Bob.")

    database_url: str = Field(default_factory=default_database_url, description="sqlite:///… or postgresql://…")
    administrators: Listed = Field((), description="Slack user ids (U…) who may change settings and ask anywhere.")
    allowed_channels: Listed = Field((), description="Slack channel ids (C…, G…, D…) the bot answers in; empty: everywhere.")
    channel_accounts: ByChannel = Field(default_factory=dict, description="Accounts a channel may see: C1=linkedin-A+linkedin-B,*=….")

    engagement_rate_basis: RateOf = Field(RateOf.IMPRESSIONS, description="What the rate is a rate of: impressions or reach.")
    locale: str = Field("en-US", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="The locale of what everybody reads.")
    team_totals_only: bool = Field(default=False, description="The team's answers show sums alone, no account's own figures.")
    statistics_deadline: float = Field(25.0, gt=0, le=300, description="Seconds one question may wait for the statistics API.")
    statistics_memory: float = Field(60.0, ge=0, le=3600, description="Seconds an answer is remembered; 0 switches it off.")
    acknowledge_within: float = Field(1.0, gt=0, le=2.5, description="Seconds a card may take to go out inside Slack's 3 s answer.")
    delivery_timeout: float = Field(10.0, gt=0, le=120, description="Seconds one call to Slack may take when a digest is posted.")
    delivery_lease: float = Field(60.0, gt=0, le=3600, description="Seconds a digest is held by one process; longer than a call.")
    delivery_settle: float = Field(30.0, ge=0, le=3600, description="Seconds an absent message is waited for before it is posted again.")
    digest_late: int = Field(21_600, ge=60, le=604_800, description="Seconds a missed digest may be late and still be posted.")
    retention_days: int = Field(30, ge=0, le=3650, description="Days after which a workspace that removed the app is forgotten.")
    shutdown_grace: float = Field(10.0, ge=0, le=300, description="Seconds running work is given at shutdown.")

    log_level: Annotated[LogLevel, BeforeValidator(_upper)] = Field(LogLevel.INFO, description="DEBUG, INFO, WARNING or ERROR.")
    log_format: LogFormat = Field(LogFormat.TEXT, description="text or json.")

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _token_prefix(cls, value: SecretStr | None, info: object) -> SecretStr | None:
        prefix = "xoxb-" if getattr(info, "field_name", "") == "slack_bot_token" else "xapp-"
        if value is not None and not value.get_secret_value().startswith(prefix):
            raise ValueError(f"must start with {prefix}")
        return value

    @field_validator("postpost_platform_id")
    @classmethod
    def _platform_prefix(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(PLATFORM_PREFIX):
            raise ValueError(f"must start with {PLATFORM_PREFIX}")
        return value

    @field_validator("postpost_accounts")
    @classmethod
    def _account_prefixes(cls, value: dict[str, str]) -> dict[str, str]:
        if not all(platform_id.startswith(PLATFORM_PREFIX) for platform_id in value):
            raise ValueError(f"every id must start with {PLATFORM_PREFIX}, like linkedin-A=Ann,linkedin-B=Bob")
        return value

    @field_validator("slack_api_url", "postpost_base_url")
    @classmethod
    def _http_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError("must start with https:// or http://")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_scheme(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("must start with sqlite:/// or postgresql:// (without a driver)")
        return value

    @field_validator("administrators")
    @classmethod
    def _people(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(person.startswith(("U", "W")) for person in value):
            raise ValueError("must be Slack user ids, which start with U or W")
        return value

    @field_validator("allowed_channels")
    @classmethod
    def _channels(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(channel.startswith(("C", "G", "D")) for channel in value):
            raise ValueError("must be Slack channel ids, which start with C, G or D")
        return value

    @field_validator("channel_accounts")
    @classmethod
    def _accounts_of_channels(cls, value: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        if not all(channel == "*" or channel.startswith(("C", "G", "D")) for channel in value):
            raise ValueError("must name channels by their ids, which start with C, G or D, or * for every other one")
        if not all(accounts and all(one.startswith(PLATFORM_PREFIX) for one in accounts) for accounts in value.values()):
            raise ValueError(f"must give each channel accounts that start with {PLATFORM_PREFIX}, like C1=linkedin-A+linkedin-B")
        return value

    @model_validator(mode="after")
    def _slash_after_slack(self) -> Self:
        if not self.slack_api_url.endswith("/"):
            object.__setattr__(self, "slack_api_url", self.slack_api_url + "/")
        return self

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached over Socket Mode (an app-level token is set) instead of HTTP."""
        return self.slack_app_token is not None

    def configured_accounts(self) -> dict[str, str]:
        """The accounts the settings name, by id, the default one among them under its id."""
        default = self.postpost_platform_id
        return {**({default: default} if default else {}), **self.postpost_accounts}

    def require_run(self) -> None:
        """Raise SettingsError naming every setting that ``run`` lacks."""
        needed = {"SLACK_BOT_TOKEN": self.slack_bot_token, "POSTPOST_API_KEY": self.postpost_api_key}
        if not self.socket_mode:
            needed["SLACK_SIGNING_SECRET (HTTP) or SLACK_APP_TOKEN (Socket Mode)"] = self.slack_signing_secret
        missing = [name for name, value in needed.items() if value is None]
        if missing:
            raise SettingsError(
                f"Missing: {', '.join(missing)}.",
                remedy="Set them in the environment or in .env; .env.example explains each. To look first: linkedin-stats-bot demo",
            )


def load_settings() -> Settings:
    """The settings of the environment, `.env` and the folder of secret files.

    Raises:
        SettingsError: a value cannot be used; the message names the setting, not the value.
    """
    folder = Path(os.environ.get(SECRETS_FOLDER_VARIABLE, "/run/secrets"))
    try:
        return Settings(_secrets_dir=folder if folder.is_dir() else None)  # type: ignore[call-arg]  # pydantic-settings' own argument
    except ValidationError as error:
        raise settings_error(error) from None


class _GivenSettings(Settings):
    """Settings from their arguments alone: neither the environment nor a file can change them."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # the signature is pydantic-settings'
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def given_settings(**values: object) -> Settings:
    """Settings from ``values`` alone (the demo's and the tests'), whatever the environment says.

    Raises:
        SettingsError: a value cannot be used.
    """
    try:
        return _GivenSettings(**values)  # type: ignore[arg-type]  # pydantic validates what mypy cannot see
    except ValidationError as error:
        raise settings_error(error) from None


def settings_error(error: ValidationError) -> SettingsError:
    """Pydantic's findings as one sentence a person can act on, without any value."""
    findings = (
        f"{'.'.join(str(part) for part in found['loc']).upper()} {_reason(found['msg'])}" for found in error.errors(include_input=False)
    )
    return SettingsError(f"Wrong settings: {'; '.join(findings)}.")


def _reason(message: str) -> str:
    text = message.removeprefix("Value error, ")
    return text if text.startswith(("must", "every")) else f"is not usable: {text[:1].lower()}{text[1:]}"


@contextmanager
def without_bolt_variables() -> Iterator[None]:
    """Hide the variables that Bolt reads by itself while an app is being built."""
    hidden = {name: os.environ.pop(name) for name in BOLT_VARIABLES if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
