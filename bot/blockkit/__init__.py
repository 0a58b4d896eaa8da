"""Block Kit builders, escaping, number formats, and the offline validator."""
