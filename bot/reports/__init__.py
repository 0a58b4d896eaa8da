"""Figures fetched and put together, and drawn as cards, charts, tables and files."""
