"""The desk where digests are looked after: what a person wants done about them, carried out, and answered with a message.

::

    DigestAsk ─ which digest? ─ may this person? ─┬ plan, create, edit, move ─ setting_up ─┐
                                                  ├ pause, skip, now, delete, … ─ deeds ───┼→ Message
                                                  └ list, show, history ───────────────────┘

Words, buttons and the form all come here, so they cannot disagree. State lives in the database and in the buttons.
"""
