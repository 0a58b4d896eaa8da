"""Sentences for people that several modules of this package use."""

NO_CHANNEL_ID = "I cannot tell which channel “{name}” is."
CREATED_ALREADY = "It is set up already."
IS_PAUSED = "It is paused already."
IS_ACTIVE = "It is running already."
