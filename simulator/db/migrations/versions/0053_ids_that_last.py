"""No id that programs keep is given again after its row is deleted, on SQLite, either."""

import re
import sqlite3
import sys

import sqlalchemy as sa
from alembic import op

revision = '0053'
down_revision = '0052'

TABLES = (
    'api_client_roles', 'api_clients', 'api_platform_clients', 'api_platform_keys', 'app_links',
    'collaborators', 'connections', 'deployments', 'export_manifests', 'folders', 'lookup_entries',
    'lookup_tables', 'mcp_tools', 'package_assets', 'packages', 'project_builds', 'projects',
    'recipes',
)
_KEY = re.compile(r',\s*(CONSTRAINT "?\w+"? )?PRIMARY KEY \("?id"?\)')
_COLUMN = re.compile(r'(?<=[\s(])"?id"? INTEGER NOT NULL')


def upgrade() -> None:
    """Bring the schema to this version.

    The tables are described anew and not made anew (https://sqlite.org/lang_altertable.html, a
    simpler procedure): rows are stored as they were, and to drop a table would delete the rows
    that refer to it.
    """
    connection = op.get_bind()
    if connection.dialect.name != 'sqlite':
        return
    rows = connection.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    found: dict[str, str] = {row[0]: row[1] for row in rows}
    if sys.version_info >= (3, 12):  # SQLite may be built to forbid it, as macOS has it
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, False)
    version = connection.scalar(sa.text('PRAGMA schema_version'))
    connection.execute(sa.text('PRAGMA writable_schema = ON'))
    for name in TABLES:
        described, keys = _KEY.subn('', found[name])
        described, columns = _COLUMN.subn(f'id INTEGER NOT NULL CONSTRAINT pk_{name} PRIMARY KEY AUTOINCREMENT', described)
        assert (keys, columns) == (1, 1), f'{name} is not as earlier versions made it'
        own = {'name': name, 'sql': described}
        connection.execute(sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name"), own)
    connection.execute(sa.text(f'PRAGMA schema_version = {version + 1}'))
    connection.execute(sa.text('PRAGMA writable_schema = RESET'))
