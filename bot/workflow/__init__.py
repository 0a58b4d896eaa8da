"""The Workflow Builder step."""
