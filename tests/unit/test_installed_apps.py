"""Apps are packages: ours, and those that an entry point names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator import installed_apps
from simulator.connectors import CONNECTORS
from simulator.errors import StartupError


@pytest.fixture(autouse=True)
def _looked_up_anew() -> Iterator[None]:
    installed_apps.packages.cache_clear()
    yield
    installed_apps.packages.cache_clear()


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
