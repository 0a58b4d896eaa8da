"""alembic's entrance: the steps run on the connection and in the transaction that opened the database has locked."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
