"""Slack rings."""
