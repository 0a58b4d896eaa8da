"""Alerts: a rule on a figure, how it is typed, stored, evaluated and posted."""
