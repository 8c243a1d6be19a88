"""Names in a scenario that must refer to something in it, and things that must be there once."""

from collections.abc import Sequence
from typing import Any

from simulator import installed_apps
from simulator.connectors import CONNECTORS, app_of, of_app
from simulator.domain.recipes import make_tool_name
from simulator.errors import FieldError
from simulator.scenarios import recipe_references
from simulator.scenarios.schema import Connection, Scenario
from simulator.systems.apps._kit.scenario import App
from simulator.validation.mistakes import (
    Mistakes,
    Place,
    expect_one_of,
    find_repeated,
    find_unknown,
)


def mistakes(scenario: Scenario) -> Mistakes:
    """Every reference to nothing and every repetition, as (where, sentence)."""
    yield from _repetitions(scenario)
    yield from _groups(scenario)
    yield from _api_clients(scenario)
    yield from _single_sign_on(scenario)
    for number, app in enumerate(scenario.apps):
        yield from _app(app, ("apps", number))
    yield from _records(scenario)
    for number, connection in enumerate(scenario.connections):
        yield from _connection(scenario, connection, ("connections", number))
    for number, recipe in enumerate(scenario.recipes):
        yield from recipe_references.mistakes(scenario, recipe, ("recipes", number))
    yield from _servers(scenario)
    yield from _packages(scenario)


def _repetitions(scenario: Scenario) -> Mistakes:
    yield from find_repeated(("environments",), scenario.environments)
    sections: tuple[tuple[str, Sequence[Any], str], ...] = (
        ("projects", scenario.projects, "name"),
        ("collaborators", scenario.collaborators, "email"),
        ("end_users", scenario.end_users, "email"),
        ("identity_provider", scenario.identity_provider, "email"),
        ("apps", scenario.apps, "host"),
        ("connections", scenario.connections, "name"),
        ("recipes", scenario.recipes, "name"),
        ("api_clients", scenario.api_clients, "name"),
        ("api_clients", scenario.api_clients, "token"),
        ("servers", scenario.servers, "number"),
        ("servers", scenario.servers, "name"),
    )
    for section, items, key in sections:
        yield from find_repeated((section,), [getattr(item, key) for item in items], key)
    yield from _further_hosts(scenario)
    keys = [f"{group.environment} / {group.name}" for group in scenario.groups]
    yield from find_repeated(("groups",), keys, "name")


def _further_hosts(scenario: Scenario) -> Mistakes:
    """Hosts that all instances of an app have in common can be those of one instance."""
    owners = {app.host: app.host for app in scenario.apps}
    for number, app in enumerate(scenario.apps):
        for host in installed_apps.further_hosts(app.kind):
            if owners.setdefault(host, app.host) != app.host:
                sentence = (
                    f"expected one app that has the host '{host}', found '{owners[host]}' too"
                )
                yield ("apps", number, "host"), sentence


def _api_clients(scenario: Scenario) -> Mistakes:
    for number, client in enumerate(scenario.api_clients):
        place: Place = ("api_clients", number, "environment")
        yield from find_unknown(place, client.environment, scenario.environments)


def _single_sign_on(scenario: Scenario) -> Mistakes:
    chosen = [each.environment for each in scenario.saml]
    yield from find_repeated(("saml",), chosen, "environment")
    for number, environment in enumerate(chosen):
        yield from find_unknown(("saml", number, "environment"), environment, scenario.environments)
    for number, account in enumerate(scenario.identity_provider):
        for index, group in enumerate(account.groups):
            if "," in group:
                place: Place = ("identity_provider", number, "groups", index)
                yield place, f"expected a name without a comma, found '{group}'"


def _groups(scenario: Scenario) -> Mistakes:
    emails = [person.email for person in scenario.end_users]
    for number, group in enumerate(scenario.groups):
        place: Place = ("groups", number)
        yield from find_unknown((*place, "environment"), group.environment, scenario.environments)
        yield from find_repeated((*place, "members"), group.members)
        for index, email in enumerate(group.members):
            yield from find_unknown((*place, "members", index), email, emails)


