"""Sentences for people that several modules of this package use."""

ASK = "Ask {people}."
