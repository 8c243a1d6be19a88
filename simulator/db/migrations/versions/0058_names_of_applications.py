"""Recipes name Workato's own providers in their config, as the editor and imports do now."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0058'
down_revision = '0057'

_JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    """Bring the schema to this version."""
    connection = op.get_bind()
    for name, keys in (('recipes', ('id',)), ('recipe_versions', ('recipe_id', 'version_no'))):
        columns = [sa.column(key, sa.Integer) for key in keys]
        table = sa.table(name, *columns, sa.column('config', _JSON))
        for *key, config in connection.execute(sa.select(*columns, table.c.config)).all():
            named = [_name(dict(entry)) for entry in config]
            if named != config:
                own = [column == value for column, value in zip(columns, key, strict=True)]
                connection.execute(sa.update(table).where(*own).values(config=named))


def _name(entry: dict[str, object]) -> dict[str, object]:
    if not entry.get('name') and not entry.get('account_id'):
        entry['name'] = entry.get('provider')
    return entry
