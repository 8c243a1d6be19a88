"""PostgreSQL's server programs: found on this machine, or installed with Debian's package."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from simulator.testing.installing import apt_get, as_root, run

#: What has to be in the folder.
PROGRAMS = ("initdb", "pg_ctl", "postgres")
#: Folders of folders of versions; Debian puts none of the programs on the path.
USUAL_PLACES = (
    *(Path("/usr/lib/postgresql"), Path("/usr/local/lib/postgresql")),
    *(Path("/opt/homebrew/opt"), Path("/usr/local/opt")),
)
DEBIAN_PACKAGE = "postgresql"
MISSING = (
    "no server programs found. Install PostgreSQL (Debian: apt-get install postgresql), or name"
    " the folder of initdb: POSTGRES_BIN=/usr/lib/postgresql/15/bin."
)


class PostgresMissingError(RuntimeError):
    """Raised when PostgreSQL is needed and the machine has none; the message says what to do."""


def find_programs() -> Path | None:
    """Return the folder of the server programs that POSTGRES_BIN names, else the newest one."""
    configured = os.environ.get("POSTGRES_BIN")
    if configured:
        return Path(configured) if _is_whole(Path(configured)) else None
    return next(filter(_is_whole, _candidates()), None)


def require_programs() -> Path:
    """Return the folder as `find_programs` does.

    Raises:
        PostgresMissingError: there is none.
    """
    found = find_programs()
    if found:
        return found
    configured = os.environ.get("POSTGRES_BIN")
    raise PostgresMissingError(
        f"POSTGRES_BIN={configured} lacks one of {', '.join(PROGRAMS)}." if configured else MISSING
    )


def find_obstacle() -> str | None:
    """Return why no server can be run here; None where one can."""
    try:
        require_programs()
    except PostgresMissingError as error:
        return str(error)
    if os.geteuid() == 0 and not _knows_other_users():
        return "its server refuses to be run by root, and this user namespace knows root alone."
    return None


def _knows_other_users() -> bool:
    """Whether root can run a program as somebody else (user_namespaces(7))."""
    mapped = Path("/proc/self/uid_map")
    if not mapped.is_file():
        return True
    return sum(int(line.split()[2]) for line in mapped.read_text("ascii").splitlines()) > 1


def install() -> Path:
    """Find the programs, or install Debian's package.

    Raises:
        PostgresMissingError: neither way led to them.
    """
    root = as_root()
    apt_is_there = shutil.which("apt-get") and root is not None
    if find_programs() is None and not os.environ.get("POSTGRES_BIN") and apt_is_there:
        apt = apt_get(root or [])
        run([*apt, "update"]) and run([*apt, "install", "--no-install-recommends", DEBIAN_PACKAGE])
    return require_programs()


def _candidates() -> Iterator[Path]:
    found = shutil.which("initdb")
    if found:
        yield Path(found).resolve().parent
    for place in USUAL_PLACES:
        yield from sorted(place.glob("*/bin"), key=_version, reverse=True)


def _version(folder: Path) -> int:
    number = re.search(r"(\d+)$", folder.parent.name)
    return int(number[1]) if number else 0


def _is_whole(folder: Path) -> bool:
    return all(shutil.which(name, path=str(folder)) for name in PROGRAMS)
