"""Handles questions about figures, help, and the commands about accounts and permissions: parsed, permitted, fetched, rendered."""

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache

from msgspec.structs import replace

from bot import errors
from bot.access.blocks import build_client_result, build_group_result, build_permission_result
from bot.access.commands import AllowCommand, ClientCommand, PermissionsCommand, read_client, read_link, read_permission
from bot.access.groups import ClientService, GroupService, link_query
from bot.access.visibility import AccountChoiceNeeded, Sources, Visibility
from bot.lazy_regex import lazy_regex
from bot.ops import telemetry
from bot.parsing import parser, queries
from bot.parsing.comparison_parser import times_of_several
from bot.parsing.languages import TODAY_IN, sentence_in
from bot.parsing.reasons import GIVEN, NO_PLACES
from bot.parsing.refused import of_page
from bot.parsing.suggestions import answers_itself, subject
from bot.parsing.vocabulary import BEST_TIMES, BOARD, HELP, TOP, is_help, tokenize
from bot.queries.comparison_blocks import build_comparison_card, build_times_card, build_top_card
from bot.queries.health import HealthService, build_status
from bot.queries.questions import QuestionReader
from bot.queries.service import AccountResult, ComparisonService, QueryResult, QueryService, fetchers, group_name
from bot.queries.team_blocks import build_team_card, build_versus_card
from bot.reports import files, notice_blocks
from bot.reports.account_blocks import build_account_card
from bot.reports.card_parts import cached_again
from bot.reports.error_blocks import build_trouble
from bot.reports.help_blocks import build_help
from bot.reports.post_blocks import build_post_card
from bot.schedules.timezones import zones_of_city
from bot.slack.builders import TEXT_LIMIT, Message, section, shorten_mrkdwn
from bot.slack.builders import context as context_block
from bot.slack.numbers import use_number_format
from bot.slack.request import Outcome, RenderedResult, Request, RequestContext, outcome_of
from bot.statistics.comparison_reports import ComparisonReport, TeamReport, TimesReport, TopReport, VersusReport
from bot.statistics.posts import find_posts
from bot.statistics.reports import TEAM, AccountReport, Directory, PostReport, Same

ONE_ONLY_REMEDY = "Name a post by its link, or an account, and for an account a period."
WELCOME, GLAD = "You're welcome!", ":+1:"
NOT_OVER_YET = "Today isn't over yet (UTC). Here's yesterday."

_IN_QUOTES = lazy_regex(r"“([^”]+)”")
#: Where a name is that of a place: alone it may be another word ("Reading").
_PLACED = r"\b(?:in|from|near|across) {0}\b|\b{0} (?:audience|followers|market|office|people)\b"


