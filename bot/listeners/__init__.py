"""Bolt listeners, one file for each kind of payload: they turn payloads into requests, and responses into calls of Slack."""
