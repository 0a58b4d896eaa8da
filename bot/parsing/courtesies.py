"""Recognizes what is said around a question or a command (greetings, thanks, reasons), and questions for what the bot is for."""

import re
from functools import lru_cache

from bot.lazy_regex import any_case, lazy_regex
from bot.parsing import vocabulary
from bot.parsing.text import word_set

_GREETINGS = word_set(
    """hi hello hey hiya morning afternoon evening yo hallo hoi servus guten bonjour salut hola olá bom boa ciao buongiorno moin
    buenos buenas oi"""
)
_AROUND_GREETINGS = word_set(
    """good there bot team folks all you everyone again morgen tag abend tardes tarde noite dia dias días
    zusammen wie geht's gehts geht es dir comment ça ca va vas-tu qué que tal cómo como estás estas tudo bem vai tout le monde"""
)
_CALLS = lazy_regex(r"(?:are )?(?:you|anyone|anybody) (?:there|up|alive)|what'?s up|sup|ping|test|testing|who are you")
#: Words of goodbye, and what thanks are for.
_WISHES = lazy_regex(
    r"\b(?:have|enjoy) (?:an? |your )?(?:\w+ )?(?:day|evening|weekend|week|night|one|rest of (?:your|the) day)\b"
    r"|\b(?:happy|merry) (?:new year|\w+)|\bgood night\b|\byou(?:['’]?re| are) (?:\w+ )?(?:best|star|hero|legend|gem|lifesaver)\b"
    r"|\b(?:see|talk to|speak to) (?:you|u|ya)(?: (?:all|again|later|then|soon|tomorrow|tonight|on|at|in|next \w+|\w+day|\d\S*))+(?!\S)"
)
_FOR_WHAT = lazy_regex(
    r"\b(thanks|thank you|thx|ty|cheers)((?: \w+){0,2}) for (?:the|your|this|today's|that) (?:\w+ ){0,2}"
    r"(?:digest|alert|report|summary|numbers|answer|reply|reminder|update|message)s?(?: (?:on|from|of|last|this|\w+day|week|month))*(?!\S)"
)
_THANKS = word_set(
    """thanks thank thx thnx tnx thanx thanku ta tyvm tysm ty thankyou cheers kudos props merci danke gracias obrigado obrigada grazie
    bedankt dank takk tack appreciated appreciate"""
)
_PRAISE = word_set(
    """ok okay okey k kk great cool nice perfect awesome super good wow lovely excellent brilliant superb d'accord fantastic amazing
    wonderful sweet yay yep yes no nope nah yeah yup sure fine noted understood right done lol haha hm hmm hmmm neat helpful useful
    interesting impressive welcome alright sorry oops nevermind nvm gotcha roger ace aha ah oh ooh yess bravo congrats congratulations
    lgtm sgtm epic phew splendid terrific magic legend egal genau oui parfait perfeito vergiss oublie olvídalo olvidalo
    esquece lascia"""
)
_AROUND_THANKS = word_set(
    """helps helped helping exactly needed wanted what know info information quick fast everyone everybody again bot there here just
    perfectly works worked working bcp dir euch es ist schon gut ja nein ça ca cela tomber laisse peu importe tant pis passt bem bien stare
    isso tout todo por vielen besten herzlichen schön beaucoup muchas muito mille de nada bis später bald dann luego hasta até logo à
    bientôt marche alles klar never mind wrong channel leave keep forget ignore that bunch ton tons lots million
    mate man buddy dude pal friend friends looks look
    fair enough rock rocks not too bad you u a lot so much very many for this that that's thats is it it's its the your help all guys team
    job bot stuff work really to me i we got get sounds makes sense all one again now then bye see later love will do of course no problem
    worries was were are as always indeed should be that'll"""
)
#: "Thaaanks", "yaaay".
_DRAWN_OUT = lazy_regex(r"([a-z])\1{2,}")
#: "Thanks bob!", "cheers ann": the name of whoever is thanked too; "thanks, bob" may go on with another account.
_TO_WHOM = any_case(
    r"\W*(thanks|thank you|thx|thnx|ty|tysm|cheers|merci|danke|gracias)( (so much|very much|a lot|again))?( "
    r"|, (?=.*!))(?P<who>[^\W\d]{2,})[\s!.,;–-]*"
)
_NO_NAMES = frozenset(vocabulary.KNOWN_WORDS).union(
    vocabulary.CHATTER, vocabulary.FILLERS, vocabulary.METRIC_WORDS, vocabulary.SEVERAL_WORDS, vocabulary.MEANT
)
EMOJI = lazy_regex(
    r"(?<!\w):[\w+-]+:|[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\uFE0F\u200D\U000E0020-\U000E007F\u203C\u2049\u2122\u20E3]"
)
#: "got it", "sounds good": courtesy in phrases of other words.
_SAYINGS = frozenset({
    "got it", "makes sense", "will do", "of course", "no problem", "no worries", "all good", "love it", "i see", "see you", "bye",
    "it should be enough", "that should be enough", "should be enough", "that should do", "that'll do", "that will do",
    "never mind", "forget it", "leave it", "keep it", "not bad", "not too bad", "fair enough",
    "de nada", "alles klar", "todo bien", "ça marche", "bis später", "bis bald", "bis dann", "hasta luego", "até logo", "à bientôt",
    "laisse tomber", "peu importe", "tant pis", "schon gut", "passt schon",
})  # fmt: skip


