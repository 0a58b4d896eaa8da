"""A sixth metric is one row of the table: the bot is copied with that row, and its cards, files, alerts, goals, help and step have it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = """    SAVE = (
        "SAVE",
        MetricDefinition(label="Saves", singular="save", word="saves", spellings=("bookmarks",), output="saves", alert_minimum=33),
    )

    definition: MetricDefinition
"""
#: What is edited: the table, the sandbox's figures, and what the app's manifest registers with Slack.
EDITS = {
    "bot/statistics/metrics.py": {"    definition: MetricDefinition\n": ROW},
    "bot/sandbox/world_figures.py": {
        '"REACTION", "COMMENT")': '"REACTION", "COMMENT", "SAVE")',
        '"COMMENT": 256}': '"COMMENT": 256, "SAVE": 31}',
        "counts = {\n": 'counts = {\n        "SAVE": 5,\n',
        '        "MEMBERS_REACHED": int(': '        "SAVE": 12,\n        "MEMBERS_REACHED": int(',
    },
    "manifest.yml": {
        "      reshares:\n": "      saves: {type: number, title: Saves, description: Saves., is_required: false}\n      reshares:\n",
    },
}


def test_a_row_in_the_table_is_all_that_a_sixth_metric_needs(tmp_path):
    for folder in ("bot", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "snapshots"))
    for name in ("manifest.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name, edits in EDITS.items():
        file = tmp_path / name
        text = file.read_text()
        for old, new in edits.items():
            assert text.count(old) == 1, (name, old)
            text = text.replace(old, new)
        file.write_text(text)
    play = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "tests/statistics/with_a_sixth_metric.py"]
    ran = subprocess.run(play, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-8_000:] + ran.stderr[-2_000:]
