"""Answers to questions about posts and accounts: cards, comparisons, team, board, top, status."""
