"""The login experience of a workspace: colours and logo."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import UtcDateTime

revision = '0032'
down_revision = '0031'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table(
        'login_experiences',
        sa.Column('workspace_id', sa.Integer(), nullable=False),
        sa.Column('primary_color', sa.String(), nullable=False),
        sa.Column('secondary_color', sa.String(), nullable=False),
        sa.Column('logo', sa.LargeBinary(), nullable=True),
        sa.Column('updated_at', UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_login_experiences_workspace_id_workspaces')),
        sa.PrimaryKeyConstraint('workspace_id', name=op.f('pk_login_experiences')),
    )
