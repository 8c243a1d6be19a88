"""The recipe editor by hand: inputs with data pills, steps, fields, and two people at once."""

import html
import json
import re

import pytest

from simulator.db.tables import Job, Recipe
from tests.contract.aihub_world import Hub, HubBrowser, text_of
from tests.contract.recipe_editing import (
    LIMIT,
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


@pytest.mark.requirement("EDIT-2")
def test_inputs_are_those_that_the_connector_knows(builder: HubBrowser) -> None:
    page = text_of(builder.get(at(1)))
    assert "Setup Save step Status" in page
    assert "Reads as: Step 1 · status" in page
    for label in ("Limit", "Offset", "Another input", "Data pills", "Step 1: Recipe function is"):
        assert label in page


@pytest.mark.requirement("EDIT-2")
def test_a_pill_is_inserted_by_its_button_and_saved_in_the_real_form(
    hub: Hub, builder: HubBrowser
) -> None:
    (pill,) = [value for name, value in pills_of(builder.get(at(1))).items() if name == "Status"]
    typed = {STATUS: "All of ", LIMIT: "5", "target": "input-0", "insert": pill}
    shown = save(hub, builder, 1, **typed)
    assert shown.status_code == 200
    assert version(hub) == "1", "nothing is saved yet"
    (value,) = re.findall(r'id="input-0"[^>]*autofocus>\n([^<]*)<', shown.text)
    text = html.unescape(value)
    assert text == f"All of #{{_dp('{pill}')}}"
    assert json.loads(pill)["path"] == ["parameters", "status"]
    formula = save(hub, builder, 1, **(typed | {STATUS: "=", "target": "input-0"}))
    assert html.unescape(formula.text).count(f">\n_dp('{pill}')</textarea>") == 1
    (modes,) = re.findall(r'<input[^>]*name="mode:[^"]*status[^"]*"[^>]*checked', formula.text)
    assert 'value="formula"' in modes

    assert save(hub, builder, 1, **{STATUS: text, LIMIT: "5"}).status_code == 303
    assert code(hub)["block"][0]["input"] == {"status": text, "limit": "5"}
    assert "Reads as: All of Step 1 · parameters.status" in text_of(builder.get(at(1)))


@pytest.mark.requirement("EDIT-2")
def test_pills_are_looked_for_without_losing_what_was_typed(hub: Hub, builder: HubBrowser) -> None:
    found = save(
        hub,
        builder,
        2,
        do="find",
        pills="invoices coupa",
        **{'value:["input","result","text"]': "Kept"},
    )
    pills = pills_of(found)
    assert [*pills][:2] == ["Invoices", "Invoices › List size"]
    assert "Invoices › Supplier › Name" in pills, "known before any job"
    assert ">\nKept</textarea>" in found.text
    assert "No pill matches." in text_of(save(hub, builder, 2, do="find", pills="nothing"))
    # Enter, without JavaScript: another search looks for it, the same one saves.
    assert "No pill matches." in text_of(save(hub, builder, 2, do="enter", pills="nothing"))
    same = {"pills": "x", "found": "x", 'value:["input","result","text"]': "Kept"}
    assert save(hub, builder, 2, do="enter", **same).status_code == 303
    first = re.search(r"<button[^>]*>", found.text[found.text.index("data-pills") :])
    assert first is not None
    assert 'value="enter"' in first[0], "what Enter presses"


@pytest.mark.requirement("EDIT-2")
def test_pills_are_those_of_the_last_job_where_nothing_declares_them(
    hub: Hub, builder: HubBrowser
) -> None:
    output = {"invoices": [{"id": 7, "supplier": {"name": "Ink & Co"}}]}
    entry = {"number": 1, "title": "Search invoices in Coupa", "output": json.dumps(output)}
    with hub.world.db.unit() as session:
        now, common = hub.world.clock.now(), {"recipe_id": 3, "ip_address": ""}
        session.add(
            Job(id="j-1", tool="x", status="succeeded", started_at=now, completed_at=now,
                steps=[entry], **common)
        )  # fmt: skip
    pills = pills_of(builder.get(at(2)))
    assert json.loads(pills["Invoices › Supplier › Name"])["path"] == [
        "invoices", {"path_element_type": "current_item"}, "supplier", "name",
    ]  # fmt: skip
    assert "Ink" not in builder.get(at(2)).text, "names, and no values"


@pytest.mark.requirement("EDIT-2")
@pytest.mark.parametrize(
    "typed,sentence",
    [
        ("='open", "text"),
        ("=1.no_such_formula", "no_such_formula"),
        ('#{_dp(\'{"pill_type":"odd"}\')}', "Data pills of type 'odd' are not supported"),
        ("#{_dp('data.coupa.later.id')}", "step 'later', whose output this step cannot use"),
        ("#{_dp('data.coupa.trigger.id')}", "says coupa, which is not its app"),
    ],
)
def test_what_is_no_formula_or_pill_is_told_beside_its_field(
    hub: Hub, builder: HubBrowser, typed: str, sentence: str
) -> None:
    answer = save(hub, builder, 1, **{STATUS: typed, LIMIT: "5"})
    assert sentence in error_beside(answer, "Status")
    assert version(hub) == "1"
    assert ">\n5</textarea>" in answer.text, "what else was typed stays"
    assert builder.get("/recipes/3/steps/1/inputs").headers["Location"].endswith(at(1) + "#setup")


@pytest.mark.requirement("EDIT-2")
def test_a_required_input_is_told_and_another_one_is_added(hub: Hub, builder: HubBrowser) -> None:
    number = add(hub, builder, "coupa/get_requisition", after="1")
    answer = save(hub, builder, number, **{'value:["input","id"]': " "})
    assert error_beside(answer, "Requisition ID") == "Requisition ID is required."
    page = text_of(builder.get(at(number)))
    assert "Code errors (1) Step 3 : Requisition ID is required." in page
    assert "Missing: the recipe cannot be started without it." in page
    flashed = builder.post("/recipes/3/state", at(number), do="start", back="recipe")
    page = text_of(builder.get(flashed.headers["Location"]))
    assert "'Recipe 3' was not started. Step 3: Requisition ID is required." in page
    odd = save(hub, builder, number, new_value="x", **{'value:["input","id"]': "7"})
    assert "Give the input a name." in text_of(odd)
    more = {"new_name": "exchange", "new_value": "none", 'value:["input","id"]': "7"}
    assert save(hub, builder, number, **more).status_code == 303
    assert code(hub)["block"][1]["input"] == {"id": "7", "exchange": "none"}
    assert ">exchange</label>" in re.sub(r"\s+", " ", builder.get(at(number)).text).replace(
        " </", "</"
    )


@pytest.mark.requirement("EDIT-2")
def test_a_running_recipe_is_looked_at_alone(hub: Hub, builder: HubBrowser) -> None:
    page = builder.get(at(1, 1))
    assert "changed once it is stopped" in text_of(page)
    assert "Save step" not in page.text
    answer = save(hub, builder, 1, 1, **{STATUS: "x"})
    assert "only a stopped one can be changed" in text_of(builder.get(answer.headers["Location"]))
    assert version(hub, 1) == "1"
    stopped = builder.post("/recipes/1/state", at(1, 1), do="stop", back="editor")
    assert stopped.headers["Location"] == "/recipes/1/edit"
    place = {"back": "editor", "step": "2"}
    again = builder.post("/recipes/1/state", at(1, 1), do="stop", **place)
    assert again.headers["Location"] == f"{at(2, 1)}#setup", "the step that was looked at"
    assert "Save step" in builder.get(at(1, 1)).text


@pytest.mark.requirement("EDIT-26")
@pytest.mark.requirement("EDIT-3")
def test_steps_are_added_moved_skipped_commented_on_and_removed(
    hub: Hub, builder: HubBrowser
) -> None:
    page = text_of(builder.get("/recipes/3/steps/new?q=coupa search"))
    assert "Search purchase orders" in page
    assert "Log message" not in page
    for word, title in (("condition", "IF"), ("loop", "Repeat for each"), ("error", "Monitor")):
        assert title in text_of(builder.get(f"/recipes/3/steps/new?q={word}")), word
    assert "Nothing is called so" in text_of(builder.get("/recipes/3/steps/new?q=nothing"))
    none = builder.post("/recipes/3/steps/new", "/recipes/3/steps/new", kind="x", version="1")
    assert "Choose what the step is to do." in text_of(none)

    number = add(hub, builder, "if", after="1")
    inside = add(hub, builder, "logger/log_message", into=str(number))
    assert save(hub, builder, inside, **{'value:["input","message"]': "Many"}).status_code == 303
    condition = 'value:["input","conditions",0,'
    pill = pills_of(builder.get(at(number)))["Invoices › List size"]
    fields = {condition + '"lhs"]': f"#{{_dp('{pill}')}}", condition + '"operand"]': "greater_than"}
    assert save(hub, builder, number, **fields, **{condition + '"rhs"]': "10"}).status_code == 303
    about = "IF Step 2 · invoices.size greater than 10 "
    assert about in text_of(builder.get("/recipes/3")), "EDIT-26"
    for do in ("up", "down", "skip", "comment"):
        fields = {"version": version(hub), "do": do, "comment": "Look twice"}
        place = {"up": inside}.get(do, inside - 1 if do == "down" else inside)
        answer = builder.post(f"/recipes/3/steps/{place}/change", at(place), **fields)
        assert answer.status_code == 303
    steps = code(hub)["block"]
    assert [each["keyword"] for each in steps] == ["action", "if", "action"]
    (log,) = steps[1]["block"]
    assert (log["skip"], log["comment"]) == (True, "Look twice")
    assert steps[1]["input"]["conditions"][0]["rhs"] == "10"
    assert [entry["provider"] for entry in hub.read(Recipe, 3).config] == [
        "coupa", "workato_recipe_function", "logger",
    ]  # fmt: skip

    ask = text_of(builder.get("/recipes/3/steps/1/remove"))
    assert "Step 3: IF, a pill of step 2 Step 5: Return result, a pill of step 2" in ask
    gone = builder.post(
        "/recipes/3/steps/1/remove", "/recipes/3/steps/1/remove", version=version(hub)
    )
    assert "Removed step 2." in text_of(builder.get(gone.headers["Location"]))
    page = text_of(builder.get("/recipes/3"))
    assert "Step 2 : A data pill is of step 'found', which is none before this one. (pills)" in page
    assert "coupa" not in {entry["provider"] for entry in hub.read(Recipe, 3).config}


@pytest.mark.requirement("EDIT-23")
def test_a_step_is_duplicated_and_pasted_into_another_recipe(hub: Hub, builder: HubBrowser) -> None:
    def change(do: str) -> str:
        fields = {"version": version(hub), "do": do}
        answer = builder.post("/recipes/3/steps/1/change", at(1), **fields)
        return text_of(builder.get(answer.headers["Location"]))

    assert "Duplicated step 2: this is the copy. " in change("duplicate")
    original, made, *_ = code(hub)["block"]
    own = ("number", "as")
    assert all(original[each] != made[each] for each in own)
    assert {**made, **{each: original[each] for each in own}} == original

    assert "Copied step 2. “Add a step” pastes it, in any recipe." in change("copy")
    with hub.world.db.unit() as session:
        session.get_one(Recipe, 1).running = False
    page = text_of(builder.get("/recipes/1/steps/new?into=0"))
    assert "Paste Search invoices in Coupa (step 2 of Recipe 3)" in page
    number = add(hub, builder, "copied", 1)
    pasted = code(hub, 1)["block"][number - 1]
    assert (pasted["name"], pasted["input"]) == (original["name"], original["input"])
    assert "Copied step" not in hub.browser("admin").get("/recipes/1/steps/new?into=0").text


@pytest.mark.requirement("EDIT-3")
def test_what_cannot_be_done_to_a_step_says_so(hub: Hub, builder: HubBrowser) -> None:
    fields = {"version": "1", "do": "up"}
    answer = builder.post("/recipes/3/steps/1/change", at(1), **fields)
    assert "The step is the first, or the last, already." in text_of(
        builder.get(answer.headers["Location"])
    )
    assert builder.get("/recipes/3/steps/9/remove").status_code == 404
    assert version(hub) == "1"


@pytest.mark.requirement("EDIT-5")
def test_the_second_of_two_is_told_and_nothing_is_lost(hub: Hub, builder: HubBrowser) -> None:
    admin = hub.browser("admin")
    assert save(hub, admin, 1, **{STATUS: "theirs", LIMIT: ""}).status_code == 303

    told = save(hub, builder, 1, version="1", **{STATUS: "mine", LIMIT: "7"})

    assert told.status_code == 409
    page = text_of(told)
    assert (
        "Admin changed this recipe while you did: version 1, which you saw, is version 2 now"
        in page
    )
    assert "Both of you changed Step 2, status" in page
    assert code(hub)["block"][0]["input"] == {"status": "theirs"}
    (form,) = re.findall(r'<form class="actions mb-4".*?</form>', told.text, re.S)
    sent = {
        html.unescape(name): html.unescape(value)
        for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    }
    assert (sent["version"], sent["onto"]) == ("1", "2")
    saved = builder.http.post("/recipes/3/steps/1/inputs", data=sent)
    assert saved.status_code == 303
    assert code(hub)["block"][0]["input"] == {"status": "mine", "limit": "7"}
    sent["once"] = "from another page"
    assert builder.http.post("/recipes/3/steps/1/inputs", data=sent).status_code == 409


@pytest.mark.requirement("EDIT-5")
def test_a_form_that_is_shown_again_is_still_about_the_version_it_began_with(
    hub: Hub, builder: HubBrowser
) -> None:
    """Else what somebody else saved would be undone by what nobody changed."""
    admin = hub.browser("admin")
    assert save(hub, admin, 1, **{STATUS: "theirs", LIMIT: ""}).status_code == 303
    assert add(hub, admin, "stop", first="yes") == 1
    before = "#{_('data.workato_recipe_function.trigger.status')}"

    for do in ("find", "save"):
        again = save(hub, builder, 1, version="1", do=do, **{STATUS: before, LIMIT: "=bad("})
        assert 'name="version" value="1"' in again.text
        assert 'action="/recipes/3/steps/1/inputs"' in again.text
        assert ">\nbad(</textarea>" in again.text
        assert "3 Search invoices in Coupa" in text_of(again)
    told = save(hub, builder, 1, version="1", **{STATUS: before, LIMIT: "7"})
    assert "If you save, both changes are in the recipe." in text_of(told)
    saved = save(hub, builder, 1, version="1", onto="3", **{STATUS: before, LIMIT: "7"})
    assert saved.status_code == 303
    assert code(hub)["block"][1]["input"] == {"status": "theirs", "limit": "7"}


@pytest.mark.requirement("EDIT-5")
def test_what_was_removed_meanwhile_cannot_be_changed(hub: Hub, builder: HubBrowser) -> None:
    admin = hub.browser("admin")
    assert add(hub, admin, "stop", first="yes") == 1
    told = save(hub, builder, 1, version="1", **{STATUS: "mine"})
    assert "If you save, both changes are in the recipe." in text_of(told)
    admin.post("/recipes/3/steps/2/remove", "/recipes/3/steps/2/remove", version="2")
    told = save(hub, builder, 1, version="1", **{STATUS: "mine"})
    assert "The step is not in the recipe any more: somebody removed it." in text_of(told)
    assert "Save mine too" not in told.text
    assert save(hub, builder, 1, version="1", do="find", **{STATUS: "mine"}).status_code == 409
    fields = "/recipes/3/steps/0/fields/parameters"
    rows = {"name-0": "status", "name-1": "limit"}
    assert builder.post(fields, fields, version="1", **rows).status_code == 409
    onto = builder.post(fields, fields, version="1", onto=version(hub), **rows)
    assert onto.status_code == 303
    declared = json.loads(code(hub)["input"]["parameters_schema_json"])
    assert [each["name"] for each in declared] == ["status", "limit"]
