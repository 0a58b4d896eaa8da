"""From a request to the feature that answers it."""
