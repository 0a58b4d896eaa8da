"""What is offered instead of words that are not understood: its own parser understands it, it is near what was meant, and never nothing."""

from datetime import date

import pytest

from bot.alerts.parser import read_alert
from bot.digests.draft import ParsingPlace
from bot.digests.parser import read_digest
from bot.errors import BadPeriod, UsageError
from bot.goals.parser import read_goal
from bot.parsing.parser import parse_text, tidied, to_query
from bot.statistics.reports import Account, Directory

TODAY = date(2026, 11, 23)
NAMES = ("Acme Robotics", "Ann Lee", "Bob Meyer", "The Guardian", "Monday Motors")
ACCOUNTS = Directory(tuple(Account(f"linkedin-A{at}00", name, name.lower().replace(" ", "-")) for at, name in enumerate(NAMES)))
PLACE = ParsingPlace("C0MARKETING", today=TODAY)


def read(text: str) -> object:
    """The command or question in a text, by the parser of its first word."""
    first = text.split(maxsplit=1)[0].lower()
    if first in ("digest", "digests", "history"):
        return read_digest(text, ACCOUNTS, PLACE)
    if first in ("alert", "alerts"):
        return read_alert(text, ACCOUNTS, ("sales",))
    if first in ("goal", "goals", "target"):
        return read_goal(text)
    return to_query(parse_text(text, TODAY), ACCOUNTS)