class QueryHandler:
    """Handles requests. Its methods raise BotError, ``handle`` of them UsageError alone."""

    def __init__(
        self,
        sources: Sources,
        *,
        figures: QueryService,
        comparisons: ComparisonService,
        clients: ClientService,
        health: HealthService,
        reader: QuestionReader,
    ) -> None:
        self.last, self.reader, self._clients, self._health = reader.last, reader, clients, health
        self._queries, self._comparisons, self._groups, self._group_service = figures, comparisons, sources.groups, GroupService(sources)
        self._accounts, self._visibility, self._permissions = sources.accounts, sources.visibility, sources.permissions
        self._people, self._clock = sources.people, sources.clock
        self._fetch = fetchers(figures, comparisons)

    async def handle(self, request: Request) -> RenderedResult:
        """Answers a question about figures, help, accounts, status, default, or an empty command; raises UsageError."""
        if request.is_typed and is_help(request.text):
            # It is the same for everybody, and there also while the database does not answer.
            return RenderedResult(build_help(basis=self._queries.basis), kind=HELP)
        query: queries.Query | None = None
        visibility, asked, note = None, request.text, ""
        try:
            visibility = await self._visibility.of(request.context)
            request = await self.reader.with_accounts(request, visibility)
            try:
                query = await self._query(request, visibility)
            except errors.NotOverYet as early:
                note = TODAY_IN.get(sentence_in(tokenize(asked.lower())), NOT_OVER_YET)
                request = replace(request, text=early.suggestions[0])
                query = await self._query(request, visibility)
            if isinstance(query, queries.PostQuery | queries.CompareQuery) and request.is_typed:
                note = _left_out(request.text, self._clock().date())
            if not request.is_public(share=shares(query)):
                return _with_note(await self._answered(query, request, visibility), note)
            with use_number_format(await self._people.number_format(request.context.user, public=True)):
                return _with_note(await self._answered(query, request, visibility), note)
        except AccountChoiceNeeded as choice:
            menu = notice_blocks.build_account_menu(choice.directory, queries.to_text(choice.ask))
            return RenderedResult(menu, outcome=Outcome.CHOICE, kind="account")
        except errors.UsageError as error:
            await self._in_their_words(error, visibility, asked)
            raise
        except errors.BotError as error:
            # A message here, where the account that it is about and the text for *Retry* are known.
            again = queries.to_text(query) if query and isinstance(error, errors.StatisticsError) and error.passing else ""
            # Without the opt-outs no account may be named.
            known = visibility.visible(self._accounts.known()) if visibility else None
            message = build_trouble(error, reference=telemetry.reference(), directory=known, now=self._clock(), words=again)
            # The next words go on from it, not from the question before.
            is_about = isinstance(query, queries.FiguresQuery) and isinstance(error, errors.StatisticsError)
            follow_up = queries.to_text(query) if query and is_about else None
            return RenderedResult(message, outcome=outcome_of(error), kind=type(error).__name__, follow_up=follow_up)

    async def check(self, request: Request) -> None:
        """Raises BotError for a question that would be refused."""
        visibility = await self._visibility.of(request.context)
        alone = replace(request, from_button=True, about="")
        await self._comparisons.check(await self._query(alone, visibility), request, visibility)

    async def known(self, context: RequestContext) -> Directory:
        """The accounts that everybody may see there; raises NotAllowed, and StoreError."""
        await self._permissions.check(context)
        everybody = await self._visibility.public(context.team, context.channel, context)
        return everybody.visible(await self._accounts.accounts())

    async def handle_permission(self, request: Request) -> RenderedResult:
        context = request.context
        command = read_permission(request.text, context.channel, direct=context.is_dm) or PermissionsCommand()
        visibility = await self._visibility.of(context)
        result = await self._permissions.answer(command, context, now=self._clock())
        return RenderedResult(
            build_permission_result(result, visibility.hidden), kind="permissions", changed=isinstance(command, AllowCommand)
        )

    async def handle_client(self, request: Request) -> RenderedResult:
        command = read_client(request.text, request.context.channel, direct=request.context.is_dm) or ClientCommand()
        result = await self._clients.answer(command, request.context)
        return RenderedResult(build_client_result(result), kind="client", changed=bool(result.changed))

    async def handle_link(self, request: Request) -> RenderedResult:
        tokens = read_link(request.text)
        if tokens is None:
            return await self.handle(request)
        await self._permissions.check(request.context)
        visibility = await self._visibility.of(request.context)
        query = link_query(tokens, visibility.visible(await self._accounts.accounts()))
        return replace(await self._group(query, request, visibility), kind="link")

    async def _query(self, request: Request, visibility: Visibility) -> queries.Query:
        parsed = await self.reader.parsed(request)
        if parsed.verb != HELP:
            await self._permissions.check(request.context, public=parsed.shared or request.figures_only or request.public)
        directory = visibility.visible(await self._accounts.accounts() if parsed.names else self._accounts.known())
        try:
            query = _query_of(Same(parsed), Same(directory))
        except (errors.NotUnderstood, errors.UnknownAccount):
            # A group's name beside figures and a period is its sums.
            group = (await self._groups.groups(request.context.team)).get(group_name(parsed.rest))
            if group is not None and parsed.verb == BEST_TIMES:
                raise times_of_several([one for one in directory.accounts if one.platform_id in group], parsed.meaning.period) from None
            if parsed.verb or parsed.posts or parsed.against or group is None:
                raise
            query = parser.to_query(replace(parsed, meaning=replace(parsed.meaning, verb=TEAM)), directory)
        if request.figures_only and not isinstance(query, queries.PostQuery | queries.AccountQuery):
            raise errors.NotUnderstood("I can give the figures of one post or one account here.", remedy=ONE_ONLY_REMEDY)
        return query

    async def _in_their_words(self, error: errors.UsageError, visibility: Visibility | None, text: str) -> None:
        """Answers another language in it, offers the account whose page a text links, and names accounts that were parsed as ids."""
        if visibility is None or not isinstance(error, errors.NotAPost | errors.BadPeriod | errors.NotUnderstood):
            return
        quoted = _IN_QUOTES.search(error.sentence)
        # Cities are looked for last: their file is big.
        if quoted and re.search(_PLACED.format(re.escape(word := quoted[1])), text, re.IGNORECASE) and zones_of_city(word):
            error.sentence, error.remedy = NO_PLACES.format(word=word), GIVEN
        if not isinstance(error, errors.NotAPost) and not answers_itself(error) and (foreign := sentence_in(tokenize(text.lower()))):
            error.sentence, error.remedy = foreign, ""
        known = self._accounts.known() if isinstance(error, errors.NotUnderstood) else await self._accounts.accounts()
        directory = visibility.visible(known)
        if isinstance(error, errors.NotAPost):
            error.suggestions = of_page(text, directory)
        parser.tidied(error, self._clock().date(), directory)
        error.subject = self._subject(text, directory)

    def _subject(self, text: str, directory: Directory) -> str:
        """The posts, or the account and its days, that refused words name, as a question: what the next words go on from. "" for none."""
        tokens = tokenize(text)
        account, days = subject(tokens, directory)
        found = find_posts(text)
        if not found.posts and (links := [one.piece for one in found.rejected if one.linked]):
            # The next words are told again why it can't be read.
            return links[0]
        posts = " ".join(post.urn for post in found.posts)
        verb = next((word for word in tokens[:1] if word.lower() in (TEAM, BOARD, TOP)), "")
        for words in (
            (posts,) if posts else (f"{verb} {account} {days}", f"{account} {days}", account or days) if verb or account or days else ()
        ):
            try:
                return queries.to_text(parser.to_query(parser.parse_text(words, self._clock().date()), directory))
            except errors.UsageError:
                continue
        return ""

    async def _answered(self, query: queries.Query, request: Request, visibility: Visibility) -> RenderedResult:
        if isinstance(query, queries.FiguresQuery):
            result = render(await self._fetch[type(query)](query, request, visibility), query, request, self._clock().date())
        else:
            result = await self._answer(query, request, visibility)
        message, share = result.message, shares(query) and not request.context.is_dm
        below = [context_block(request.note)] if request.note and isinstance(query, queries.PostQuery | queries.CompareQuery) else []
        who, at = (request.context.user, self._clock()) if share else (request.shared_by, request.shared_at)
        below += [notice_blocks.build_shared_by(who, at)] if who else []
        message = replace(message, blocks=(*message.blocks, *below)) if below else message
        return replace(result, message=message, share=share, kind=type(query).__name__.removesuffix("Query").lower())

    async def _group(
        self, query: queries.GroupQuery | queries.OptQuery | queries.LinkQuery, request: Request, visibility: Visibility
    ) -> RenderedResult:
        try:
            result = await self._group_service.answer(query, visibility, request.context)
        except errors.UsageError as error:
            raise parser.tidied(error, self._clock().date(), visibility.visible(self._accounts.known())) from None
        return RenderedResult(build_group_result(result), changed=isinstance(query, queries.OptQuery))

    async def _answer(  # noqa: PLR0911  # a case for each kind of query
        self, query: queries.OtherQuery, request: Request, visibility: Visibility
    ) -> RenderedResult:
        match query:
            case queries.HelpQuery():
                return RenderedResult(build_help(query.topic, self._queries.basis))
            case queries.StatusQuery():
                return RenderedResult(build_status(await self._health.findings(request.context.team), self._clock()))
            case queries.CourtesyQuery():
                return RenderedResult(Message(text := WELCOME if query.thanks else GLAD, (section(text),)))
            case queries.StartQuery():
                shown = await self._queries.start(request, visibility)
                return RenderedResult(notice_blocks.build_first_screen(*shown, today=self._clock().date()))
            case queries.AccountsQuery():
                team = request.context.team
                links, out = await self._groups.links(team), await self._groups.opted_out(team)
                default = await self._queries.default_account(request, visibility)
                return RenderedResult(notice_blocks.build_accounts(await self._queries.accounts(visibility), default, links, out))
            case queries.DefaultQuery():
                if is_set := query.account is not None:
                    account = await self._queries.make_default(query.account or "", request, visibility)
                else:
                    account = await self._queries.default_account(request, visibility)
                return RenderedResult(notice_blocks.build_default(account, changed=is_set), changed=is_set)
        return await self._group(query, request, visibility)


