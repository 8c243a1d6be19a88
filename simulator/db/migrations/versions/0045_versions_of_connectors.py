"""Versions of custom connectors have rows, with their code; its JSON had them, without."""

import base64
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0045'
down_revision = '0044'

_JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
_TIME = sa.DateTime(timezone=True)
_ASSETS = sa.table(
    'package_assets',
    sa.column('id', sa.Integer),
    sa.column('project_id', sa.Integer),
    sa.column('zip_name', sa.String),
    sa.column('kind', sa.String),
    sa.column('document', _JSON),
    sa.column('content', sa.String),
    sa.column('created_at', _TIME),
    sa.column('updated_at', _TIME),
)
_MEMBER = 'simulator_versions'


def upgrade() -> None:
    """Bring the schema to this version."""
    made = op.create_table(
        'connector_versions',
        sa.Column('connector_id', sa.Integer(), nullable=False),
        sa.Column('version_no', sa.Integer(), nullable=False),
        sa.Column('note', sa.String(), nullable=True),
        sa.Column('code', sa.String(), nullable=True),
        sa.Column('author_name', sa.String(), nullable=True),
        sa.Column('created_at', _TIME, nullable=False),
        sa.Column('released_at', _TIME, nullable=True),
        sa.Column('released_by', sa.String(), nullable=True),
        sa.ForeignKeyConstraint(['connector_id'], ['package_assets.id'], name=op.f('fk_connector_versions_connector_id_package_assets'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('connector_id', 'version_no', name=op.f('pk_connector_versions')),
    )
    connection = op.get_bind()
    own = sa.select(_ASSETS).where(_ASSETS.c.kind == 'custom_adapter')
    for asset in connection.execute(own).all():
        document = dict(asset.document or {})
        code = _read_code(connection, asset)
        versions = document.pop(_MEMBER, None) or [_only_version(asset)]
        for version in versions:
            is_latest = version is versions[-1]
            connection.execute(made.insert().values(_row(asset.id, version, code if is_latest else None)))
        if document != asset.document and asset.document is not None:
            connection.execute(
                sa.update(_ASSETS).where(_ASSETS.c.id == asset.id).values(document=document)
            )


def _only_version(asset: Any) -> dict[str, Any]:
    return {
        'version': 1,
        'note': (asset.document or {}).get('note'),
        'created_at': asset.created_at,
        'released_at': asset.updated_at,
    }


def _row(connector_id: int, version: dict[str, Any], code: str | None) -> dict[str, Any]:
    note = version['note']
    return {
        'connector_id': connector_id,
        'version_no': version['version'],
        'note': note if isinstance(note, str) else None,
        'code': code,
        'created_at': _time(version['created_at']),
        'released_at': _time(version['released_at']),
    }


def _time(written: str | datetime | None) -> datetime | None:
    return datetime.fromisoformat(written) if isinstance(written, str) else written


def _read_code(connection: sa.Connection, asset: Any) -> str:
    written = (asset.document or {}).get('code')
    if isinstance(written, str):
        return written
    file = sa.select(_ASSETS.c.content).where(
        _ASSETS.c.project_id == asset.project_id,
        _ASSETS.c.zip_name == asset.zip_name.removesuffix('.json') + '.rb',
    )
    content = connection.execute(file).scalar()
    return base64.b64decode(content or '').decode('utf-8', 'replace').replace('\0', '\ufffd')
