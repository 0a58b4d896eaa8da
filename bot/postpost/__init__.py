"""The statistics API, and only it."""
