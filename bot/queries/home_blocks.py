"""The Home tab's sections about figures: the welcome, today's state, a person's own week, all accounts' week, the best posts."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from msgspec import Struct

from bot.errors import BotError
from bot.reports import card_parts
from bot.reports.account_blocks import account_fields, account_headline, account_story, filling_in
from bot.reports.chart import draw
from bot.reports.error_blocks import error_text
from bot.reports.figures import account_rate, find_gaps, gap_notes, noun
from bot.reports.files import ALL_BY_GROUPS, NO_SUM_OF_REACH, THE_FIRST, coverage_notes, ranking_notes
from bot.reports.notice_blocks import ACCOUNTS_NONE, BEST_POSTS, account_state
from bot.reports.tables import DIGEST_PAGE
from bot.reports.team_tables import TOTALS_ONLY, team_table
from bot.slack import builders
from bot.slack.interactive import OPEN_CARD, View, build_modal, card, carousel, entry, example, example_id, input_block, open_button
from bot.slack.numbers import long_day, period_label, rate
from bot.statistics.comparison_reports import TeamReport, TopReport
from bot.statistics.metrics import Metric, Rate, Value, engagement_rate
from bot.statistics.reports import Account, AccountReport, Directory, TokenStatus, id_word

WELCOME_TITLE = "LinkedIn figures in Slack"
WELCOME = (
    "I show how your posts and accounts do on LinkedIn. Ask me about a post or an account, have a summary posted to a channel every week, "
    "or be told when a figure moves a lot.\nTry it: press *{show}*. Only you see the answer."
)
SHOW_WEEK, HIDE = "Show Last Week", "Hide This"
ONE_MORE_TROUBLED = "… and 1 more account needs attention: {accounts}"
TROUBLE_MORE = "… and {n} more accounts need attention: {accounts}"
SETTINGS = "Settings"
BEST = "Best posts"
BEST_UNRANKED = "None of the newest could be ranked: their figures are unknown or too small. *{button}* looks at more of them."
DEFAULT_LABEL = "Default account"
DEFAULT_HINT = "What you ask in our direct messages without naming an account is about it, and its week stands on this tab."
PREVIEWS_LABEL, PREVIEWS_HINT = "Previews of links (administrators)", "Under links to your accounts' posts, for everybody in the channel."
PREVIEWS = {"on": "Show previews", "off": "No previews"}
DIGESTS_HERE = "*Digests*\nA summary of your accounts, posted to a channel on a schedule."
ALERTS_HERE = "*Alerts*\nAn alert tells you when a figure moves a lot or crosses a limit."
SETTINGS_TITLE, SAVE = "Settings", "Save"
#: The ids of this tab's own buttons, and of the settings form.
DISMISS: Final = "home.dismiss"
OPEN_SETTINGS: Final = "home.settings"
SETTINGS_VIEW: Final = "home.settings"
DEFAULT, SHOW_PREVIEWS = "default", "previews"
_NONE: Final = "none"
#: Accounts with problems that are named.
_MOST_TROUBLED = 5
_TITLE = 70
_NUMBER_OF_ALL, _NUMBER_OF_WELCOME = 9, 8
_MOST_ROWS = 12


def build_welcome(account: Account | None) -> builders.Message:
    words = f"{id_word(account.platform_id)} last week" if account else "team last week"
    text = WELCOME.format(show=SHOW_WEEK)
    buttons = [builders.button(example_id(_NUMBER_OF_WELCOME), SHOW_WEEK, words, primary=True), builders.button(DISMISS, HIDE, "hide")]
    return builders.Message(
        f"{WELCOME_TITLE}\n{text}", (builders.header(WELCOME_TITLE), builders.section(text), builders.actions(buttons), {"type": "divider"})
    )


def build_state(directory: Directory, account: Account | None, own: AccountReport | BotError | None, *, now: datetime) -> builders.Message:
    """When it was read, which accounts need attention, and ``account``'s own week, ``own``, with its chart; None where it is not known."""
    updated = f"Updated {builders.moment(now)} · {card_parts.accounts_word(len(directory.accounts))}"
    blocks: list[builders.Block] = [builders.context(updated)]
    story: list[str] = []
    if trouble := list(_troubled(directory)):
        blocks.append(builders.section("\n".join(trouble)))
        story += trouble
    buttons = [builders.button(OPEN_SETTINGS, SETTINGS, "settings")] if directory.accounts else []
    if account is None:
        text = f"Choose your account under *{SETTINGS}*, and its week stands here." if directory.accounts else ACCOUNTS_NONE
        blocks.append(builders.section(text))
        story.append(text)
    else:
        words = id_word(account.platform_id)
        buttons.insert(0, builders.button(example_id(1), OPEN_CARD, f"{words} 7d"))
        if isinstance(own, AccountReport):
            blocks += _own_week(own, now.date())
            story.append(account_story(own, find_gaps(own), now.date()))
        else:
            reason = error_text(own) if own else ""
            text = f":warning: The last week of {builders.escape(card_parts.account_name(account))} couldn't be fetched. {reason}".strip()
            blocks.append(builders.section(text))
            story.append(text)
    blocks += [builders.actions(buttons)] if buttons else []
    return builders.Message(builders.message_text("\n".join(story)), tuple(blocks))


