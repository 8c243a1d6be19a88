"""Which pages are for building alone: each says so itself, and none forgets it."""

import html
import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from simulator.db.tables import Collaborator
from simulator.visits.html import read_page
from tests.contract.aihub_world import Hub, HubBrowser, hub
from tests.filled_tables import add_tables

__all__ = ["hub"]  # the fixture

#: What an operator may send.
_SENT = {"session.sign_out", "servers.start_or_stop", "recipe_state.change"}
#: Pages that no link leads to before something else was done.
_APART = ("/recipes/3/edit?step=1", "/recipes/3/versions/1/restore", "/connections/1")
#: What the walk leaves out: everything there is for admins, or is a file.
_ASIDE = ("/workspace_admin", "/static/", "/bootstrap/")
#: Where everybody but admins is refused, and where nobody is signed in.
_OF_ADMINS = ("/workspace_admin", "/api_platform/clients", "/users/")
#: Views that take forms and are not marked → why not.
_UNMARKED = {
    "access.add_groups": "it tells everybody but admins whom to ask",
    "server_end_users.add": "it tells everybody but admins whom to ask",
    "connection_page.view": "an operator sees what a connection is",
    "editor.choose": "who reloads it is shown the step",
    "oauth_profiles.view": "an operator sees which connections have it",
    "servers.start_or_stop": "an operator's own",
    "steps.inputs": "who reloads it is shown the step",
    "tags.view": "everybody sees what has a tag",
}


def endpoint_at(app: Flask, path: str, method: str = "GET") -> str:
    """The endpoint that a request reaches; empty for none."""
    try:
        return str(app.url_map.bind("localhost").match(path.partition("?")[0], method)[0])
    except HTTPException:
        return ""


def is_for_building(app: Flask, endpoint: str) -> bool:
    """Whether a view is marked."""
    return getattr(app.view_functions.get(endpoint), "is_for_building", False)


def links_of(answer: TestResponse, at: str) -> list[str]:
    """The addresses that a page names."""
    links = re.findall(r'(?:href|formaction|action)="([^"#]+)', answer.text)
    return [urljoin(at, html.unescape(each)) for each in links]


def walk(app: Flask, browser: HubBrowser) -> Iterator[str]:
    """Yield one page of each view that links lead to."""
    seen, ahead = set(), ["/ai_hub", *_APART]
    while ahead:
        at = ahead.pop()
        endpoint = endpoint_at(app, at)
        if not endpoint or endpoint in seen or at.startswith(_ASIDE):
            continue
        seen.add(endpoint)
        answer = browser.get(at)
        if answer.mimetype == "text/html":
            yield at
            ahead += links_of(answer, at)


@pytest.mark.requirement("USR-60", "PAGE-9")
def test_no_page_shows_an_operator_a_form_that_is_refused(hub: Hub) -> None:
    add_tables(hub.world)
    pages = list(walk(hub.app, hub.browser("admin")))
    with hub.world.db.unit() as session:
        session.get_one(Collaborator, 3).role = "operator"
    operator = hub.browser("builder")

    offered, refused = [], set()
    linked: dict[str, str] = {}
    for at in pages:
        answer = operator.get(at)
        if answer.status_code == 403:
            refused.add(endpoint_at(hub.app, at))
            continue
        linked |= {endpoint_at(hub.app, each): f"{at}: {each}" for each in links_of(answer, at)}
        for form in read_page(answer.text).forms:
            sent_to = endpoint_at(hub.app, form.action or at, "POST")
            assert form.method != "post" or "once" in dict(form.fields), (
                f"{at}: give the form csrf()"
            )
            if form.method == "post" and form.buttons and sent_to not in _SENT:
                offered.append(f"{at}: {', '.join(form.buttons)}")

    assert not offered, "mark the view (context.for_building), or leave out:\n" + "\n".join(offered)
    dead = [where for endpoint, where in linked.items() if is_for_building(hub.app, endpoint)]
    assert not dead, "what they lead to is refused:\n" + "\n".join(dead)
    assert {"new_recipe.create", "recipe_state.delete", "connections.confirm"} < refused
    assert {"lookup_entries.edit", "data_records.edit", "data_tables.truncate"} < refused


@pytest.mark.requirement("USR-60")
def test_a_view_that_is_a_form_says_that_it_is_for_building(hub: Hub) -> None:
    forgotten = {
        rule.endpoint
        for rule in hub.app.url_map.iter_rules()
        if {"GET", "POST"} <= (rule.methods or set())
        and not rule.rule.startswith(_OF_ADMINS)
        and not is_for_building(hub.app, rule.endpoint)
    }

    assert forgotten == _UNMARKED.keys()
