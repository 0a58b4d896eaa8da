"""Reasons why pasted text is no post, and what to paste instead."""

import re
from dataclasses import dataclass

from bot.lazy_regex import lazy_regex

PASTE_A_POST = (
    "Open the post on LinkedIn, choose *Copy link to post* from its menu (…), and paste that; or paste its URN, like "
    "`urn:li:share:7123456789012345678`."
)


OPEN_SHORT_LINK = (
    "On LinkedIn, choose *Embed this post* from the post's menu (…) and paste the code; or open the short link in your browser and paste "
    "the long link that it leads to."
)


#: The first part of a LinkedIn path → the kind of page.
PAGES = {
    "pulse": "a LinkedIn article",
    "article": "a LinkedIn article",
    "advice": "a LinkedIn article",
    "newsletters": "a LinkedIn newsletter",
    "build-relation": "a LinkedIn newsletter",
    "in": "a person's LinkedIn profile",
    "pub": "a person's LinkedIn profile",
    "company": "a LinkedIn company page",
    "showcase": "a LinkedIn showcase page",
    "school": "a LinkedIn school page",
    "jobs": "a LinkedIn job",
    "events": "a LinkedIn event",
    "groups": "a LinkedIn group",
    "learning": "a LinkedIn Learning page",
    "messaging": "a LinkedIn conversation",
    "mynetwork": "a LinkedIn page about your network",
    "notifications": "LinkedIn's list of notifications",
    "search": "a LinkedIn search",
    "my-items": "a LinkedIn list of saved items",
    "sharearticle": "LinkedIn's window for sharing",
    "sharing": "LinkedIn's window for sharing",
    **dict.fromkeys(("login", "uas", "authwall", "checkpoint", "signup"), "LinkedIn's sign-in page"),
    **dict.fromkeys(("campaignmanager", "ad", "ads"), "LinkedIn's page for advertisements"),
    **dict.fromkeys(("sales", "talent", "recruiter", "premium", "products", "services", "games", "help"), "another page of LinkedIn's"),
    "": "LinkedIn's start page",
}
#: The remedy for articles.
_SHARED_BY_A_POST = ("a LinkedIn article", "a LinkedIn newsletter")
PASTE_ITS_POST = (
    "Its figures belong to the post that shares it: open that post on LinkedIn, choose *Copy link to post* from its menu (…), and paste "
    "that link."
)


