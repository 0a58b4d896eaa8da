"""Everything people paste, row by row, and what can never happen whatever they paste."""

import json
import zlib
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.statistics.posts import FIRST_MOMENT, PostKind, PostRef, find_posts, read_urn

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
SHARE = PostRef(PostKind.SHARE, 7434685316856377344)
UGC = PostRef(PostKind.UGC_POST, 7429953213384187904)
ACTIVITY = PostRef(PostKind.ACTIVITY, 7341150125328605185)
KESTRA = PostRef(PostKind.UGC_POST, 7244689377652617216)
FEED = "https://www.linkedin.com/feed/update"

ONE_POST = {
    "urn": (SHARE.urn, SHARE),
    "urn in capitals": ("URN:LI:SHARE:7434685316856377344", SHARE),
    "urn encoded": ("urn%3Ali%3Ashare%3A7434685316856377344", SHARE),
    "urn encoded twice": ("urn%253Ali%253Ashare%253A7434685316856377344", SHARE),
    "urn encoded in small letters": ("urn%3ali%3ashare%3a7434685316856377344", SHARE),
    "ugcPost urn": (UGC.urn, UGC),
    "ugcpost in small letters": ("urn:li:ugcpost:7429953213384187904", UGC),
    "short urn of the samples": ("urn:li:share:123", PostRef(PostKind.SHARE, 123)),
    "bare number": ("7434685316856377344", SHARE),
    "feed link": (f"{FEED}/urn:li:share:7434685316856377344/", SHARE),
    "the path wins over the query": (
        f"{FEED}/urn%3Ali%3AugcPost%3A7429953213384187904?updateEntityUrn=urn%3Ali%3Ashare%3A7434685316856377344",
        UGC,
    ),
    "feed link encoded twice": (f"{FEED}/urn%253Ali%253AugcPost%253A7429953213384187904", UGC),
    "whole link encoded": (
        "https%3A%2F%2Fwww.linkedin.com%2Ffeed%2Fupdate%2Furn%253Ali%253Ashare%253A7434685316856377344%3Frcm%3Dx",
        SHARE,
    ),
    "embed link": (
        "https://www.linkedin.com/embed/feed/update/urn:li:share:7304286962587242496?collapsed=1",
        PostRef(PostKind.SHARE, 7304286962587242496),
    ),
    "embed code": (
        (
            '&lt;iframe src="<https://www.linkedin.com/embed/feed/update/urn:li:share:7434685316856377344?collapsed=1>" height="670" '
            'title="Embedded post"&gt;&lt;/iframe&gt;'
        ),
        SHARE,
    ),
    "embed code outside Slack": (f'<iframe src="{FEED}/{SHARE.urn}" width="504" allowfullscreen=""></iframe>', SHARE),
    "posts link": (
        "https://www.linkedin.com/posts/jane-doe_kestra-seed-ugcPost-7244689377652617216-KIDP/?utm_source=share&rcm=ACoAAB",
        KESTRA,
    ),
    "hash that starts with a hyphen": (
        "https://www.linkedin.com/posts/jane_post-ugcPost-7455099217087197184--bCZ",
        PostRef(PostKind.UGC_POST, 7455099217087197184),
    ),
    "hash with an underscore": ("https://www.linkedin.com/posts/jane_post-ugcPost-7244689377652617216-K_D_", KESTRA),
    "no hash": ("https://www.linkedin.com/posts/jane_post-ugcPost-7244689377652617216", KESTRA),
    "company's share": (
        "https://www.linkedin.com/posts/acme_robotics-share-6729018118783479808-2Ao8",
        PostRef(PostKind.SHARE, 6729018118783479808),
    ),
    "activity link": ("https://www.linkedin.com/posts/jane-k-336a79307_activity-7341150125328605185", ACTIVITY),
    "the last pair counts": ("https://www.linkedin.com/posts/jane_about-activity-2024-ugcPost-7244689377652617216-KIDP", KESTRA),
    "the last of two long pairs": (
        "https://www.linkedin.com/posts/jane_on-activity-7341150125328605185-ugcPost-7244689377652617216-KIDP",
        KESTRA,
    ),
    "never the comment": (
        f"{FEED}/{ACTIVITY.urn}/?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A7341150125328605185%2C7244689377652617216%29",
        ACTIVITY,
    ),
    "letters of other alphabets in the slug": ("https://www.linkedin.com/posts/zoë-müller_日本-ugcPost-7244689377652617216-KIDP", KESTRA),
    "mobile host": (f"https://m.linkedin.com/feed/update/{SHARE.urn}", SHARE),
    "country host": (f"https://uk.linkedin.com/feed/update/{SHARE.urn}", SHARE),
    "no www": (f"https://linkedin.com/feed/update/{SHARE.urn}", SHARE),
    "http": (f"http://www.linkedin.com/feed/update/{SHARE.urn}", SHARE),
    "no scheme": (f"www.linkedin.com/feed/update/{SHARE.urn}", SHARE),
    "host in capitals": (f"HTTPS://WWW.LINKEDIN.COM/feed/update/{SHARE.urn}", SHARE),
    "port": (f"https://www.linkedin.com:443/feed/update/{SHARE.urn}", SHARE),
    "slack's link": (f"<{FEED}/{SHARE.urn}/>", SHARE),
    "slack's link with a label": (f"<{FEED}/{SHARE.urn}/|our post>", SHARE),
    "slack's link of typed text": (f"<http://linkedin.com/feed/update/{SHARE.urn}|linkedin.com/feed/update/{SHARE.urn}>", SHARE),
    "slack's ampersand": (f"<{FEED}/{SHARE.urn}/?a=1&amp;b=2>", SHARE),
    "curly quotes": (f"“{FEED}/{SHARE.urn}/”", SHARE),
    "straight quotes": (f'"{SHARE.urn}"', SHARE),
    "backticks": (f"`{SHARE.urn}`", SHARE),
    "code block": (f"```{FEED}/{SHARE.urn}```", SHARE),
    "bold": (f"*{FEED}/{SHARE.urn}*", SHARE),
    "parentheses": (f"({FEED}/{SHARE.urn}/)", SHARE),
    "end of a sentence": (f"{FEED}/{SHARE.urn}/.", SHARE),
    "exclamation": (f"{SHARE.urn}!", SHARE),
    "zero-width characters": ("\u200burn:li:share:7434685\u200d316856377344\ufeff", SHARE),
    "direction marks": (f"\u202a{FEED}/{SHARE.urn}/\u202c", SHARE),
    "part of a slug": ("ugcPost-7429953213384187904", UGC),
}


