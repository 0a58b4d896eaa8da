"""Pure values and arithmetic: no network, no disk, no clock, no Slack."""
