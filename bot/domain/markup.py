"""Slack's markup of what people type: channels are taken out, then its escapes are undone, once.

The order counts: a bracket that a person typed comes escaped, and is no markup of Slack's (Slack's documentation: "Formatting text for app
surfaces").
"""

import re

_CHANNEL = re.compile(r"(?:\b(?i:in|into|to|on)\s+)?(?:\b(?i:the)\s+)?<#(?P<id>[A-Z0-9]+)(?:\|[^<>]*)?>(?:\s+(?i:channel)\b)?")
_ESCAPE = re.compile(r"&(amp|lt|gt);")
_ESCAPED = {"amp": "&", "lt": "<", "gt": ">"}


def without_channels(text: str) -> tuple[tuple[str, ...], str]:
    """The ids of the channels in a text of Slack's, each once, and the text as it was typed, without them and the words before them."""
    ids = dict.fromkeys(found["id"] for found in _CHANNEL.finditer(text))
    return tuple(ids), unescaped(_CHANNEL.sub(" ", text))


def unescaped(text: str) -> str:
    """A text of Slack's as it was typed: three characters come escaped, and no escape is undone twice."""
    return _ESCAPE.sub(lambda found: _ESCAPED[found[1]], text) if "&" in text else text
