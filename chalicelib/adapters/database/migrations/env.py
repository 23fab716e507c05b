"""Alembic's entry: one transaction per revision, on the connection of whoever migrates."""

from alembic import context

from chalicelib.adapters.database.migrate import CONNECTION

context.configure(connection=context.config.attributes[CONNECTION], transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
