"""A setting that cannot be used is named, with what it must be, by every command that reads settings; no secret is repeated."""

import os
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.errors import SettingsError
from bot.settings import load_settings, setting_names, unknown_settings
from tests.cli.test_cli import run

#: Stands in every hostile value where there is room for it, and must never be printed.
SECRET = "hunter2"
LONG = SECRET * 20_000
#: What no setting may be, whatever it is.
ALWAYS = (
    f"{SECRET}\nSLACK_SIGNING_SECRET=x",
    f"{SECRET}\r\nX-Injected: 1",
    f"{SECRET}\x1b[31m",
    f"{SECRET}\udcff",
    f"\u2028{SECRET}",
    f"{SECRET}\x7f",
)
#: Placeholders that people leave where a secret belongs.
PLACEHOLDERS = (
    "your-token",
    "Your_Token_Here",
    "changeme",
    "change-me",
    "<token>",
    "<your token>",
    "…",
    "...",
    "xxxxxxxx",
    "TODO",
    "put-it-here",
    "***",
)
NO_TOKENS = (
    f"{SECRET} two",
    f'"{SECRET}"',
    f"'{SECRET}'",
    f"“{SECRET}”",
    f"{SECRET}é",
    f" {SECRET}",
    f"{SECRET} ",
    f"{SECRET}\u00a0",
    f"`{SECRET}`",
    LONG,
)
NO_ADDRESSES = (
    SECRET, "slack.com/api", "ftp://x.example", "https://", "https:///api", "http://:80/", "https://a b.example/",
        "https://x.example:99999/",
    "https://x.example:port/", f"https://ann:{SECRET}@x.example/", "https://x.example/?key=1", "https://x.example/#a", "https://<host>/api",
    '"https://x.example"', "https://x.example/a b", "https://[::1/", "https://1.2.3.4.5/", "//x.example", "https:x.example",
        "https://x..example/",
)  # fmt: skip


NO_SECRET_ADDRESSES = (
    *(f"https://x.example/{one}" for one in NO_TOKENS), SECRET, "x.example/a", "ftp://x.example", "https://", "https:///a", "https://x.example:port/",
    "//x.example", "https:x.example", *PLACEHOLDERS[:3],
)  # fmt: skip


def numbers(low: str, high: str, *, whole: bool) -> tuple[str, ...]:
    other = ("1.5", "1e2") if whole else ("1e9", "-1e-9")
    return (low, high, *other, "-1", "abc", "nan", "inf", "-inf", "1,5", "1 000", "0x10", "ten", "99999999999999999999", "--1", "1s",
        "1/2", "true", SECRET, "+", ".", "½")  # fmt: skip


IDS = ("@ann", "ann", "u0123456789", "U", "U-1", "#general", "U0123 U0124", "U0123;U0124", "T0123456789", "<@U0123456789>",
    "U0123456789|ann", SECRET,
       "ann@example.com", "Ü0123456789", "U0123,ann", "*", "1", "U…", "U" * 100, "B0123456789")  # fmt: skip
ACCOUNTS = ("linkedin-", "linkedin-…", "linkedin-<id>", "linkedin-a b", "Linkedin-A", "urn:li:person:1", SECRET, "linkedin_A", "A",
    "linkedin-A/B", '"linkedin-A"',
            "linkedin-é", "linkedin-" + LONG, "https://linkedin.com/in/a", "=", "linkedin", "-", "linkedin-A;linkedin-B", "linkedin-A|B",
            "@linkedin-A")  # fmt: skip