def in_base64(text: str | bytes) -> str:
    return urlsafe_b64encode(text if isinstance(text, bytes) else text.encode()).decode().rstrip("=")


#: Shapes of links as they stand in public repositories and pages, with another post's number. Where the address of the source is known it
#: stands above the shape; the others were found by searching public code for the beginning of the link.
ACTIVITY_NUMBER = ACTIVITY.number
SHAPES = {
    # https://github.com/gajus/semantic-url-parser/pull/6
    "embedded activity": (f"https://www.linkedin.com/embed/feed/update/urn:li:activity:{ACTIVITY_NUMBER}/", ACTIVITY),
    "author and title before the activity": (f"https://www.linkedin.com/posts/ann-lee-title-activity-{ACTIVITY_NUMBER}-ab12", ACTIVITY),
    # https://github.com/DIYgod/RSSHub/pull/21105
    "activity urn": (f"https://www.linkedin.com/feed/update/urn:li:activity:{ACTIVITY_NUMBER}", ACTIVITY),
    # https://github.com/mdsaban/universal-app-opener/pull/15
    "number alone behind feed/update": (f"https://linkedin.com/feed/update/{ACTIVITY_NUMBER}", ACTIVITY),
    # "linkedin.com/posts/share-", "…/ugcPost-", "…/activity-"
    "share without an author": (f"https://www.linkedin.com/posts/share-{SHARE.number}-RRh2", SHARE),
    "share without an author, with the activity in the query": (
        (
            f"https://www.linkedin.com/posts/share-{SHARE.number}-DlJ8/?highlightedUpdateUrn=urn%3Ali%3Aactivity%3A{ACTIVITY_NUMBER}"
            "&highlightedUpdateType=SOCIAL_SHARE&utm_source=share&utm_medium=member_desktop&rcm=ACoAAB"
        ),
        SHARE,
    ),
    "ugcPost without an author": (f"https://www.linkedin.com/posts/ugcPost-{UGC.number}-77RB/?utm_source=share", UGC),
    "activity without an author": (f"https://www.linkedin.com/posts/activity-{ACTIVITY_NUMBER}-9QyP?utm_medium=member_ios", ACTIVITY),
    "canonical without a hash": (f"https://linkedin.com/posts/ugcpost-{UGC.number}", UGC),
    # "linkedin.com/feed/update/activity", "linkedin.com/mwlite/feed/", "linkedin.com/comm/feed/update"
    "activity without urn:li:": (f"https://www.linkedin.com/feed/update/activity:{ACTIVITY_NUMBER}/", ACTIVITY),
    "activity with a hash behind feed/update": (f"linkedin.com/feed/update/activity-{ACTIVITY_NUMBER}-PW89", ACTIVITY),
    "mobile page": (f"https://www.linkedin.com/mwlite/feed/update/activity:{ACTIVITY_NUMBER}?trk=share-post-success", ACTIVITY),
    "mail": (f"https://www.linkedin.com/comm/feed/update/urn:li:share:{SHARE.number}?midToken=AQH&trk=eml-email", SHARE),
    "mail without urn:li:": (f"https://www.linkedin.com/comm/feed/update/share:{SHARE.number}?lipi=urn%3Ali%3Apage%3Aemail%3Bf", SHARE),
    # "highlightedUpdateUrn", "updateEntityUrn=urn"
    "feed with a highlighted post": (
        (
            "https://www.linkedin.com/feed/?highlightedUpdateType=SHARED_BY_YOUR_NETWORK&highlightedUpdateUrn="
            f"urn%3Ali%3Aactivity%3A{ACTIVITY_NUMBER}#:~:text=post%20number%201-,Ann,-Ann"
        ),
        ACTIVITY,
    ),
    "hashtag of a post": (
        f"https://www.linkedin.com/feed/hashtag/?keywords=sql&highlightedUpdateUrns=urn%3Ali%3Aactivity%3A{ACTIVITY_NUMBER}",
        ACTIVITY,
    ),
    "feed entry in the query": (
        (
            "https://www.linkedin.com/feed/?updateEntityUrn=urn%3Ali%3Afs_updateV2%3A%28urn%3Ali%3Aactivity%3A"
            f"{ACTIVITY_NUMBER}%2CFEED_DETAIL%2CEMPTY%2CDEFAULT%2Cfalse%29"
        ),
        ACTIVITY,
    ),
    "feed entry in the path": (f"{FEED}/urn:li:fsd_update:(urn:li:activity:{ACTIVITY_NUMBER},FEED_DETAIL,EMPTY,DEFAULT,false)", ACTIVITY),
    # "safelinks.protection.outlook.com/?url=https%3A%2F%2F", "sessionRedirect=https%3A%2F%2Fwww.linkedin.com"
    "Safe Links": (
        f"https://nam11.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.linkedin.com%2Fposts%2Fshare-{SHARE.number}-x&data=04%7C01",
        SHARE,
    ),
    "search result": (f"https://www.google.com/url?sa=t&q=https://www.linkedin.com/posts/share-{SHARE.number}-x&usg=AO", SHARE),
    "search result in another country": (
        f"https://www.google.co.uk/url?url=https%3A%2F%2Fuk.linkedin.com%2Fposts%2Fshare-{SHARE.number}-x",
        SHARE,
    ),
    "sign-in wall": (
        (
            "https://www.linkedin.com/authwall?trk=bf&trkInfo=AQE&original_referer=&sessionRedirect=https%3A%2F%2Fwww.linkedin.com%2Ffeed%2F"
            f"update%2Furn%253Ali%253Aactivity%253A{ACTIVITY_NUMBER}"
        ),
        ACTIVITY,
    ),
    "sign-in page": (f"https://www.linkedin.com/login?session_redirect=%2Ffeed%2Fupdate%2Furn%3Ali%3Ashare%3A{SHARE.number}", SHARE),
    "Proofpoint, version 3": (f"https://urldefense.com/v3/__https://www.linkedin.com/posts/share-{SHARE.number}-x__;!!abc$", SHARE),
    "Proofpoint, version 2": (
        f"https://urldefense.proofpoint.com/v2/url?u=https-3A__www.linkedin.com_feed_update_urn-3Ali-3Ashare-3A{SHARE.number}&d=Dw",
        SHARE,
    ),
    "Safe Links around a sign-in wall": (
        (
            "https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.linkedin.com%2Fauthwall%3FsessionRedirect%3Dhttps%253A%252F"
            f"%252Fwww.linkedin.com%252Fposts%252Fshare-{SHARE.number}-x&data=05"
        ),
        SHARE,
    ),
    "Safe Links around Proofpoint": (
        (
            "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Furldefense.com%2Fv3%2F__https%3A%2F%2Fwww.linkedin.com%2Fposts"
            f"%2Fshare-{SHARE.number}-x__%3B!!abc!def%24&data=05"
        ),
        SHARE,
    ),
    "an archive": (f"https://archive.ph/https://www.linkedin.com/posts/share-{SHARE.number}-x", SHARE),
    "Slack's redirect": (f"https://slack-redir.net/link?url=https%3A%2F%2Fwww.linkedin.com%2Fposts%2Fshare-{SHARE.number}-x", SHARE),
    # LinkedIn's pages until 2016: "linkedin.com/nhome/updates?topic=", "linkedin.com/hp/update/"
    "update of 2015": (f"https://www.linkedin.com/nhome/updates?topic={ACTIVITY_NUMBER}", ACTIVITY),
    "update of 2014": (f"https://www.linkedin.com/hp/update/{ACTIVITY_NUMBER}", ACTIVITY),
    "number in a parameter": (f"https://www.linkedin.com/feed/?shareId={SHARE.number}", SHARE),
    "number alone behind posts": (f"https://www.linkedin.com/posts/{ACTIVITY_NUMBER}", ACTIVITY),
    "author and number alone": (f"https://www.linkedin.com/posts/ann-lee_title-{ACTIVITY_NUMBER}-ab12", ACTIVITY),
    "group of entries": (f"{FEED}/urn:li:aggregate:(urn:li:activity:{ACTIVITY_NUMBER},urn:li:activity:7341150125328605186)", ACTIVITY),
    "feed entry alone": (f"urn:li:fsd_update:(urn:li:activity:{ACTIVITY_NUMBER},MAIN_FEED,EMPTY,DEFAULT,false)", ACTIVITY),
    "page's administration": (
        f"https://www.linkedin.com/company/12345/admin/page-posts/published/?highlightedUpdateUrn=urn%3Ali%3Aactivity%3A{ACTIVITY_NUMBER}",
        ACTIVITY,
    ),
    "page's administration, of a post": (f"https://www.linkedin.com/company/12345/admin/page-posts/published/?share={SHARE.urn}", SHARE),
    # "linkedin://feed/update", "intent://www.linkedin.com", "android-app://com.linkedin.android"
    "app": (f"linkedin://feed/update/urn:li:activity:{ACTIVITY_NUMBER}", ACTIVITY),
    "app, short": (f"li://feed/update/{ACTIVITY_NUMBER}", ACTIVITY),
    "Android": (f"intent://www.linkedin.com/posts/share-{SHARE.number}-x#Intent;scheme=https;package=com.linkedin.android;end", SHARE),
    "Android's search": (f"android-app://com.linkedin.android/https/www.linkedin.com/feed/update/{SHARE.urn}", SHARE),
    "short host with the post in its path": (f"https://lnkd.in/feed/update/{SHARE.urn}", SHARE),
    "Check Point": (f"https://protect.checkpoint.com/v2/___https://www.linkedin.com/posts/share-{SHARE.number}-x___.abc", SHARE),
    # "awstrack.me/L0/https:%2F%2Fwww.linkedin.com", "substack.com/redirect/2/eyJlIjoiaHR0cHM6", "bing.com/ck/a?!&&p="
    "Amazon's mail tracker": (
        f"https://x1y2.r.us-east-1.awstrack.me/L0/https:%2F%2Fwww.linkedin.com%2Fposts%2Fshare-{SHARE.number}-x%3Futm_a=b/1/0100018d/a-b=377",
        SHARE,
    ),
    "an unknown tracker": (
        f"https://trk.example.com/c?id=7&to=https%3A%2F%2Fwww.linkedin.com%2Fposts%2Fshare-{SHARE.number}-x&s=ab",
        SHARE,
    ),
    "an unknown tracker, encoded twice": (
        f"https://click.example.org/r/https%253A%252F%252Fwww.linkedin.com%252Ffeed%252Fupdate%252F{SHARE.urn.replace(':', '%253A')}",
        SHARE,
    ),
    "Google's translated page": (f"https://www-linkedin-com.translate.goog/posts/share-{SHARE.number}-x?_x_tr_sl=en&_x_tr_tl=de", SHARE),
    "Base64 in the path": (f"https://t.example.com/r/{in_base64(f'https://www.linkedin.com/posts/share-{SHARE.number}-x')}", SHARE),
    "Base64 in the query": (f"https://t.example.com/?u={in_base64(f'{FEED}/{SHARE.urn}/')}&n=1", SHARE),
    "Bing's Base64": (f"https://www.bing.com/ck/a?!&&p=ab12&u=a1{in_base64(f'{FEED}/{SHARE.urn}/')}&ntb=1", SHARE),
    "JSON in Base64": (f"https://substack.com/redirect/2/{in_base64(json.dumps({'e': f'{FEED}/{SHARE.urn}/'}))}.x-1_y", SHARE),
    # "shared.outlook.inky.com/link?domain=…&t=h.eJ", "email.mg2.substack.com/c/eJ": compressed; "url.avanan.click/v2/___"
    "Inky": (
        (
            "https://shared.outlook.inky.com/link?domain=linkedin.com&t="
            f"h.{in_base64(zlib.compress(json.dumps({'url': f'{FEED}/{SHARE.urn}/?a=1&b=2', 'd': 'x.com'}).encode()))}.MEYC-a_b"
        ),
        SHARE,
    ),
    "Substack's mail": (
        f"https://email.mg2.substack.com/c/{in_base64(zlib.compress(f'a=1&l=https%3A%2F%2Fwww.linkedin.com%2Fposts%2Fshare-{SHARE.number}-x&i=7'.encode()))}",
        SHARE,
    ),
    "Avanan": (f"https://url.avanan.click/v2/r01/___https://www.linkedin.com/posts/share-{SHARE.number}-x___.YXA", SHARE),
    "Sophos": (f"https://eu-west-1.protection.sophos.com/?d=linkedin.com&u={in_base64(f'{FEED}/{SHARE.urn}/')}&i=NWU", SHARE),
    "WhatsApp": (f"https://l.wl.co/l?u=https://www.linkedin.com/posts/share-{SHARE.number}-x", SHARE),
    "FireEye": (
        f"https://protect2.fireeye.com/v1/url?k=1&q=1&e=2&u=https%3A%2F%2Fwww.linkedin.com%2Fposts%2Fshare-{SHARE.number}-x",
        SHARE,
    ),
    "newsletter": (
        f"https://tracking.news.example/CL0/https:%2F%2Fwww.linkedin.com%2Fposts%2Fshare-{SHARE.number}-x%3Fa=1/1/0100-0/Zq=45",
        SHARE,
    ),
    "hidden referrer": (f"https://href.li/?https://www.linkedin.com/posts/share-{SHARE.number}-x", SHARE),
    "Markdown": (f"[Our big launch]({FEED}/{SHARE.urn}/)", SHARE),
    "Markdown that Slack linked": (f"[Our big launch](<{FEED}/{SHARE.urn}/>)", SHARE),
    "HTML": (f'<a class="x" href="{FEED}/{SHARE.urn}/">our launch</a>', SHARE),
    "HTML that Slack escaped": (f'&lt;a href="<{FEED}/{SHARE.urn}/>"&gt;our launch&lt;/a&gt;', SHARE),
    "a word before it": (f"URL: {FEED}/{SHARE.urn}/", SHARE),
    "a slash lost": (f"https:/www.linkedin.com/feed/update/{SHARE.urn}", SHARE),
    "a colon lost": (f"https//www.linkedin.com/feed/update/{SHARE.urn}", SHARE),
    "no scheme but its slashes": (f"//www.linkedin.com/feed/update/{SHARE.urn}", SHARE),
    "from JSON": (rf"https:\/\/www.linkedin.com\/feed\/update\/{SHARE.urn}", SHARE),
    "made unclickable": (f"hxxps://www[.]linkedin[.]com/feed/update/{SHARE.urn}", SHARE),
    "urn with a blank": (f"urn:li:activity: {ACTIVITY_NUMBER}", ACTIVITY),
    "urn without colons": (f"urn li activity {ACTIVITY_NUMBER}", ACTIVITY),
    "urn as a file's name": (f"urn_li_activity_{ACTIVITY_NUMBER}", ACTIVITY),
    "urn without its head": (f"li:activity:{ACTIVITY_NUMBER}", ACTIVITY),
    "kind and number": (f"activity {ACTIVITY_NUMBER}", ACTIVITY),
    "slug with its hash": (f"activity-{ACTIVITY_NUMBER}-ab12", ACTIVITY),
    "id": (f"id={SHARE.number}", SHARE),
    "number with decimals": (f"{SHARE.number}.0", SHARE),
    "activity with the post's own number": (
        (
            f"{FEED}/{ACTIVITY.urn}?updateEntityUrn=urn%3Ali%3Afs_updateV2%3A%28urn%3Ali%3AugcPost%3A7429953213384187904"
            "%2CFEED_DETAIL%2CEMPTY%2CDEFAULT%2Cfalse%29"
        ),
        UGC,
    ),
    "comment on an activity": (
        f"{FEED}/{ACTIVITY.urn}?commentUrn=urn%3Ali%3Acomment%3A%28ugcPost%3A7429953213384187904%2C7244689377652617216%29",
        UGC,
    ),
    "comment as LinkedIn's pages name it": (
        f"{FEED}/{ACTIVITY.urn}?dashCommentUrn=urn%3Ali%3Afsd_comment%3A%287244689377652617216%2Curn%3Ali%3Ashare%3A7434685316856377344%29",
        SHARE,
    ),
    "grouped by commas": ("7,434,685,316,856,377,344", SHARE),
    "grouped by full stops": ("7.434.685.316.856.377.344", SHARE),
    "grouped by narrow blanks": ("7\u202f434\u202f685\u202f316\u202f856\u202f377\u202f344", SHARE),
}


