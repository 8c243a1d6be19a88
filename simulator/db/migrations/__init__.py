"""Alembic's migrations; `simulator.db.schema` runs them."""
