"""The description as people read it: what `simulator serve` prints when every system answers."""

from collections.abc import Iterator, Sequence
from typing import Any

Row = tuple[str, ...]

#: Longer names, of people, groups, servers and scenarios, are cut.
_LONGEST_NAME = 24
_MOST_PEOPLE = 14
_MOST_APPS = 5

_MOST_SERVERS = 6

_SYSTEMS = {
    "aihub": "Workato (AI Hub)",
    "identity": "Workato Identity",
    "idp": "Identity provider (SAML)",
}


def table(document: dict[str, Any]) -> str:
    """A description for people, secrets included: 75 lines of 110 columns at most for the demo.

    Names are cut where they are long, addresses, logins and secrets never.

    Args:
        document: the document as `simulator.description.document.describe` returns it.
    """
    server = _demo_server(document)
    apps = document["apps"][:_MOST_APPS]
    counts = document["counts"]
    left_out = max(counts["apps"], len(document["apps"])) - len(apps)
    lines = [
        f"Sandbox of scenario '{document['scenario']}' ({document['database']})",
        *_columns([*_system_rows(document, apps), *_server_rows(document)]),
        *([f"  … and {left_out} more apps: simulator describe --json"] if left_out else []),
        "",
        "People of Workato and Workato Identity",
        *_columns(_people(document, counts["people"])),
        *(line for app in apps for line in _app(app)),
        "",
        "What to do next",
        *_next_steps(document, server),
    ]
    return "\n".join(lines)


def _system_rows(document: dict[str, Any], apps: Sequence[dict[str, Any]]) -> Iterator[Row]:
    for name, label in _SYSTEMS.items():
        yield label, document["systems"][name]
    for app in apps:
        yield f"{app['kind'].capitalize()} ({app['production_host']})", app["address"]
    for client in document["api_clients"][:1]:
        api = f"{document['systems']['aihub']}/api/"
        yield "Developer API", f"{api}  (token {client['token'] or 'changed'})"
    if document["control"]:
        yield "Control API", document["control"]


def _server_rows(document: dict[str, Any]) -> Iterator[Row]:
    servers = document["servers"]
    for server in servers[:_MOST_SERVERS]:
        how = "Workato Identity" if server["access_method"] == "workato_identity" else "token"
        yield f"MCP server: {_cut(server['name'])}", f"{server['mcp_url']}  ({how})"
    if (left_out := max(document["counts"]["servers"], len(servers)) - _MOST_SERVERS) > 0:
        yield (f"… and {left_out} more MCP servers: simulator describe --json",)


def _people(document: dict[str, Any], count: int) -> list[Row]:
    """The first people, and how many more there are: of the count that is not listed, all."""
    people, alone = document["people"], _servers_alone(document)
    rows = [_person(person, alone.get(person["email"], [])) for person in _merged(people)]
    left_out = max(len(rows) - _MOST_PEOPLE, 0) + max(count - len(people), 0)
    if not left_out:
        return rows
    return [*rows[:_MOST_PEOPLE], (f"… and {left_out} more: simulator describe --json",)]


def _merged(people: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry for a person who is in both populations with the same password."""
    merged: dict[tuple[str, str | None], dict[str, Any]] = {}
    for person in people:
        key = person["email"].lower(), person["password"]
        if key in merged:
            both = f"{merged[key]['role']} and {person['role']}"
            own = {name: person[name] for name in ("groups", "revoked_environments")}
            merged[key] |= {"role": both, **own}
        else:
            merged[key] = dict(person)
    return list(merged.values())


def _servers_alone(document: dict[str, Any]) -> dict[str, list[str]]:
    """The servers that people have access to by themselves: e-mail address → names."""
    found: dict[str, list[str]] = {}
    for server in document["servers"]:
        for email in server["end_users"]:
            found.setdefault(email, []).append(server["name"])
    return found


def _person(person: dict[str, Any], servers: Sequence[str]) -> Row:
    role = person["role"] + ("" if person["status"] == "active" else f", {person['status']}")
    access = ", ".join([*person["groups"], *servers])
    access = access or ("no group" if "end user" in role else "")
    if lost := person["revoked_environments"]:
        access = f"without {', '.join(lost)}"
    name, access = _cut(person["name"]), _cut(access)
    return name, person["email"], person["password"] or "(changed)", role, access


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _app(app: dict[str, Any]) -> Iterator[str]:
    """An app's logins by role and password, and what the connection form asks for."""
    yield ""
    yield f"{app['kind'].capitalize()} at {app['production_host']}"
    logins: dict[tuple[str, str], list[str]] = {}
    for person in app["people"]:
        key = person["role"], person["password"] or "(changed)"
        logins.setdefault(key, []).append(person["login"])
    rows: list[Row] = [
        (f"Login, {role}", f"{_listed(names)}  /  {password}")
        for (role, password), names in logins.items()
    ]
    if app["clients"]:
        rows += [
            ("Client ID", app["client_id"]),
            ("Client secret", app["client_secret"] or "(none)"),
        ]
        if app["host_label"]:
            rows.append((app["host_label"], f"https://{app['production_host']}"))
    else:
        rows.append(("Client ID", "none yet: the admin makes an OAuth client for Workato there"))
    yield from _columns(rows)


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:10])
    return ", ".join(shown) + (f", … {len(names) - 10} more" if len(names) > 10 else "")


def _columns(rows: Sequence[Row]) -> list[str]:
    """Rows with aligned columns; a row of one cell is a remark and aligns with nothing."""
    cells = [row for row in rows if len(row) > 1]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = []
    for row in rows:
        padded = row if len(row) == 1 else [c.ljust(w) for c, w in zip(row, widths, strict=True)]
        lines.append(f"  {'  '.join(padded)}".rstrip())
    return lines


def _demo_server(document: dict[str, Any]) -> dict[str, Any] | None:
    """The first server that people can sign in to; else the first."""
    servers: list[dict[str, Any]] = document["servers"]
    identity = [one for one in servers if one["access_method"] == "workato_identity"]
    ready = (one for one in identity if one["groups"] or one["end_users"])
    return next(ready, servers[0] if servers else None)


def _next_steps(document: dict[str, Any], server: dict[str, Any] | None) -> list[str]:
    admin = next((one for one in document["people"] if one["role"] in ("owner", "admin")), None)
    steps = [f"Open {document['systems']['aihub']}{_as(admin, 'email')}: AI Hub > MCP servers."]
    if server is None:
        steps.append(
            "Make a recipe in a project, then '+ Create an MCP server'; or begin with a template."
        )
        steps.append("Let people in: Workspace admin > Authentication & Groups.")
    else:
        groups, alone = set(server["groups"]), set(server["end_users"])
        people = [one for one in document["people"] if one["role"] == "end user"]
        may = (one for one in people if groups & set(one["groups"]) or one["email"] in alone)
        member = next(may, None)
        steps.append(f"Point an MCP client at {server['mcp_url']}{_as(member, 'email')}.")
        tool = next((one["name"] for one in server["tools"] if one["verified_access"]), None)
        if tool is not None:
            logins = [one for app in document["apps"] for one in app["people"]]
            own = [one for one in logins if member and one["email"] == member["email"]]
            login = _as(own[0] if own else None, "login")
            steps.append(f"Call {tool}; open the link it answers with{login}; call it again.")
    return [f"  {number}. {step}" for number, step in enumerate(steps, 1)]


def _as(person: dict[str, Any] | None, key: str) -> str:
    return f", as {person[key]}" if person else ""
