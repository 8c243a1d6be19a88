"""What follows the number of an API collection's server in its address: namespace and collection."""

import json
import re

import sqlalchemy as sa
from alembic import op

revision = '0039'
down_revision = '0038'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column('mcp_servers', sa.Column('collection_path', sa.String(), nullable=True))
    bind = op.get_bind()
    rows = bind.execute(
        sa.text(
            'SELECT mcp_servers.number, workspaces.name, package_assets.name, package_assets.document'
            ' FROM mcp_servers'
            ' JOIN workspaces ON workspaces.id = mcp_servers.workspace_id'
            ' JOIN package_assets ON package_assets.id = mcp_servers.collection_id'
        )
    )
    for number, workspace, name, document in rows.all():
        written = json.loads(document) if isinstance(document, str) else document
        handle = _slug(str((written or {}).get('handle') or name))
        if not re.search(r'-v[0-9]+$', handle):
            handle = f'{handle}-v1'
        bind.execute(
            sa.text('UPDATE mcp_servers SET collection_path = :path WHERE number = :number'),
            {'path': f'{_slug(workspace)}/{handle}', 'number': number},
        )


def _slug(name: str) -> str:
    return re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-') or 'unnamed'
