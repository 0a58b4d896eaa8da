"""What must outlive the process: SQLite or PostgreSQL behind one URL."""