#: "What can you do?", "how do I use this?": questions for the help without its word.
_IT = r"(?:you|it|this(?: bot| app)?|the bot)"
_ASKS_WHAT_FOR = any_case(
    rf"(hi|hey|hello|so|hallo|bonjour|hola|oi)?\W*(what (can|do|could) (i|we|{_IT}) (do|ask|type|say)( here|( with)? {_IT})?"
    rf"|what does {_IT} do|how does {_IT} work|how (do|can|should) (i|we) (use|ask|work with|start)( with)?( {_IT})?"
    r"|what are you( for)?|((and|now) )?what(['’]s)? (now|then|next)|who are you"
    r"|are you (an? )?(bot|robot|human|real|ai|person|machine|chatgpt|alive)|wie (geht|funktioniert|benutze ich) (das|es|dich|der bot)"
    r"|((kannst|könntest) du mir( bitte)? helfen|hilf mir( bitte)?)|comment (ça|ca) (marche|fonctionne)|(tu peux|peux-tu) m['’]aider"
    r"|¿?c[oó]mo (isso )?funciona( (esto|isso))?|¿?(me )?(puedes|podr[ií]as) ayudar(me)?|(voc[eê] )?(pode|poderia) me ajudar)\W*"
)
_LONGEST_PREAMBLE = 160
#: With something that the help explains.
_HOW_DO_I = any_case(r"\W*((how (do|can|could|should)|where (do|can|could)) i|how to) (?!do\b|compare to\b)(?!.*linkedin\.com)")