def _troubled(directory: Directory) -> Iterator[str]:
    troubled = [one for one in directory.accounts if one.token in (TokenStatus.EXPIRED, TokenStatus.EXPIRING_SOON)]
    for one in troubled[:_MOST_TROUBLED]:
        yield f":warning: *{builders.escape(card_parts.account_name(one))}*: {builders.escape(account_state(one))}"
    if (more := len(troubled) - _MOST_TROUBLED) > 0:
        yield (ONE_MORE_TROUBLED if more == 1 else TROUBLE_MORE).format(n=more, accounts=example("accounts"))


def _own_week(report: AccountReport, today: date) -> Iterator[builders.Block]:
    gaps, drawn = find_gaps(report), draw(report, today)
    yield builders.header(account_headline(report, gaps))
    yield builders.context(period_label(report.period, today))
    if drawn.block is not None:
        yield drawn.block
    yield account_fields(report, gaps)
    if notes := [*gap_notes(report, gaps, today), *drawn.notes, *filling_in(report)]:
        yield builders.context("\n".join(notes))


def build_week(report: TeamReport, today: date, *, words: str, known: int, most: int) -> builders.Message:
    """The last week of the first ``most`` of ``known`` accounts as a table, what failed, how to see the others; or the sum alone."""
    title = f"All accounts, {period_label(report.period, today)}"
    failed = [
        f":warning: {builders.escape(card_parts.account_name(one.account))}: {builders.escape(one.sentence)}"
        for one in report.failed
        # The section on today's state says that its connection has ended.
        if one.account.token is not TokenStatus.EXPIRED
    ]
    each = (f"*{builders.escape(card_parts.account_name(one.account))}*  {' · '.join(_figures(one))}" for one in report.reports)
    lines = [_total(report)] if report.totals_only else [*each]
    shown: builders.Block = builders.section(lines[0]) if report.totals_only else team_table(report, today, _MOST_ROWS, DIGEST_PAGE)[0]
    young = dict.fromkeys(note for one in report.reports for note in filling_in(one))
    sums = [
        TOTALS_ONLY,
        NO_SUM_OF_REACH,
        *map(builders.escape, card_parts.without_figures_notes(report.reports)),
        *card_parts.missing_total_notes(report.reports),
    ]
    notes = [*failed, *(sums if report.totals_only else []), *young]
    blocks: list[builders.Block] = [builders.header(title), shown, *([builders.context("\n".join(notes))] if notes else [])]
    counted = len(report.reports) + len(report.failed)
    if known > counted:
        others = "the button shows all of them in your direct messages." if known <= most else ALL_BY_GROUPS.format(most=most)
        blocks.append(builders.context(THE_FIRST.format(shown=counted, n=known, others=others)))
        if known <= most and builders.fits(words):
            blocks.append(builders.actions([builders.button(example_id(_NUMBER_OF_ALL), f"All {known} Accounts", words)]))
    blocks.append(builders.context(card_parts.footer(card_parts.freshness(report.reports), report.basis, by_days=True)))
    return builders.Message(builders.message_text("\n".join([title, *lines, *failed])), tuple(blocks))


def _figures(one: AccountReport) -> Iterator[str]:
    impressions = one.figures.get(Metric.IMPRESSION)
    if isinstance(impressions, Value):
        yield noun(Metric.IMPRESSION, impressions.count)
    if isinstance(engagement_rate(one.figures, one.basis), Rate):
        yield account_rate(one, find_gaps(one))


def _total(report: TeamReport) -> str:
    summed = card_parts.sum_report(card_parts.sum_name(report.reports, report.failed), report.reports)
    return f"*{summed.account.name} together*  {' · '.join(_figures(summed))}"


