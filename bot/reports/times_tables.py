"""An account's posting times as a grid."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from bot.blockkit.numbers import period_label
from bot.reports.tables import Cell, Grid, number_cell, rate_cell
from bot.statistics.metrics import Rate
from bot.statistics.posting_times import PostingTime, TimesReport
from bot.statistics.posts import PostFormat

TIMES_CAPTION = "Median engagement rate by time of publication, {period}, highest first"
TIMES_COLUMNS = ("Published", "Median rate", "Posts")
ANY_HOUR = "{day}, any hour"
ANY_DAY = "{hours}, any day"
FORMAT_NAMES: Final[Mapping[PostFormat, str]] = {
    PostFormat.TEXT: "Text alone, any time",
    PostFormat.PICTURE: "With pictures, any time",
    PostFormat.VIDEO: "With a video, any time",
    PostFormat.DOCUMENT: "With a document, any time",
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ALL_POSTS = "All posts with a rate"


def time_text(time: PostingTime) -> str:
    """A time in words: "Tue 09:00–10:00", "Tuesday, any hour", "09:00–10:00, any day"."""
    if time.hour is None:
        return ANY_HOUR.format(day=WEEKDAYS[time.weekday or 0])
    hours = f"{time.hour:02}:00–{(time.hour + 1) % 24:02}:00"
    return ANY_DAY.format(hours=hours) if time.weekday is None else f"{WEEKDAYS[time.weekday][:3]} {hours}"


def times_grid(report: TimesReport, today: date) -> Grid:
    """A row for each time of enough posts, for each format of enough posts, and one of all posts."""
    rows = [(Cell(time_text(time)), rate_cell(Rate(time.rate, report.basis)), number_cell(time.posts)) for time in report.times]
    rows += [(Cell(FORMAT_NAMES[one.format]), rate_cell(Rate(one.rate, report.basis)), number_cell(one.posts)) for one in report.formats]
    if report.overall is not None:
        rows.append((Cell(ALL_POSTS), rate_cell(Rate(report.overall, report.basis)), number_cell(report.rated)))
    return Grid(TIMES_CAPTION.format(period=period_label(report.period, today)), TIMES_COLUMNS, tuple(rows))
