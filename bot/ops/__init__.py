"""HTTP server, logs, metrics, background tasks, the app manifest."""
