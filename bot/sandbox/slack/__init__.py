"""A strict substitute for Slack: it refuses what Slack would refuse.

    people    acts · talking · clicking · modals · entering · person (for tests) · page_api and pages (for the page)
       │ payloads, notation
       ▼
    the app   delivery (signed HTTP) · socket_mode · events (retries)
       │
       ▼
    Slack     webapi → methods/ · hooks (response_url) · triggers · views · executions · files · faults and fault_replies · ratelimits
       │ composing (checked by bot.sandbox.limits) · posting
       ▼
    state     workspace · people · messages · installation · manifest · stream · trace · oracle

`parts` joins them; `server` starts and stops them.
"""

from bot.sandbox.slack.bounds import Bounds
from bot.sandbox.slack.server import SlackServer

__all__ = ["Bounds", "SlackServer"]
