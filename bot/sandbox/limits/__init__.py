"""Job: Slack's limits on what an app sends, read from Slack's documentation alone; the bot has its own reading of them.

surfaces      message, modal, Home: which blocks, how many, totals, ids that must differ
├ layout      the blocks everyone knows
├ data        tables and charts
├ cards       cards, carousels, alerts, buttons in context
├ rich_text   rich_text and what stands in it
├ elements    what people press, choose and type into
├ composition texts, options, confirmations
├ rules       what a text, a list, an object may be; findings with their place
└ table       every number, its page and when it was read
"""

from bot.sandbox.limits.rules import LimitFinding
from bot.sandbox.limits.surfaces import check_attachments, check_blocks, check_message, check_view

__all__ = ["LimitFinding", "check_attachments", "check_blocks", "check_message", "check_view"]
