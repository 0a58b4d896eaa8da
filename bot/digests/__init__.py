"""Digests: what they contain, how they are set up and changed, their messages, import and export."""
