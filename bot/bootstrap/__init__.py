"""Builds the objects the bot is made of, and checks an installation (`check`)."""
