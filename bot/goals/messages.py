"""Sentences for people that several modules of this package use."""

REACH_OF_SEVERAL = "Reach counts people, some of them twice: it is never added up, so it can be a goal of one account only."
REACH_REMEDY = "Name one account, or take another figure:"
