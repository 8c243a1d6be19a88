"""Packages are read from where people have them, and their references are followed."""

import unicodedata
import zipfile
from pathlib import Path

import pytest

from simulator.domain.packages import reading, resolution
from tests.packages import connection, recipe, reference, to_folder, to_zip

pytestmark = pytest.mark.requirement("PKG-1")


def test_a_folder_is_one_project_named_after_it(tmp_path: Path) -> None:
    folder = to_folder(
        tmp_path / "Helpdesk",
        {
            "project.json": {"description": "Tickets", "color": "blue", "icon": "x"},
            "echo.recipe.json": recipe(),
            "Agents/server.mcp_server.json": {"name": "Desk", "tools": []},
            "Agents/server_board.bin": b"\0page",
            "notes.md": "not exported",
            ".git/config": "nor this",
            "node_modules/x/y.recipe.json": "nor this",
        },
    )

    package = reading.read_path(folder)

    (project,) = package.projects
    assert (project.name, project.description) == ("Helpdesk", "Tickets")
    assert [each.zip_name for each in project.assets] == [
        "Agents/server.mcp_server.json",
        "Agents/server_board.bin",
        "echo.recipe.json",
        "project.json",
    ]
    assert package.remarks == ()


@pytest.mark.requirement("PKG-64")
def test_a_zip_keeps_every_file_but_litter(tmp_path: Path) -> None:
    file = tmp_path / "helpdesk-12.zip"
    file.write_bytes(
        to_zip(
            {
                "echo.recipe.json": recipe(),
                "package.manifest": "version: 3",
                "topics/new.topic.json": {"name": "New"},
                "__MACOSX/._echo.recipe.json": "x",
                "helpdesk.zip": b"half of this very file",
                "start.lcap_page.zip": b"what the page shows",
            }
        )
    )

    (project,) = reading.read_path(file).projects

    assert project.name == "helpdesk-12"
    assert sorted(project.by_zip_name) == [
        "echo.recipe.json",
        "package.manifest",
        "start.lcap_page.zip",
        "topics/new.topic.json",
    ]
    assert [each.kind for each in project.assets] == ["recipe", "", "", "topic"]


def test_a_checkout_has_a_project_for_each_folder_that_says_so(tmp_path: Path) -> None:
    folder = to_folder(
        tmp_path,
        {
            ".workatoenv": {"project_name": "Whole", "project_path": "projects/a"},
            "projects/a/.workatoenv": {"project_id": 7, "project_name": "Alpha", "folder_id": 8},
            "projects/a/call.recipe.json": recipe(
                "Call", block=[{"keyword": "action", "input": {
                    "flow_id": reference("Beta/deep/echo.recipe.json", "Echo", "Beta/deep")}}]
            ),
            "projects/b/project.json": {"name": "Beta"},
            "projects/b/deep/echo.recipe.json": recipe(),
        },
    )  # fmt: skip

    package = reading.read_path(folder)

    assert [project.name for project in package.projects] == ["Alpha", "Beta"]
    alpha, beta = package.projects
    (call,) = alpha.assets
    found = resolution.resolve(package, alpha, call, call.references[0])
    assert found == resolution.Found(project=beta, asset=beta.assets[0])
    assert resolution.list_unresolved(package) == []


@pytest.mark.parametrize(
    "referring, target, written",
    [
        ("call.recipe.json", "x.connection.json", "x.connection.json"),
        ("a/call.recipe.json", "a/x.connection.json", "x.connection.json"),
        ("w/a/call.recipe.json", "w/Shared/x.connection.json", "Shared/x.connection.json"),
        ("call.recipe.json", "x.connection.json", "Home/Deep/x.connection.json"),
    ],
)
def test_a_reference_is_followed(referring: str, target: str, written: str) -> None:
    entry = {"keyword": "application", "provider": "jira", "account_id": reference(written, "X")}
    files = {referring: recipe("Call", [entry]), target: connection("X")}
    package = reading.read_zip(to_zip(files), "P")

    (project,) = package.projects
    call = project.by_zip_name[referring]
    found = resolution.resolve(package, project, call, call.references[0])

    assert found is not None
    assert found.asset.zip_name == target


def test_a_reference_to_nothing_is_listed_with_whether_it_leads_to_another_project() -> None:
    near, far = reference("x.connection.json", "X"), reference("Far/y.connection.json", "Y", "Far")
    entries = [{"provider": "jira", "account_id": near}, {"provider": "coupa", "account_id": far}]
    package = reading.read_zip(to_zip({"call.recipe.json": recipe("Call", entries)}), "P")

    one, other = resolution.list_unresolved(package)

    assert not resolution.may_be_missing(package, one)
    assert str(resolution.refuse(one)).startswith(
        "call.recipe.json: refers to x.connection.json ('X'), which is not in the package."
    )
    assert resolution.may_be_missing(package, other)


def test_an_endpoint_of_another_tool_is_kept_with_a_remark() -> None:
    files = {"echo.recipe.json": recipe(), "e.api_endpoint.json": {"recipe_name": "echo"}}

    package = reading.read_zip(to_zip(files), "P")

    assert package.remarks == (
        "e.api_endpoint.json: refers to no recipe and API collection by zip_name; it is kept as "
        "it is.",
    )


def test_what_is_new_of_a_server_is_told_of_and_does_no_harm() -> None:
    server = {"name": "S", "auth_type": "passkey", "tools_type": "everything", "tools": []}

    remarks = reading.read_zip(to_zip({"s.mcp_server.json": server}), "P").remarks

    assert [each.partition(";")[0] for each in remarks] == [
        "s.mcp_server.json: 'auth_type' is 'passkey', and taken for a token",
        "s.mcp_server.json: 'tools_type' is 'everything', taken for project_assets",
    ]


def test_what_nothing_here_is_made_of_may_be_missing() -> None:
    topic = {"name": "Page", "topic": reference("t.topic.json", "T")}
    package = reading.read_zip(to_zip({"p.lcap_page.json": topic}), "P")

    (missing,) = resolution.list_unresolved(package)

    assert resolution.may_be_missing(package, missing)


def test_names_in_any_script_are_read_and_followed(tmp_path: Path) -> None:
    far = "\u7d4c\u8cbb\u3000\u7cbe\u7b97/caf\u00e9.connection.json"
    entry = {"provider": "jira", "account_id": reference(far, "Caf\u00e9", "x")}
    files = {"a.recipe.json": recipe("A", [entry]), far: connection("Caf\u00e9")}
    apart = {unicodedata.normalize("NFD", name): each for name, each in files.items()}
    unmarked = to_zip(files)
    for header, flags in ((b"PK\x03\x04\x14\x00", b""), (b"PK\x01\x02\x14\x03", b"\x14\x00")):
        start = header + flags + b"\x00"
        unmarked = unmarked.replace(start + b"\x08", start + b"\x00")

    for package in (
        reading.read_zip(to_zip(files), "P"),
        reading.read_zip(unmarked, "P"),
        reading.read_path(to_folder(tmp_path / "nfd", apart)),
    ):
        assert resolution.list_unresolved(package) == []
        assert far in package.projects[0].by_zip_name
    assert unmarked != to_zip(files)


def test_a_stored_zip_is_as_good_as_a_deflated_one(tmp_path: Path) -> None:
    file = tmp_path / "p.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("topic.topic.json", '\ufeff{"name": "T"}'.encode())

    (project,) = reading.read_path(file).projects

    assert project.assets[0].name == "T"
