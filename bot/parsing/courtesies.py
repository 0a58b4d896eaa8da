"""Recognizes greetings, thanks and agreement, and questions for what the bot is for."""

import re
from functools import lru_cache

from bot.parsing import vocabulary

_GREETINGS = frozenset(
    "hi hello hey hiya morning afternoon evening yo hallo guten bonjour salut hola ciao moin buenos buenas".split()  # noqa: SIM905  # a list of words reads better as words
)
_AROUND_GREETINGS = frozenset(
    "good there bot team folks all you everyone again morgen tag abend tardes dias días".split()  # noqa: SIM905  # the same
)
_CALLS = re.compile(r"(?:are )?(?:you|anyone|anybody) (?:there|up|alive)|what'?s up|sup|ping|test|testing|who are you")
#: Words of goodbye.
_WISHES = re.compile(r"\b(?:have|enjoy) (?:an? |your )?(?:\w+ )?(?:day|evening|weekend|week|night|one|rest of (?:your|the) day)\b")
_THANKS = frozenset(
    """
    thanks thank thx tnx ty thankyou cheers merci danke gracias obrigado obrigada grazie bedankt dank appreciated appreciate
    """.split()  # noqa: SIM905  # the same
)
_PRAISE = frozenset(
    """
    ok okay okey k kk great cool nice perfect awesome super good wow lovely excellent brilliant fantastic amazing wonderful sweet yay yep
    yes no nope nah yeah yup sure fine noted understood right done lol haha hmm neat helpful useful interesting impressive welcome
    alright sorry oops nevermind nvm
    """.split()  # noqa: SIM905  # the same
)
_AROUND_THANKS = frozenset(
    """
    helps helped helping exactly needed wanted what know info information quick fast everyone everybody again bot there here just perfectly
    works worked working
    bcp dir euch tout todo por vielen besten herzlichen schön beaucoup muchas muito mille
    never mind wrong channel forget ignore that bunch ton tons lots million
    mate man buddy dude pal friend friends
    you u a lot so much very many for this that that's thats is it it's its the your help all guys team job bot stuff work really to me i we
    got get sounds makes sense all one again now then bye see later love will do of course no problem worries was were are as always indeed
    """.split()  # noqa: SIM905  # the same
)
EMOJI = re.compile(
    r"(?<!\w):[\w+-]+:|[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\uFE0F\u200D\U000E0020-\U000E007F\u203C\u2049\u2122\u20E3]"
)
#: "got it", "sounds good": courtesy in phrases of other words.
_SAYINGS = frozenset(
    {
        "got it",
        "makes sense",
        "will do",
        "of course",
        "no problem",
        "no worries",
        "all good",
        "love it",
        "i see",
        "see you",
        "bye",
        "never mind",
        "forget it",
    }
)


#: "What can you do?", "how do I use this?": questions for the help without its word.
_IT = r"(?:you|it|this(?: bot| app)?|the bot)"
_ASKS_WHAT_FOR = re.compile(
    rf"(?:hi|hey|hello|so)?\W*(?:what (?:can|do|could) (?:i|we|{_IT}) (?:do|ask|type|say)(?: here| with {_IT}| {_IT})?|what does {_IT} do"
    rf"|how (?:do|can|should) (?:i|we) (?:use|ask|work with|start)(?: with)?(?: {_IT})?|how does {_IT} work|what are you(?: for)?"
    r"|who are you)\W*",
    re.IGNORECASE,
)
#: With something that the help explains.
_HOW_DO_I = re.compile(
    r"\W*(?:how (?:do|can|could|should)|where (?:do|can|could)) i (?!do\b|compare to\b)(?!.*linkedin\.com)", re.IGNORECASE
)


def asks_what_for(text: str) -> bool:
    """Whether a text asks for the help without its word: "what can you do?", "how do I share a card?"."""
    if _HOW_DO_I.match(text):
        return bool(vocabulary.topic_of(vocabulary.tokenize(text.lower())))
    return _ASKS_WHAT_FOR.fullmatch(text.strip()) is not None


@lru_cache(maxsize=64)
def courtesy(text: str) -> str:
    """Gives "thanks" for a text that only thanks, "ok" for one that only agrees or is emoji alone; "" for any other."""
    bare = EMOJI.sub(" ", text)
    tokens = vocabulary.tokenize(bare.lower())
    if not tokens:
        return "ok" if bare != text and not any(map(str.isalnum, bare)) else ""
    words = frozenset(_WISHES.sub(" ", " ".join(tokens)).split())
    if not words <= _THANKS | _PRAISE | _AROUND_THANKS:
        return ""
    if words & _THANKS:
        return "thanks"
    if text.rstrip().endswith("?"):
        return ""
    return "ok" if words & _PRAISE or " ".join(tokens) in _SAYINGS else ""


def asks(text: str) -> bool:
    """Whether a text has more than thanks."""
    return bool(text.strip()) and not courtesy(text)


def is_greeting(text: str) -> bool:
    """Whether a text is only a greeting, or asks whether anybody is there."""
    tokens = vocabulary.tokenize(text.lower())
    return _CALLS.fullmatch(" ".join(tokens)) is not None or (
        not _GREETINGS.isdisjoint(tokens) and (_GREETINGS | _AROUND_GREETINGS).issuperset(tokens)
    )
