"""A private server of PostgreSQL in a temporary folder, which ends with the process that began it.

`initdb` refuses root, so root's server runs as another user. Nothing is ever synchronised to a
disk: what a test left is thrown away.
"""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from tests.postgres.programs import require_programs

#: Its superuser; databases have no other.
USER = "simulator"
#: Who runs it when root asks for it, in the order of preference.
UNPRIVILEGED = ("postgres", "nobody")
#: What a private server does without: it is fast, and lost when the machine fails.
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "autovacuum": "off",
}
#: Lives as long as our end of its standard input; whatever ends us ends the server.
_KEEPER = """
set -eu
trap '' PIPE HUP INT TERM
end() {
    "$programs/pg_ctl" stop --silent --pgdata "$folder/data" --mode immediate || true
    rm -rf "$folder"
}
trap end EXIT
"$programs/initdb" --pgdata "$folder/data" --username "$user" --auth password \
    --pwfile "$folder/password" --encoding UTF8 --no-sync --no-instructions
"$programs/pg_ctl" start --pgdata "$folder/data" --log "$folder/log" --wait --options "$options" \
    || { cat "$folder/log"; exit 1; }
echo "$ready"
cat
"""
_READY = "the server is ready"


class Cluster:
    """A running server.

    Args:
        port: where it listens, at 127.0.0.1.
        password: of its superuser.
        folder: where it keeps everything.
    """

    def __init__(self, port: int, password: str, folder: Path) -> None:
        self.port = port
        self._password = password
        self._folder = folder
        self._numbers = count(1)

    def url(self, database: str = "postgres") -> str:
        """Return the SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://{USER}:{self._password}@127.0.0.1:{self.port}/{database}"

    def create_database(self, template: str = "template0") -> str:
        """Create a database and return its name.

        Args:
            template: the database that it is a copy of; nobody may be connected to it.
        """
        name = f"sandbox_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def restart(self) -> None:
        """Have the server end every connection, stop and start again; returns when it answers."""
        subprocess.run(
            [
                str(require_programs() / "pg_ctl"),
                *("restart", "--silent", "--wait", "--mode", "fast"),
                *("--pgdata", str(self._folder / "data"), "--log", str(self._folder / "log")),
            ],
            check=True,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            **_identity(),
        )

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Execute a statement outside of a transaction, and return its rows."""
        address = self.url(database).replace("+psycopg", "", 1)
        with psycopg.connect(address, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


@contextmanager
def running() -> Iterator[Cluster]:
    """Make a cluster and run its server for a `with` block.

    Raises:
        PostgresMissingError: the machine has no server programs.
        RuntimeError: they fail; the message is what they say.
    """
    programs = require_programs()
    folder = Path(tempfile.mkdtemp(prefix="simulator-postgres-"))
    user = _unprivileged_user()
    password, port = secrets.token_hex(16), _free_port()
    (folder / "password").write_text(password, encoding="ascii")
    (folder / "password").chmod(0o600)
    if user:
        for path in (folder / "password", folder):
            shutil.chown(path, user)
    options = (f"-c {name}={value}" for name, value in (_OPTIONS | {"port": str(port)}).items())
    keeper = subprocess.Popen(
        ["/bin/sh", "-c", _KEEPER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        **_identity(),
        start_new_session=True,  # Ctrl-C is for us alone
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C.UTF-8",
            "programs": str(programs),
            "folder": str(folder),
            "user": USER,
            "ready": _READY,
            "options": " ".join(options),
        },
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        printed = ""
        for line in keeper.stdout:
            if line.strip() == _READY:
                break
            printed += line
        else:
            raise RuntimeError(f"PostgreSQL did not start.\n{printed}")
        yield Cluster(port, password, folder)
    finally:
        keeper.stdin.close()
        keeper.wait()
        keeper.stdout.close()


def _unprivileged_user() -> str | None:
    """Return who runs the server instead of root; None for us."""
    if os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in known)


def _identity() -> dict[str, Any]:
    """Return as whom its programs are run, as `subprocess` takes it."""
    user = _unprivileged_user()
    if user is None:
        return {}
    return {"user": user, "group": _group_of(user), "extra_groups": []}


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
