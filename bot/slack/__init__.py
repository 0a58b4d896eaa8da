"""Slack's Web API: requests and responses, people, channels, uploads."""
