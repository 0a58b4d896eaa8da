"""Reads what people type: tokens, account names, periods, metrics, and the query they make up."""
