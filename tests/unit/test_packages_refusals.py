"""What is no package is refused: the file, the reason, and no other exception."""

import io
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.packages import reading
from simulator.domain.packages.model import Package
from simulator.domain.packages.refusals import PackageError
from tests.packages import recipe, to_folder, to_zip

pytestmark = pytest.mark.requirement("PKG-2")

GOOD = {"echo.recipe.json": recipe()}


def refusal(content: bytes) -> PackageError:
    """The refusal of a zip."""
    with pytest.raises(PackageError) as caught:
        reading.read_zip(content, "P")
    return caught.value


def entry(name: str, mode: int = 0o644) -> zipfile.ZipInfo:
    """A file with a name as it is written, whatever Python would make of it."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = mode << 16
    return info


def zip_with(info: zipfile.ZipInfo, content: bytes = b"{}", times: int = 1) -> bytes:
    """A good zip with one more entry."""
    written = io.BytesIO(to_zip(GOOD))
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as archive:
        for _ in range(times):
            archive.writestr(info, content)
    return written.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "../up.json",
        "a/../../up.json",
        "/etc/x.json",
        "C:/x.json",
        "a\\..\\x.json",
        "~/x.json",
        "./x",
    ],
)
def test_a_name_that_leads_elsewhere(name: str) -> None:
    error = refusal(zip_with(entry(name)))

    assert error.file == name
    assert "a file's name must" in error.reason


def test_a_symbolic_link() -> None:
    error = refusal(zip_with(entry("link.recipe.json", stat.S_IFLNK | 0o777), b"/etc/passwd"))

    assert str(error) == "link.recipe.json: is a symbolic link; a package has files alone."


def test_a_symbolic_link_in_a_folder(tmp_path: Path) -> None:
    folder = to_folder(tmp_path / "p", GOOD)
    (folder / "link.recipe.json").symlink_to("/etc/passwd")

    with pytest.raises(PackageError, match=r"link\.recipe\.json: is a symbolic link"):
        reading.read_path(folder)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_file_twice() -> None:
    error = refusal(zip_with(entry("a.topic.json"), times=2))

    assert str(error) == "a.topic.json: is in the package twice."


def test_a_zip_bomb() -> None:
    error = refusal(zip_with(entry("bomb.recipe.json"), b" " * (3 * 2**20)))

    assert error.file == "bomb.recipe.json"
    assert "more than 200 times its size" in error.reason


def test_a_file_that_says_that_it_is_huge() -> None:
    content = bytearray(zip_with(entry("huge.recipe.json")))
    at = content.rindex(b"huge.recipe.json") - 46  # of the central directory's entry
    content[at + 24 : at + 28] = (30 * 2**20).to_bytes(4, "little")
    content[at + 20 : at + 24] = (29 * 2**20).to_bytes(4, "little")

    error = refusal(bytes(content))

    assert str(error) == "huge.recipe.json: a file has at most 20 MB."


@pytest.mark.parametrize("cut", [10, 100, -10, -60])
def test_a_zip_that_was_cut_off(cut: int) -> None:
    error = refusal(to_zip(GOOD)[:cut])

    assert error.file == ""
    assert error.reason.startswith("The zip is damaged (")


def test_a_zip_with_damage_inside() -> None:
    content = bytearray(to_zip(GOOD))
    content[60] ^= 0xFF

    assert refusal(bytes(content)).file == "echo.recipe.json"


@pytest.mark.requirement("PKG-95")
@pytest.mark.parametrize(
    "name, content, reason",
    [
        ("a.recipe.json", "{", "The file is not JSON in UTF-8."),
        ("a.recipe.json", b"\xff\xfe{}", "The file is not JSON in UTF-8."),
        ("a.recipe.json", '{"a": 1, "a": 2}', "An object in the file has the same key twice."),
        ("a.recipe.json", "[" * 200 + "]" * 200, "The file nests deeper than 100 levels."),
        ("a.recipe.json", "[" * 99999, "The file is not JSON in UTF-8."),
        ("a.recipe.json", "NaN", "NaN is no number in JSON (RFC 8259 6)."),
        ("a.recipe.json", "[]", "must be a JSON object."),
        ("project.json", "[]", "must be a JSON object."),
        ("a.recipe.json", {"name": "A"}, "'code' must be an object: the trigger's block."),
        ("a.recipe.json", {"name": "A", "code": []}, "'code' is a list; it must be"),
        ("a.recipe.json", {"name": 3, "code": {}}, "'name' must be a text"),
        ("a.recipe.json", {"code": {"keyword": 1}}, "code.keyword must be a text"),
        (
            "a.recipe.json",
            {"code": {"keyword": "trigger", "block": [{"keyword": "if", "block": [1]}]}},
            "code.block[0].block must be a list of steps.",
        ),
        (
            "a.recipe.json",
            {"code": {"keyword": "trigger"}, "config": [{}]},
            "config[0].provider must be a text.",
        ),
        ("a.connection.json", {"name": "A"}, "'provider' must name the app"),
        (
            "a.mcp_server.json",
            {"tools": [{"tool": "ref_1"}], "references": {}},
            "tools[0] refers to nothing that 'references' has: 'ref_1'.",
        ),
        (
            "a.mcp_server.json",
            {"name": "A", "apps": [{"name": "Job Board"}]},
            "key not found: the page of the app 'Job Board' must be the file a_job_board.bin.",
        ),
        ("a.mcp_server.json", {"name": "A", "apps": "x"}, "'apps' must be a list of objects."),
    ],
)
def test_a_file_of_the_wrong_shape(name: str, content: Any, reason: str) -> None:
    error = refusal(to_zip({**GOOD, name: content}))

    assert error.file == name
    assert error.reason.startswith(reason)


@pytest.mark.requirement("PKG-95")
def test_an_app_with_its_page_is_kept_and_remarked_on_beside_a_collection() -> None:
    manifest = {"name": "A", "apps": [{"name": "Board"}], "tools_type": "api_collection"}
    files = {**GOOD, "a.mcp_server.json": manifest, "a_board.bin": b"<p>"}

    package = reading.read_zip(to_zip(files), "P")

    assert "a_board.bin" in package.projects[0].by_zip_name
    assert package.remarks == (
        "a.mcp_server.json: MCP Apps do not work with an API collection.",
    )  # fmt: skip


def test_two_projects_of_one_name(tmp_path: Path) -> None:
    projects = {f"{each}/project.json": {"name": "Same"} for each in "ab"}
    recipes = {f"{each}/echo.recipe.json": recipe() for each in "ab"}

    with pytest.raises(PackageError, match="b: is a project named 'Same', and so is a"):
        reading.read_path(to_folder(tmp_path, {**projects, **recipes}))


def test_a_path_without_an_export(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="There is no folder and no zip at"):
        reading.read_path(tmp_path / "nothing")
    with pytest.raises(PackageError, match="has no file of an export"):
        reading.read_path(tmp_path)
    with pytest.raises(PackageError, match="has no file of an export"):
        reading.read_zip(to_zip({"notes.txt": "x"}), "P")


def read_or_refused(content: bytes) -> Package | None:
    """What a zip is; None for a refusal. Any other exception fails the test."""
    try:
        return reading.read_zip(content, "P")
    except PackageError:
        return None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["code", "block", "config", "name", "zip_name", "tools", "references"])
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    document=JSON,
    kind=st.sampled_from(["recipe", "connection", "mcp_server", "agentic_skill", "api_endpoint"]),
)
def test_any_json_is_read_or_refused(document: Any, kind: str) -> None:
    files = {f"a.{kind}.json": document}

    package = read_or_refused(to_zip(files))

    assert package is None or package.projects[0].assets[0].document == document


@given(at=st.integers(min_value=0), with_byte=st.integers(0, 255))
def test_a_zip_with_any_byte_changed_is_read_or_refused(at: int, with_byte: int) -> None:
    content = bytearray(to_zip(GOOD))
    content[at % len(content)] = with_byte

    package = read_or_refused(bytes(content))

    assert package is None or package.projects
