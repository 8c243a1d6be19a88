"""Recipes as they were sent: JSONB keeps members in an order of its own, JSON in that of the text."""

import sqlalchemy as sa
from alembic import op

revision = '0038'
down_revision = '0037'


def upgrade() -> None:
    """Bring the schema to this version."""
    if op.get_bind().dialect.name != 'postgresql':
        return  # SQLite has one kind of JSON
    for table in ('recipes', 'recipe_versions'):
        for column in ('code', 'config'):
            op.execute(
                sa.text(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE JSON USING {column}::json')
            )
