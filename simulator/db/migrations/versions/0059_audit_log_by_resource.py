"""The audit log is indexed by what its lines are about."""

from alembic import op

revision = '0059'
down_revision = '0058'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_index('ix_activity_logs_resource', 'activity_logs', ['workspace_id', 'resource_type', 'resource_id', 'id'])
