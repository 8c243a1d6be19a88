"""Files that are shipped are found in the package, and in a checkout beside it."""

from pathlib import Path

import pytest

from simulator import package_data

pytestmark = pytest.mark.requirement("SBX-14")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package, and beside it a folder `docs` that may be anybody's."""
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(package_data, "_PACKAGE", tmp_path / "simulator")
    return tmp_path / "simulator"


def test_an_installed_package_has_its_own(package: Path) -> None:
    own = package / "_fixtures/docs"
    own.mkdir(parents=True)

    assert package_data.find_folder("docs") == own


def test_a_checkout_has_them_beside_the_package(package: Path) -> None:
    assert package_data.find_folder("docs") == package.parent / "docs"