@pytest.mark.parametrize(("text", "post"), SHAPES.values(), ids=SHAPES.keys())
def test_links_as_they_stand_in_public_are_read(text: str, post: PostRef):
    found = find_posts(text, NOW)
    assert (found.posts, found.rejected, found.rest) == ((post,), (), "")


@pytest.mark.parametrize(
    ("text", "sentence", "remedy"),
    [
        ("https://lnkd.in/p/eAbCdEf", "short link", "Embed this post"),
        ("https://www.linkedin.com/slink?code=eAbCdEf", "short link", "Embed this post"),
        ("https://nam11.safelinks.protection.outlook.com/?url=https%3A%2F%2Flnkd.in%2FeAbCdEf&data=04", "short link", "Embed this post"),
        ("https://bit.ly/3xYz", "short or tracked link", "browser"),
        ("https://url.uk.m.mimecastprotect.com/s/aB3cD?domain=linkedin.com", "short or tracked link", "Embed this post"),
        ("https://email.mg.news.example/c/eJxNotCompressedAfterAllSoItHasNoTargetIn", "short or tracked link", "browser"),
        (
            "https://nam11.safelinks.protection.outlook.com/?url=https%3A%2F%2Fbit.ly%2F3xYz&data=04",
            "short or tracked link",
            "Embed this post",
        ),
        ("https://click.linkedin.com/f/a/xyz", "short or tracked link", "browser"),
        ("https://www.linkedin.com/pulse/title-ann-lee-7341150125328605185", "article", "post that shares it"),
        ("https://www.linkedin.com/newsletters/weekly-7341150125328605185/", "newsletter", "post that shares it"),
        ("https://www.linkedin.com/company/12345/admin/page-posts/published/", "company page", "Copy link to post"),
        ("https://www.linkedin.com/search/results/content/?keywords=x", "search", "Copy link to post"),
        ("https://www.linkedin.com/login", "sign-in page", "Copy link to post"),
        ("linkedin://in/ann-lee", "profile", "Copy link to post"),
        ("743468531685637734", "18 digits", "Copy link to post"),
        ("https://www.linkedin.com/posts/ann-lee_robots-share-743468531685…", "cut off", "Copy link to post"),
        ("https://www.linkedin.com/posts/ann-lee_robots-at-wo...", "cut off", "Copy link to post"),
        ("<https://www.linkedin.com/posts/ann-lee_robots-at-wo>…", "cut off", "Copy link to post"),
        ("https://www.linkedin.com/in/ann-lee...", "profile", "Copy link to post"),
        ("https://www.linkedin.com/posts/ann-lee_robots-activity-", "cut off", "Copy link to post"),
        (f"urn:li:comment:(ugcPost:{UGC.number},7244689377652617216)", "names a comment", UGC.urn),
        ("7123456789012340000", "spreadsheet", "link"),
        ("7.12346E+18", "spreadsheet", "link"),
        ("7,12346e+18", "spreadsheet", "link"),
        ("7.12 E+18", "spreadsheet", "link"),
        ("7.123.456.789.012.340.000", "spreadsheet", "link"),
        ("https://www.google.com/url?q=https://www.linkedin.com/in/ann", "profile", "Copy link to post"),
        ("https://trk.example.com/c?to=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fann", "profile", "Copy link to post"),
        ("https://trk.example.com/c?to=https%3A%2F%2Flnkd.in%2FeAbCdEf", "short link", "Embed this post"),
        (f"https://www.linkedin.com/groups/44194/?highlightedUpdateUrn=urn:li:activity:{ACTIVITY_NUMBER}", "group", "Copy link to post"),
    ],
)
def test_a_link_or_number_that_names_no_post_is_refused_with_the_true_reason(text: str, sentence: str, remedy: str):
    found = find_posts(text, NOW)
    assert found.posts == ()
    assert [(sentence in one.sentence, remedy in one.remedy) for one in found.rejected] == [(True, True)]


