"""The app's Home tab."""
