"""The file that describes a real tenant: what it needs, and where its secrets come from."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.testing.target import TargetError, load

pytestmark = pytest.mark.requirement("SUITE-3")

TENANT: dict[str, Any] = {
    "systems": {"aihub": "https://app.workato.com", "identity": "https://id.workato.com"},
    "people": [
        {"name": "Ada Reyes", "email": "ada@acme.example", "password": "${ADA}", "role": "end user"}
    ],
    "servers": [{"name": "Procurement", "mcp_url": "https://1.apim.mcp.workato.com?t=${TOKEN}"}],
    "apps": [{"production_host": "acme.coupacloud.com", "people": []}],
}


def write(folder: Path, data: Any) -> Path:
    """The file with this in it."""
    file = folder / "tenant.yaml"
    file.write_text(data if isinstance(data, str) else yaml.safe_dump(data))
    return file


def test_secrets_come_from_the_environment(tmp_path: Path) -> None:
    tenant = load(write(tmp_path, TENANT), {"ADA": "s3cret", "TOKEN": "t"})

    assert tenant["people"][0]["password"] == "s3cret"
    assert tenant["people"][0]["groups"] == []
    assert tenant["servers"][0]["mcp_url"].endswith("?t=t")


def test_variables_that_are_not_set_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="environment variables: ADA, TOKEN"):
        load(write(tmp_path, TENANT), {})


def test_everything_that_is_missing_is_named(tmp_path: Path) -> None:
    people = [{"name": "Ada", "email": "a@b.example", "role": "end user"}]
    partial = TENANT | {"people": people, "apps": None}

    with pytest.raises(TargetError, match=r"lacks people\[0\]\.password, apps\."):
        load(write(tmp_path, partial), {})


@pytest.mark.parametrize("text", ["", "- a", "just text", "people: {}"])
def test_another_kind_of_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(TargetError, match="lacks systems"):
        load(write(tmp_path, text), {})


def test_what_is_no_yaml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="no YAML"):
        load(write(tmp_path, "a: ["), {})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"Cannot read the target .*nowhere\.yaml"):
        load(tmp_path / "nowhere.yaml", {})