@pytest.mark.parametrize(("text", "post"), ONE_POST.values(), ids=ONE_POST.keys())
def test_a_pasted_post_is_read(text: str, post: PostRef):
    found = find_posts(text, NOW)
    assert found.posts == (post,)
    assert found.rejected == ()
    assert found.rest == ""


NOT_A_POST = {
    "host that only begins like LinkedIn's": (f"https://linkedin.com.evil.example/feed/update/{SHARE.urn}", "isn't a link to linkedin.com"),
    "host that only ends like LinkedIn's": (f"https://evillinkedin.com/feed/update/{SHARE.urn}", "isn't a link to linkedin.com"),
    "link inside a query": (f"https://evil.example/?u={FEED}/{SHARE.urn}", "isn't a link to linkedin.com"),
    "link that a reader came from": (
        f"https://blog.example/?ref=https%3A%2F%2Fwww.linkedin.com%2Fposts%2Fshare-{SHARE.number}-x",
        "isn't a link to linkedin.com",
    ),
    "host that only begins like LinkedIn's, encoded": (
        f"https://evil.example/?u=https%3A%2F%2Flinkedin.com.evil.example%2Fposts%2Fshare-{SHARE.number}-x",
        "isn't a link to linkedin.com",
    ),
    "link inside a path": (f"https://evil.example/{FEED}/{SHARE.urn}", "isn't a link to linkedin.com"),
    "user name like a host": (f"https://www.linkedin.com@evil.example/feed/update/{SHARE.urn}", "isn't a link to linkedin.com"),
    "backslash": (rf"https://evil.example\@www.linkedin.com/feed/update/{SHARE.urn}", "isn't a link to linkedin.com"),
    "letter that only looks like k": (f"https://www.lin\u212aedin.com/feed/update/{SHARE.urn}", "isn't a link to linkedin.com"),
    "label that lies": (f"<https://evil.example/|{FEED}/{SHARE.urn}>", "isn't a link to linkedin.com"),
    "host without a scheme": (f"linkedin.com.evil.example/feed/update/{SHARE.urn}", "isn't a link to linkedin.com"),
    "other scheme": (f"ftp://www.linkedin.com/feed/update/{SHARE.urn}", "isn't a link to linkedin.com"),
    "short link": ("https://lnkd.in/p/dq6yaPTD", "short link"),
    "short link without a scheme": ("lnkd.in/dq6yaPTD", "short link"),
    "article": ("https://www.linkedin.com/pulse/why-we-publish-jane-doe", "an article"),
    "profile": ("https://www.linkedin.com/in/jane-doe/", "profile"),
    "company": ("https://www.linkedin.com/company/acme/posts/?feedView=all", "company page"),
    "job": ("https://www.linkedin.com/jobs/view/3700000000000000000/", "job"),
    "feed": ("https://www.linkedin.com/feed/", "feed"),
    "post in the query alone": (f"https://www.linkedin.com/feed/?x={SHARE.urn}", "feed"),
    "posts link without a number": ("https://www.linkedin.com/posts/jane_hello-2024", "has no post's number in it"),
    "short number in a link": (f"{FEED}/urn:li:share:123/", "too short"),
    "shortened number in a link": (f"{FEED}/{SHARE.urn[:-3]}/", "a post's has 19 digits"),
    "urn with a digit too many": (f"{SHARE.urn}9", "doesn't end in a post's number"),
    "hashtag": ("https://www.linkedin.com/feed/hashtag/?keywords=robots", "hashtag"),
    "LinkedIn's link to another site": ("https://www.linkedin.com/safety/go?url=https%3A%2F%2Facme.com", "link to another site"),
    "comment urn": (f"urn:li:comment:({ACTIVITY.urn},7244689377652617216)", "a comment"),
    "comment urn encoded": ("urn%3Ali%3Acomment%3A%28activity%3A7341150125328605185%2C7244689377652617216%29", "a comment"),
    "comment in a path": (f"{FEED}/urn:li:comment:(activity:7341150125328605185,7244689377652617216)", "a comment"),
    "person urn": ("urn:li:person:-f_Ut43FoQ", "a person"),
    "organization urn": ("urn:li:organization:89813123", "an organization"),
    "unknown urn": ("urn:li:fsd_update:1", "something else"),
    "urn without a number": ("urn:li:share:abc", "doesn't end in a post's number"),
    "urn too long for any id": (f"urn:li:share:{'9' * 40}", "doesn't end in a post's number"),
    "number from before LinkedIn": ("1234567890123456789", "can't be a LinkedIn post"),
    "number with 15 digits": ("123456789012345", "can't be a LinkedIn post"),
    "number beyond 64 bits": ("99999999999999999999", "can't be a LinkedIn post"),
    "number in the future": (str(int((NOW + timedelta(days=40)).timestamp() * 1000) << 22), "in the future"),
}


