"""The page of what recipes can have, made from the engine; `python -m tests.tools.recipes_page`."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from simulator.connectors import CONNECTORS
from simulator.domain.engine import limits
from simulator.domain.engine.conditions import OPERANDS
from simulator.domain.engine.control import RUNNERS
from simulator.domain.engine.platform import ACTIONS
from simulator.domain.engine.steps import CONTROL_TITLES, TRIGGER_NAMES
from tests.tools.requirements import ROOT

PAGE = ROOT / "docs/recipes.md"
_HEAD = """# What recipes can have

Recipes run here as Workato exports them: [a package](packages.md) is brought in as it is.
`simulator lint PATH` says of each step whether it runs, needs a stub, or cannot run.

<!-- Made by `python -m tests.tools.recipes_page` from the engine; do not edit. -->

## Stubs

What has no stand-in here (apps that are not installed, and Python, Ruby and JavaScript code where
the simulator [may not run it](settings.md#code-of-recipes)) is answered by a stub that you write in
[the scenario](scenarios.md); without one, the step fails and says so. The job notes "answered by a
stub".

```yaml
stubs:
  - {recipe: Weekly report, step: 3, output: {output: {total: 12}}}
  - recipe: Weekly report
    step: score             # or its number in the editor
    table:
      - {when: {code_input.data.name: Ada}, output: {output: {score: 3}}}
      - {output: {output: {score: 0}}}
```

`simulator lint PATH --stubs` drafts the stubs that a package needs, with outputs of the shape that
its steps declare and its data pills read. A job whose steps had no stub says so on its page,
whatever the job returned, and drafts them as a table with the inputs that the steps had.

## By hand

**New recipe** on a project's page makes one that begins with a recipe function, an API request, a
skill or a schedule. **Edit fields** at its trigger declares what callers send and get. **+ Add a
step** offers the actions of every app, Workato's own, and control blocks; a step that is selected
can be moved up and down, also into and out of blocks, skipped, commented on and removed. Its inputs
take text, data pills of the steps that ran before (**Data pills** inserts them), and formulas that
begin with `=`. Of what an app's action gives, pills are known where the export says so, or from the
newest job that succeeded.

A running recipe is stopped first: the tool is not listed until it is started again, with its new
version. Every change is a version: **Versions** compares and restores them. Who saves a recipe that
somebody else changed meanwhile sees both changes, and decides.

## Jobs

Every call of a tool is a job, and every call of a recipe by another. The Jobs tab of a recipe and
[`GET /api/recipes/{id}/jobs/{job}`](developer-api.md) show the input, output, error and duration of
each step, without secrets.

The Test tab runs a recipe as an end user of your choice. What they have yet to connect, the job's
page connects: press Connect, and sign in to the app with that person's account.
"""
_TRIGGERS = """A recipe with another trigger (a schedule, a webhook, an event of an app) is no tool,
and nothing here fires it. The Test tab of its page runs it by hand, with an event that you write
there, or as the stub of step 1.
"""
_LIMITS = {
    "steps of a recipe": limits.MOST_STEPS,
    "turns of a loop": limits.MOST_TURNS,
    "steps that one job performs": limits.MOST_PERFORMED,
    "blocks within each other": limits.DEEPEST_BLOCKS,
    "recipes that call each other": limits.DEEPEST_CALLS,
    "retries of a monitor": limits.MOST_RETRIES,
    "items of a batch, where none is written": limits.BATCH_SIZE,
    "characters of all a job's details": limits.JOB_DETAILS,
    "characters of one input or output in a job": limits.STEP_DETAILS,
}


def render() -> str:
    """The whole page."""
    assert RUNNERS, "the engine runs control blocks"
    return "\n".join(
        [
            _HEAD,
            "## Triggers of tools\n",
            _TRIGGERS,
            *_table(
                ["provider", "is"], ([f"`{one}`", name] for one, name in TRIGGER_NAMES.items())
            ),
            "\n## Control blocks\n",
            *_table(
                ["`keyword`", "in the editor"],
                ([f"`{keyword}`", title] for keyword, title in CONTROL_TITLES.items()),
            ),
            "\n## Conditions\n",
            ", ".join(f"`{operand}`" for operand in OPERANDS) + ".",
            "\n## Actions of Workato's own providers\n",
            *_table(["provider", "action", "what it does"], _platform_rows()),
            "\n## Actions of apps\n",
            "Every app has the custom action `__adhoc_http_action` besides.\n",
            *_table(["app", "action", "what it does"], _app_rows()),
            "\n## Limits\n",
            *_table(["what", "at most"], ([what, f"{most:,}"] for what, most in _LIMITS.items())),
            "",
        ]
    )


def _platform_rows() -> Iterator[list[str]]:
    for (provider, name), handler in sorted(ACTIONS.items(), key=lambda item: item[0]):
        yield [f"`{provider}`", f"`{name}`", _summary(handler)]


def _app_rows() -> Iterator[list[str]]:
    for provider, connector in sorted(CONNECTORS.items()):
        for name, each in connector.actions.items():
            yield [f"`{provider}`", f"`{name}`", f"{each.title}: `{each.method} {each.path}`"]


def _summary(handler: Callable[..., Any]) -> str:
    return " ".join((handler.__doc__ or "").strip().split("\n\n")[0].split()).replace("|", "\\|")


def _table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows)]


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
