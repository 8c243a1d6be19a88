"""What the form of a step calls its inputs, and which it offers."""

from typing import Any, cast

import pytest

from simulator.domain.editing.fields import list_fields
from simulator.domain.editing.surroundings import Surroundings

pytestmark = pytest.mark.requirement("EDIT-2")
_NOTHING = cast(Surroundings, None)  # an app's own actions need nothing beside the recipe


def _labels(provider: str, name: str) -> dict[str, str]:
    step: dict[str, Any] = {"keyword": "action", "provider": provider, "name": name, "input": {}}
    code = {"keyword": "trigger", "provider": "workato_recipe_function", "block": [step]}
    return {each.label: each.hint for each in list_fields(code, 1, _NOTHING)}


def test_a_search_offers_what_is_searched_for() -> None:
    labels = list(_labels("jira", "search_issues"))

    assert labels[:3] == ["Project", "Issue type", "Status"]
    assert labels[-2:] == ["At most", "Next page token"]


@pytest.mark.parametrize(
    "provider,below",
    [("gmail", "https://www.googleapis.com/gmail/v1/users"), ("coupa", "the address of the")],
)
def test_the_path_of_a_custom_action_says_below_what_it_is(provider: str, below: str) -> None:
    assert _labels(provider, "__adhoc_http_action")["Path"].startswith(f"Below {below}")