def _app(app: App, place: Place) -> Mistakes:
    try:
        of_app(app.kind)[0].host(f"https://{app.host}")
    except FieldError as error:
        yield (*place, "host"), f"{error.message} Here without https://; found '{app.host}'"
    yield from find_repeated((*place, "users"), [user.login for user in app.users], "login")
    yield from find_repeated((*place, "clients"), [c.identifier for c in app.clients], "identifier")
    scopes = installed_apps.part(app.kind, "dialect").DIALECT.scopes
    for number, client in enumerate(app.clients):
        at = (*place, "clients", number, "scopes")
        for index, scope in enumerate(client.scopes):
            yield from find_unknown((*at, index), scope, scopes)


def _records(scenario: Scenario) -> Mistakes:
    """What each app says of the records of all its instances."""
    for kind, part in installed_apps.parts("scenario").items():
        places = {("apps", n): app for n, app in enumerate(scenario.apps) if app.kind == kind}
        yield from part.mistakes(places)


def _connection(scenario: Scenario, connection: Connection, place: Place) -> Mistakes:
    builders = [person.email for person in scenario.collaborators]
    yield from find_unknown((*place, "authorized_by"), connection.authorized_by, builders)
    projects = [project.name for project in scenario.projects]
    yield from find_unknown((*place, "project"), connection.project, projects)
    yield from find_unknown((*place, "environment"), connection.environment, scenario.environments)
    if connection.provider not in CONNECTORS:
        yield (*place, "provider"), expect_one_of(list(CONNECTORS), connection.provider)
        return
    if connection.is_elsewhere:
        yield from _addresses(connection, place)
        return
    scopes = CONNECTORS[connection.provider].scopes
    for index, scope in enumerate(connection.scopes):
        yield from find_unknown((*place, "scopes", index), scope, scopes)
    apps = {app.host: app for app in scenario.apps if app.kind == app_of(connection.provider)}
    if connection.host not in apps:
        yield (*place, "host"), expect_one_of(list(apps), connection.host)
        return
    app = apps[connection.host]
    clients = [client.identifier for client in app.clients]
    yield from find_unknown((*place, "client"), connection.client, clients)
    logins = [user.login for user in app.users]
    yield from find_unknown((*place, "authorized_as"), connection.authorized_as, logins)


def _addresses(connection: Connection, place: Place) -> Mistakes:
    connector = CONNECTORS[connection.provider]
    try:
        connector.host(connection.base_url or "")
    except FieldError as error:
        yield (*place, "base_url"), error.message
    written = {"authorize_url": "authorization_url", "token_url": "token_url"}
    for field in connector.fields:
        if (key := written.get(field.name)) is None:
            continue  # what a provider can be asked without
        try:
            field.checked(getattr(connection, key) or "")
        except FieldError as error:
            yield (*place, key), error.message


def _servers(scenario: Scenario) -> Mistakes:
    projects = [project.name for project in scenario.projects]
    recipes = [recipe.name for recipe in scenario.recipes]
    for number, server in enumerate(scenario.servers):
        place: Place = ("servers", number)
        yield from find_unknown((*place, "project"), server.project, projects)
        yield from find_unknown((*place, "environment"), server.environment, scenario.environments)
        there = [g.name for g in scenario.groups if g.environment == server.environment]
        yield from find_repeated((*place, "groups"), server.groups)
        for index, group in enumerate(server.groups):
            yield from find_unknown((*place, "groups", index), group, there)
        for index, tool in enumerate(server.tools):
            yield from find_unknown((*place, "tools", index, "recipe"), tool.recipe, recipes)
        names = [make_tool_name(tool.recipe) for tool in server.tools]
        yield from find_repeated((*place, "tools"), names, "recipe")


def _packages(scenario: Scenario) -> Mistakes:
    for number, package in enumerate(scenario.packages):
        place: Place = ("packages", number)
        yield from find_unknown((*place, "environment"), package.environment, scenario.environments)
        environment = package.environment or scenario.environments[0]
        there = [each.name for each in scenario.groups if each.environment == environment]
        yield from find_repeated((*place, "groups"), package.groups)
        for index, group in enumerate(package.groups):
            yield from find_unknown((*place, "groups", index), group, there)
