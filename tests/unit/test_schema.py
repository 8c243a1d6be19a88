"""The database's schema: new, migrated, too new."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from simulator.db import Database, schema
from simulator.db.tables import Base

pytestmark = pytest.mark.requirement("CORE-1")


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