HOSTILE: dict[str, tuple[str, ...]] = {
    "SLACK_BOT_TOKEN": (*(f"xoxb-{one}" for one in (*NO_TOKENS, *PLACEHOLDERS)), "xoxb-", SECRET, "xapp-1-A-2", "xoxp-1-2", "XOXB-1"),
    "SLACK_APP_TOKEN": (*(f"xapp-{one}" for one in (*NO_TOKENS, *PLACEHOLDERS)), "xapp-", SECRET, "xoxb-1-2", "XAPP-1"),
    "SLACK_SIGNING_SECRET": (*NO_TOKENS, *PLACEHOLDERS, SECRET, "0123456789abcdef" * 4, "0123456789ABCDEF" * 2, "g" * 32, "xoxb-1",
        "a" * 31, "a" * 33),
    "SLACK_CLIENT_ID": (*NO_TOKENS, *PLACEHOLDERS),
    "SLACK_CLIENT_SECRET": (*NO_TOKENS, *PLACEHOLDERS),
    "ENCRYPTION_KEYS": (*NO_TOKENS, *PLACEHOLDERS, SECRET, "QUJD", f"{SECRET},{SECRET}"),
    "SLACK_API_URL": NO_ADDRESSES,
    "POSTPOST_BASE_URL": NO_ADDRESSES,
    "MCP_URL": (*NO_ADDRESSES, "https://bot.example.com", "https://bot.example.com/mcp/", "https://u:p@bot.example.com/mcp"),
    "OTEL_EXPORTER_OTLP_ENDPOINT": NO_ADDRESSES,
    "HEARTBEAT_URL": NO_SECRET_ADDRESSES,
    "SENTRY_DSN": NO_SECRET_ADDRESSES,
    "HOST": (
        "127.0.0.1:3000", "http://127.0.0.1", "127.0.0.1/24", "0.0. 0.0", "1.2.3", "1.2.3.4.5", "999.1.1.1", "256.256.256.256", "[::1]",
        "::g", "*",
        "a b", "a,b", "host:80", ":3000", "/run/socket", "-", "<host>", "a..b", "x" * 300, "user@host", "bücher.example",
    ),
    "PORT": numbers("-1", "65536", whole=True),
    "POSTPOST_API_KEY": (*NO_TOKENS, *PLACEHOLDERS, "<your-api-key>", "your-key"),
    "POSTPOST_WEBHOOK_SECRET": (*NO_TOKENS, *PLACEHOLDERS),
    "PUBLORA_API_KEY": (*NO_TOKENS, *PLACEHOLDERS, "<your-api-key>", "your-key"),
    "POSTPOST_API_KEY_HEADER": (
        "x api key", "x-api-key:", "x_api_key", "", "Host", "content-length", "Transfer-Encoding", "connection", "cookie", "é",
        "x-api-key: 1", "<header>",
        "x" * 101, "a\tb", "a;b", "a,b", "a=b", "(a)", '"a"', "a/b", "a@b",
    ),
    "POSTPOST_PLATFORM_ID": (*ACCOUNTS, "your-id", "linkedin-your-id"),
    "POSTPOST_ACCOUNTS": (*ACCOUNTS[:2], *ACCOUNTS[3:], "linkedin-A=Ann,B=Bob", "linkedin-A=Ann,linkedin-A=Bob", "Ann=linkedin-A"),
    "DATABASE_URL": (
        "mysql://x", "sqlite://", "sqlite:/x", "sqlite", "/var/lib/bot.sqlite3", "bot.sqlite3", "postgres://x", "postgresql+psycopg://x",
        "POSTGRESQL://x",
        f"mysql://ann:{SECRET}@x/y", f"postgres://ann:{SECRET}@x/y", SECRET, "http://x", "file:x", "memory", ":memory:", '"sqlite:///x"',
            "<url>", "redis://", "*",
    ),
    "ADMINISTRATORS": IDS,
    "ALLOWED_CHANNELS": tuple(one.replace("U", "C") for one in IDS),
    "CHANNEL_ACCOUNTS": (
        "C1", "C1=", "C1=x", "=linkedin-A", "C1=linkedin-", "C1=linkedin-A linkedin-B", "c1=linkedin-A", "#x=linkedin-A",
        "C1=linkedin-A,C1=linkedin-B", "**=linkedin-A",
        "C1:linkedin-A", "C1=linkedin-A;C2=linkedin-B", "C1==linkedin-A", "C=linkedin-A", "U1=linkedin-A", SECRET, "*", "*=", "*=+",
        "C1=linkedin-A|linkedin-B",
    ),
    "ENGAGEMENT_RATE_BASIS": ("Impressions ", "reactions", "1", "none", "reach,impressions", SECRET, "null", "IMPRESSION", "members", "-",
        "*", "a", "b", "c", "d", "e", "f", "g", "h", "i"),
    "LOCALE": ("EN", "english", "en_US", "e", "en-", "-en", "en-U", "zz", "zz-ZZ", "xx-YY", "de-toolongpart", "C", "POSIX", "C.UTF-8",
        "en_US.UTF-8", "*", "1", "en US", SECRET, "<locale>", "é"),
    "TEAM_TOTALS_ONLY": ("maybe", "2", "-1", "ja", "nein", "truee", "tru", "0.5", "null", "None", SECRET, "enabled", "aus", "[]", "{}",
        "01", "yes,no", "?", "!", "tt"),
    "STATISTICS_DEADLINE": numbers("0", "300.1", whole=False),
    "FOLLOW_UP_MEMORY": numbers("-0.1", "86401", whole=False),
    "STATISTICS_MEMORY": numbers("-0.1", "3601", whole=False),
    "ACKNOWLEDGE_WITHIN": numbers("0", "2.6", whole=False),
    "DELIVERY_TIMEOUT": numbers("0", "121", whole=False),
    "DELIVERY_LEASE": numbers("0", "3601", whole=False),
    "DELIVERY_SETTLE": numbers("-1", "3601", whole=False),
    "DIGEST_LATE": numbers("59", "604801", whole=True),
    "RETENTION_DAYS": numbers("-1", "3651", whole=True),
    "FIGURES_RETENTION_HOURS": numbers("-1", "8761", whole=True),
    "SHUTDOWN_GRACE": numbers("-1", "301", whole=False),
    "LOG_LEVEL": ("TRACE", "0", "10", "verbose", "FATAL", "CRITICAL", "INFO,DEBUG", "warn", "I N F O", SECRET, "none", "all", "off", "-1",
        "null", "*", "e", "debugg", "<level>", "notset"),
    "LOG_FORMAT": ("yaml", "JSON", "xml", "logfmt", "Text", "1", "text,json", SECRET, "plain", "none", "", "null", "-", "*", "ecs",
        "gelf", "csv", "syslog", "pretty", "<format>"),
}  # fmt: skip

