"""The made-up Slack and statistics server: for the demo, the tests and the playground."""
