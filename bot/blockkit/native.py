"""Native charts and tables written out as text, for where Slack refuses or cannot draw them: the story is kept."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.blockkit.mrkdwn import escape
from bot.blockkit.numbers import count

#: How the lines that did not fit are counted.
MORE_LINES = "… and {n} more"


#: The block types that older clients cannot draw and a workspace may refuse.
TYPES = frozenset({"data_visualization", "data_table"})

#: Under Slack's 3,000 characters of a section, with room for the line that counts the rest.
_ROOM = 2_950


def written_out(block: Mapping[str, Any]) -> str | None:
    """A native block as mrkdwn of under 3,000 characters; None for any other block."""
    if block["type"] == "data_visualization":
        return _fitting(block["title"], _chart_lines(block["chart"]))
    if block["type"] == "data_table":
        return _fitting(block["caption"], _table_lines(block["rows"]))
    return None


def _chart_lines(chart: Mapping[str, Any]) -> Iterator[str]:
    series = chart["series"]
    if len(series) > 1:
        yield " / ".join(escape(one["name"]) for one in series)
    for points in zip(*(one["data"] for one in series), strict=True):
        yield f"{escape(points[0]['label'])}: " + " / ".join(count(point["value"]) for point in points)


def _table_lines(rows: Sequence[Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    return (" · ".join(escape(cell["text"]) for cell in row) for row in rows)


def _fitting(title: str, lines: Iterator[str]) -> str:
    kept = [f"*{escape(title)}*"]
    size = len(kept[0])
    for line in lines:
        size += len(line) + 1
        if size > _ROOM:
            kept.append(MORE_LINES.format(n=1 + sum(1 for _ in lines)))
            break
        kept.append(line)
    return "\n".join(kept)
