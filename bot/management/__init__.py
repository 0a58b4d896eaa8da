"""Creating, finding, changing and deleting digests, alerts and goals: what the three share."""