@lru_cache(maxsize=64)
def _query_of(parsed: Same[parser.ParsedText], directory: Same[Directory]) -> queries.Query:
    """As ``to_query``; the same words are one object for a minute."""
    return parser.to_query(parsed.value, directory.value)


@lru_cache(maxsize=64)
def _left_out(text: str, today: date) -> str:
    """What is said of the links and numbers beside a post's that may be posts too and cannot be read; "" without any."""
    unread = [one for one in find_posts(text, datetime.combine(today, time.max, UTC)).rejected if not one.is_other]
    sentences = dict.fromkeys(one.sentence for one in unread)
    return " ".join((f"I left out another {'link' if unread[0].linked else 'number'}.", *sentences)) if unread else ""


def _with_note(result: RenderedResult, note: str) -> RenderedResult:
    """The answer below this sentence; unchanged without one."""
    if not note:
        return result
    card = result.message
    text = shorten_mrkdwn(f"{note} {card.text}", TEXT_LIMIT - 1)
    return replace(result, message=replace(card, text=text, blocks=(context_block(note), *card.blocks)))


def shares(query: queries.Query) -> bool:
    """Whether the text asks for an answer that everybody in the channel sees."""
    return bool(getattr(query, "share", False))


def render(result: QueryResult, query: queries.FiguresQuery, request: Request, today: date) -> RenderedResult:
    """Renders a result for the person who asked, whose ``request`` tells whether others see the card too. ``today`` is the UTC day."""
    text, private = result.text, request.is_private(share=query.share)
    match result.report:
        case PostReport() as report:
            card = build_post_card(report, today=today, words=text, private=private)
        case AccountReport() as report:
            goals = result.goals if isinstance(result, AccountResult) else ()
            card = build_account_card(report, today=today, words=text, private=private, goals=goals)
        case ComparisonReport() as report:
            card = build_comparison_card(report, words=text, private=private)
        case VersusReport() as report:
            card = build_versus_card(report, today=today, words=text, private=private)
        case TeamReport() as report:
            card = build_team_card(report, today=today, words=text, private=private)
        case TopReport() as report:
            card = build_top_card(report, today, words=text, private=private)
        case TimesReport() as report:
            card = build_times_card(report, today, words=text, private=private)
    if request.fresh and (again := cached_again(files.report_freshness(result.report, today))):
        card = replace(card, text=shorten_mrkdwn(f"{again} {card.text}", TEXT_LIMIT - 1), blocks=(*card.blocks, context_block(again)))
    file = files.report_file(query.export, result.report, today) if query.export else None
    shown = result.report if isinstance(result.report, PostReport | AccountReport) else None
    return RenderedResult(card, file, text, shown, follow_up=text)
