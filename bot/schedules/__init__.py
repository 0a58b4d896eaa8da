"""When something is due: local times, zones, recurrence, and how people write them."""
