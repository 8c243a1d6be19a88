"""Who is meant by a name."""

from contextlib import ExitStack

import pytest

from simulator.testing.actors import Stage

PEOPLE = [
    {"name": "Ada Reyes", "email": "ada@acme.example", "role": "owner"},
    {"name": "Ada Reyes", "email": "ada@acme.example", "role": "end user"},
    {"name": "Ada Larsen", "email": "ada.larsen@acme.example", "role": "end user"},
    {"name": "Bob", "email": "bob@acme.example", "role": "end user"},
]


@pytest.fixture
def stage() -> Stage:
    return Stage({"people": PEOPLE}, None, None, ExitStack())


@pytest.mark.requirement("HARN-8")
@pytest.mark.parametrize("name", ["Ada Reyes", "ada@acme.example"])
def test_a_person_is_named_by_name_or_address(stage: Stage, name: str) -> None:
    """The first of two entries: a collaborator signs in to more."""
    assert stage.person(name) == PEOPLE[0]
    assert stage.actor(name) is stage.actor("ada@acme.example")


@pytest.mark.requirement("HARN-8")
def test_a_first_name_that_several_have_is_not_enough(stage: Stage) -> None:
    assert stage.person("Bob") == PEOPLE[3]
    with pytest.raises(LookupError) as refused:
        stage.person("Ada")

    assert str(refused.value) == (
        "Several are called 'Ada': say more. There are: ada@acme.example, ada.larsen@acme.example."
    )
