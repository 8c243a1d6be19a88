"""`simulator doctor`: what is wrong with a database, in one sentence each."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from simulator.cli import main
from simulator.crypto import Keys
from simulator.db import Database, schema
from simulator.errors import StartupError
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.postgres.cluster import Cluster
from tests.postgres.plugin import SECRET_KEY

pytestmark = pytest.mark.requirement("SBX-15")


def _examine(database: str, key: str | None = None) -> tuple[int, str]:
    """The exit status, and what is printed."""
    environment = {"SIM_SECRET_KEY": key} if key else {}
    done = CliRunner().invoke(main, ["doctor", "--database", database], env=environment)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output


def _wrong(database: str, key: str | None = None) -> str:
    """The one line that says what is wrong."""
    status, printed = _examine(database, key)
    assert status == 1
    [line] = [line for line in printed.splitlines() if line.startswith("wrong")]
    return line.removeprefix("wrong").strip()


def test_a_database_that_is_well(database_url: str) -> None:
    with Simulator(Settings(database=database_url, secret_key=SECRET_KEY)):
        pass

    status, printed = _examine(database_url, SECRET_KEY)

    assert status == 0, printed
    assert "ok     It holds the world of scenario 'demo'." in printed
    assert "ok     The key opens its secrets." in printed


def test_a_wrong_key(database_url: str) -> None:
    with Simulator(Settings(database=database_url, secret_key=SECRET_KEY)):
        pass

    assert "sealed with another key" in _wrong(database_url, "x" * 40)


@pytest.mark.parametrize(
    "database, sentence",
    [
        ("nonsense", "'nonsense' is not a database URL"),
        ("mysql://localhost/x", "A sandbox cannot be kept in mysql"),
        ("postgresql+psycopg2://localhost/x", "write postgresql+psycopg://"),
        ("sqlite:////nowhere/x.db", "There is no file /nowhere/x.db"),
    ],
)
def test_an_address_that_leads_nowhere(database: str, sentence: str) -> None:
    assert sentence in _wrong(database)


def test_a_folder(tmp_path: Path) -> None:
    assert "is a folder: name a file in it" in _wrong(f"sqlite:///{tmp_path}")
    with pytest.raises(StartupError, match="is a folder"):
        Simulator(Settings(database=f"sqlite:///{tmp_path}"))


def _damage(database: str, statement: str) -> None:
    """Make a world and change it by hand."""
    settings = Settings(database=database, secret_key=SECRET_KEY)
    with Simulator(settings) as simulator, simulator.world.db.engine.begin() as connection:
        connection.execute(text(statement))


def test_an_older_version(database_url: str, tmp_path: Path) -> None:
    """It is compared with what that version has: a label alone is no version."""
    url = database_url
    if url.startswith("postgresql"):
        url = f"sqlite:///{tmp_path}/old.db"
    db = Database(url)
    schema.migrate(db, Keys(SECRET_KEY), "0009")
    db.close()
    assert "It is of version 0009: the next start" in _examine(url, SECRET_KEY)[1]

    _damage(database_url, "UPDATE alembic_version SET version_num = '0010'")
    assert "It says that it is of version 0010, and is not: " in _wrong(database_url, SECRET_KEY)
    with pytest.raises(StartupError, match="cannot be brought from version 0010"):
        Simulator(Settings(database=database_url, secret_key=SECRET_KEY))


def test_a_version_that_nobody_tells(database_url: str) -> None:
    _damage(database_url, "DELETE FROM alembic_version")
    assert "Its table alembic_version is empty" in _wrong(database_url, SECRET_KEY)
    with pytest.raises(StartupError, match="does not say of which version it is"):
        Simulator(Settings(database=database_url, secret_key=SECRET_KEY))


def test_a_file_that_is_none_of_ours(tmp_path: Path) -> None:
    """Nothing is made of it, nor beside it."""
    for name, contents in (("text.db", "a text of some length, no database"), ("empty.db", "")):
        (tmp_path / name).write_text(contents, encoding="ascii")
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE others (id int)")
    other.close()
    before = sorted(path.name for path in tmp_path.iterdir())

    assert "file is not a database" in _wrong(f"sqlite:///{tmp_path}/text.db")
    assert "belongs to another program" in _wrong(f"sqlite:///{tmp_path}/other.db")
    assert _examine(f"sqlite:///{tmp_path}/empty.db")[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "statement, sentence",
    [
        ("UPDATE alembic_version SET version_num = '9999'", "newer than"),
        ("DROP TABLE jobs", "Tables are missing: jobs."),
        ("DELETE FROM end_users", "Rows refer to rows that are gone"),
    ],
)
def test_contents_that_are_not_ours_any_more(tmp_path: Path, statement: str, sentence: str) -> None:
    url = f"sqlite:///{tmp_path}/sandbox.db"
    with Simulator(Settings(database=url)):
        pass
    with sqlite3.connect(tmp_path / "sandbox.db") as connection:
        connection.execute(statement)
    connection.close()

    assert sentence in _wrong(url)


def test_a_key_file_that_is_gone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/sandbox.db"
    with Simulator(Settings(database=url)):
        pass
    (tmp_path / "sandbox.db.key").unlink()

    assert "sandbox.db.key is gone" in _wrong(url)
    assert not (tmp_path / "sandbox.db.key").exists()


@pytest.mark.postgresql
def test_a_server_that_refuses(postgres: Cluster, postgres_url: str) -> None:
    assert "Is the server running" in _wrong("postgresql+psycopg://a:b@127.0.0.1:1/none")
    assert "Is the server running" in _wrong(postgres.url("no_such_database"))
    name = postgres_url.rpartition("/")[2]
    postgres.execute("CREATE ROLE reader LOGIN PASSWORD 'reader'")
    reader = f"postgresql+psycopg://reader:reader@127.0.0.1:{postgres.port}/{name}"
    assert "The user reader may not make tables there" in _examine(reader)[1]
    postgres.execute("DROP ROLE reader")


@pytest.mark.postgresql
def test_a_database_of_another_encoding(postgres: Cluster) -> None:
    postgres.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")

    assert "has the encoding SQL_ASCII, not UTF8" in _wrong(postgres.url("latin"), SECRET_KEY)
    postgres.drop_database("latin")


@pytest.mark.parametrize(
    "damage, sentence",
    [
        ("DROP TABLE jira_issues", "Tables are missing: jira_issues."),
        (
            "UPDATE app_versions SET version = 9",
            "tables of the app 'coupa' in this database are of",
        ),
        (
            "UPDATE app_instances SET provider = 'ledger' WHERE provider = 'jira'",
            "the app 'ledger'",
        ),
    ],
)
def test_what_apps_have_there(tmp_path: Path, damage: str, sentence: str) -> None:
    """Their tables, of a version that they know, and they themselves."""
    file = tmp_path / "sandbox.db"
    with Simulator(Settings(database=f"sqlite:///{file}")):
        pass
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(damage)

    assert sentence in _wrong(f"sqlite:///{file}")