def build_best(report: TopReport, today: date, words: str) -> builders.Message:
    """The best of the newest posts, side by side, or that none could be ranked; nothing where none is known."""
    if not report.posts:
        return build_no_best(BEST_UNRANKED, report.name, words) if report.asked else nothing()
    title = f"Best posts of {report.name}, {period_label(report.period, today)}"
    cards, lines = [], []
    for number, post in enumerate(report.posts):
        name = builders.one_line(post.title, _TITLE) or post.post.urn
        published = [long_day(post.published_at.date())] if post.published_at else []
        engagement, impressions = engagement_rate(post.figures, post.basis), post.figures.get(Metric.IMPRESSION)
        parts = [f"{rate(engagement.fraction)} engagement rate"] if isinstance(engagement, Rate) else []
        parts += [noun(Metric.IMPRESSION, impressions.count)] if isinstance(impressions, Value) else []
        press = open_button(number, post.post.url, name)
        cards.append(card(name, " · ".join([card_parts.account_name(post.account), *published]), " · ".join(parts), press))
        lines.append(f"{builders.escape(name)}: {' · '.join([*published, *parts])}")
    note = " ".join(["By engagement rate of lifetime figures.", *ranking_notes(report), *coverage_notes(report.coverage)])
    blocks = (
        builders.header(title),
        carousel(cards),
        builders.context(note),
        builders.actions([builders.button(example_id(2), BEST_POSTS, words)]),
    )
    return builders.Message(builders.message_text("\n".join([builders.escape(title), *lines])), blocks)


def build_no_best(sentence: str, name: str, words: str) -> builders.Message:
    """Why this account's best posts are not shown, with the button that asks for them; ``name`` is foreign text."""
    text = sentence.format(name=builders.escape(name), button=BEST_POSTS)
    press = builders.button(example_id(2), BEST_POSTS, words) if builders.fits(words) else None
    return builders.Message(f"{BEST}: {text}", (builders.header(BEST), builders.section(text, press)))


class HomeSettings(Struct, frozen=True):
    """What the settings say now; ``previews`` is None for those who may not change it."""

    directory: Directory
    default: Account | None
    previews: bool | None


def build_settings(now: HomeSettings, metadata: str) -> View:
    """The settings form of this person, with administrators' settings below. ``metadata`` is returned with its submission."""
    none, accounts = builders.option("No default account", _NONE), now.directory.accounts
    if now.default and now.directory.get(now.default.platform_id) is None:
        # PostPost does not list it right now. Without its own option it would be removed when anything else is saved.
        accounts = (now.default, *accounts)
    offered = [one for one in accounts if len(one.platform_id) <= builders.OPTION_VALUE_LIMIT]
    options = [none, *(builders.option(card_parts.account_name(one), one.platform_id) for one in offered)]
    chosen = next((one for one in options if now.default and one["value"] == now.default.platform_id), none)
    menu = builders.select(DEFAULT, DEFAULT_LABEL, options[: builders.OPTIONS_LIMIT * builders.OPTIONS_LIMIT], chosen)
    blocks: list[builders.Block] = [
        input_block(DEFAULT, DEFAULT_LABEL, menu, hint=DEFAULT_HINT),
        builders.section(DIGESTS_HERE, builders.button("digest.new", "Set Up a Digest", "digest new")),
        builders.section(ALERTS_HERE, builders.button("alert.new", "Set Up an Alert", "alert new")),
    ]
    if now.previews is not None:
        choices = {value: {"text": builders.plain(label), "value": value} for value, label in PREVIEWS.items()}
        radio: dict[str, Any] = {"type": "radio_buttons", "action_id": SHOW_PREVIEWS, "options": list(choices.values())}
        radio["initial_option"] = choices["on" if now.previews else "off"]
        blocks += [
            input_block(SHOW_PREVIEWS, PREVIEWS_LABEL, radio, hint=PREVIEWS_HINT),
            builders.section(f"*Who may ask*\nGuests and shared channels need an administrator's word: {example('permissions')}"),
        ]
    return build_modal(SETTINGS_TITLE, blocks, submit=SAVE, callback_id=SETTINGS_VIEW, metadata=metadata)


def read_settings(view: dict[str, Any]) -> tuple[str | None, bool | None]:
    """The chosen account (platform id, "" for none) and whether previews are shown; None for what was not in the form."""

    def chosen(name: str) -> str | None:
        picked = entry(view, name).get("selected_option")
        return str(picked["value"]) if picked else None

    default, previews = chosen(DEFAULT), chosen(SHOW_PREVIEWS)
    return ("" if default == _NONE else default), None if previews is None else previews == "on"


def nothing() -> builders.Message:
    return builders.Message("", ())