COMMANDS = (
    ("run",), ("check",), ("backup", "copy.sqlite3"), ("digest", "list"), ("digest", "export"), ("digest", "import", "-"), ("digest",
        "history"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in setting_names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'bot.sqlite3'}")


def refusal(name, value, monkeypatch):
    """What is said of this value; "" when it can be used."""
    with monkeypatch.context() as context:
        context.setenv(name, value)
        try:
            load_settings()
        except SettingsError as error:
            return str(error)
    return ""


def test_every_setting_is_walked_with_twenty_values():
    assert set(HOSTILE) | {"SECRETS_DIR"} == setting_names()
    assert {name: len(values) for name, values in HOSTILE.items() if len(values) < 20} == {}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_value_that_cannot_be_used_is_named_and_not_repeated(name, monkeypatch):
    for value in (*HOSTILE[name], *ALWAYS):
        if not value:
            # An empty value is none.
            assert refusal(name, value, monkeypatch) == ""
            continue
        text = refusal(name, value, monkeypatch)
        assert text.startswith(f"Wrong settings: {name} must "), (value[:80], text)
        assert SECRET not in text
        assert len(text) < 300


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_ends_with_exit_code_2_and_the_sentence(command, monkeypatch, capsys):
    for name, values in HOSTILE.items():
        with monkeypatch.context() as context:
            context.setenv(name, next(value for value in values if value))
            assert main(command) == 2
        out, err = capsys.readouterr()
        assert f"{name} must " in err
        assert "Traceback" not in out + err
        assert SECRET not in out + err


async def test_the_real_command_says_the_same(tmp_path):
    code, out, err = await run("run", cwd=tmp_path, SLACK_BOT_TOKEN=f"xoxb-{SECRET}\nx", HOST="127.0.0.1:3000")
    assert (code, out) == (2, "")
    assert "SLACK_BOT_TOKEN must be on one line" in err
    assert "HOST must be an address of this machine alone" in err
    assert SECRET not in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-123-456-AbCdEf"),
        ("SLACK_APP_TOKEN", "xapp-1-A0123-456-abcdef"),
        ("SLACK_SIGNING_SECRET", "0123456789abcdef" * 2),
        ("SLACK_API_URL", "http://[::1]:8080/api"),
        ("POSTPOST_BASE_URL", "https://bücher.example/api/v1/"),
        ("HOST", "::1"),
        ("HOST", "my-host.internal"),
        ("HOST", "0.0.0.0"),  # noqa: S104 - what is given
        ("POSTPOST_API_KEY", "sk_live-abc.DEF/123+=="),
        ("POSTPOST_API_KEY_HEADER", "Authorization"),
        ("POSTPOST_ACCOUNTS", "linkedin-A=Ann Ü <R&D>, linkedin-B"),
        ("CHANNEL_ACCOUNTS", "C0123=linkedin-A+linkedin-B,*=linkedin-C"),
        ("ADMINISTRATORS", " U0123456789 , W0123456789,"),
        ("LOCALE", "de-DE"),
        ("TEAM_TOTALS_ONLY", "yes"),
        ("LOG_LEVEL", "debug"),
        ("PORT", "0"),
    ],
)
def test_a_value_that_can_be_used_is_taken(name, value, monkeypatch):
    assert refusal(name, value, monkeypatch) == ""


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda _: "/no/such/folder", "no such file"),
        (lambda folder: (folder / "file").write_text("x") and folder / "file", "not a directory"),
        (lambda folder: folder / ("x" * 5_000), "too long"),
    ],
    ids=["missing", "a file", "too long"],
)
def test_a_folder_of_secrets_that_is_none_is_named(make, text, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("SECRETS_DIR", str(make(tmp_path)))
    assert main(["digest", "list"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("SECRETS_DIR must be a folder that can be read: ")
    assert text in err


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (Path.mkdir, "it is a folder"),
        (lambda file: file.write_bytes(b"xoxb-\xff\xfe"), "isn't text in UTF-8"),
        (os.mkfifo, "isn't a file"),
        (lambda file: file.symlink_to("gone"), "isn't a file"),
    ],
    ids=["a folder", "not UTF-8", "a pipe", "a dangling link"],
)
def test_a_file_of_secrets_that_cannot_be_read_is_named(make, text, monkeypatch, tmp_path, capsys):
    (tmp_path / "secrets").mkdir()
    make(tmp_path / "secrets" / "slack_bot_token")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path / "secrets"))
    assert main(["digest", "list"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("SLACK_BOT_TOKEN can't be read from its file ")
    assert text in err


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="who may read everything is refused nothing")
def test_files_that_the_bot_may_not_read_are_named(monkeypatch, tmp_path, capsys):
    (tmp_path / ".env").write_text("PORT=1")
    (tmp_path / ".env").chmod(0)
    assert main(["digest", "list"]) == 2
    assert ".env can't be read: permission denied" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (Path.mkdir, "it is a folder"),
        (lambda file: file.write_bytes("PORT=1\nHOST=ü".encode("utf-16")), "it isn't text in UTF-8"),
        (lambda file: file.write_bytes(b"LOCALE=\xe4\n"), "it isn't text in UTF-8"),
    ],
    ids=["a folder", "UTF-16", "Latin-1"],
)
def test_an_env_file_that_cannot_be_read_is_named(make, text, tmp_path, capsys):
    make(tmp_path / ".env")
    assert main(["digest", "list"]) == 2
    assert f"The file .env can't be read: {text}" in capsys.readouterr().err


