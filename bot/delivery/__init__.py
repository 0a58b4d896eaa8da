"""Posts what is due to Slack, once: scheduler, worker, posting, reconciliation by metadata, follow-ups, notices to owners."""
