"""Everything without an account: demo, test double and playground in one."""
