"""Watches: a message when a post of an account goes live, and its figures in the thread."""
