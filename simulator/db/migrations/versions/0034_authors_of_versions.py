"""Who made each version of a recipe; of what is older, nobody knows."""

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'


def upgrade() -> None:
    """Bring the schema to this version."""
    for name in ('version_author_name', 'version_author_email'):
        op.add_column('recipes', sa.Column(name, sa.String(), nullable=True))
    for name in ('author_name', 'author_email'):
        op.add_column('recipe_versions', sa.Column(name, sa.String(), nullable=True))
