"""Changes to end users that no page offers: names, status, and the groups a directory would set."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from simulator.db.tables import EndUser, EndUserGroup, Environment
from simulator.domain import end_user_accounts, end_user_groups, group_changes, group_names, people
from simulator.errors import FieldError
from simulator.world import World
from tests.unit.scenario_world import seeded_world

pytestmark = pytest.mark.requirement("CTL-7")


@pytest.fixture
def world() -> Iterator[World]:
    """The demo, with a second environment that has a `Finance team`, too; in a unit of work."""
    world = seeded_world("demo")
    with world.db.unit() as session:
        production = session.query(Environment).one()
        test = Environment(workspace_id=production.workspace_id, name="Test")
        session.add(test)
        session.flush()
        dan = next(
            one
            for one in people.list_end_users(world, test.workspace_id).first(50)
            if "Dan" in one.name
        )
        group_changes.create_group(world, test, "Finance team", [dan.id])
        yield world
    world.db.close()


def ada(world: World) -> EndUser:
    """An end user of the procurement team."""
    return world.db.session.query(EndUser).filter_by(email="ada@acme.example").one()


def group(world: World, name: str) -> EndUserGroup:
    """A group by the name that it has among all of them."""
    ids = group_names.find_by_names(world, ada(world).workspace_id, [name])
    return world.db.session.get_one(EndUserGroup, ids[name])


def test_a_name_of_two_environments_says_which(world: World) -> None:
    assert list(group_names.list_unique_names(world, ada(world).workspace_id, 50)) == [
        "Contractors",
        "Production / Finance team",
        "Procurement team",
        "Test / Finance team",
    ]
    with pytest.raises(FieldError, match="'Production / Finance team', 'Procurement team'"):
        end_user_groups.set_groups(world, ada(world), ["Finance team"])


def test_only_groups_that_change_are_said_to_have_changed(world: World) -> None:
    before = group(world, "Procurement team").updated_at
    world.clock.travel(timedelta(hours=1))

    end_user_groups.set_groups(world, ada(world), ["Procurement team", "Test / Finance team"])

    assert {one.name for one in group(world, "Test / Finance team").members} == {
        "Dan Okafor",
        "Ada Reyes",
    }
    assert ada(world) in group(world, "Procurement team").members
    assert group(world, "Procurement team").updated_at == before
    assert group(world, "Test / Finance team").updated_at > before + timedelta(minutes=30)


def test_an_unknown_group_changes_nothing(world: World) -> None:
    with pytest.raises(FieldError, match="There is no end-user group 'Nobody'"):
        end_user_groups.set_groups(world, ada(world), ["Contractors", "Nobody"])

    assert ada(world) not in group(world, "Contractors").members


def test_an_address_may_change_its_case(world: World) -> None:
    end_user_accounts.change_end_user(
        world, ada(world), email=" Ada@acme.example ", name=" Ada R. "
    )

    changed = world.db.session.query(EndUser).filter_by(email="Ada@acme.example").one()
    assert changed.name == "Ada R."


def test_a_status_is_one_that_an_admin_can_give(world: World) -> None:
    with pytest.raises(FieldError, match="'active' or 'disabled', not 'invited'"):
        end_user_accounts.change_end_user(world, ada(world), status="invited")