_WHOSE = r"(?:(?:my|our|the|a|one of (?:my|our|the)) )?"
_ROLE = (
    r"(?:clients?|customers?|boss|manager|c[efmto]o|md|vp|director|lead|chief|head of \w+|colleagues?|coworkers?|management|leadership"
    r"|board|investors?|sales|marketing|finance|founders?|president|agency|some(?:body|one)|people|they|he|she)"
)
_KNOW = (
    r"(?:if (?:i|we|you) (?:know|have|could|can)|to (?:know|see|have|get|find out|understand|check|hear|learn)|knowing|seeing|for|about"
    r"|after|whether)"
)
_ASKS = r"(?:(?:just|also|always|now|still) )?(?:wants?|wanted|ask(?:s|ed|ing)?|needs?|needed|requests?|requested|wonders?|wondering)"
_WISH = rf"(?:(?:has|have|had|is|are|was|were|keeps?) )?(?:(?:would|['’]d) (?:like|love)|{_ASKS})(?: (?:me|us))?"
_OCCASION = (
    r"(?:(?:an?|the|my|our|their|this|an upcoming|tomorrow['’]s|today['’]s|\w+day['’]s) )?"
    r"(?:(?:board|team|weekly|monthly|client|sales|quick) )?"
    r"(?:slides?|slide deck|deck|presentation|meeting|call|review|newsletter|briefing|qbr|pitch|client|customer|boss|manager|ceo|workshop)"
    r"(?: (?:today|tomorrow|later|on \w+day|next week|this (?:week|morning|afternoon)))?"
)
#: What people write before a question: "my boss asks how", "quick question:", "would it be possible to have", "for a slide:".
_PREAMBLE = any_case(
    rf"\W*(((hi|hey|hello|so|and|ok|please|good (morning|afternoon|evening))\b( (bot|there|team|all))?[\s,.!–—-]+)*({_WHOSE}{_ROLE}"
    rf" {_WISH}( {_KNOW})*\b|(?!(who|what|which|it|i|we)\b)\w+ {_WISH} to (know|see)\b"
    r"|i( (just|really))?(['’]d| would| was| am|['’]m)? (just )?((like|love)(?! (the|my|our) (\S+ ){0,3}?(digest|alert)\b)|wondering"
    rf"|curious|interested in|hoping)( {_KNOW})*\b|(just )?(wondering|curious)\b( {_KNOW})*"
    r"|((would|could|might) (it|that) be|is it) possible to (have|get|see)\b|any chance (of|(that )?(i|we|you) (can|could|might))\b"
    r"|(could|can|would) you (possibly|maybe|perhaps|by any chance)\b|do you (happen to )?(know|have)\b"
    r"|may (i|we)( please)? (have|get|see|ask( for)?)\b|if possible\b|would you mind"
    r" (showing|telling|giving|sharing|sending|pulling)( (me|us))?\b|(please )?be so kind (and|to|as to)\b"
    r"|when(ever)? you (have|get|can|find) ((a|the) )?(minute|moment|min|sec(ond)?|chance|time)?\b|dear (bot|all|team|sir|madam)\b"
    r"|@bot\b|((i|we)(['’]ve| have)? )?(got|have) (an? |my |our )?(call|meeting|presentation|review)( with ([\w'’]+ ){1,3}?)?"
    r" ?(in \d+ ?(mins?|minutes?|h|hours?)|soon|tomorrow|today|now)(?=\W)|(i )?hope"
    r" (you(['’]re| are)( doing| all)* (well|good|fine|ok|okay)|all(['’]s| is) well)\b"
    r"|(just )?(following|checking) (up|in)( (on|about) (this|that|it))?\b|sorry"
    r" (to (bother|disturb|trouble)( you)?( again)?|for the (bother|trouble))\b(\W+but\b)?"
    r"|(a |just a |one (more|last|other) |another |small |short )?(quick )?(question|q|request|favou?r|thing)(?=\s*[:,–—-])"
    r"|((the )?last one|one more|(the )?next one|another one)(?=\s*[:,–—-])|(i )?(need(ed)?"
    rf" (this |it )?)?((the |some )?(numbers|stats|figures) )?for {_OCCASION}(?=\s*[:,–—-]"
    r"| (i|we|can|could|please)\b))[\s,:;.!–—-]+)+(?=\S)"
)
#: What they write after it: "best regards, Tina", "for tomorrow's meeting", "sent from my iPhone".
_CLOSING = lazy_regex(
    r"(?<=\S)(?:[\s,.!–—-]+(?:(?i:(?:with )?(?:(?:best|kind|warm) )?regards|best wishes|sincerely|yours)"
    r"|(?i:many thanks|thanks|thank you|cheers|best|br)(?=\s*[,\n]\s*[A-Z]\w*\W*$))[\s,]*(?:[A-Z]\w*(?: [A-Z]\w*)?)?"
    rf"|[\s,.!–—-]+(?i:sent from my) \w+|(?i: for {_OCCASION}))\W*$"
)


