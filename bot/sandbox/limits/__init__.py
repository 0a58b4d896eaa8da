"""Checks of Slack's limits on what an app sends, written from Slack's documentation alone; the bot has its own checks.

surfaces      message, modal, Home: which blocks, how many, totals, ids that must differ
├ layout      sections, headers, context, actions, inputs, images
├ data        tables and charts
├ cards       cards, carousels, alerts, buttons in context
├ rich_text   rich_text and its elements
├ elements    buttons, menus, input fields
├ composition texts, options, confirmations
├ rules       elementary checks; findings with their place
└ table       every limit, its page and the day it was read
"""

from bot.sandbox.limits.rules import LimitFinding
from bot.sandbox.limits.surfaces import check_attachments, check_blocks, check_message, check_view

__all__ = ["LimitFinding", "check_attachments", "check_blocks", "check_message", "check_view"]
