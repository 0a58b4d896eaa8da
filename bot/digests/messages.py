"""Sentences for people that several modules of this package use."""

TWO_CHANNELS_REMEDY = "Set up one digest for each."