def without_preamble(text: str) -> str:
    """A question without what is said before it ("my boss asks how …", "quick question:") and after it ("best regards, Tina")."""
    if text.isalnum():
        # One word, such as `help`: nothing is around it.
        return text
    begun = _PREAMBLE.match(text[:_LONGEST_PREAMBLE])
    text = text[begun.end() :] if begun else text
    closed = _CLOSING.search(text, max(len(text) - _LONGEST_PREAMBLE, 0))
    return text[: closed.start()] if closed else text


#: What LinkedIn writes above a link: "Ann Lee commented on this", "Bob Rivera and 3 others reacted to your post".
_NOTICE = lazy_regex(
    r"^\W*(?!(?:Who|What|Which|How|Has|Have|Did|Do|Does|Is|Are|I|We|You|They|People|Everyone)\b)"
    r"[A-Z][\w.'’-]*(?: (?:and|&|\d+|others?|[A-Z][\w.'’-]*))*"
    r" (?:reacted to|likes?|liked|loves?|loved|commented on|celebrates|supports|reposted|mentioned you in|tagged you in)"
    r" (?:this|your|a)(?: (?:post|comment|update))?\W*"
)


def without_notice(text: str) -> str:
    """The words around a link without what LinkedIn says of it: who reacted has not published it."""
    return _NOTICE.sub("", text, count=1)


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
    said = _DRAWN_OUT.sub(r"\1", " ".join(word.rstrip(".…") for word in tokens))
    words = frozenset(_WISHES.sub(" ", _FOR_WHAT.sub(r"\1\2", said)).split())
    if not words <= _THANKS | _PRAISE | _AROUND_THANKS:
        named = _TO_WHOM.fullmatch(bare.strip())
        return "thanks" if named and named["who"].lower() not in _NO_NAMES else ""
    if words & _THANKS:
        return "thanks"
    denies = "not" in words and words.isdisjoint(("bad", "great", "good"))
    if denies or text.rstrip().endswith("?") or tokens[0] in ("is", "was", "are"):
        return ""
    return "ok" if not words or words & _PRAISE or said in _SAYINGS else ""


def asks(text: str) -> bool:
    """Whether a text has more than thanks."""
    return bool(text.strip()) and not courtesy(text)


def is_greeting(text: str) -> bool:
    """Whether a text is only a greeting, or asks whether anybody is there."""
    tokens = [word for word in vocabulary.tokenize(text.lower()) if any(map(str.isalnum, word))]
    return _CALLS.fullmatch(" ".join(tokens)) is not None or (
        not _GREETINGS.isdisjoint(tokens) and (_GREETINGS | _AROUND_GREETINGS).issuperset(tokens)
    )


