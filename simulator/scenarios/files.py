"""Where scenario files are, and what can be said of them without checking them."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import ScenarioError
from simulator.package_data import find_folder

if TYPE_CHECKING:  # pragma: no cover
    from simulator.scenarios.reading import Source
    from simulator.scenarios.schema import Scenario

#: The `Fact` that says which scenario a database was made from.
SCENARIO_FACT = "scenario"


def folder() -> Path:
    """The shipped scenarios: of the checkout, or of the installed package."""
    return find_folder("fixtures/scenarios")


def names() -> list[tuple[str, str]]:
    """The shipped scenarios as (name, title), by name; a file that cannot be read has no title."""
    return [(path.stem, _title(path)) for path in sorted(folder().glob("*.yaml"))]


def _title(path: Path) -> str:
    try:
        title = _data(path).get("title")
    except ScenarioError:
        return ""
    return title if isinstance(title, str) else ""


def find(name_or_path: str | Path) -> Path:
    """The file of a scenario: a shipped one by its name, any other by its path (`….yaml`).

    Raises:
        ScenarioError: there is none.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, str) and Path(text).name == text and not text.endswith(".yaml"):
        path = folder() / f"{text}.yaml"
        if _is_file(path):
            return path
        known = ", ".join(name for name, _title in names()) or "none"
        raise ScenarioError(
            f"There is no scenario '{text}'. Shipped: {known}. Another file is named by its path, "
            f"such as ./{text or 'mine'}.yaml."
        )
    path = Path(text)
    if not _is_file(path):
        raise ScenarioError(f"There is no scenario file {text}.")
    return path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # no file can have such a name, or it must not be looked for there
        return False


def load(name_or_path: str | Path, *, is_prepared: bool = False) -> "Scenario":
    """Read a scenario and check it, its references included.

    Args:
        name_or_path: the name or path as `find` takes it.
        is_prepared: the apps' rows were made of it before: their records, and references, which
            are right then, are not looked at.

    Raises:
        ScenarioError: there is no such file, or it is wrong: one line per mistake, each
            `file:line: where: expected …, found …`.
    """
    path = find(name_or_path)
    shipped = path.parent == folder()
    name = path.stem if shipped else str(path.resolve())
    return _checked(path, name, path.stat().st_mtime_ns, is_prepared)


@lru_cache(maxsize=8)
def _checked(path: Path, name: str, changed: int, is_prepared: bool) -> "Scenario":
    """Checked once for each change of the file: a reset loads its scenario every time."""
    from simulator.scenarios.checking import check

    return check(_source(path, changed), name=name, is_prepared=is_prepared)


def passwords(name_or_path: str | Path) -> dict[tuple[str, str], str]:
    """The passwords that a scenario gives its people, read without checking the rest of it.

    Returns:
        `("collaborators", e-mail)`, `("end_users", e-mail)` or `(host of an app, login)` →
        password; e-mails and hosts in lower case.

    Raises:
        ScenarioError: there is no such file, or it is no YAML.
    """
    data = _data(find(name_or_path))
    found: dict[tuple[str, str], str] = {}
    for section in ("collaborators", "end_users"):
        for person in _mappings(data.get(section)):
            found[section, str(person.get("email")).lower()] = str(person.get("password"))
    for app in _mappings(data.get("apps")):
        for user in _mappings(app.get("users")):
            found[str(app.get("host")).lower(), str(user.get("login"))] = str(user.get("password"))
    return found


def api_tokens(name_or_path: str | Path) -> set[str]:
    """The tokens that a scenario gives its API clients, read without checking the rest of it.

    Raises:
        ScenarioError: there is no such file, or it is no YAML.
    """
    clients = _mappings(_data(find(name_or_path)).get("api_clients"))
    return {str(client.get("token")) for client in clients}


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    return (item for item in value or () if isinstance(item, dict))


def _data(path: Path) -> dict[str, Any]:
    data = _source(path, path.stat().st_mtime_ns).data
    return data if isinstance(data, dict) else {}


@lru_cache(maxsize=8)
def _source(path: Path, _changed: int) -> "Source":
    """Read once for each change of the file: it is both checked and asked for passwords."""
    from simulator.scenarios.reading import Source

    return Source.read(path)
