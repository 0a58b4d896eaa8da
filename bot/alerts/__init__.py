"""Alerts: a rule on a figure, how it is typed, evaluated, shown and kept."""