#: Before a command.
POLITELY = (
    r"(?:(?:please|plz|pls|(?:can|could|would) (?:you|we|i|someone)|let['’]?s|(?:i|we)(?: want|['’]d like|['’]ll| need)(?: you)? to"
    r"|hey|hi|now|ok|okay|and|then|so|actually|just|also),? )*"
)
#: How people begin a command that names its action first, each with the action's word.
FIRST_WORDS = {
    "stop": r"stop|halt|(?:turn|switch)(?=.* off\W*$)|(?:turn|switch) off|disable"
    r"|unsubscribe(?: me| us| (?:this|the) channel| here)?(?: from)?",
    "pause": r"pause|hold(?! (?:on|up)\b)|suspend|mute|snooze|silence",
    "resume": r"resume|unpause|unmute|restart|turn(?: it)?(?: back)? on|switch(?: back)? on|enable|continue",
    "delete": r"delete|remove|cancel|get rid of|drop(?! an?\b| .* to \S*\d)|end|kill|scrap|bin|trash|ditch"
    r"|forget(?: about)?(?! (?:it|that|this|what)\b)",
    "edit title": r"rename|call|name",
    "edit": (
        r"edit|bump|cut(?= .* to\b)|drop(?= .* to \S*\d)|(?:turn|bring|take)(?= .* (?:up|down) to\b)"
        r"|change|give|update(?! on\b)|double|triple|halve|raise|lower|increase|decrease|reduce|reschedule|adjust|modify"
        r"|push|shift|postpone|delay|swap|replace"
        r"|(?:have|get|receive)(?= (?:the|my|our|this|that) (?:\S+ )?(?:digest|alert)\b (?:on \w+days?\b|at \d|every\b))"
        r"|(?:set|switch|put|make)(?= (?:the|my|our|this|that)\b(?!.*(?:digest|alert|goal|watch) (?:for|of|about|from)\b)"
        r".*\b(?:to|on|at|every|\w+ly|\w+days?|\d\S*|less|more|earlier|later)\b)"
    ),
    "skip": r"skip|leave out|do(?:n['’]?t| not) (?:send|post|run)|no(?!.*\?$)",
    "move": r"move|put(?= (?:the|my|our|this)\b.* in(?:to)? <#)",
    "now": r"(?:send|post|run)(?: me| us)?(?=.* now\b)",
    "preview": r"preview|try",
    "test": r"test",
    "new": r"create|start|set ?up|set|make|add|new|schedule|send (?:me|us)|subscribe(?: me| us)?|i(?: want|['’]d like| would like| need)",
    "list": (
        r"list|show(?: me| us)?|see|view|which|my|our"
        r"|who(?:['’]?s| is)? (?:set(?: up)?|made|created|owns|gets|reads?|sees|receives|responsible for|in charge of|behind)"
        r"|what(?:['’]?s| has)? (?:happened|happening|wrong|up) (?:to|with)|(?:update|news) on|(?:status|progress) (?:of|on|towards?)"
        r"|(?:is|are) there|any(?= \S+\W*$|.*\b(?:set ?up|here|running|active|scheduled|yet)\b)"
        r"|(?:what time|what|when|where|how many|how often|how|are|is|did|do|does)(?:['’]s| is| are| was| do| does| will| did)?"
    ),
}
_AWAY = (
    r"(?:i|we|everybody|everyone|the (?:team|office))(?:['’]?(?:m|re|s)| am| are| is)? (?:all |both )?(?:away|off"
    r"|out(?: of (?:the )?office)?|gone|closed|abroad|travell?ing|on (?:holidays?|vacation|leave|pto|a (?:trip|break)|\w+ leave))"
)
#: Why it is said, and thanks: "… pls, nobody reads it".
_REASON = any_case(
    r"(,| -| –|;|\.)? ((because|(no ?body|no one|no-one|we (don't|no longer)|it's (too|not|just))"
    r"|it (fires|comes|posts|pings|runs) (too|far|way|much)|so (that )?(i|we) can (see|check|look|test))\b.*"
    rf"|(?<!while )(?<!when )((as|since) )?({_AWAY}|(i'm|we're|i am|we are) busy)\W*|(pls|plz|please|thanks|thank you|thx|ta|cheers)\W*"
    r"|(instead( of \S+)?|rather than \S+)\W*)$"
)
#: "Make a digest of this", "turn this into a weekly report every friday".
_OF_THIS = any_case(
    rf"{POLITELY}((make|create|set up|build|schedule|do) (an? |the )?(?P<how>(daily|weekly|monthly) )?(digest|report|summary|recap)"
    r" (of|from|out of|for|with|about) (this|that|it|these)|(make|turn) (this|that|it|these)( into)?"
    r" (an? )?(?P<how2>(daily|weekly|monthly) )?(digest|report|summary|recap))(?P<when> .*)?"
)
#: What asks for no figures, whatever follows.
SETS_UP = any_case(rf"{POLITELY}(set ?up|schedule|automate|subscribe)\b")
#: "How do I set up a weekly report?"
HOW_TO = any_case(
    r"\W*(how|where) (do|can|would|could|should) (i|we|you|one) (set ?up|make|create|schedule|add|change|edit|move|stop|pause|end"
    r"|cancel|delete|remove|rename|mute|(get|have)(?= (an? |the )?(daily|weekly|monthly|regular)))\b.*?\b(?P<what>digest|report|summary"
    r"|alert|goal|target|watch|group|permission|preview)",
    r"\W*what (can|does|do|is|are) (an? |my )?(?P<kind>digest|alert|goal|watch)(e?s)?( (do|include|show|contain|have|for|mean|about"
    r"|good))*\W*$",
)


