"""LinkedIn statistics in Slack.

::

    Slack event ─ listeners/ ─→ request ─ router ─→ one feature's service ─→ response ─ listeners/ ─→ back to where the event came from
                                                      │ access/   who may see what
                                                      │ reports/  fetched figures → report → blocks and files
                                                      └ storage/  the database
    clock ─────── delivery/ ──→ due occurrence ─→ the feature's builder ─→ delivery ledger ─→ Slack, once

    features    queries/ (posts, accounts, team, board, top, Home tab, previews, workflow step) · digests/ · alerts/ · goals/ · watches/
    shared      management/ (create, find and change digests, alerts, goals and watches) · schedules/ · parsing/ · slack/
    values      statistics/ (metrics, periods, posts) · subscriptions/ (what is delivered when, and its states)
    around      app (open_bot) · bootstrap/ (builds the objects) · settings/ · postpost/ (the API client)
                ops/ (HTTP server, logs, metrics) · deploy/ (files for systemd, Kubernetes, Prometheus) · sandbox/ (the playground)

Imports point down, in the order of the contract in pyproject.toml. Below ``app`` the current time is always an argument.
"""

__version__ = "0.1.0"
