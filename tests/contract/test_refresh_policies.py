"""What becomes of a refresh token that is used is a setting of every app's instance."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from simulator import installed_apps
from simulator.db.tables import AppInstance
from simulator.domain import retention
from simulator.errors import ScenarioError
from simulator.oauth.refreshing import RefreshPolicy
from simulator.scenarios import load
from simulator.scenarios.files import folder
from tests.contract.control_world import Control, control, steered
from tests.contract.coupa_world import HOST, Coupa, coupa
from tests.contract.jira_world import Jira

__all__ = ["control", "coupa", "steered"]  # the fixtures
JIRA = "acme.atlassian.net"


def set_policy(coupa: Coupa, policy: str, leeway: int | None = None) -> None:
    """Set it in the database, as scenario and control API do."""
    with coupa.world.db.unit() as session:
        row = session.get_one(AppInstance, HOST)
        row.refresh_policy, row.refresh_leeway = policy, leeway


def works(coupa: Coupa, token: str) -> bool:
    """Whether an access token is live."""
    return coupa.api("GET", "/api/users/me", token).status_code == 200


@pytest.mark.requirement("COUPA-50")
def test_without_rotation_a_refresh_token_works_on(coupa: Coupa) -> None:
    """No other one is brought, and its access tokens live side by side."""
    set_policy(coupa, "none")
    first = coupa.tokens("ada")

    answers = [coupa.refresh(first["refresh_token"]).get_json() for _ in range(3)]

    assert [set(each) & {"refresh_token"} for each in answers] == [set()] * 3
    assert all(works(coupa, each["access_token"]) for each in (first, *answers))


@pytest.mark.requirement("COUPA-50")
def test_without_rotation_each_use_begins_the_time_anew(coupa: Coupa) -> None:
    """One that is used now and then is not swept as one that nobody uses."""
    set_policy(coupa, "none")
    coupa.world.clock.freeze()
    token = coupa.tokens("ada")["refresh_token"]

    for _ in range(3):
        coupa.world.clock.travel(retention.UNUSED - timedelta(days=1))
        assert coupa.refresh(token).status_code == 200
        with coupa.world.db.unit():
            retention.sweep(coupa.world)

    coupa.world.clock.travel(retention.UNUSED + timedelta(days=1))
    with coupa.world.db.unit():
        retention.sweep(coupa.world)
    assert coupa.refresh(token).get_json()["error"] == "invalid_grant"


@pytest.mark.requirement("COUPA-50")
def test_a_pair_is_deleted_together(coupa: Coupa) -> None:
    """A second use is refused as any unknown token; the new pair lives on."""
    set_policy(coupa, "delete_pair")
    first = coupa.tokens("ada")

    second = coupa.refresh(first["refresh_token"]).get_json()
    again = coupa.refresh(first["refresh_token"])

    assert not works(coupa, first["access_token"])
    assert works(coupa, second["access_token"])
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
    assert "every token of this grant" not in again.get_json()["error_description"]
    assert works(coupa, second["access_token"])
    assert coupa.refresh(second["refresh_token"]).status_code == 200


@pytest.mark.requirement("COUPA-50")
def test_rotation_may_have_a_leeway_of_any_length(coupa: Coupa) -> None:
    set_policy(coupa, "rotate_with_leeway", 30)
    coupa.world.clock.freeze()
    first = coupa.tokens("ada")["refresh_token"]
    newer = coupa.refresh(first).get_json()["refresh_token"]

    coupa.world.clock.travel(timedelta(seconds=29))
    within = coupa.refresh(first)
    coupa.world.clock.travel(timedelta(seconds=1))
    after = coupa.refresh(first)

    assert (within.status_code, after.status_code) == (200, 400)
    assert coupa.refresh(newer).status_code == 400, "the grant has ended"


@pytest.mark.requirement("COUPA-50")
def test_a_policy_may_change_in_the_middle_of_a_grant(coupa: Coupa) -> None:
    set_policy(coupa, "none")
    token = coupa.tokens("ada")["refresh_token"]
    assert coupa.refresh(token).status_code == 200

    set_policy(coupa, "rotate")
    newer = coupa.refresh(token).get_json()["refresh_token"]
    set_policy(coupa, "delete_pair")
    newest = coupa.refresh(newer).get_json()

    assert coupa.refresh(newest["refresh_token"]).status_code == 200


@pytest.mark.requirement("COUPA-51")
def test_a_program_sets_it_for_each_app(control: Control) -> None:
    """Jira's own policy has a leeway of ten minutes; a setting counts from the next refresh on."""
    path = f"apps/{JIRA}/refresh_tokens"
    jira = Jira(control.simulator)
    own = control.call("GET", path)
    token = jira.tokens()["refresh_token"]

    changed = control.call("PUT", path, {"policy": "none"})
    unrotated = jira.refresh(token)
    control.call("DELETE", path)
    rotated = jira.refresh(token)

    assert own == {"policy": "rotate_with_leeway", "leeway_seconds": 600, "source": "app"}
    assert changed == {"policy": "none", "leeway_seconds": None, "source": "setting"}
    assert "refresh_token" not in unrotated.get_json()
    assert rotated.get_json()["refresh_token"] != token
    assert control.call("GET", path) == own


