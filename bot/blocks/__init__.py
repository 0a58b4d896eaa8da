"""Block Kit, and only it."""
