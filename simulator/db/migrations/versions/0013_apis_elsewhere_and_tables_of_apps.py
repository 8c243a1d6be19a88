"""Where the API of a connection is, and which version an app's own tables have."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'


def upgrade() -> None:
    """Bring the schema to this version; the tables of Coupa are there, in their first version."""
    op.add_column('connections', sa.Column('api_url', sa.String(), nullable=True))
    versions = op.create_table('app_versions',
    sa.Column('app', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('app')
    )
    op.bulk_insert(versions, [{'app': 'coupa', 'version': 1}])
