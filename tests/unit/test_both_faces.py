"""Whatever a page can do, a program can do, and the other way round; or here is why not.

What is done is told by the verbs of `domain` that both faces call. Programs have the Developer API
where Workato has an endpoint, and the control API where it has none.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.tools.requirements import ROOT
from tests.tools.suite import parse

#: First words of the verbs that change something.
WORDS = frozenset(
    (
        *("accept", "add", "assign", "begin", "change", "comment", "connect", "copy", "create"),
        *("delete", "deploy", "disconnect", "edit", "export", "generate", "import", "invite"),
        *("mark", "move", "refresh", "regenerate", "release", "remove", "rename", "repeat"),
        *("reset", "restore", "restrict", "revoke", "run", "save", "set", "start", "stop"),
        *("switch", "truncate", "update", "upsert", "use"),
    )
)

_WHOLE = "a program writes a recipe, or a connection, as a whole"
_BROWSER = "it takes a person's own sign-in, or a link that was sent to them"
#: Verb that pages alone call → why.
PAGES_ALONE: Mapping[str, str] = {
    "authorizations.start": _BROWSER,
    "collaborators.accept": _BROWSER,
    "connection_forms.create": _WHOLE,
    "connection_forms.save": _WHOLE,
    "connections.mark_lost": _BROWSER,
    "credentials.connect": "a connection that a program makes is connected where it needs nobody",
    "lookup_tables.add_rows": "of a CSV file; a program adds row after row",
    "packages.exporting.export_project": "a program exports by a manifest",
    "packages.importing.import_in_steps": "a program asks how far its import is",
    "recipe_changes.restore": "a program reads a version's code and writes it",
    "recipe_edits.create": _WHOLE,
    "recipe_edits.edit": _WHOLE,
    "recipe_tests.connect": "a program begins a runtime user connection",
    "recipe_tests.run": "a program repeats jobs, and has no event of its own",
    "recipes.use_connection": "a program has a recipe use a connection for an app, not for a step",
    "user_connections.delete": "to a program, it is a connection like others",
    "user_connections.disconnect": "to a program, it is a connection like others",
}

_CONSOLE = "Workato's Admin console, where vendors see their customers, is not simulated"
_NO_APP_LINKS = "Workato's API reference alone names them: no page that has or shows them was seen"
_FORM = "a page has a form for it, which calls a verb of its own"
_MANIFEST = "a page exports and imports without a manifest"
#: Verb that programs alone have → why.
PROGRAMS_ALONE: Mapping[str, str] = {
    "customer_deletion.delete_customer": _CONSOLE,
    "customers.change": _CONSOLE,
    "customers.change_plan": _CONSOLE,
    "customers.create": _CONSOLE,
    "oauth_profile_customers.assign": _CONSOLE,
    "connection_changes.connect": _FORM,
    "app_links.create": _NO_APP_LINKS,
    "app_links.delete_links": _NO_APP_LINKS,
    "connection_changes.change": _FORM,
    "connection_changes.create": _FORM,
    "end_user_groups.set_member": "a page adds and removes many at once",
    "packages.operations.change_manifest": _MANIFEST,
    "packages.operations.create_manifest": _MANIFEST,
    "packages.operations.delete_manifest": _MANIFEST,
    "packages.operations.export_manifest": _MANIFEST,
    "packages.operations.import_zip": _MANIFEST,
    "recipe_changes.connect": "a page chooses the connection of a step",
    "recipe_changes.create": _FORM,
    "recipe_triggers.reset": "a page runs the recipe at its Test tab, with any event",
    "runtime_connections.begin": "it is for programs: people get the link from their MCP client",
    "servers.revoke_token": "a page revokes it by making another, or by another access method",
}


def _verbs(folder: str) -> set[str]:
    """Return what of `domain` the modules below a folder use: `module.function`."""
    found = set()
    for path in sorted((ROOT / folder).rglob("*.py")):
        found |= {verb for verb in _used(path) if verb.rpartition(".")[2].split("_")[0] in WORDS}
    return found


def _used(path: Path) -> Iterator[str]:
    tree, names = parse(path), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("simulator.domain"):
            start = (node.module or "").removeprefix("simulator.domain").strip(".")
            for one in node.names:
                names[one.asname or one.name] = ".".join(filter(None, (start, one.name)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in names:
                yield f"{names[node.value.id]}.{node.attr}"
        elif isinstance(node, ast.Name) and "." in names.get(node.id, ""):
            yield names[node.id]


@pytest.mark.requirement("API-45")
def test_what_one_face_does_the_other_does_too_or_it_says_why_not() -> None:
    pages, workatos = _verbs("simulator/systems/aihub"), _verbs("simulator/systems/developer_api")
    controls = _verbs("simulator/control")
    programs = workatos | controls

    assert pages - programs == PAGES_ALONE.keys(), "what a page does, and no endpoint"
    assert programs - pages == PROGRAMS_ALONE.keys(), "what an endpoint does, and no page"
    # A template of a server makes its project; all else, the Developer API does.
    assert controls & workatos == {"folders.create"}, "what Workato has an endpoint for"
    assert len(pages & workatos) > 30
    assert len(pages & controls) > 15