def refusal(text: str) -> UsageError | None:
    """The error as it is shown; None for a text that is understood."""
    try:
        read(text)
    except UsageError as error:
        if isinstance(error, BadPeriod):
            tidied(error, TODAY, ACCOUNTS)
        return error
    return None


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("stop the digest", "top the"),
        ("yesterday vs day before", "yesterday vs may"),
        ("saves last week", "shares last week"),
        ("est", "test"),
        ("test", "best"),
        ("show me the money", "monday"),
        ("digest EST", "digest test"),
        ("digest acme on christmas", "digest acme on Indian/Christmas"),
    ],
)
def test_what_is_far_from_what_was_meant_is_not_offered(text: str, never: str):
    error = refusal(text)
    assert error is None or never not in error.suggestions


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("why did it drop", "not the reasons"),
        ("schedule a post for tomorrow", "don't publish posts or change anything"),
        ("please reply to the comment", "don't publish posts or change anything"),
        ("what should we post tomorrow", "don't say what to post"),
        ("remind me tomorrow", "remind nobody"),
        ("remove the chart", "looks the same for everybody"),
        ("in red", "looks the same for everybody"),
        ("our weakest post", "lists the best posts only"),
        ("acme posts called launch", "can't look for “launch”"),
        ("acme in dark mode", "looks the same for everybody"),
        ("delete my data", "what it stores about you"),
        ("settigns", "commands of their own"),
        ("prefs", "commands of their own"),
        ("best times team", "takes one name, not the whole team"),
        ("formats of everyone last month", "takes one name, not the whole team"),
        ("best times europe/berlin", "hours of your own time zone"),
        ("best posting time for acme in est", "hours of your own time zone"),
        ("acme clikcs", "no figures for “clicks”"),
        ("acme likes by men", "no figures for “men”"),
        ("acme at night", "“night” is a time of day"),
        ("why are impressions down", "not the reasons"),
        ("remove the logo from the card", "looks the same for everybody"),
        ("bob reposts by whom", "doesn't say who it was"),
        ("acme in chinese", "read and write English"),
        ("how much does this cost", "managed in PostPost"),
        ("acme 5000", "what “5000” is for"),
        ("rename acme to beta", "managed in PostPost"),
        ("export acme last month to google sheets", "in Slack only"),
        ("send acme last week to boss@example.com", "in Slack only"),
        ("acme €500", "no figures for “€500”"),
        ("acme 50%", "an alert tells you"),
        ("acme as a pie chart", "no other chart"),
        ("acme boxing day", "don't know holidays such as “boxing day”"),
        ("acme 1999", "begins before LinkedIn did"),
        ("acme last 0 days", "isn't in the calendar"),
        ("acme last week and this month", "are two periods"),
        ("top board last month", "`top` and `board` are two questions"),
        ("programme une publication pour demain", "Je ne comprends que l'anglais"),
        ("por que os números caíram", "Só entendo inglês"),
        ("average impressions last week", "not averages"),
        ("impressions by week last quarter", "by day only"),
        ("weekly breakdown of october", "by day only"),
        ("acme reactons per post", "not averages"),
        ("how many posts last week", "can't count posts"),
        ("how many posts did acme make in october", "can't count posts"),
        ("how many posts did we publish last week", "can't count posts"),
        ("how often did ann post last month", "can't count posts"),
        ("acme publish a post", "don't publish posts"),
        ("what are our competitors doing", "connected in PostPost"),
        ("posts about robots", "not by what they say"),
        ("posts by bob about eggs", "not by what they say"),
        ("post with fewest likes", "the best posts only"),
        ("hope last week", "didn't understand “hope”"),
        ("how did the video do", "don't know which post"),
        ("acme post of 3 november", "don't know which post"),
        ("compare https://lnkd.in/eXyZ12 with urn:li:share:7123456789012345678", "short link"),
        ("compare urn:li:share:7123456789012345678 to our best post", "posts whose links I have"),
        ("what day did acme get the most impressions", "rank posts, not days"),
        ("organic vs paid impressions acme", "no figures for “organic”"),
        ("acme share of voice", "no figures for “share of voice”"),
        ("reach/followers ratio of ann", "calculate nothing else"),
        ("how did ann's post do yesterday", "don't know which post"),
        ("top posts over 1000 likes", "don't filter"),
        ("first week only", "part of which month"),
        ("acme every monday in october", "can't pick out “every monday”"),
        ("job titles of acme's followers", "no figures for “job titles”"),
        ("who viewed my profile", "no figures for “visitors”"),
        ("acme followers by industry", "no figures for “industry”"),
        ("que peux-tu faire ?", "Je ne comprends que l'anglais"),
        ("wer war am besten", "Ich verstehe nur Englisch"),
        ("growth", "what changed since the period before"),
        ("what's new", "what changed since the period before"),
        ("how do i turn this off", "has its own buttons to pause"),
        ("new followers from this post", "no followers of its own"),
        ("digest acme mit allen beiträgen und zahlen bitte", "Ich verstehe nur Englisch"),
        ("alert acme reactions > 20 jeden montag", "Ich verstehe nur Englisch"),
        ("how many people clicked", "no figures for “clicked”"),
        ("impressions by country", "no figures for “country”"),
        ("digest acme every monday as pdf", "“pdf” is a kind of file"),
        ("digest acme every monday to bob@example.com", "in Slack only"),
        ("digest acme last month", "“last month” has no place in a digest"),
        ("acme monthly numbers for q3", "by day only"),
        ("digest acme tomorrow", "“tomorrow” is one day"),
        ("digest acme once on 5 jan at 10:30", "“once on 5 jan” is one day"),
        ("digest acme next friday", "“next friday” is one day"),
        ("digest acme today", "“today” is one day"),
        ("digest acme monday half nine", "“half nine” is half past that hour to some"),
        ("acme last week as pdf", "a kind of file"),
        ("tell me when impressions drop", "an alert tells you"),
        ("email me the report", "in Slack only"),
        ("acme numbers are wrong", "may show other numbers"),
        ("why does linkedin show another number?", "are not consistent with UI at the moment"),
        ("our figures don't match", "best effort"),
        ("worst post last month", "lists the best posts only"),
        ("how did my last post do", "by its link, not by its age"),
        ("the latest post of acme", "by its link, not by its age"),
        ("acme last week 9am", "“9am” is a time of day"),
        ("best day last month", "rank posts, not days"),
        ("which day was best last month", "rank posts, not days"),
        ("acme black friday", "holidays such as “black friday”"),
        ("acme christmas", "don't know holidays such as “christmas”"),
        ("acme est", "“est” is a time zone"),
        ("how many clicks did we get", "no figures for “clicks”"),
        ("profile views last week", "no figures for “profile views”"),
        ("views of a video", "no figures for “views of a video”"),
        ("watch time", "no figures for “watch time”"),
        ("urn:li:share:7434685316856377344 followers", "A post has no new followers"),
        ("how many followers did urn:li:share:7434685316856377344 bring?", "A post has no new followers"),
        ("top followers last month", "A post has no new followers"),
        ("unique visitors", "no figures for “unique visitors”"),
        ("settings", "commands of their own"),
        ("acme every", "says how often"),
        ("last few days", "“few” doesn't say how many"),
        ("acme the last weeks", "“last weeks” doesn't say how many"),
        ("posts with over 500 impressions", "don't filter them"),
        ("acme since the webinar", "“since” needs a day or a month"),
        ("acme over the holidays", "don't know holidays"),
        ("is that more than usual", "not averages"),
        ("is ann doing better than in the summer", "“summer” begins on another day"),
        ("who sees my answers", "Only you see an answer"),
        ("who is the most active of us", "can't count posts"),
        ("forward this to bob", "answer where I'm asked"),
        ("is the bot broken", "whether everything works"),
        ("write a post about robots", "don't publish posts"),
        ("team last week daily", "no table by day"),
        ("acme vs ann by day", "no table by day"),
        ("digest acme impressions every monday", "not only “impressions”"),
        ("digest acme december", "“december” is a month"),
        ("digest acme clicks every monday", "no figures for “clicks”"),
        ("digest acme new year", "don't know holidays such as “new year”"),
        ("digest acme christmas monday 9:00", "don't know holidays such as “christmas”"),
        ("digest acme every monday except easter", "don't know holidays such as “easter”"),
        ("alert acme saves > 20 day", "no figures for “saves”"),
        ("alert acme clicks impressions > 20 day", "no figures for “clicks”"),
        ("goal clicks 50 month", "no figures for “clicks”"),
        ("reach 50,000 impressions this month", "can't tell what “50 000” is for"),
        ("acme at least 1000 impressions", "goes with `board`"),
        ("acme 1st and 15th", "a day of which month"),
        ("when is data updated", "24 hours late"),
        ("acme open rate", "no figures for “open rates”"),
        ("are you down?", "whether everything works"),
        ("acme q3 vs q2 vs q1", "two periods at a time"),
        ("acme vs ann vs bob this week", "“this week” has no full day yet"),
        ("ann vs acme vs bob 2027", "future"),
        ("who can see this", "Only you see an answer"),
        ("digest acme 3x a week", "isn't a rhythm"),
        ("our best post ever", "“ever” is too long"),
        ("how did the launch post do", "by its link, not by its age"),
        ("who liked my post", "doesn't say who it was"),
        ("how many followers did we lose", "not those lost"),
        ("acme instagram", "LinkedIn's figures only"),
        ("acme forecast", "not what will be"),
        ("are we on track", "on track"),
        ("acme goal", "begins a command of its own"),
        ("digest acme every mon 9-10", "a time of day, not “9-10”"),
        ("digest acme every monday at 9 and 17", "one time of day"),
        ("digest acme now", "one day"),
        ("last week compared to our average", "not averages"),
        ("digest acme every monday before 9", "not “before 9”"),
        ("digest every monday 9 atlantis time", "know a time zone “atlantis”"),
        ("digest acme end of the week", "read in two ways"),
        ("digest acme every monday 9:00 US", "“US” has more than one time zone"),
        ("acme berlin time", "counts days in UTC"),
        ("acme cyber week", "don't know holidays such as “cyber week”"),
        ("alert impressions every hour", "once a day at most, not “every hour”"),
        ("acme from 8am to noon yesterday", "whole days"),
        ("acme yesterday morning", "whole days"),
        ("acme after 6pm yesterday", "whole days"),
        ("half nine", "“half nine” is a time of day"),
        ("acme november europe/berlin", "“europe berlin” is a time zone"),
        ("ann america/new_york", "is a time zone"),
        ("acme jan mar may", "“jan” and “may” are two periods"),
        ("how is this comment doing urn:li:share:7123456789012345678", "a single comment"),
        ("acme from october on linkedin", "that month alone"),
        ("wrap up", "didn't understand “wrap up”"),
        ("alert ann", "Which figure"),
        ("alert acme impressions -30% christmas", "“christmas” has no place"),
        ("alert acme 50,000 impressions by december", "is a goal"),
        ("alert acme impressions > 1000 year", "not “year”"),
        ("digest acme every monday 9 or 10", "“every monday 9” and “10” are two"),
        ("alert acme impressions -30% november", "“november” has no place"),
        ("acme likes per follower", "calculate nothing else"),
        ("digest acme every", "“every” doesn't say how often"),
        ("digest acme every november", "“november” is a month"),
        ("digest acme every christmas", "don't know holidays such as “christmas”"),
        ("goal acme impressions 500 monday", "not for “monday”"),
        ("goal acme impressions 500 christmas", "not for “christmas”"),
        ("digest acme in 2 hours", "“in 2 hours” is one moment"),
        ("digest acme in 5 mins", "“in 5 mins” is one moment"),
        ("acme last week in eur", "no figures for “eur”"),
        ("acme 500 dollars", "no figures for “dollars”"),
        ("impressions from france last month", "“france” is a place"),
        ("acme tokyo", "“tokyo” is a place"),
        ("rome/milan", "“rome” is a place"),
        ("acme in the uk", "“uk” is a place"),
        ("acme casey", "a figure or a period called “casey”"),
        ("acme watch", "begins a command of its own"),
        ("acme in welsh", "read and write English"),
        ("acme as pptx", "“pptx” is a kind of file"),
        ("acme as a podcast", "“podcast” is a kind of file"),
        ("acme in blue", "looks the same for everybody"),
        ("pink", "looks the same for everybody"),
        ("acme on x", "LinkedIn's figures only"),
        ("acme during the offsite", "“offsite” needs a day or a month"),
        ("acme on launch day", "“launch day” needs a day or a month"),
        ("acme since we hired bob", "“since” needs a day or a month"),
        ("acme by persona", "can't split figures by “persona”"),
        ("how many trophies did acme get", "no figures for “trophies”"),
        ("acme loyalty rate", "no figures for “loyalty”"),
        ("list of people who liked acme", "doesn't say who it was"),
        ("acme longest post", "rank posts by their figures only"),
        ("is there a better one?", "rank posts by their figures only"),
        ("will acme hit 50k this month", "not what will be"),
        ("acme last week to #sales", "answer where I'm asked"),
        ("acme #hiring", "can't look for “#hiring”"),
        ("polish the numbers", "“polish” is nothing that I can do"),
        ("message ann on linkedin", "don't publish posts"),
        ("hide ann", "`opt out` hides one from"),
        ("acme hourly yesterday", "by day only"),
        ("what's 2+2", "calculate nothing else"),
        ("version", "knows its version"),
        ("reset", "has its own buttons to pause"),
        ("acme bananas", "a figure or a period called “bananas”. Without that I can answer this"),
        ("impressions in €", "no figures in money"),
        ("acme summary for #exec-team", "answer where I'm asked"),
        ("acme ever since the merger", "“since” needs a day or a month"),
        ("ann during her sabbatical", "“sabbatical” needs a day or a month"),
        ("acme by language", "can't split figures by “language”"),
        ("put acme's week into #weekly-wins", "answer where I'm asked"),
        ("zoom in on the chart", "“zoom” is nothing that I can do"),
        ("will we beat last month", "not what will be"),
        ("acme except the weekend", "can't pick out “weekend”"),
        ("acme between 9 and 5 yesterday", "“9” is a time of day"),
        ("who commented on bob's last post", "doesn't say who it was"),
        ("what's acme's market cap", "no figures for “market cap”"),
        ("acme when we had the sale", "“when” needs a day or a month"),
        ("who shares our posts the most", "doesn't say who it was"),
        ("acme last month to the sales channel", "answer where I'm asked"),
        ("acme impressions by post length", "can't split figures by “length”"),
        ("share acme with bob", "answer where I'm asked"),
        ("make the chart 3d", "looks the same for everybody"),
        ("when will acme reach 10k followers", "not what will be"),
        ("how many views from recruiters", "no figures for “recruiters”"),
        ("who are our newest followers", "doesn't say who it was"),
        ("pin this card", "“pin” is nothing that I can do"),
        ("who viewed ann's profile last week", "no figures for “visitors”"),
        ("acme until end of year", "“until end of year” is in the future"),
        ("acme until eoy", "“until eoy” is in the future"),
        ("goal impressions 50k by eoy", "not for “eoy”"),
        ("digest every monday 9:00 EST and PST", "one time zone, and “EST” and “PST” are two"),
        ("acme wednesday 17.11.", "“wednesday 17.11.” isn't a Wednesday"),
        ("ann connections growth", "no figures for “connections”"),
        ("reactions by type for ann", "split figures by “type”"),
        ("acme fifth weekend of november", "isn't in the calendar"),
        ("likes from employees acme", "no figures for “employees”"),
        ("who saw my post", "doesn't say who it was"),
        ("how old are our followers", "no figures for “how old are our followers”"),
        ("acme through nov 15", "has no first day"),
        ("acme 36 hours", "counts whole days"),
        ("alert impressions drop by more than 500 week", "“drop by more than 500” could be many things"),
        ("alert likes fall at least 20 day", "“fall at least 20” could be many things"),
        ("digest every monday 9:00 CET/CEST", "“CET/CEST” is short for more than one clock"),
        ("how many people clicked the link in acme's post", "no figures for “clicked”"),
        ("how many times was our post saved", "no figures for “saved”"),
        ("bob golden week", "don't know holidays such as “golden week”"),
        ("acme easter monday", "don't know holidays such as “easter monday”"),
        ("ann gmt+1 yesterday", "“gmt+1” is a time zone"),
        ("goal impressions 100k this half-year", "not for “half-year”"),
        ("alert impressions between 1000 and 2000 week", "one limit, not two like “between 1000 and 2000”"),
        ("digest every monday at 9, wednesdays at 10", "“wednesdays at 10” are two schedules"),
        ("ann in march next year", "“march next year” is in the future"),
        ("digest every monday 9:00 ACST", "“ACST” is short for more than one clock"),
        ("acme the other day", "which days “the other day” means"),
        ("bob this semester", "which days “this semester” means"),
        ("how long do people look at our posts", "how long people look at a post"),
        ("time spent on acme", "no figures for “time spent”"),
        ("acme around the product launch", "“product launch” needs a day or a month"),
    ],
)
def test_a_refusal_names_the_true_reason(text: str, says: str):
    error = refusal(text)
    assert error is not None
    assert says in str(error)
    assert "account" not in error.sentence


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("top post per account", "all accounts together"),
        ("each account's best post", "all accounts together"),
        ("best post of every account last month", "all accounts together"),
        ("acme vs hubspot", "only see what is connected"),
        ("sales vs acme", "only see what is connected"),
        ("who's last?", "ranks accounts"),
    ],
)
def test_what_is_said_of_accounts_is_true(text: str, says: str):
    error = refusal(text)
    assert error is not None
    assert says in str(error)
    assert len(error.suggestions) > 1
    assert "shares vs acme" not in error.suggestions


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("warum ist acme gefallen", "Ich"),
        ("que peux-tu faire", "Je"),
        ("qué puedes hacer", "Solo"),
        ("o que você pode fazer", "Só"),
        ("arrête le rapport", "Je"),
        ("Mach mir eine Grafik", "Ich"),
        ("¿por qué bajaron los números?", "Solo"),
        ("cuándo publicar", "Solo"),
        ("Wieso ist das so wenig?", "Ich"),
    ],
)
def test_a_sentence_in_another_language_has_no_english_beside_it(text: str, begins: str):
    error = refusal(text)
    assert error is not None
    assert (error.sentence.split()[0], error.remedy) == (begins, "")


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("acme lst week imprsions", "acme last week impressions"),
        ("impresions lst mnth", "impressions last month"),
        ("anne lee last wek reachh", '"Ann Lee" last week reach'),
        ("bob meyr coments lst month", '"Bob Meyer" comments last month'),
        ("compare ann and gardian", 'compare ann vs "The Guardian"'),
        ("acme yesteday vs last wek", "acme yesterday vs last week"),
        ("acme 7 dyas", "acme 7 days"),
        ("opt uot acme", "opt out acme"),
        ("exprot acme", "export acme"),
        ("boardd acme bob", "board acme bob"),
        ("fromats acme", "formats acme"),
        ("who had most likse last week", "likes last week"),
        ("tpo 5 last month", "top 5 last month"),
        ("besst posts", "best"),
        ("acme impressions vs coments", "acme impressions vs comments"),
        ("acme last fornight", "acme last fortnight"),
        ("acme the day befor yesterday", "acme day before yesterday"),
        ("acme & guardain", '"Acme Robotics" vs "The Guardian"'),
        ("acme and ann and bobb last month", 'team "Acme Robotics" "Ann Lee" "Bob Meyer" last month'),
        ("tpo 5 posts", "top 5"),
        ("alert impresions +50% wek", "alert impressions +50% week"),
        ("alert acmee impressions +50% week", 'alert "Acme Robotics" impressions +50% week'),
    ],
)
def test_several_typos_at_once_are_mended_together(text: str, offered: str):
    error = refusal(text)
    assert error is not None
    assert offered in error.suggestions


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("acme -3d", "acme 3d"),
        ("envoie-moi un rapport chaque lundi", "digest every Monday 9:00"),
        ("envíame un informe cada lunes", "digest every Monday 9:00"),
        ("email me acme", 'digest "Acme Robotics" every Monday 9:00'),
        ("digest acme tomorrow at 9", "digest acme daily 9 from 2026-11-24 until 2026-11-24"),
        ("digest acme once on 5 jan at half past ten", "digest acme daily 10:30 from 2027-01-05 until 2027-01-05"),
        ("digest ann on 2027-01-05 Europe/Berlin", "digest ann daily 9:00 from 2027-01-05 until 2027-01-05 zone Europe/Berlin"),
        ("digest acme, ann just once on fri", "digest acme, ann daily 9:00 from 2026-11-27 until 2026-11-27"),
        ("digest acme today at 17:00", "digest acme daily 17:00 from 2026-11-23 until 2026-11-23"),
        ("digest acme monday half nine", "digest acme monday 8:30"),
        ("acme weekly numbers for q3", "acme q3 daily"),
        ("acme weekly breakdown", '"Acme Robotics" last week vs week before last'),
        ("break it down by month", "last month vs month before last"),
        ("how is acme in lst week", "acme last week"),
        ("engagment rate", "engagement rate"),
        ("leaderbord", "leaderboard"),
        ("acme by weekday", '"Acme Robotics" best times'),
        ("acme compared to our average", "28d daily"),
        ("top posts ann vs acme", "top ann acme"),
        ("acme vs ann vs may lee", "team acme ann may lee"),
        ("acme last few days", '"Acme Robotics" last 3 days'),
        ("oct & september last year", "oct vs september last year"),
        ("alert acme unusual", "alert acme impressions unusual"),
        ("alert acme reach", "alert acme reach +50% week"),
        ("acme wk", "acme last week"),
        ("acme last 30", "acme 30d"),
        ("acme sinse monday", "acme since monday"),
        ("acme this wk vs last wk", "acme last week vs week before last"),
        ('acme "october 2026"', "acme october 2026"),
        ("worst post in october", "top october"),
        ("group sales last week", "team sales last week"),
        ("worst account last month", "board last month"),
        ("digest acme every 3rd monday 5pm", "digest acme third Monday of the month 5pm"),
        ("digest acme every monday before 9", "digest acme every monday 9"),
        ("digest send me acme every monday at 8", "digest acme every monday at 8"),
        ("bst posts", "best"),
        ("bst time to post", "best time"),
        ("what about the quarter", "last quarter"),
        ("acme month", "acme last month"),
        ("alert acme comments > 20 every 2 hours", "alert acme comments > 20"),
        ("alert impressions hourly", "alert impressions +50% week"),
        ("digest board every quarter at 9:00", "digest all every quarter at 9:00 with board"),
        ("digest top posts every monday", "digest all every monday"),
        ("acme vs the others", "board last month"),
        ("acme vs everyone else", "board last month"),
        ("acme likes since halloween", "acme likes since 31 oct"),
        ("hide ann", 'opt out "Ann Lee"'),
        ("alert acme yesterday", "alert acme impressions +50% week"),
        ("alert impressions between 1,000 and 2,000 week", "alert impressions < 1,000 week"),
        ("digest every monday 9:00 PST and CET", "digest every monday 9:00 zone CET"),
        ("digest every monday 9:00 EST and PST", "digest every monday 9:00 zone America/Los_Angeles"),
        ("alert acme & bob impressions +50% week", "alert bob impressions +50% week"),
        ("alert impressions > 5000 day, thresold to 80%", "alert impressions > 5000 day"),
    ],
)
def test_instead_of_what_cannot_be_the_same_is_offered_as_it_can(text: str, offered: str):
    error = refusal(text)
    assert error is not None
    assert offered in error.suggestions


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("impresions last week", "impressions last week"),
        ("acme robotcs", '"Acme Robotics"'),
        ("yesturday", "yesterday"),
        ("past moth", "past month"),
        ("acme statistk", "acme"),
        ("numbres last week", "last week"),
    ],
)
def test_what_asks_the_same_is_offered_once(text: str, offered: str):
    error = refusal(text)
    assert error is not None
    assert (error.suggestions, error.remedy) == ((offered,), "Did you mean this?")


def test_a_digests_date_with_two_orders_is_offered_in_both():
    error = refusal("digest acme every monday 9:00 from 01/02/2027")
    assert error is not None
    assert error.suggestions == tuple(f"digest acme every monday 9:00 from {day}" for day in ("2027-02-01", "2027-01-02"))


@pytest.mark.parametrize(
    ("text", "offered"),
    [("acme this week vs last week", "acme last week vs week before last"), ("today vs yesterday", "yesterday vs day before yesterday")],
)
def test_where_the_running_days_are_compared_the_ones_before_are_offered(text: str, offered: str):
    error = refusal(text)
    assert error is not None
    assert error.suggestions[0] == offered
