"""Creating, finding, changing and deleting digests, alerts, goals and watches: what they share."""
