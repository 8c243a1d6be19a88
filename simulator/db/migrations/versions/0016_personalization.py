"""End user's connection is `personalization: true` in a recipe's config, as in Workato's exports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0016'
down_revision = '0015'

_JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
_RECIPES = sa.table('recipes', sa.column('id', sa.Integer), sa.column('config', _JSON))


def upgrade() -> None:
    """Bring the schema to this version."""
    connection = op.get_bind()
    for recipe_id, config in connection.execute(sa.select(_RECIPES.c.id, _RECIPES.c.config)).all():
        renamed = [_rename(dict(entry)) for entry in config]
        connection.execute(
            sa.update(_RECIPES).where(_RECIPES.c.id == recipe_id).values(config=renamed)
        )


def _rename(entry: dict[str, object]) -> dict[str, object]:
    if entry.pop('end_user_connection', False):
        entry['personalization'] = True
    return entry
