"""Words about digests: "digest acme every monday 9:00 Europe/Berlin in #marketing" → a DigestAsk.

::

    text ─ channels, cron taken out ─ cut into words ─┬ a deed first: list, pause 3f2a, skip next, … ─┐
                                                      └ a draft: zone, parts, schedule, names ────────┴→ DigestAsk, or what was meant
"""

import re
from collections.abc import Iterator, Sequence

from bot.digests.command import DIGEST, DigestCommand, DigestDraft
from bot.digests.draft import read_change, read_draft
from bot.digests.draft_parser import BETWEEN, AskedDigest, ParsingPlace
from bot.digests.name_parser import EVERYBODY
from bot.digests.spelling import MOST_SUGGESTIONS, mended
from bot.digests.tokens import DigestTokens
from bot.errors import NotUnderstood, UsageError
from bot.management.actions import SubscriptionAction
from bot.parsing import vocabulary
from bot.parsing.account_names import matching
from bot.parsing.parser import TOO_MUCH_TEXT
from bot.parsing.suggestions import SUGGESTIONS_DID_YOU_MEAN
from bot.parsing.vocabulary import COMMA
from bot.schedules.parser import says_when
from bot.schedules.timezones import zone_of_place
from bot.statistics.accounts import Directory

DIGEST_WORDS_ALONE = "`digest {deed}` takes no other words."
WHICH = "`digest {deed}` needs nothing but the digest: `digest {deed} 3f9a`."


MOST_CHARACTERS = 3_000

_VERBS = {
    SubscriptionAction.NEW: ("new", "form"),
    SubscriptionAction.CREATE: ("create",),
    SubscriptionAction.LIST: ("list", "ls", "all"),
    SubscriptionAction.SHOW: ("show", "manage"),
    SubscriptionAction.PREVIEW: ("preview", "test", "try"),
    SubscriptionAction.EDIT: ("edit", "change"),
    SubscriptionAction.MOVE: ("move",),
    SubscriptionAction.PAUSE: ("pause", "stop"),
    SubscriptionAction.RESUME: ("resume", "unpause", "continue", "start"),
    SubscriptionAction.SKIP: ("skip",),
    SubscriptionAction.NOW: ("now", "send", "post"),
    SubscriptionAction.DELETE: ("delete", "remove", "cancel"),
    SubscriptionAction.HISTORY: ("history", "log"),
    SubscriptionAction.JOIN: ("join", "invite"),
    SubscriptionAction.RETRY: ("retry",),
    SubscriptionAction.ARRIVED: ("arrived",),
    SubscriptionAction.AGAIN: ("again",),
    SubscriptionAction.LEAVE: ("leave",),
}
#: Every deed by each word for it.
DEEDS = {word: deed for deed, words in _VERBS.items() for word in words}
_FIRST_WORDS = frozenset({DIGEST, "digests", SubscriptionAction.HISTORY.value})
#: Deeds whose words may say when.
_WITH_TIME = frozenset(
    {SubscriptionAction.NEW, SubscriptionAction.CREATE, SubscriptionAction.PREVIEW, SubscriptionAction.EDIT, SubscriptionAction.MOVE}
)
_ANYWHERE = ParsingPlace()
_AN_ID = re.compile(r"(?=.*\d)[0-9a-f]{4,8}(?:-[0-9a-f-]{0,27})?")


def about_digests(text: str) -> bool:
    """Whether the first word says that these words are about digests."""
    words = [word.strip("!?.,:").lower() for word in text.split(maxsplit=2)[:2]]
    return bool(words) and words[0] in _FIRST_WORDS and vocabulary.HELP_WORDS.isdisjoint(words)


def may_name_a_digest(word: str) -> bool:
    """Whether a word that stands alone names a digest, and says nothing of its schedule."""
    return not says_when((word,)) and zone_of_place(word) is None


def read_digest(text: str, directory: Directory, where: ParsingPlace = _ANYWHERE) -> DigestCommand:
    """The question about digests in a text of Slack's or of a person's, whose first word is "digest" or "history".

    Args:
        text: the words.
        directory: the accounts that may be meant.
        where: where it is asked, for "here" and "to me".

    Raises:
        NotUnderstood: words that cannot be carried out as they stand.
        UnknownAccount: a name that no account has.
        AmbiguousAccount: a name that several accounts have.
        BadSchedule: a time or a zone that cannot be one.
    """
    if len(text) > MOST_CHARACTERS:
        raise NotUnderstood(TOO_MUCH_TEXT.format(most=MOST_CHARACTERS))
    try:
        return _read(text, directory, where)
    except UsageError as error:
        meant = [words for words in _meant(text, directory) if _can_be_asked(words, directory, where)]
        own = [words for words in error.suggestions if _can_be_asked(words, directory, where)]
        error.suggestions = tuple(dict.fromkeys((*meant, *own)))[:MOST_SUGGESTIONS]
        error.remedy = SUGGESTIONS_DID_YOU_MEAN if meant else error.remedy
        raise


