"""Which project an import or export was of, for API clients that are limited to projects.

Of imports of before, nobody kept it; of exports, their manifests tell.
"""

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column('packages', sa.Column('project_id', sa.Integer(), nullable=True))
    op.execute(
        'UPDATE packages SET project_id = (SELECT export_manifests.project_id FROM export_manifests'
        ' WHERE export_manifests.id = packages.manifest_id)'
    )