@pytest.mark.parametrize(("text", "reason"), NOT_A_POST.values(), ids=NOT_A_POST.keys())
def test_what_is_no_post_is_rejected_and_named(text: str, reason: str):
    found = find_posts(text, NOW)
    assert found.posts == ()
    assert found.rest == ""
    [rejected] = found.rejected
    assert reason.removeprefix("an ").removeprefix("a ") in rejected.sentence
    assert rejected.remedy


PLAIN = {
    "words": "acme last week",
    "an id that ends in digits": "linkedin-1234567890123456789 7d",
    "short number": "12345678901234",
    "an address": "jane@linkedin.com",
    "a name with a dot": "<http://Booking.com|Booking.com>",
    "a fraction": "24/7",
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN.keys())
def test_words_without_posts_stay_words(text: str):
    found = find_posts(text, NOW)
    assert (found.posts, found.rejected) == ((), ())
    assert found.rest == ("Booking.com" if "Booking" in text else text)


def test_the_word_share_before_a_number_is_a_word():
    found = find_posts(f"share {SHARE.number}", NOW)
    assert (found.posts, found.rest) == ((SHARE,), "share")


def test_several_posts_are_each_found_once_and_in_order():
    text = f"compare {UGC.urn},{SHARE.urn} and <{FEED}/{UGC.urn}/>, {FEED}/{SHARE.urn},{FEED}/{ACTIVITY.urn} please"
    found = find_posts(text, NOW)
    assert found.posts == (UGC, SHARE, ACTIVITY)
    assert found.rest.replace(",", " ").split() == ["compare", "and", "please"]


