"""What a page offers is never refused, and every page says which privilege it takes."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urljoin

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from simulator.db.tables import Collaborator, Role
from simulator.domain import properties
from simulator.domain.permissions import Permissions, get_permissions
from simulator.domain.privileges import ACTIONS, RESOURCES
from simulator.errors import Forbidden
from simulator.systems.aihub.permissions import NEEDS, OPENS, check, find_needed
from simulator.visits.html import read_page
from tests.contract.aihub_world import READY, Hub, HubBrowser, hub, text_of
from tests.contract.custom_roles import give_everywhere, give_role
from tests.filled_tables import add_tables

__all__ = ["hub"]  # the fixture

#: Pages that no link leads to before something else was done.
_APART = ("/recipes/3/edit?step=1", "/recipes/3/versions/1/restore", "/connections/1")
#: What the walk leaves out: everything there is for admins, or is a file.
_ASIDE = ("/workspace_admin", "/static/", "/bootstrap/")
#: Views without a privilege → why everybody who is signed in may use them.
_OPEN = {
    "callback.handle_callback": "an app sends people there",
    "collaborator_invitations.accept": "whoever has the link is nobody yet",
    "connect.finish": "it ends what began at another page",
    "healthz": "it tells nothing",
    "servers.home": "it leads on",
    "servers.overview": "the first page; what it leads to is left out",
    "servers.overview_beside": "the same",
    "session.choose_workspace": "one's own sign-in",
    "session.sign_in": "one's own sign-in",
    "session.sign_out": "one's own sign-in",
    "session.switch": "one's own sign-in",
    "tags.listing": "everybody sees which tags there are",
    "tags.view": "everybody sees what has a tag",
}


def endpoint_at(app: Flask, path: str, method: str = "GET") -> str:
    """The endpoint that a request reaches; empty for none."""
    try:
        return str(app.url_map.bind("localhost").match(path.partition("?")[0], method)[0])
    except HTTPException:
        return ""


def key_at(app: Flask, path: str, method: str = "GET") -> str:
    """What the table of permissions calls a request."""
    query = next((f"?{one}" for one in ("folder", "project") if f"{one}=" in path), "")
    return f"{endpoint_at(app, path, method)}{query} {method}"


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


def may(hub: Hub, key: str) -> bool:
    """Whether the builder may do something, wherever it is."""
    with hub.world.db.reading() as session:
        theirs = get_permissions(hub.world, session.get_one(Collaborator, 3))
        needed = find_needed(key)
        return not needed or any(theirs.allow(*each) for each in needed)


#: Role → its privileges; None for the role of the system that the test is named for.
_ROLES: Mapping[str, Mapping[str, Sequence[str]] | None] = {
    "operator": None,
    "a reader": {name: ["read"] for name, each in RESOURCES.items() if "read" in each.actions},
    "who runs": {"Recipes": ["run"], "MCP servers": ["read"], "Connector SDK": ["all"]},
    "who keeps a few things": {
        **{name: ["update"] for name in ("Recipes", "Connections", "MCP servers")},
        "Data tables": ["update_records"],
        "Lookup tables": ["delete"],
        "Environment properties": ["create"],
    },
}


@pytest.mark.requirement("USR-60", "USR-75", "PAGE-9")
@pytest.mark.parametrize(
    "names",
    [
        ("operator", "who keeps a few things"),
        pytest.param(("a reader", "who runs"), marks=pytest.mark.long),
    ],
)
def test_no_page_offers_what_is_refused(hub: Hub, names: Sequence[str]) -> None:
    add_tables(hub.world)
    pages = list(walk(hub.app, hub.browser("admin")))
    for name in names:
        given = _ROLES[name]
        with hub.world.db.unit() as session:
            session.get_one(Collaborator, 3).role = "operator"
        if given is not None:
            give_everywhere(hub.world, 3, give_role(hub.world, name, given))
        person = hub.browser("builder")
        offered, refused = [], set()
        linked: dict[str, str] = {}
        for at in pages:
            answer = person.get(at)
            if answer.status_code == 403:
                refused.add(endpoint_at(hub.app, at))
                continue
            linked |= {key_at(hub.app, one): f"{at}: {one}" for one in links_of(answer, at)}
            for form in read_page(answer.text).forms:
                sent_to = key_at(hub.app, form.action or at, "POST")
                assert form.method != "post" or "once" in dict(form.fields), (
                    f"{at}: give the form csrf()"
                )
                if form.method == "post" and form.buttons and not may(hub, sent_to):
                    offered.append(f"{at}: {', '.join(form.buttons)}")

        assert not offered, f"{name}: leave out, where `may` says no:\n" + "\n".join(offered)
        dead = [where for key, where in linked.items() if not may(hub, key)]
        assert not dead, f"{name}: what they lead to is refused:\n" + "\n".join(dead)
        assert {"new_recipe.create", "recipe_state.delete", "connections.confirm"} < refused


@pytest.mark.requirement("USR-75")
def test_every_page_has_a_row_in_the_table_or_says_why_not(hub: Hub) -> None:
    rules = [rule for rule in hub.app.url_map.iter_rules() if "static" not in rule.endpoint]
    used = {f"{each.endpoint} {method}" for each in rules for method in each.methods or ()}
    free = {key.partition(" ")[0] for key in used if not find_needed(key)}

    assert free == _OPEN.keys()
    views = {rule.endpoint for rule in rules} | {"properties.add", "properties.change"}
    named = {key.partition(" ")[0].partition("?")[0] for keys in OPENS.values() for key in keys}
    blueprints = {f"{each.partition('.')[0]}.*" for each in views}
    assert named <= views | blueprints, "the table names what is not there"


#: Of what there is in the world.
_IDS = {"handle": READY, "provider": "coupa", "key": "none", "group_id": "eug-one"}
#: Privileges that open nothing here that nothing else opens → why.
_CLOSED = {
    ("Lookup tables", "update_schema"): "no page changes the columns of a lookup table",
    ("Workato Genies", "read"): "skills are opened by that of MCP servers, too",
    ("Workato Genies", "create"): "likewise",
}
#: Privilege → request, where the view alone can tell.
_TOLD_BY_VIEWS = {
    ("Environment properties", "create"): ("POST", "/tools/properties", {"name": "new"}),
    ("Environment properties", "update_records"): ("POST", "/tools/properties", {"name": "old"}),
    ("Project properties", "create"): ("POST", "/tools/properties?project=1", {"name": "new"}),
    ("Project properties", "update_records"): (
        *("POST", "/tools/properties?project=1", {"name": "old"}),
    ),
}


def list_samples(app: Flask) -> Mapping[tuple[str, str], tuple[str, str, Mapping[str, str]]]:
    """One request for each privilege that nothing else opens: method, path, form."""
    sample = dict(_TOLD_BY_VIEWS)
    for rule in app.url_map.iter_rules():
        numbers = {name: _IDS.get(name, "1") for name in rule.arguments}
        with app.test_request_context():
            path = app.url_map.bind("localhost").build(rule.endpoint, numbers)
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            for query in ("", "?folder=7", "?project=1"):
                needed = find_needed(f"{rule.endpoint}{query.partition('=')[0]} {method}")
                if len(needed) == 1:
                    sample.setdefault(needed[0], (method, path + query, {}))
    return sample


def list_without() -> Iterator[tuple[str, str, Mapping[str, Sequence[str]]]]:
    """Each privilege that opens something, and all the others but those that mean it, too."""
    every = {name: list(each.actions) for name, each in RESOURCES.items()}
    for name, each in RESOURCES.items():
        for action in each.actions if each.is_simulated else ():
            if (name, action) in _CLOSED:
                continue
            others = {key: value for key, value in every.items() if key != name}
            if action != "read":  # what somebody changes they see
                others[name] = [one for one in each.actions if one != action]
            elif name == "Projects":
                others = {key: value for key, value in others.items() if not is_of_project(key)}
            yield name, action, others


@pytest.mark.requirement("USR-75")
def test_each_privilege_opens_what_nothing_else_opens() -> None:
    swept = set()
    for resource, action, others in list_without():
        swept.add((resource, action))
        keys = [each for each in OPENS[resource, action] if len(NEEDS[each]) == 1]
        assert keys, "something is opened by it alone"
        for key in keys:
            check(Permissions(everywhere={resource: [action]}), key, ())
            with pytest.raises(Forbidden):
                check(Permissions(everywhere=others), key, ())
    assert swept == OPENS.keys() - _CLOSED.keys()


@pytest.mark.requirement("HUB-31")
@pytest.mark.parametrize("resource", ["Workato Genies", "MCP servers"])
def test_skills_take_the_privilege_of_genies_or_of_servers(resource: str) -> None:
    role = Permissions(everywhere={resource: ["read", "create"]})
    for key in ("skills.listing", "skills.show", "skills.choose", "skills.create POST"):
        check(role, key, ())
    for key in ("skills.listing", "skills.create POST"):
        with pytest.raises(Forbidden):
            check(Permissions(everywhere={"Recipes": ["read", "create"]}), key, ())


@pytest.mark.long
@pytest.mark.requirement("USR-75")
def test_each_privilege_opens_something_and_without_it_that_is_closed(hub: Hub) -> None:
    hub.app.config["WTF_CSRF_ENABLED"] = False
    role = give_role(hub.world, "Swept", {"Recipes": ["read"]})
    give_everywhere(hub.world, 3, role)
    with hub.world.db.unit():
        for project in (None, 1):
            properties.upsert(hub.world, 1, project, {"old": "value"})
    browser, samples = hub.browser("builder"), list_samples(hub.app)

    def ask(privileges: Mapping[str, Sequence[str]], resource: str, action: str) -> TestResponse:
        with hub.world.db.unit() as session:
            session.get_one(Role, role.id).privileges = dict(privileges)
        method, path, form = samples[resource, action]
        return browser.http.open(path, method=method, data=form)

    for resource, action, others in list_without():
        without = ask(others, resource, action)
        sample = samples[resource, action]
        assert without.status_code == 403, f"{resource}: {action} does not close {sample}"
        assert f"'{resource}: {ACTIONS[action]}'" in text_of(without)
        alone = ask({resource: [action]}, resource, action)
        assert alone.status_code != 403, f"{resource}: {action} does not open {sample}"


def is_of_project(name: str) -> bool:
    """Whether a resource is one of projects."""
    return RESOURCES[name].is_of_project
