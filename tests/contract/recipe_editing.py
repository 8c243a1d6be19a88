"""What tests of the recipe editor do with its forms."""

import html
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from simulator.db.tables import Recipe
from tests.contract.aihub_world import Hub, HubBrowser, hub, text_of

__all__ = ["hub"]  # the fixture
STATUS, LIMIT = 'value:["input","status"]', 'value:["input","limit"]'


@pytest.fixture
def builder(hub: Hub) -> HubBrowser:
    """The browser of a collaborator who is no admin."""
    return hub.browser("builder")


def code(hub: Hub, number: int = 3) -> Any:
    """A recipe's code as it is in the database now."""
    return hub.read(Recipe, number).code


def version(hub: Hub, number: int = 3) -> str:
    return str(hub.read(Recipe, number).version_no)


def at(step: int, recipe: int = 3) -> str:
    return f"/recipes/{recipe}/edit?step={step}"


def save(
    hub: Hub, browser: HubBrowser, step: int, recipe: int = 3, /, **fields: Any
) -> TestResponse:
    """Send the form of a step, as of the newest version unless told otherwise."""
    fields = {"version": version(hub, recipe), "do": "save", **fields}
    return browser.post(f"/recipes/{recipe}/steps/{step}/inputs", at(step, recipe), **fields)


def add(hub: Hub, browser: HubBrowser, kind: str, recipe: int = 3, /, **place: Any) -> int:
    """Add a step; returns its number."""
    page = f"/recipes/{recipe}/steps/new"
    fields = {"version": version(hub, recipe), "into": "0", "kind": kind, **place}
    answer = browser.post(page, page, **fields)
    assert answer.status_code == 303, text_of(answer)
    return int(re.findall(r"step=(\d+)", answer.headers["Location"])[0])


def error_beside(answer: TestResponse, label: str) -> str:
    """The sentence beside the field with a label."""
    assert answer.status_code == 422, text_of(answer)
    (field,) = re.findall(rf'for="(input-\d+)[^>]*>{label}', answer.text)
    (found,) = re.findall(rf'id="{field}-error">(.*?)</div>', answer.text, re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found)).split())


def pills_of(answer: TestResponse) -> dict[str, str]:
    """The pills that a page offers: label → what stands in `_dp('…')`."""
    found = re.findall(r'name="insert" value="([^"]*)">(.*?) <small>', answer.text)
    return {html.unescape(label): html.unescape(pill) for pill, label in found}
