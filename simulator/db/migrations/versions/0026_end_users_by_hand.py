"""Invitations with a date, app links, and jobs that outlive the end user who ran them."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import UtcDateTime

revision = '0026'
down_revision = '0025'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column('end_users', sa.Column('invited_at', UtcDateTime(), nullable=True))
    op.execute("UPDATE end_users SET invited_at = created_at WHERE status = 'invited'")
    op.create_table(
        'app_links',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('environment_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('url', sa.String(), nullable=False),
        sa.Column('created_at', UtcDateTime(), nullable=False),
        sa.Column('updated_at', UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['environment_id'], ['environments.id'], name=op.f('fk_app_links_environment_id_environments')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_app_links')),
    )
    op.create_index('ix_app_links_environment_id', 'app_links', ['environment_id'], unique=False)
    with op.batch_alter_table('jobs', table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_constraint('fk_jobs_end_user_id_end_users', type_='foreignkey')