@pytest.mark.requirement("COUPA-51")
def test_every_installed_app_says_what_it_does_by_itself(control: Control) -> None:
    """And every app of the world can be set otherwise."""
    for app in installed_apps.packages():
        assert installed_apps.part(app, "dialect").DIALECT.refresh.policy in RefreshPolicy
    with control.simulator.world.db.reading() as session:
        hosts = session.scalars(select(AppInstance.host)).all()
    assert JIRA in hosts
    for host in hosts:
        path = f"apps/{host}/refresh_tokens"
        set_to = {"policy": "rotate_with_leeway", "leeway_seconds": 5}
        assert control.call("PUT", path, set_to) == {**set_to, "source": "setting"}


@pytest.mark.requirement("COUPA-51")
def test_a_wrong_setting_is_told(control: Control) -> None:
    path = f"apps/{JIRA}/refresh_tokens"

    nowhere = control.refused("GET", "apps/nowhere.example/refresh_tokens")
    unknown = control.refused("PUT", path, {"policy": "sometimes"})
    pointless = control.refused("PUT", path, {"policy": "rotate", "leeway_seconds": 5})

    assert (nowhere["status"], unknown["status"], pointless["status"]) == (404, 422, 422)
    assert "nowhere.example" in nowhere["detail"]
    assert unknown["errors"][0]["pointer"] == "/policy"
    assert "rotate_with_leeway" in pointless["detail"]


MINIMAL = (folder() / "minimal.yaml").read_text(encoding="utf-8")


def scenario(tmp_path: Path, written: str) -> Path:
    """The minimal scenario with a setting at its app."""
    file = tmp_path / "world.yaml"
    line = "    host: small.coupacloud.com\n"
    file.write_text(MINIMAL.replace(line, f"{line}    refresh_tokens: {written}\n", 1), "utf-8")
    return file


@pytest.mark.requirement("COUPA-51")
@pytest.mark.parametrize(
    "written, leeway",
    [
        ("{policy: none}", None),
        ("{policy: rotate_with_leeway}", 600),
        ("{policy: rotate_with_leeway, leeway_seconds: 30}", 30),
    ],
)
def test_a_scenario_sets_it(tmp_path: Path, written: str, leeway: int | None) -> None:
    app = load(str(scenario(tmp_path, written))).apps[0]

    assert app.refresh_tokens is not None
    assert app.refresh_tokens.policy in written
    assert app.refresh_tokens.leeway == leeway


@pytest.mark.requirement("COUPA-51")
@pytest.mark.parametrize(
    "written, sentence",
    [
        ("{policy: sometimes}", "expected 'none', 'rotate', 'rotate_with_leeway' or 'delete_pair'"),
        ("{policy: rotate, leeway_seconds: 5}", "only rotate_with_leeway has a leeway"),
    ],
)
def test_a_scenario_with_a_wrong_setting_is_refused(
    tmp_path: Path, written: str, sentence: str
) -> None:
    with pytest.raises(ScenarioError, match=sentence):
        load(str(scenario(tmp_path, written)))