def test_an_env_file_of_windows_is_read(tmp_path):
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfPORT=4000\r\nHOST=0.0.0.0\r\n")
    settings = load_settings()
    assert (settings.port, settings.host) == (4000, "0.0.0.0")  # noqa: S104 - what was given


def test_the_copied_example_names_what_is_to_be_filled_in(tmp_path, capsys):
    """`cp .env.example .env` and nothing more."""
    (tmp_path / ".env").write_text((Path(__file__).parents[2] / ".env.example").read_text())
    assert main(["check"]) == 2
    err = capsys.readouterr().err
    assert "SLACK_BOT_TOKEN must be filled in" in err
    assert "SLACK_APP_TOKEN must be filled in" in err


def test_names_that_are_no_setting_are_told_with_the_nearest(monkeypatch, tmp_path, capsys):
    for name in ("SLACK_BOT_TOKN", "POSTPOST_APIKEY", "SLACK_WEBHOOK", "HOSTNAME", "PORTS"):
        monkeypatch.setenv(name, SECRET)
    (tmp_path / ".env").write_text(f"DATABSE_URL={SECRET}\nADMINISTRATOR={SECRET}\nCOMPOSE_PROJECT={SECRET}\n")
    assert list(unknown_settings()) == [
        "ADMINISTRATOR isn't a setting of this bot, so it isn't used. Did you mean ADMINISTRATORS?",
        "DATABSE_URL isn't a setting of this bot, so it isn't used. Did you mean DATABASE_URL?",
        "POSTPOST_APIKEY isn't a setting of this bot, so it isn't used. Did you mean POSTPOST_API_KEY?",
        "SLACK_BOT_TOKN isn't a setting of this bot, so it isn't used. Did you mean SLACK_BOT_TOKEN?",
        "SLACK_WEBHOOK isn't a setting of this bot, so it isn't used.",
    ]
    assert main(["digest", "list"]) == 0
    err = capsys.readouterr().err
    assert "Note: SLACK_BOT_TOKN isn't a setting" in err
    assert SECRET not in err
