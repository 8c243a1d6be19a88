"""The page of a long import: it says how far it is, and leads to what became of it."""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from simulator.db.tables import PackageAsset, Project, Recipe
from simulator.systems.aihub.package_import import LONG
from tests.contract.aihub_world import Hub, HubBrowser, hub, text_of
from tests.packages import recipe, reference, to_zip

__all__ = ["hub"]  # the fixture
pytestmark = pytest.mark.requirement("PKG-92")


def many(name: str = "R") -> dict[str, Any]:
    """A package that is just long."""
    return {f"{number}.recipe.json": recipe(f"{name} {number}") for number in range(LONG)}


@pytest.fixture
def builder(hub: Hub) -> HubBrowser:
    """The browser of a collaborator who is no admin."""
    return hub.browser("builder")


def send(builder: HubBrowser, files: Mapping[str, Any], accept: str = "text/html") -> TestResponse:
    """Drop a package at the page Projects; what comes back is read by whoever wants to."""
    form = {
        "csrf_token": builder.token_on(builder.get("/projects").text),
        "environment": "1",
        "project": "Large",
        "start": "yes",
        "package": (BytesIO(to_zip(files)), "large.zip"),
    }
    return builder.http.post("/projects", data=form, headers={"Accept": accept})


def result_of(builder: HubBrowser, page: str) -> TestResponse:
    """Go where the page of an import leads."""
    (address,) = re.findall(r'content="0; url=([^"]+)"', page)
    assert f'<a href="{address}">Show the result</a>' in page
    return builder.get(address)


def test_a_long_import_says_how_far_it_is_and_leads_to_its_result(builder: HubBrowser) -> None:
    page = send(builder, many()).text

    assert "Importing Large" in page
    values = [int(each) for each in re.findall(r'<progress max="100" value="(\d+)"', page)]
    assert values == sorted(values)
    assert len(values) == LONG * 2 + 1
    assert f"Storing files: 12 of {LONG}" in page
    assert f"Building recipes and servers: 12 of {LONG}" in page
    for _ in range(2):  # again by Back or Reload, and nothing is sent twice
        result = result_of(builder, page)
        assert result.status_code == 200
        assert f"{LONG} added, 0 changed, 0 unchanged." in text_of(result)
    assert f"0 added, 0 changed, {LONG} unchanged." in text_of(
        result_of(builder, send(builder, many()).text)
    )


def test_what_is_wrong_with_it_stands_at_the_field_and_nothing_is_imported(
    hub: Hub, builder: HubBrowser
) -> None:
    entry = {"provider": "jira", "account_id": reference("gone.connection.json", "Gone")}

    page = send(builder, many() | {"last.recipe.json": recipe("Last", [entry])}).text

    refused = result_of(builder, page)
    assert refused.status_code == 422
    assert "Nothing was imported. last.recipe.json: refers to gone.connection" in text_of(refused)
    assert 'name="project" value="Large"' in re.sub(r"\s+", " ", refused.text)
    with hub.world.db.reading() as session:
        assert not session.scalars(select(Project).where(Project.name == "Large")).all()
        assert not session.scalar(select(func.count()).select_from(PackageAsset))


def test_what_fails_for_another_reason_is_told_where_it_was_and_nothing_is_imported(
    hub: Hub, builder: HubBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("simulator.systems.aihub.package_import.lint_package", fail)

    page = send(builder, many())

    assert "Nothing was imported. The simulator failed; its log has the" in text_of(page)
    assert "secret" not in page.text
    with hub.world.db.reading() as session:
        assert not session.scalars(select(Project).where(Project.name == "Large")).all()


def test_the_import_goes_on_when_its_page_is_left(hub: Hub, builder: HubBrowser) -> None:
    answer = send(builder, many())
    next(answer.iter_encoded())

    answer.close()

    with hub.world.db.reading() as session:
        stored = select(func.count()).select_from(Recipe).where(Recipe.name.startswith("R "))
        assert session.scalar(stored) == LONG


def test_programs_and_short_imports_are_answered_at_once(builder: HubBrowser) -> None:
    short = send(builder, {"a.recipe.json": recipe("A")})
    assert short.status_code == 303
    assert "1 added" in text_of(builder.get(short.headers["Location"]))

    long = send(builder, many(), accept="*/*")
    assert f"{LONG} added" in text_of(long)
