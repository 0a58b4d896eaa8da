"""The clock rings: what is due is posted, once, or its owner is told why not.

::

    runner ── due? ──→ ledger: a delivery ── delivery ─┬ building: the figures, the message
      ↑ (or the job queue)                             ├ posting: to Slack, a refusal's family, what is tried instead
      └── a lease ran out, a moment came ──────────────├ looking: is it in the channel already?
                                                       ├ threads: what follows the message
                                                       └ notices: what the owner is told
"""
