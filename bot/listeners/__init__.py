"""Bolt listeners, by kind of payload: they turn payloads into requests, and responses into calls of Slack."""
