"""The steps from an empty database to the current schema, applied by alembic when the database is opened."""
