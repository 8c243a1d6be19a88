"""The recipe editor by hand: what a recipe declares, how a field is filled in, what it lacks."""

import html
import json
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from simulator.db.tables import Job, Recipe
from simulator.domain.packages.lint import structure
from tests.contract.aihub_world import Hub, HubBrowser, text_of
from tests.contract.recipe_editing import (
    STATUS,
    add,
    at,
    builder,
    code,
    error_beside,
    hub,
    pills_of,
    save,
    version,
)

__all__ = ["builder", "hub"]  # the fixtures


@pytest.mark.requirement("EDIT-4")
def test_a_recipe_is_created_with_fields_of_its_own(hub: Hub, builder: HubBrowser) -> None:
    new = "/recipes/new"
    assert f'href="{new}?location=1">New recipe</a>' in builder.get("/projects/1").text
    blank = builder.post(new, new, name=" ", location="1", trigger="function")
    assert "The name can't be blank." in text_of(blank)
    odd = builder.post(new, new, name="Mine", location="", trigger="odd")
    assert "Select the project or folder where it is stored." in text_of(odd)
    sent = builder.post(new, new, name="Mine", location="1", trigger="function", description="Why")
    number = int(re.findall(r"/recipes/(\d+)/", sent.headers["Location"])[0])
    fields = f"/recipes/{number}/steps/0/fields/parameters"

    rows = {"name-0": "status", "label-0": "", "type-0": "string", "hint-0": "Only these"}
    wrong = builder.post(
        fields,
        fields,
        version="1",
        **rows,
        **{"name-1": "status", "name-2": "a b", "name-3": "", "label-3": "x"},
    )
    page = text_of(wrong)
    for sentence in (
        "has this name already",
        "letters, digits and _ alone",
        "A field needs a name",
    ):
        assert sentence in page
    more = builder.post(fields, fields, version="1", do="rows", **rows)
    assert more.text.count('name="name-') == 3
    lines = {"name-1": "lines", "type-1": "array", "required-1": "yes"}
    assert builder.post(fields, fields, version="1", **rows, **lines).status_code == 303
    within = f"{fields}?within=lines"
    inner = {"within": "lines", "name-0": "price", "type-0": "number", "label-0": "Price"}
    saved = builder.post(fields, within, version=version(hub, number), **inner)
    assert saved.headers["Location"] == fields
    declared = json.loads(code(hub, number)["input"]["parameters_schema_json"])
    status, lines = declared
    common = {"type": "string", "optional": True, "label": "Status", "control_type": "text"}
    assert status == {"name": "status", "hint": "Only these", **common}
    price = {"name": "price", "type": "number", "optional": True, "label": "Price"}
    number_as_exported = {"control_type": "number", "parse_output": "float_conversion"}
    assert lines.pop("properties") == [price | number_as_exported]
    common = {"type": "array", "of": "object", "optional": False, "label": "Lines"}
    assert lines == {"name": "lines", **common}
    returns = add(hub, builder, "workato_recipe_function/return_result", number)
    assert "declares no result yet" in text_of(builder.get(at(returns, number)))
    log = add(hub, builder, "logger/log_message", number)
    assert "Lines › Price number" in text_of(builder.get(at(log, number)))
    row = hub.read(Recipe, number)
    assert (row.running, row.description, row.version_author_name) == (False, "Why", "Builder")
    assert list(structure.check(row.code, row.config)) == []
    assert builder.get(f"/recipes/{number}/steps/0/fields/odd").status_code == 404


@pytest.mark.requirement("EDIT-9")
def test_fields_are_moved_renamed_and_opened_without_being_saved_first(
    hub: Hub, builder: HubBrowser
) -> None:
    def declared() -> Any:
        return json.loads(code(hub)["input"]["parameters_schema_json"])

    def send(do: str, names: str, **more: str) -> TestResponse:
        rows = {f"name-{at}": name for at, name in enumerate(names.split())}
        return builder.post(fields, fields, version=version(hub), do=do, **rows, **more)

    fields = "/recipes/3/steps/0/fields/parameters"
    assert send("save", "a b c").status_code == 303
    befores = {f"before-{at}": name for at, name in enumerate("abc")}
    shown = send("up-2", "a b c", **befores, **{"remove-0": "yes", "type-2": "array"})
    assert re.findall(r'name="name-\d" value="(\w+)"', shown.text) == ["c", "b"]
    assert [each["name"] for each in declared()] == ["a", "b", "c"], "nothing is saved yet"
    assert re.search(r'value="down-0" aria-label="Move c down" autofocus', shown.text)
    again = {"before-0": "c", "before-1": "b", "type-0": "array", "type-1": "boolean"}
    opened = send("within-0", "rows b", **again)
    assert opened.headers["Location"] == f"{fields}?within=rows"
    rows, flag = declared()
    assert (rows["name"], rows["of"], rows["properties"]) == ("rows", "object", [])
    own = {"name": "b", "label": "B", "optional": True, "type": "boolean"}
    hint = {"control_type": "text", "toggle_hint": "Use custom value"}
    conversion = "boolean_conversion"
    assert flag == own | {
        "control_type": "checkbox", "render_input": conversion, "parse_output": conversion,
        "toggle_hint": "Select from option list", "toggle_field": own | hint,
    }  # fmt: skip

    inner = {"within": "rows", "name-0": "x", "type-0": "array:string"}
    assert builder.post(fields, fields, version=version(hub), **inner).status_code == 303
    assert send("save", "renamed b", **(again | {"before-0": "rows"})).status_code == 303
    renamed, flag = declared()
    assert flag["toggle_field"]["name"] == "b"
    assert [(each["name"], each["of"]) for each in renamed["properties"]] == [("x", "string")]
    assert "List of texts" in builder.get(f"{fields}?within=renamed").text
    assert renamed["label"] == "Renamed", "it was made of the name"


