"""What Slack takes and gives: its Web API, requests and responses, people and channels, Block Kit and number formats."""
