"""Steps of the API platform: keys of its clients, and programs that call its endpoints."""

import json
from dataclasses import dataclass, field

import pytest
import requests
from pytest_bdd import parsers, then, when

from simulator.errors import list_choices
from simulator.testing.api_client import ApiClient
from simulator.testing.pages.web_app import web_app_of
from simulator.testing.steps.developer_api import find_named, read_answer
from simulator.testing.steps.web_app import Somebody
from simulator.testing.workspace import Workspace


@dataclass
class Calls:
    """What programs have, and what they were answered.

    Attributes:
        keys: tokens by the names of the API keys.
        answer: the last one.
    """

    keys: dict[str, str] = field(default_factory=dict)
    answer: requests.Response | None = None


@pytest.fixture
def platform_calls() -> Calls:
    """What programs have and were answered, nothing at first."""
    return Calls()


@when(
    parsers.re(
        r'(?P<who>[^"]+?) gives? the client "(?P<client>[^"]+)" the API key "(?P<key>[^"]+)"'
    )
)
def gives_key(who: str, client: str, key: str, somebody: Somebody, platform_calls: Calls) -> None:
    """API platform > Clients > the client > + New API key; a program has the token from now on,
    which is shown once."""
    page = web_app_of(somebody(who))
    for label in ("API platform", "Clients", client, "+ New API key"):
        page.click(label)
    page.fill_in("Create API key", {"Name": key})
    platform_calls.keys[key] = page.read("API key")


@when(
    parsers.re(
        r'a program calls "(?P<method>[A-Z]+) /(?P<path>[^"]*)" of the API collection '
        r'"(?P<collection>[^"]+)" with the API key "(?P<key>[^"]+)"(?: and:)?'
    )
)
def calls_endpoint(
    method: str,
    path: str,
    collection: str,
    key: str,
    platform_calls: Calls,
    api_client: ApiClient,
    workspace: Workspace,
    docstring: str | None = None,
) -> None:
    """At the collection's base URL, with the header `api-token`; a doc string is the JSON of the
    request's body."""
    if key not in platform_calls.keys:
        raise LookupError(
            f"No program has the API key '{key}'. {list_choices(platform_calls.keys)}"
        )
    url = find_named(collection, read_answer(api_client.get("/api/api_collections")))["url"]
    platform_calls.answer = workspace.stage.network.session().request(
        method,
        f"{url.rstrip('/')}/{path}",
        headers={"api-token": platform_calls.keys[key]},
        json=json.loads(docstring) if docstring else None,
        timeout=10,
    )


@then(parsers.re(r"the program is answered with (?P<status>\d+)(?: and:)?"))
def is_answered(status: str, platform_calls: Calls, docstring: str | None = None) -> None:
    """The HTTP status of its last call; a doc string is the JSON of the whole body."""
    answer = platform_calls.answer
    if answer is None:
        raise LookupError("No program called an endpoint yet.")
    assert answer.status_code == int(status), answer.text
    if docstring:
        assert answer.json() == json.loads(docstring)
