"""The database's schema: new, migrated, too new."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from simulator.db import Database, schema
from simulator.db.tables import Base, McpServer

pytestmark = pytest.mark.requirement("CORE-1")

OLD_ROWS = (
    "INSERT INTO workspaces VALUES (1, 'Acme')",
    "INSERT INTO environments VALUES (1, 1, 'Production')",
    "INSERT INTO projects VALUES (1, 1, 'Home', '')",
    "INSERT INTO mcp_servers VALUES "
    "(2107, 'mcps-a', 1, 1, 1, 'Old', '', 'hashed_token', NULL, NULL, '2026-08-01', '2026-08-01')",
)


def test_a_migrated_database_is_the_same_as_a_new_one(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")

    schema.migrate(db)

    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    db.close()


def test_the_newest_migration_is_the_one_the_code_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))

    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


def test_a_new_database_is_stamped_with_the_newest_version(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'new.db'}")

    schema.prepare(db)

    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    assert found == schema.HEAD
    db.close()


def test_rows_of_an_older_database_are_kept_and_get_what_is_new(tmp_path: Path) -> None:
    """A server of the first schema: every address may call it, and nothing is inherited."""
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    schema.migrate(db, to="0001")
    with db.engine.begin() as connection:
        for statement in OLD_ROWS:
            connection.execute(text(statement))

    schema.prepare(db)

    with db.unit() as session:
        server = session.get_one(McpServer, 2107)
        assert (server.name, server.token_sealed) == ("Old", None)
        assert (server.ip_allow_list, server.ip_deny_list) == ([], [])
        assert server.allow_same_user_token_inheritance is False
    db.close()
