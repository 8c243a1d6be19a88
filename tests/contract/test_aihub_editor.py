"""The recipe editor: steps, setup, and the choice between Your and End user's connection."""

import re

import pytest

from simulator.db.tables import Recipe
from simulator.domain.editing.differences import flatten
from simulator.systems.aihub.pills import InputPart, pieces
from tests.contract.aihub_world import READY, Hub, field_error, hub, text_of

__all__ = ["hub"]  # the fixture
STEP = "/recipes/1/edit?step=1"
LABELS = (
    "Name",
    "Location",
    "Authentication type",
    "Client ID",
    "Client secret",
    "Host",
    "Scopes",
)


@pytest.mark.requirement("HUB-10")
def test_a_recipe_is_shown_step_by_step_with_the_way_to_edit(hub: Hub) -> None:
    browser = hub.browser("builder")
    answer = browser.get(f"/recipes/2?server={READY}")
    page = text_of(answer)
    assert "1 Trigger Recipe function is called" in page
    assert "2 Action Search invoices in Coupa Acts as the end user" in page
    assert "3 Action Return result" in page
    assert f'href="/recipes/2/edit?server={READY}">Edit</a>' in answer.text
    assert browser.get("/recipes/99").status_code == 404


@pytest.mark.requirement("HUB-10")
def test_the_editor_lets_one_select_each_step(hub: Hub) -> None:
    browser = hub.browser("builder")
    assert "Select a step to see its setup" in text_of(browser.get("/recipes/1/edit"))
    trigger = text_of(browser.get("/recipes/1/edit?step=0"))
    assert "status string No Only these" in trigger
    assert "Step 1 · status" in text_of(browser.get(STEP))
    result = text_of(browser.get("/recipes/1/edit?step=2"))
    assert "result.text Found: Step 2 · invoices ." in result
    assert browser.get("/recipes/1/edit?step=9").status_code == 404


@pytest.mark.requirement("HUB-10")
def test_data_pills_are_cut_out_of_their_text() -> None:
    text = "No. #{_('data.coupa.found.invoices[0].id')} of #{_('data.x.gone.total')}"
    assert pieces(text, {"found": 2}) == [
        InputPart("No. ", pill=False),
        InputPart("Step 2 · invoices[0].id", pill=True),
        InputPart(" of ", pill=False),
        InputPart("gone · total", pill=True),
    ]
    assert pieces(50, {}) == [InputPart("50", pill=False)]
    nested = {"result": {"rows": ["a", {"b": 1}]}}
    assert list(flatten(nested)) == [("result.rows[1]", "a"), ("result.rows[2].b", 1)]


@pytest.mark.requirement("HUB-11")
def test_the_form_has_the_documented_fields_in_the_documented_order(hub: Hub) -> None:
    answer = hub.browser("builder").get(f"{STEP}&connection=end_user")
    form = answer.text[answer.text.index('aria-label="End user\'s connection"') :]
    labels = re.findall(r'<label class="form-label" for="\w+">([^<]+)</label>', form)
    assert tuple(labels) == LABELS
    assert 'name="scopes" value="core.common.read" checked>' in form
    assert 'placeholder="https://your-instance-name.coupacloud.com"' in form
    assert ">Connect</button>" in form


@pytest.mark.requirement("HUB-11")
def test_your_connection_is_shown_until_end_users_connection_is_selected(hub: Hub) -> None:
    browser = hub.browser("builder")
    yours = browser.get(STEP)
    assert ">Save</button>" in yours.text
    assert "Client secret" not in yours.text
    assert ">Connect</button>" not in yours.text
    as_end_user = text_of(browser.get("/recipes/2/edit?step=1"))
    assert "Coupa (parent) Connected" in as_end_user


@pytest.mark.requirement("HUB-12")
def test_a_builder_uses_a_connection_of_theirs(hub: Hub) -> None:
    browser, at = hub.browser("builder"), "/recipes/2/edit?step=1&connection=your"
    choose = "/recipes/2/steps/1/connection"
    answer = browser.post(choose, at, **{"as": "your", "connection_id": "1"})
    assert answer.status_code == 303
    recipe = hub.read(Recipe, 2)
    assert recipe.config[0]["account_id"] == 1
    assert not recipe.config[0].get("personalization")
    assert recipe.version_no == 2


