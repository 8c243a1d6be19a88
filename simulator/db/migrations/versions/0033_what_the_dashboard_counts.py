"""Estimated tokens of tool calls, and the index that the dashboard counts them by.

Calls of before keep none: what they were called with and answered is not known in full.
"""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column('jobs', sa.Column('estimated_tokens', sa.Integer(), nullable=True))
    calls = sa.text('server_number IS NOT NULL AND calling_job_id IS NULL')
    op.create_index(
        'ix_jobs_tool_calls',
        'jobs',
        [
            'started_at',
            'server_number',
            'end_user_id',
            'client_id',
            'estimated_tokens',
            'calling_job_id',
        ],
        sqlite_where=calls,
        postgresql_where=calls,
    )