def test_a_post_and_a_profile_are_told_apart():
    found = find_posts(f"<https://www.linkedin.com/in/jane?rcm=ACoAAB> {SHARE.urn} last week", NOW)
    assert found.posts == (SHARE,)
    assert [one.piece for one in found.rejected] == ["https://www.linkedin.com/in/jane"]
    assert found.rest == "last week"


@pytest.mark.parametrize("separator", ["?", "%3F", "%253F", "#"])
def test_what_identifies_a_member_is_never_kept(separator: str):
    found = find_posts(f"https://www.linkedin.com/in/jane{separator}rcm=ACoAAB https://u:secret@evil.example/x", NOW)
    stored = repr(found)
    assert "ACoAAB" not in stored
    assert "secret" not in stored


def test_a_shown_piece_is_short():
    [rejected] = find_posts(f"https://www.linkedin.com/in/{'x' * 500}").rejected
    assert len(rejected.piece) == 80
    assert rejected.piece.endswith("…")


def test_the_id_holds_the_moment_of_publication():
    assert SHARE.published_at == datetime(2026, 3, 3, 19, 45, 9, 312000, tzinfo=UTC)
    assert PostRef(PostKind.SHARE, 123).published_at is None
    assert PostRef(PostKind.SHARE, 10**25).published_at is None


