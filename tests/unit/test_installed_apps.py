"""Apps are packages: ours, and those that an entry point names."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, Table, inspect

from simulator import installed_apps
from simulator.connectors import CONNECTORS
from simulator.crypto import Keys
from simulator.db import Database, schema
from simulator.db.tables import Base
from simulator.errors import StartupError
from simulator.faults import Fault
from simulator.faults.incidents import incident_named
from simulator.installed_apps import Traffic
from simulator.sandbox.directory import carriers
from simulator.sandbox.directory.parameters import known_names
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.requirements import ROOT


@pytest.fixture(autouse=True)
def _looked_up_anew() -> Iterator[None]:
    installed_apps.packages.cache_clear()
    yield
    installed_apps.packages.cache_clear()


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Traffic:
    """Another app beside ours, with routes of its own."""
    theirs = Traffic(
        api=("/rest/*",),
        authorize="/authorize",
        token="/tokens",
        pages=(("* /enter", ("nickname",)),),
        parameters=lambda: [("GET /rest/*", ("after",))],
    )
    both = [*installed_apps.traffic(), theirs]
    monkeypatch.setattr(installed_apps, "traffic", lambda: both)
    return theirs


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for distributions of others, which are found as installed ones are."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def distribution(folder: Path, name: str, entry_point: str) -> None:
    """What an installer leaves of a distribution that names an app."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[simulator.apps]\n{entry_point}\n")


@pytest.mark.requirement("APP-1")
def test_our_apps_are_found_without_an_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed_apps, "entry_points", lambda **_: ())

    assert dict(installed_apps.packages()) == {"coupa": "simulator.systems.apps.coupa"}
    for app, part in installed_apps.parts("connector").items():
        assert part.CONNECTOR.provider == app
        assert CONNECTORS[app] is part.CONNECTOR


#: Part → what the rooms that need it look for there.
PARTS = {
    "connector": "CONNECTOR",
    "app": "create_app",
    "scenario": "MODEL",
    "traffic": "TRAFFIC",
    "dialect": "DIALECT",
    "labels": "LABELS",
    "tables": "Base",
}


@pytest.mark.requirement("APP-1")
@pytest.mark.parametrize("part", PARTS)
def test_every_app_has_every_part(part: str) -> None:
    """And CONTRIBUTING.md names it."""
    assert f"`{part}` (" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for app, found in installed_apps.parts(part).items():
        assert hasattr(found, PARTS[part]), app


@pytest.mark.requirement("APP-2")
def test_what_workato_knows_of_our_apps_is_what_they_serve() -> None:
    for app, declared in zip(installed_apps.packages(), installed_apps.traffic(), strict=True):
        connector = CONNECTORS[app]
        paths = (connector.authorize_path, connector.token_path, connector.revoke_path)
        assert paths == (declared.authorize, declared.token, declared.revoke)


@pytest.mark.requirement("APP-1")
def test_an_app_of_another_package_is_found(install: Path) -> None:
    distribution(install, "acme-ledger", "ledger = acme_ledger")
    (install / "acme_ledger").mkdir()
    (install / "acme_ledger" / "__init__.py").touch()
    (install / "acme_ledger" / "connector.py").write_text("CONNECTOR = 'theirs'\n")

    assert installed_apps.packages()["ledger"] == "acme_ledger"
    assert installed_apps.part("ledger", "connector").CONNECTOR == "theirs"
    with pytest.raises(StartupError, match=r"The app 'ledger' has no module acme_ledger\.app\."):
        installed_apps.part("ledger", "app")


@pytest.mark.requirement("APP-1")
def test_a_part_that_lacks_a_library_says_which(install: Path) -> None:
    distribution(install, "acme-orders", "orders = acme_orders")
    (install / "acme_orders").mkdir()
    (install / "acme_orders" / "app.py").write_text("import no_such_library\n")

    with pytest.raises(ModuleNotFoundError, match="no_such_library"):
        installed_apps.part("orders", "app")


@pytest.mark.requirement("APP-1")
def test_a_second_package_of_the_same_name_is_refused(install: Path) -> None:
    distribution(install, "acme-coupa", "coupa = acme_coupa")

    with pytest.raises(StartupError, match=r"provide the app 'coupa': .* and acme_coupa\."):
        installed_apps.packages()


@pytest.mark.requirement("APP-2")
@pytest.mark.usefixtures("ledger")
def test_an_incident_of_apps_strikes_the_api_of_each() -> None:
    (attributes,) = incident_named("app-slow").faults()
    fault = Fault(**attributes)

    assert fault.request == "/api/* | /rest/*"
    for path, fits in (("/api/users/me", True), ("/rest/1", True), ("/tokens", False)):
        assert fault.fits("app:acme.ledger.example", "GET", path) is fits


@pytest.mark.requirement("APP-2")
@pytest.mark.usefixtures("ledger")
def test_people_and_parameters_are_told_by_the_routes_that_an_app_declares() -> None:
    app = ["app:acme.ledger.example"]

    assert carriers.can_be_of_a_tool("GET /rest/1", app)
    assert carriers.can_be_of_a_tool("POST /tokens", app)
    assert not carriers.can_be_of_a_tool("POST /authorize", app)
    assert carriers.can_be_somebodys("GET /authorize", app)
    assert not carriers.can_be_somebodys("GET /enter", app)
    assert "nickname" in known_names("POST /enter", app)
    assert "after" in known_names("GET /rest/1", app)
    assert "after" not in known_names("GET /api/users", app)


@pytest.mark.requirement("APP-2")
@pytest.mark.parametrize("request_", ["POST /nowhere | /api/*", "/api/* | POST /nowhere"])
def test_a_fault_can_be_meant_for_one_or_the_other(request_: str) -> None:
    with Simulator(Settings(database="memory")) as simulator:
        faults = simulator.faults

        assert faults.add(request_, system="app:*", status=503).number == 1
        with pytest.raises(ValueError, match=r"serves 'POST /nowhere \| POST /neither'"):
            faults.add("POST /nowhere | POST /neither", system="app:*", status=503)


@pytest.mark.requirement("APP-1")
def test_an_app_that_is_installed_later_gets_its_tables(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'here.db'}")
    assert schema.prepare(db, lambda: Keys("a master"))
    table = Table("ledger_entries", Base.metadata, Column("id", Integer, primary_key=True))
    try:
        assert not schema.prepare(db, lambda: Keys("a master"))
        assert "ledger_entries" in inspect(db.engine).get_table_names()
    finally:
        Base.metadata.remove(table)
        db.close()