#: Longer texts are no such sentence: what is looked for in them takes a time that grows faster than their length.
LONGEST_SENTENCE = 300


def without_reasons(text: str) -> str:
    """The text without thanks, why it is said, and what was before: "make it fridays instead of mondays, thanks"."""
    return _REASON.sub("", _REASON.sub("", text))


#: "I'm on vacation 14-18 dec, skip those days".
_SO_PAUSE = (
    r",? (?:(?:so|and|then|please|can you) )*(?:skip|pause|leave out|leave(?= \w+ out)|stop|hold|mute|silence|snooze)"
    r"(?: (?:(?P<what>(?:the|my|our|this) (?:\S+ ){0,2}?(?:digest|alert|watch))|it|that|those|these|them|then))?"
    r"(?: (?:days|dates|ones))?(?: out)?(?: please)?$"
)
_BACK = (
    r"(?:i['’]?m|we['’]?re|i am|we are) back(?: now| again)?,? (?:(?:so|and|please|you can) )*"
    r"(?:go (?:ahead|on)|carry on|continue|(?:start|send|post|resume)(?: (?:it|that))?)(?: again| up)*\W*"
)
_WHILE = r"(?:,? (?:while|when|as|because|since|cos)|,| [–-])"
_IT_SHOULD = (
    r"(?:(?:can|could|may|might|would) (?:it|this|that)|(?:it|this|that) (?:should|must|needs? to|has to)"
    r"|(?:i|we)(?:['’]d| would)? (?:(?:rather|prefer|like|want) (?:to )?)+(?:(?:have|get|see|receive) )?(?:it|this|that))"
)
_DO_NOT_TELL = (
    r"(?:do(?:n['’]?t| not)|never|stop) (?:ping|messag|notify|tell|bother|bugg?|annoy|disturb|alert|post|writ)(?:e|ing)?"
    r"(?: (?:me|us|it|anything))*"
)
_NO_NEED = r"(?:(?:there['’]?s )?no need for|(?:i|we) do(?:n['’]?t| not) (?:need|want|read))"
_PLAINER = tuple(
    (lazy_regex(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"(?<!\S)['’]?til(?= )", "until"),
        (r"\buntil (?:i['’]?m|we['’]?re|i am|we are) back(?: (?:on|in|from|after))? ", "until "),
        (r",? while (?:you|we)(?:['’]?re| are) (?:at it|there)(?=\W*$)", " too"),
        (r"^(?:(?:can|could) it|it (?:should|must)) (?:also )?(?=(?:ping|tell|notify|mention|cc|tag) <[@!])", "can you "),
        (r"\b(?:drop|remove|lose|skip) (?:the |all )?weekends\b", "not on weekends"),
        (rf"(?:\bdo(?:n['’]?t| not) check(?: it)?|^{_NO_NEED} (?:it|this|that|one)) (?=on )", "not "),
        (rf"(?<!\S)w/o(?!\S)|^{_NO_NEED} (?:the |any )?(?=(?:charts?|board|(?:best|top|scheduled) posts)\W*$)", "without "),
        (r"\bturn (it|this|that) into (?:an? )?(?!.*\b(?:digest|report|summary|recap)\b)(.+?)(?: one)?(?=\W*$)", r"make \1 \2"),
        (r"\b(put|bring|take) (?!(?:it|this|that|them|the|my|our|everything|all|both)\b)(\S+(?: \S+)?) back(?=\W*$)", r"\1 \2 back in"),
        (r"(?<= in) there(?=\W*$)", " it"),
        # "It should go to #sales", "can it come to my dms", "i'd rather have it in my dms".
        (rf"\b{_IT_SHOULD} (?:(?:please|rather|go|come|be|posted|sent|put|shared|land) )*(?=(?:also |only )?(?:in(?:to)?|to|as an?) )",
         "post it "),
        (r"^(?:delete|remove|stop|cancel|drop) it,? and (?:set up|make|create|add|do) (?:an?other |a new )?one for (.+?)( instead)?$",
         r"make it \1"),
        (rf"\b{_DO_NOT_TELL} (?=at night|overnight|during the night|(?:between|before|after) \d)", "not "),
        (r"(?<!during )\b(?:for|over|this|at|on) (?:the |this )?weekend\b", "during this weekend"),
        (r"^((?:please |can you )?(?:pause|mute|snooze|silence|stop|turn)\b.*?) for today\b", r"\1 until tomorrow"),
        (r"\b(?:post|send) ((?:the|my|our) .*?digest) (?:in|to|into) (<#[^<>]*>) from now on\b", r"move \1 to \2"),
        ((r",? \b(?:(?:un)?till? further notice|from now on|for (?:the time being|now|a (?:bit|while))|indefinitely|whenever(?=\W*$))\b"
         r"|,? \b(?:(?:i|we) don['’]?t (?:care|mind)|(?:it )?doesn['’]?t matter|no matter) (?:when|which day|what (?:day|time))\b"), ""),
        (r"^((?:what|who|when|where|which)\b.*?)(?: for| about)? again(?=\W*$)", r"\1"),
        (r"\bdo(?:n['’]?t| not) (?:send|post|run)\b(.*) (?:any ?more|any longer|ever again)\b", r"stop\1"),
        ((r"\b(?:this|the next)(?: one| week| time)?,? and (?:the )?(?:next|following|one after)(?: one| week| time)?(?! \d)\b"
         r"|(?<=\bskip )(?:(?:it|this|that) )?twice\b"), "next 2"),
        (r"\bskip (?:the )?next (\w+ (?:days|weeks|months))\b", r"pause for \1"),
        (rf"^{_AWAY} ((?:until|till|for) \S.*?){_SO_PAUSE}", r"pause \g<what> \1"),
        (rf"^{_AWAY}(?: (?:on|from|during|in))? (\S.*?){_SO_PAUSE}", r"pause \g<what> during \1"),
        (rf"{_WHILE} {_AWAY}(?= (?:from|between|until|till|for|over)\b)", ""),
        (rf"{_WHILE} {_AWAY}(?: on| in| during)?(?= (?:the |next )?(?:\d|\w+ (?:\d|week|month)))", " during"),
        (r"\b(?:take (?:a |some )?(?:break|time off)|go on (?:a )?(?:break|holiday|vacation))\b", "pause"),
        (rf"^{_BACK}$", "resume it"),
        (r"\bput ((?:the|my|our|this|that|it|all|every|both)\b.*?) on (?:hold|ice)\b", r"pause \1"),
        (r"\bfor the rest of the (week|month|year)\b", r"until next \1"),
    )
)  # fmt: skip


@lru_cache(maxsize=64)
def plainly(text: str) -> str:
    """The text with the days of a pause as dates: "over the weekend" is "during this weekend"."""
    plain = " ".join(text.split())
    for pattern, words in _PLAINER:
        plain = pattern.sub(words, plain)
    return " ".join(plain.split())


def digest_of_this(text: str) -> str:
    """When a digest of what was asked last is to come, "weekly" where that isn't said; "" for a text that asks for none."""
    found = _OF_THIS.fullmatch(" ".join(without_reasons(text).split()))
    return " ".join(f"{found['how'] or found['how2'] or ''} {found['when'] or ''}".split()) or "weekly" if found else ""