def test_an_explicit_urn_may_hold_any_number_while_a_bare_one_must_hold_a_time():
    assert find_posts("urn:li:share:1234567890123456789", NOW).posts == (PostRef(PostKind.SHARE, 1234567890123456789),)
    assert find_posts("1234567890123456789", NOW).posts == ()


@pytest.mark.parametrize(
    ("moment", "known"),
    [
        (FIRST_MOMENT, True),
        (FIRST_MOMENT - timedelta(milliseconds=1), False),
        (NOW, True),
        (NOW + timedelta(hours=23), True),
        (NOW + timedelta(days=2), False),
    ],
)
def test_a_bare_number_must_lie_between_linkedins_first_day_and_now(moment: datetime, known: bool):
    number = (int(moment.timestamp() * 1000) << 22) + 5
    assert bool(find_posts(str(number), NOW).posts) is known


@pytest.mark.parametrize("text", ["urn:li:share:12", " URN:LI:SHARE:12 ", "urn%3Ali%3Ashare%3A12"])
def test_a_single_urn_is_read(text: str):
    assert read_urn(text) == PostRef(PostKind.SHARE, 12)


@pytest.mark.parametrize("text", ["", "12", "urn:li:person:12", "urn:li:share:", "urn:li:share:12 x", "urn:li:share:١٢"])
def test_anything_else_is_no_urn(text: str):
    assert read_urn(text) is None


