"""Previews of LinkedIn links that people post."""
