"""Every setting stands in .env.example and in the README, and neither names one that does not exist."""

import re
from pathlib import Path

from bot.settings import given_settings, setting_names

TOP = Path(__file__).parents[2]


def test_env_example_names_every_setting():
    text = (TOP / ".env.example").read_text()
    assert {name for name in setting_names() if not re.search(rf"\b{name}\b", text)} == set()


def test_env_example_names_no_setting_that_does_not_exist():
    assigned = set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", (TOP / ".env.example").read_text(), re.MULTILINE))
    assert assigned - setting_names() == set()


def test_env_example_gives_the_real_defaults():
    """A line `# NAME=value` is the default, where the setting has one that is the same on every machine."""
    text = (TOP / ".env.example").read_text()
    defaults = given_settings()
    for name in (
        "slack_api_url",
        "host",
        "postpost_base_url",
        "postpost_api_key_header",
        "engagement_rate_basis",
        "log_level",
        "log_format",
    ):
        assert f"# {name.upper()}={getattr(defaults, name)}\n" in text
    for name in ("statistics_deadline", "statistics_memory", "acknowledge_within", "shutdown_grace"):
        assert f"# {name.upper()}={getattr(defaults, name):g}\n" in text


def test_readme_names_every_setting():
    text = (TOP / "README.md").read_text()
    assert {name for name in setting_names() if f"`{name}`" not in text} == set()
