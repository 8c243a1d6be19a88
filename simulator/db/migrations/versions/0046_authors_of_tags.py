"""Tags have an author, who was the owner of the workspace until now; a setting restricts them."""

import sqlalchemy as sa
from alembic import op

revision = '0046'
down_revision = '0045'


def upgrade() -> None:
    """Bring the schema to this version."""
    # In SQL, which both databases understand: SQLite adds no constraint to a table that is there.
    op.execute(
        'ALTER TABLE tags ADD COLUMN author_id INTEGER'
        ' CONSTRAINT fk_tags_author_id_collaborators REFERENCES collaborators (id)'
    )
    op.execute(
        'UPDATE tags SET author_id = (SELECT min(id) FROM collaborators'
        " WHERE workspace_id = tags.workspace_id AND role = 'owner')"
    )
    op.add_column('workspaces', sa.Column('restricts_tags', sa.Boolean(), server_default=sa.false(), nullable=False))