@pytest.mark.requirement("EDIT-4")
@pytest.mark.parametrize("trigger", ["api", "skill", "schedule"])
def test_every_trigger_makes_a_recipe_that_the_editor_can_open(
    hub: Hub, builder: HubBrowser, trigger: str
) -> None:
    sent = builder.post("/recipes/new", "/recipes/new", name="Mine", location="1", trigger=trigger)
    number = int(re.findall(r"/recipes/(\d+)/", sent.headers["Location"])[0])
    assert builder.get(at(0, number)).status_code == 200
    if trigger == "api":
        responses = 'value:["input","response","responses",0,'
        fields = {responses + '"name"]': "Found", responses + '"http_status_code"]': "200"}
        assert save(hub, builder, 0, number, do="add", **fields).status_code == 303
        names = [each["name"] for each in code(hub, number)["input"]["response"]["responses"]]
        assert names == ["Found", "Response 2"]
        assert save(hub, builder, 0, number, do="remove-1", **fields).status_code == 303
        ends = add(hub, builder, "workato_api_platform/return_response", number)
        assert "Found (200)" in builder.get(at(ends, number)).text


@pytest.mark.requirement("EDIT-6")
def test_a_recipe_says_why_it_cannot_serve_verified_access(hub: Hub, builder: HubBrowser) -> None:
    assert "Its steps act with Your connection." in text_of(builder.get("/recipes/1"))
    assert "Verified user access" in text_of(builder.get("/recipes/2"))
    assert "cannot serve verified user access" not in text_of(builder.get("/recipes/2"))
    with hub.world.db.unit() as session:
        row = session.get_one(Recipe, 3)
        wait = {"keyword": "action", "provider": "clock", "name": "wait_for_interval", "as": "w"}
        row.config = [{**row.config[0], "account_id": 3, "personalization": True}]
        row.code = {**row.code, "block": [*row.code["block"], wait]}
    page = text_of(builder.get("/recipes/3"))
    assert "'Coupa (unfinished)' is not connected." in page
    assert "Step 4 waits: recipe functions with long actions are not supported." in page
    offered = text_of(hub.browser("admin").get("/ai_hub/mcp/new/scratch"))
    assert "Cannot serve verified user access: 'Coupa (unfinished)' is not connected." in offered
    sent = builder.post(
        "/recipes/new", "/recipes/new", name="Mine", location="1", trigger="schedule"
    )
    page = text_of(builder.get(sent.headers["Location"].partition("/edit")[0]))
    assert "Its trigger is not a recipe function" in page
    assert "None of its steps acts in an app." in page


@pytest.mark.requirement("EDIT-8")
def test_a_field_is_switched_between_text_and_formula(hub: Hub, builder: HubBrowser) -> None:
    (pill,) = [value for name, value in pills_of(builder.get(at(1))).items() if name == "Status"]
    mode = STATUS.replace("value:", "mode:")
    for typed, chosen, stored in (
        (f"Of #{{_dp('{pill}')}}", "formula", f"=\"Of \" + _dp('{pill}')"),
        (f"\"Of \" + _dp('{pill}')", "formula", f"=\"Of \" + _dp('{pill}')"),
        (f"\"Of \" + _dp('{pill}')", "text", f"Of #{{_dp('{pill}')}}"),
        (f"_dp('{pill}').upcase", "formula", f"=_dp('{pill}').upcase"),
        ("=1 + 1", "text", "=1 + 1"),
        ("", "formula", None),
    ):
        assert save(hub, builder, 1, **{STATUS: typed, mode: chosen}).status_code == 303
        assert code(hub)["block"][0]["input"].get("status") == stored
    wrong = save(hub, builder, 1, **{STATUS: "open", mode: "formula"})
    assert "There is no formula `open`." in error_beside(wrong, "Status")
    assert ">\nopen</textarea>" in wrong.text


