"""Apps are packages: ours, and those that an entry point names."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Column, ForeignKey, Integer, Table, inspect, text

from simulator import connectors, installed_apps
from simulator.connectors import CONNECTORS
from simulator.crypto import Keys
from simulator.db import Database, schema
from simulator.db.base import new_metadata
from simulator.db.tables import AppInstance
from simulator.errors import StartupError
from simulator.faults import Fault
from simulator.faults.incidents import incident_named
from simulator.installed_apps import Traffic
from simulator.sandbox.directory import carriers
from simulator.sandbox.directory.parameters import known_names
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.tools.requirements import ROOT


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

    folders = ROOT.glob("simulator/systems/apps/[!_]*/connector.py")
    ours = {each.parent.name: f"simulator.systems.apps.{each.parent.name}" for each in folders}
    assert dict(installed_apps.packages()) == ours
    for app in installed_apps.packages():
        for connector in connectors.of_app(app):
            assert connectors.app_of(connector.provider) == app
            assert CONNECTORS[connector.provider] is connector


#: Part → what the rooms that need it look for there.
PARTS = {
    "connector": "CONNECTOR",
    "app": "create_app",
    "scenario": "MODEL",
    "traffic": "TRAFFIC",
    "dialect": "DIALECT",
    "labels": "LABELS",
    "tables": "METADATA",
}


@pytest.mark.requirement("APP-1")
@pytest.mark.parametrize("part", PARTS)
def test_every_app_has_every_part(part: str) -> None:
    """And CONTRIBUTING.md names it."""
    assert f"`{part}` (" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for app, found in installed_apps.parts(part).items():
        # One connector, or several where Workato has one for each service.
        assert hasattr(found, PARTS[part]) or hasattr(found, f"{PARTS[part]}S"), app


@pytest.mark.requirement("APP-1")
def test_a_world_with_an_app_that_is_not_installed_does_not_start(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path / 'sandbox.db'}")
    with Simulator(settings) as simulator, simulator.world.db.unit() as session:
        session.add(AppInstance(host="acme.ledger.example", provider="ledger", name="Acme"))

    with pytest.raises(StartupError, match="the app 'ledger', whose package is not installed"):
        Simulator(settings)


@pytest.mark.requirement("APP-2")
def test_what_workato_knows_of_our_apps_is_what_they_serve() -> None:
    for app, declared in zip(installed_apps.packages(), installed_apps.traffic(), strict=True):
        for connector in connectors.of_app(app):
            urls = (connector.authorize_url, connector.token_url, connector.revoke_url)
            assert tuple(url and urlsplit(url).path for url in urls) == (
                declared.authorize,
                declared.token,
                declared.revoke,
            )


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

    assert "/rest/*" in fault.request.split(" | ")
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


class Tables(SimpleNamespace):
    """The part `tables` of another app."""

    def __init__(self, **more: Any) -> None:
        super().__init__(METADATA=new_metadata(), VERSION=1, **more)
        Table(
            *("ledger_entries", self.METADATA, Column("id", Integer, primary_key=True)),
            Column("host", ForeignKey(AppInstance.host)),
        )


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A database of ours, older than the other app."""
    made = Database(f"sqlite:///{tmp_path / 'here.db'}")
    assert schema.prepare(made, lambda: Keys("a master"))
    yield made
    made.close()


@pytest.fixture
def tables(db: Database, monkeypatch: pytest.MonkeyPatch) -> Tables:
    """Those of the app, which is installed later."""
    assert db.path, "it was made before"
    theirs, ours = Tables(), installed_apps.parts

    def parts(name: str) -> dict[str, Any]:
        return {**ours(name), **({"ledger": theirs} if name == "tables" else {})}

    monkeypatch.setattr(installed_apps, "parts", parts)
    return theirs


def started(db: Database) -> set[str]:
    """The columns of the other app's table after a start."""
    assert not schema.prepare(db, lambda: Keys("a master"))
    return {column["name"] for column in inspect(db.engine).get_columns("ledger_entries")}


@pytest.mark.requirement("APP-6")
def test_an_app_that_is_installed_later_gets_its_tables(db: Database, tables: Tables) -> None:
    """They may refer to ours, and a reset empties them first."""
    assert started(db) == started(db) == {"id", "host"}

    (table,) = tables.METADATA.sorted_tables
    with db.unit() as session:
        session.add(AppInstance(host="acme.ledger.example", provider="ledger", name="Acme"))
        session.flush()
        session.execute(table.insert().values(id=1, host="acme.ledger.example"))
    with db.unit() as session:
        schema.wipe(db)
        assert session.execute(table.select()).all() == []


@pytest.mark.requirement("APP-6")
def test_a_newer_app_upgrades_its_tables_and_nobody_else_s(db: Database, tables: Tables) -> None:
    started(db)
    tables.VERSION = 3
    tables.UPGRADES = {
        1: lambda connection: connection.execute(text("ALTER TABLE ledger_entries ADD a TEXT")),
        2: lambda connection: connection.execute(text("ALTER TABLE ledger_entries ADD b TEXT")),
    }

    assert started(db) == started(db) == {"id", "host", "a", "b"}


@pytest.mark.requirement("APP-6")
@pytest.mark.parametrize("version", [0, 2])
def test_tables_that_the_app_cannot_read_are_refused(
    db: Database, tables: Tables, version: int
) -> None:
    """It is older than they are, or has no way to its own version."""
    started(db)
    tables.VERSION = version

    with pytest.raises(StartupError, match=rf"'ledger' .* version 1, .* has version {version}"):
        started(db)


@pytest.mark.requirement("APP-3")
def test_hosts_beside_an_instance_s_own_are_known(ledger: Traffic) -> None:
    split = replace(ledger, hosts={"login.example": ("/authorize", "/enter/*")}, sign_in="/enter/x")

    served = [
        (path, split.serves("login.example", path), split.serves("acme.example", path))
        for path in ("/authorize", "/enter", "/enter/x", "/tokens", "/rest")
    ]
    assert served == [
        ("/authorize", True, False),
        ("/enter", True, False),
        ("/enter/x", True, True),
        ("/tokens", False, True),
        ("/rest", False, True),
    ]
    assert split.is_api("/rest")
    assert installed_apps.further_hosts("not-installed") == ()
