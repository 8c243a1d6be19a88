"""What is forgotten after its time is found by an index."""

from alembic import op

revision = '0008'
down_revision = '0007'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_index(op.f('ix_failed_sign_ins_forgotten_at'), 'failed_sign_ins', ['forgotten_at'])
    op.create_index(op.f('ix_client_documents_fresh_until'), 'client_documents', ['fresh_until'])
