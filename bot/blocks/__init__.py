"""Block Kit, and only it: values in, messages out.

::

    values ─ numbers, mrkdwn: how figures, days and foreign text are written
           ─ figures: a metric in words   ─ chart, daily_table: a period by day   ─ footer: where it comes from
           ─ report: cards   ─ notices, help, trouble: everything else the bot says
           → kit.Message     ─ checker: Slack's limits, read offline
"""
