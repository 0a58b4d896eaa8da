"""The sandbox's statistics server: an independent reading of PostPost's documentation.

::

    server ─ routes ─ rules (what is refused, in the documented order) ─ service · posts (answers) ─ shapes, answers ─ wire (bytes)
               │                                                          └ linkedin (the made-up world behind a 30-minute cache)
               └ faults, switches (trouble on demand) ─ control (the switchboard over HTTP) ─ table (everything that provokes something)
"""

from bot.sandbox.statistics.control import RequestSeen
from bot.sandbox.statistics.server import StatisticsServer
from bot.sandbox.statistics.switches import StatisticsSwitches
from bot.sandbox.statistics.wire import SandboxAnswer
from bot.sandbox.world_accounts import Trouble

__all__ = ["RequestSeen", "SandboxAnswer", "StatisticsServer", "StatisticsSwitches", "Trouble"]
