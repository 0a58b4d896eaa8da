"""The database: SQLite or PostgreSQL behind one URL."""