@pytest.mark.requirement("HUB-12")
@pytest.mark.parametrize(
    "connection_id,sentence", [("", "Select a connection to Coupa."), ("3", "is not connected")]
)
@pytest.mark.parametrize("kind", ["your", "end_user"])
def test_a_connection_that_is_missing_or_not_connected_is_not_saved(
    hub: Hub, connection_id: str, sentence: str, kind: str
) -> None:
    browser, choose = hub.browser("builder"), "/recipes/1/steps/1/connection"
    answer = browser.post(choose, STEP, **{"as": kind, "connection_id": connection_id})
    assert answer.status_code == 422
    assert sentence in field_error(answer, "connection_id")
    assert hub.read(Recipe, 1).version_no == 1
    assert browser.get(f"{choose}?as={kind}").headers["Location"].endswith(f"connection={kind}")


@pytest.mark.requirement("HUB-12")
def test_an_existing_connection_becomes_the_end_users_connection(hub: Hub) -> None:
    browser, at = hub.browser("builder"), f"{STEP}&connection=end_user"
    page = text_of(browser.get(at))
    assert "Existing connection New connection Coupa (parent) Coupa (shared)" in page
    choose = "/recipes/1/steps/1/connection"
    browser.post(choose, at, **{"as": "end_user", "connection_id": "2"})
    assert hub.read(Recipe, 1).config[0].get("personalization")
    assert "Coupa (parent) Connected" in text_of(browser.get(STEP))
    new = text_of(browser.get(f"{STEP}&connection=end_user&new=1"))
    assert "Coupa (parent) Connected" not in new


@pytest.mark.requirement("HUB-12")
def test_what_is_connected_stays_chosen_and_can_be_used_once_more(hub: Hub) -> None:
    browser, at = hub.browser("builder"), f"{STEP}&connection=end_user"
    choose = "/recipes/1/steps/1/connection"
    browser.post(choose, at, **{"as": "end_user", "connection_id": "2"})
    page = browser.get(at)
    assert "New connection" not in text_of(page)
    chosen = re.search(r'<option value="(\d+)" selected>Coupa \(parent\)</option>', page.text)
    assert chosen
    answer = browser.post(choose, at, **{"as": "end_user", "connection_id": chosen[1]})
    assert answer.status_code == 303
    assert hub.read(Recipe, 1).config[0].get("personalization")


@pytest.mark.requirement("REC-130")
def test_the_editor_says_which_steps_are_wrong_before_they_run(hub: Hub) -> None:
    """Code errors, config errors, stubs that are missing or there, and rules that are broken."""
    with hub.world.db.unit() as session:
        recipe = session.get_one(Recipe, 2)
        code, config = dict(recipe.code), recipe.config
        call, end = code["block"]
        code["block"] = [
            {**call, "number": 1},
            {**call, "number": 2, "as": "odd", "name": "no_such_action"},
            {**call, "number": 3, "as": "python", "provider": "py_eval"} | PYTHON,
            {**call, "number": 4, "as": "ruby", "provider": "workato_custom_code"} | RUBY,
            {**end, "number": 5},
        ]
        recipe.code, recipe.config = code, [{**config[0], "account_id": None}]
        recipe.stubs = [{"step": "ruby", "output": {}}]

    browser = hub.browser("builder")
    page = text_of(browser.get("/recipes/2"))
    assert "Code errors (1) Step 3 : Coupa has no action 'no_such_action' here" in page
    assert "Config errors (2) Step 2 : No connection to Coupa is chosen." in page
    assert "Steps that need a stub (1) Step 4 : py_eval.invoke_custom_py_code has Python" in page
    assert "Steps that a stub answers (1) Step 5 : Answered by the stub" in page
    assert "Code errors (1) Step 3 : Coupa" in text_of(browser.get("/recipes/2/edit"))
    assert "Workato's own rules" in page
    assert "4 Action Execute Python code Needs a stub" in page
    assert 'href="/recipes/2/edit?step=2&amp;' in browser.get("/recipes/2").text


PYTHON = {"name": "invoke_custom_py_code", "input": {"code": "def main(input): return {}"}}
RUBY = {"name": "invoke_custom_ruby_code", "input": {"code": "{}"}}