#: The type in a URN → what it is (LinkedIn's documentation, "Common URNs & Namespaces").
TYPES = {
    "comment": "a comment",
    "like": "a reaction",
    "reaction": "a reaction",
    "person": "a person",
    "member": "a person",
    "organization": "an organization",
    "company": "an organization",
    "organizationbrand": "an organization",
    "article": "an article",
    "originalarticle": "an article",
    "linkedinarticle": "an article",
    "grouppost": "a post inside a group",
    "sponsoredaccount": "an advertising account",
    "sponsoredcreative": "an advertisement",
    "image": "a picture",
    "video": "a video file",
    "digitalmediaasset": "a media file",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is no post, and what to paste instead."""

    sentence: str
    remedy: str
    #: True when it certainly is no post: another site, or another page of LinkedIn's.
    is_other: bool = False


#: LinkedIn's link shortener: only LinkedIn knows the target, and the bot never follows links.
SHORTENERS = ("lnkd.in", "www.lnkd.in")


SHORT_LINK = Reason("That's a short link: only LinkedIn knows which post it leads to.", OPEN_SHORT_LINK)


#: Hosts of short links.
SHORT_HOSTS = (
    "bit.ly", "bitly.com", "j.mp", "t.co", "tinyurl.com", "tiny.cc", "ow.ly", "ht.ly", "buff.ly", "goo.gl", "rebrand.ly", "is.gd", "v.gd",
    "cutt.ly", "hubs.li", "hubs.ly", "dlvr.it", "t.ly", "rb.gy", "shorturl.at", "spr.ly", "trib.al", "smarturl.it", "bl.ink", "snip.ly",
)  # fmt: skip
#: Hosts of links that mail filters guard and newsletters track.
_TRACKERS = (
    "mandrillapp.com", "sendgrid.net", "list-manage.com", "mimecast.com", "mimecastprotect.com", "hubspotlinks.com", "rs6.net",
    "exacttarget.com", "mkto-ab.com", "pstmrk.it", "klclick.com", "klclick1.com", "outlook.inky.com", "link.mail.beehiiv.com",
    "awstrack.me", "convertkit-mail.com", "convertkit-mail2.com", "createsend.com", "activehosted.com", "mailgun.org", "mlsend.com",
    "customeriomail.com", "emailprotection.link", "edgepilot.com", "secure-web.cisco.com", "cudasvc.com", "avanan.click",
    "protection.sophos.com", "govdelivery.com",
)  # fmt: skip
#: Hosts that redirect to a target that only they know.
LEADING_ON = lazy_regex(
    rf"(?:www\.)?(?:{'|'.join(map(re.escape, SHORT_HOSTS))})|(?:click|e|email|links|click\.e|links\.e)\.linkedin\.com"
    r"|(?:clicks?|track(?:ing)?|trk|email\.mg\d*)\.[a-z0-9.-]+"
    rf"|(?:[a-z0-9-]+\.)*(?:{'|'.join(map(re.escape, _TRACKERS))})",
    re.IGNORECASE | re.ASCII,
)
LEADS_ON = Reason(
    "That's a short or tracked link: only the site that made it knows where it leads, and I don't follow links.", OPEN_SHORT_LINK
)
#: Of a number alone.
MISCOUNTED = "That number can't be a LinkedIn post: it has {count} digits, and a post's has {digits}."


DAMAGED = Reason(
    "That number has lost its last digits: a post's number has 19, and a spreadsheet keeps 15.",
    "Paste the post's link. In a spreadsheet, format the column as text before the numbers are put in.",
)


FOREIGN = Reason("That isn't a link to linkedin.com.", PASTE_A_POST, is_other=True)


TOO_SHORT = Reason("The number in that link is too short for a LinkedIn post.", PASTE_A_POST)


IMPOSSIBLE = Reason("That number can't be a LinkedIn post: the date in it doesn't fit.", PASTE_A_POST)


NOT_YET = Reason("That number can't be a LinkedIn post yet: the date in it is in the future.", PASTE_A_POST)


NO_NUMBER = Reason("That LinkedIn link has no post's number in it.", PASTE_A_POST)


FEED = Reason("That's LinkedIn's feed, not one post.", PASTE_A_POST, is_other=True)


_POST_TYPES = ("share", "ugcpost", "activity")


_MOST_SHOWN = 80


def urn_reason(urn: str) -> Reason:
    """Why this decoded URN is no post: another type, or no usable number."""
    kind = urn.lower().removeprefix("urn:li:").partition(":")[0]
    if kind in _POST_TYPES:
        return Reason("That URN doesn't end in a post's number.", PASTE_A_POST)
    return Reason(f"That URN names {TYPES.get(kind, 'something else')}, not a post.", PASTE_A_POST, is_other=kind in TYPES)


def path_reason(path: str) -> Reason:
    """Why the page at this decoded path of linkedin.com is no post."""
    room = path.strip("/").partition("/")[0].lower()
    if room == "feed":
        return FEED
    if page := PAGES.get(room):
        remedy = PASTE_ITS_POST if page in _SHARED_BY_A_POST else PASTE_A_POST
        return Reason(f"That's {page}, not a post.", remedy, is_other=True)
    return NO_NUMBER


def shown(piece: str) -> str:
    """A pasted piece fit to be shown: no query (it may name a member), no user name, no backtick, at most 80 characters."""
    bare = re.sub(r"(?<=//)[^/\\@\s]*@", "", re.split(r"[?#]|%(?:25)*3F", piece, maxsplit=1, flags=re.IGNORECASE)[0])
    return bare if len(bare) <= _MOST_SHOWN else f"{bare[: _MOST_SHOWN - 1]}…"