REFS = st.builds(PostRef, st.sampled_from(PostKind), st.integers(0, 2**63 - 1))


@given(REFS)
def test_a_urn_and_a_link_are_read_as_the_post_they_were_made_of(post: PostRef):
    assert find_posts(post.urn).posts == (post,)
    assert read_urn(post.urn) == post
    if post.published_at:
        assert find_posts(post.url).posts == (post,)
        assert find_posts(f"<{post.url}?rcm=x|x>").posts == (post,)


PIECES = st.sampled_from(
    [
        "urn:li:",
        "share:",
        "%3A",
        "https://",
        "linkedin.com/",
        "/posts/",
        "<",
        ">",
        "|",
        "&amp;",
        "&lt;iframe src=",
        '"',
        "7" * 16,
        "(",
        ")",
        "@",
        "\0",
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=12).map("".join))
def test_any_text_is_read_without_an_error(text: str):
    found = find_posts(text, NOW)
    assert len(set(found.posts)) == len(found.posts)
    assert all(len(one.piece) <= 80 and "?" not in one.piece for one in found.rejected)


@pytest.mark.parametrize("sign", [" ", "-"])
def test_a_number_in_groups_of_four_is_read(sign: str):
    digits = str(SHARE.number)
    assert find_posts(sign.join(digits[at : at + 4] for at in range(0, 19, 4)), NOW).posts == (SHARE,)


def test_a_window_for_sharing_another_site_has_one_reason():
    found = find_posts("https://www.linkedin.com/sharing/share-offsite/?url=https://acme.com", NOW)
    assert [one.sentence for one in found.rejected] == ["That's LinkedIn's window for sharing, not a post."]
