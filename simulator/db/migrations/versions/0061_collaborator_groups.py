"""Groups of collaborators have project roles; each workspace has Workato's own of everybody."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import UtcDateTime

revision = '0061'
down_revision = '0060'

_EVERYBODY = """
    INSERT INTO collaborator_groups
        (workspace_id, handle, name, description, is_system, created_at, updated_at)
    SELECT id, 'ug-all-' || id, 'All collaborators', NULL, true, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP
    FROM workspaces ORDER BY id
"""


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table(
        'collaborator_groups',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('workspace_id', sa.Integer(), nullable=False),
        sa.Column('handle', sa.String(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('description', sa.String(), nullable=True),
        sa.Column('is_system', sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column('created_at', UtcDateTime(), nullable=False),
        sa.Column('updated_at', UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('handle'),
        sa.UniqueConstraint('workspace_id', 'name'),
    )
    op.create_table(
        'collaborator_group_members',
        sa.Column('group_id', sa.Integer(), nullable=False),
        sa.Column('collaborator_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['group_id'], ['collaborator_groups.id'], ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['collaborator_id'], ['collaborators.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('group_id', 'collaborator_id'),
    )
    op.create_index(
        'ix_collaborator_group_members_collaborator_id', 'collaborator_group_members', ['collaborator_id']
    )
    op.execute(_EVERYBODY)
    with op.batch_alter_table('project_grants') as batch_op:
        batch_op.alter_column('collaborator_id', existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column('group_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f('fk_project_grants_group_id_collaborator_groups'),
            'collaborator_groups', ['group_id'], ['id'], ondelete='CASCADE',
        )
        batch_op.create_unique_constraint(op.f('uq_project_grants_project_id_group_id'), ['project_id', 'group_id'])
        batch_op.create_index('ix_project_grants_group_id', ['group_id'])