@pytest.mark.requirement("EDIT-8")
def test_how_a_value_was_chosen_is_noted_as_exports_note_it(hub: Hub, builder: HubBrowser) -> None:
    toggle = {"control_type": "text", "type": "boolean", "name": "urgent"}
    field = {"name": "urgent", "type": "boolean", "optional": True, "toggle_field": toggle}
    with hub.world.db.unit() as session:
        row = session.get_one(Recipe, 3)
        found, *rest = row.code["block"]
        row.code = {**row.code, "block": [found | {"extended_input_schema": [field]}, *rest]}
    name = ':["input","urgent"]'
    for sent, value, note in (
        ({"toggle": "list", "pick": "true", "value": "old"}, "true", True),
        ({"toggle": "custom", "pick": "true", "value": "=1 == 1"}, "=1 == 1", False),
        ({"toggle": "list", "pick": ""}, None, None),
    ):
        fields = {part + name: text for part, text in sent.items()}
        assert save(hub, builder, 1, **{"value" + name: "", **fields}).status_code == 303
        block = code(hub)["block"][0]
        assert block["input"].get("urgent") == value
        assert block.get("toggleCfg", {}).get("urgent") == note

    call = add(hub, builder, "workato_recipe_function/call_recipe")
    flow = ':["input","flow_id"]'
    fields = {"toggle" + flow: "list", "pick" + flow: "3", "value" + flow: ""}
    assert save(hub, builder, call, **fields).status_code == 303
    assert code(hub)["block"][-1]["dynamicPickListSelection"] == {"flow_id": "Recipe 3"}
    custom = fields | {"toggle" + flow: "custom", "value" + flow: "1"}
    assert save(hub, builder, call, **custom).status_code == 303
    assert "dynamicPickListSelection" not in code(hub)["block"][-1]
    assert "toggleCfg" not in code(hub)["block"][-1]


@pytest.mark.requirement("EDIT-10")
def test_the_last_change_is_undone_and_what_is_not_saved_is_known(
    hub: Hub, builder: HubBrowser
) -> None:
    assert "Undo last change" not in builder.get(at(1)).text
    before = code(hub)
    assert save(hub, builder, 1, **{STATUS: "mine"}).status_code == 303
    assert "Undo last change" in builder.get(at(1)).text
    assert save(hub, builder, 1, **{STATUS: "mine again"}).status_code == 303
    path = "/recipes/3/versions/undo"
    for number in (2, 1):
        undone = builder.post(path, at(1), version=version(hub))
        assert undone.headers["Location"] == "/recipes/3/edit"
        page = text_of(builder.get("/recipes/3/edit"))
        assert f"Undone: the recipe is as in version {number}." in page
    assert code(hub) == before
    assert "Undo last change" not in page, "there is none before the first"
    late = builder.post(path, "/recipes/3/edit", version="1")
    assert "Nothing was undone." in text_of(builder.get(late.headers["Location"]))
    assert 'data-guard=""' in builder.get(at(1)).text
    assert 'data-guard="unsaved"' in save(hub, builder, 1, do="find", **{STATUS: "x"}).text


@pytest.mark.requirement("EDIT-10")
def test_a_job_leads_to_its_steps_and_to_the_one_that_failed(hub: Hub, builder: HubBrowser) -> None:
    steps = [
        {"number": 0, "title": "Recipe function is called", "duration_ms": 1},
        {"number": 1, "title": "Search invoices in Coupa", "duration_ms": 2, "error": "No."},
    ]
    with hub.world.db.unit() as session:
        now, common = hub.world.clock.now(), {"recipe_id": 3, "ip_address": ""}
        session.add(
            Job(id="j-1", tool="Test", status="failed", error="Step 2 failed: No.", steps=steps,
                started_at=now, completed_at=now, **common)
        )  # fmt: skip
    page = builder.get("/recipes/3/jobs/j-1").text
    opens = re.search(r'href="([^"]*)">Open step 2 in the editor', page)
    assert opens is not None
    assert opens[1] == f"{at(1)}#setup"
    assert f'href="{at(0)}#setup">1 Recipe function is called' in page
    assert 'href="/recipes/3/test">Test the recipe again' in page


@pytest.mark.requirement("EDIT-3")
def test_else_is_offered_where_it_can_be(hub: Hub, builder: HubBrowser) -> None:
    assert "ELSE" not in text_of(builder.get("/recipes/3/steps/new"))
    number = add(hub, builder, "if")
    assert "ELSE IF ELSE" in text_of(builder.get(f"/recipes/3/steps/new?into={number}"))


@pytest.mark.requirement("EDIT-3")
def test_a_step_follows_a_block_from_where_the_block_ends(hub: Hub, builder: HubBrowser) -> None:
    for block, last in (("try", "On error"), ("if", "ELSE")):
        number = add(hub, builder, block)
        follower = number + 1 if block == "try" else add(hub, builder, "else", into=f"{number}")
        page = builder.get(at(follower)).text
        (link,) = re.findall(r'href="([^"]*)">\+ Add a step after', page)
        asked = text_of(builder.get(html.unescape(link)))
        assert f"After step {follower + 1}: {last}" in asked
        assert ("ELSE IF" in asked) == (block == "if"), "it belongs to an IF alone"
        assert add(hub, builder, "logger/log_message", after=str(follower)) == follower + 1
    top = [each["keyword"] for each in code(hub)["block"]]
    assert top[-4:] == ["try", "action", "if", "action"]