def _read(text: str, directory: Directory, where: ParsingPlace) -> DigestCommand:
    said = DigestTokens.of(text)
    first, words = said.words[0].lower(), _after_commas(said.words[1:])
    if first == SubscriptionAction.HISTORY:
        words = (SubscriptionAction.HISTORY, *words)
    elif not words and said.empty:
        return DigestCommand(SubscriptionAction.NEW if first == DIGEST else SubscriptionAction.LIST)
    if words and _is_id(words[0], directory):
        words = (*(_after_commas(words[1:]) or (SubscriptionAction.SHOW,)), words[0])
    deed, asked = _deed(words), AskedDigest(said, directory, where)
    if deed is SubscriptionAction.PREVIEW and (said.crons or _says_when(words[1:], directory)):
        deed, words = None, words[1:]
    if deed is None:
        return DigestCommand(SubscriptionAction.PLAN, draft=read_draft(words, asked))
    return _asked(deed, words[1:], asked)


def _meant(text: str, directory: Directory) -> Iterator[str]:
    """What the text was meant as when some of its words are slips of the finger."""
    try:
        said = DigestTokens.of(text)
    except UsageError:
        return
    first, *words = said.words
    timed = bool(said.crons) or says_when(words)
    deeds = [word for word, deed in DEEDS.items() if deed in _WITH_TIME or not timed]
    for meant in mended(words, directory, (*deeds, vocabulary.HELP)):
        yield f"{first.lower()} {meant}{said.in_cron}{said.in_channel}".replace(f" {COMMA}", COMMA)


def _can_be_asked(text: str, directory: Directory, where: ParsingPlace) -> bool:
    """Whether a text can be read as it stands; help always can."""
    try:
        return not about_digests(text) or bool(_read(text, directory, where))
    except UsageError:
        return False


def _after_commas(words: Sequence[str]) -> tuple[str, ...]:
    start = next((at for at, word in enumerate(words) if word != COMMA), len(words))
    return tuple(words[start:])


def _is_id(word: str, directory: Directory) -> bool:
    """Whether a word is the beginning of a digest's id, and no account's name."""
    return _AN_ID.fullmatch(word.lower()) is not None and not matching(word, directory)


def _says_when(words: Sequence[str], directory: Directory) -> bool:
    """Whether these words say when, and are not just an account's name ("Weekly News")."""
    return says_when(words) and not matching(" ".join(words), directory)


def _deed(words: Sequence[str]) -> SubscriptionAction | None:
    """The deed that the first word names; "all every monday" is about every account."""
    if not words or (len(words) > 1 and words[0].lower() in EVERYBODY):
        return None
    return DEEDS.get(words[0].lower())


def _asked(deed: SubscriptionAction, words: Sequence[str], asked: AskedDigest) -> DigestCommand:
    if deed in (SubscriptionAction.CREATE, SubscriptionAction.NEW):
        return DigestCommand(deed, draft=read_draft(words, asked))
    which = [word for word in words if word.lower() not in BETWEEN]
    if deed in (SubscriptionAction.EDIT, SubscriptionAction.MOVE):
        digest = which[0] if which and _is_id(which[0], asked.directory) else ""
        rest = words[words.index(digest) + 1 :] if digest else words
        return DigestCommand(deed, *read_change(deed, digest, rest, asked))
    if deed is SubscriptionAction.LIST and which:
        raise NotUnderstood(DIGEST_WORDS_ALONE.format(deed=deed), suggestions=(f"{DIGEST} {deed}",))
    if deed is SubscriptionAction.JOIN:
        return DigestCommand(deed, " ".join(which), DigestDraft(channel=asked.said.channel))
    if not asked.said.empty:
        raise NotUnderstood(WHICH.format(deed=deed), suggestions=(f"{DIGEST} {SubscriptionAction.LIST}",))
    return DigestCommand(deed, " ".join(which).replace('"', ""))
