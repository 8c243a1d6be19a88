"""Control blocks by the forms of the recipe editor: stored as exports have them, and run."""

import json
import re

import pytest

from simulator.db.tables import Job, Recipe
from simulator.domain import job_history
from simulator.domain.engine.block_code import iter_blocks
from tests.contract.aihub_world import Hub, HubBrowser
from tests.contract.recipe_editing import (
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


def _declare(hub: Hub, builder: HubBrowser, recipe: int, schema: str, name: str) -> None:
    """Give a schema of the trigger a list of codes with prices."""
    fields = f"/recipes/{recipe}/steps/0/fields/{schema}"
    rows = {"name-0": name, "type-0": "array"}
    builder.post(fields, fields, version=version(hub, recipe), **rows)
    inner = {"within": name, "name-0": "code", "type-0": "string", "name-1": "price"}
    within = f"{fields}?within={name}"
    builder.post(fields, within, version=version(hub, recipe), **inner, **{"type-1": "number"})


def _run(hub: Hub, builder: HubBrowser, recipe: int, event: object) -> Job:
    """The job of a recipe that is tried on its Test tab."""
    test = f"/recipes/{recipe}/test"
    environment = re.findall(r'<option value="(\d+)" selected', builder.get(test).text)[0]
    done = builder.post(test, test, event=json.dumps(event), environment=environment)
    name = done.headers["Location"].rpartition("/")[2]
    with hub.world.db.unit():
        job = job_history.get_job(hub.world, hub.read(Recipe, recipe), name)
    assert job.status == "succeeded", job.error
    return job


def _list_messages(job: Job) -> list[str]:
    """What the job logged."""
    return [json.loads(each["input"])["message"] for each in job.steps
            if each["title"] == "Log message"]  # fmt: skip


@pytest.mark.long  # quicker: the test of batches below, and those of steps and of the engine
@pytest.mark.requirement("EDIT-3")
def test_a_loop_with_branches_and_a_mapped_list_is_made_by_forms_and_run(
    hub: Hub, builder: HubBrowser
) -> None:
    sent = builder.post(
        "/recipes/new", "/recipes/new", name="Sort", location="1", trigger="function"
    )
    recipe = int(re.findall(r"/recipes/(\d+)/", sent.headers["Location"])[0])
    _declare(hub, builder, recipe, "parameters", "rows")
    _declare(hub, builder, recipe, "result", "lines")

    def fill(step: int, inputs: dict[str, str]) -> None:
        """Save inputs, each by its path into the block; `{Label}` is that pill of the step."""
        pills = pills_of(builder.get(at(step, recipe)))
        values = {}
        for name, text in inputs.items():
            path = [int(each) if each.isdigit() else each for each in name.split("/")]
            value = re.sub(r"{(.*?)}", lambda found: f"#{{_dp('{pills[found[1]]}')}}", text)
            values["value:" + json.dumps(path, separators=(",", ":"))] = value
        assert save(hub, builder, step, recipe, **values).status_code == 303

    loop = add(hub, builder, "foreach", recipe)
    fill(loop, {"source": "{Rows}"})
    branch = add(hub, builder, "if", recipe, into=str(loop))
    assert save(hub, builder, branch, recipe, do="add").status_code == 303
    first, second = "input/conditions/0/", "input/conditions/1/"
    fill(branch, {
        "input/operand": "or",
        first + "lhs": "{Price}", first + "operand": "greater_than", first + "rhs": "10",
        second + "lhs": "{Code}", second + "operand": "equals_to", second + "rhs": "x",
    })  # fmt: skip
    log = "logger/log_message"
    fill(add(hub, builder, log, recipe, into=str(branch)), {"input/message": "much"})
    other = add(hub, builder, "else", recipe, into=str(branch))
    fill(add(hub, builder, log, recipe, into=str(other)), {"input/message": "{Code}"})
    mapped = {"____source": "{Rows}", "code": "{Rows › Code}", "price": "{Rows › Price}"}
    fill(
        add(hub, builder, "workato_recipe_function/return_result", recipe),
        {f"input/result/lines/{name}": pill for name, pill in mapped.items()},
    )

    made = code(hub, recipe)
    assert [each["keyword"] for each in iter_blocks(made)] == [
        "trigger", "foreach", "if", "action", "else", "action", "action",
    ]  # fmt: skip
    (choice,) = made["block"][0]["block"]
    assert choice["block"][-1]["keyword"] == "else", "the last within its IF"
    assert choice["input"]["operand"] == "or"
    assert [each["operand"] for each in choice["input"]["conditions"]] == [
        "greater_than", "equals_to",
    ]  # fmt: skip
    assert {*made["block"][-1]["input"]["result"]["lines"]} == {*mapped}

    rows = [{"code": "a", "price": 20}, {"code": "b", "price": 2}, {"code": "x", "price": 1}]
    job = _run(hub, builder, recipe, {"rows": rows})
    said = _list_messages(job)
    assert said == ["much", "b", "much"]
    assert json.loads(job.steps[-1]["output"]) == {"lines": rows}


@pytest.mark.requirement("REC-105")
@pytest.mark.requirement("EDIT-3")
def test_a_loop_in_batches_gives_a_list_of_items(hub: Hub, builder: HubBrowser) -> None:
    sent = builder.post(
        "/recipes/new", "/recipes/new", name="Send", location="1", trigger="function"
    )
    recipe = int(re.findall(r"/recipes/(\d+)/", sent.headers["Location"])[0])
    _declare(hub, builder, recipe, "parameters", "rows")
    loop = add(hub, builder, "foreach", recipe)
    source = f"#{{_dp('{pills_of(builder.get(at(loop, recipe)))['Rows']}')}}"
    whole = {'value:["source"]': source, 'value:["repeat_mode"]': "batch"}
    refused = save(hub, builder, loop, recipe, **whole, **{'value:["batch_size"]': "0"})
    told = "Batch size is a whole number from 1 to 50,000."
    assert error_beside(refused, "Batch size") == told
    saved = save(hub, builder, loop, recipe, **whole, **{'value:["batch_size"]': "2"})
    assert saved.status_code == 303

    log = add(hub, builder, "logger/log_message", recipe, into=str(loop))
    pills = pills_of(builder.get(at(log, recipe)))
    assert json.loads(pills["Batch › Price"])["path"] == [
        "batch", {"path_element_type": "current_item"}, "price",
    ]  # fmt: skip
    size, batch = pills["Batch › List size"], pills["Batch"]
    said = f"=_dp('{size}').to_s + _dp('{batch}').pluck('code').first"
    assert save(hub, builder, log, recipe, **{'value:["input","message"]': said}).status_code == 303

    made = code(hub, recipe)["block"][0]
    assert (made["repeat_mode"], made["batch_size"]) == ("batch", "2")
    rows = [{"code": each} for each in "abc"]
    assert _list_messages(_run(hub, builder, recipe, {"rows": rows})) == ["2a", "1c"]
