"""Alembic's entry: one transaction per revision, and one migrator at a time."""

from alembic import context
from sqlalchemy import create_engine, pool, text

from chalicelib.adapters.database.migrate import ATTRIBUTE, LOCK, driver_url

url = driver_url(context.config.attributes[ATTRIBUTE])
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True, dialect_opts={"paramstyle": "named"})
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as guard, engine.connect() as connection:
        guard.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
