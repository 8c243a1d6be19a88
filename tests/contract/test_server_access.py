"""Who may use a server: single people beside groups, and nobody whose environment is revoked."""

from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import ActivityLog, Environment, McpServer, SamlSetup
from simulator.domain import server_access
from tests.contract.browser import Browser
from tests.contract.identity_world import PASSWORD, PROCUREMENT, keep_signing_key
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.contract.saml_world import SingleSignOn

__all__ = ["identity", "mcp", "office"]  # the fixtures
HUB = "https://app.workato.com"
FORM = {"enabled": "", "enforced_for": "all"}
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@pytest.fixture
def admin(mcp: Mcp) -> Browser:
    """Marc, an owner, in the web app."""
    browser = Browser(mcp.simulator).get(f"{HUB}/users/sign_in")
    return browser.press("Sign in", email="marc@office.example", password=PASSWORD)


@pytest.fixture
def access(mcp: Mcp) -> str:
    """The End user access tab of the server."""
    with mcp.world.db.unit() as session:
        handle = session.get_one(McpServer, int(PROCUREMENT[8:12])).handle
    return f"{HUB}/ai_hub/mcp/{handle}/end_user_access"


def _id(mcp: Mcp, who: str) -> str:
    person = SingleSignOn(mcp).person(who)
    assert person is not None
    return person.id


def _status(mcp: Mcp, who: str) -> int:
    return mcp.send(PING, mcp.token_of(who)).status_code


def _events(mcp: Mcp) -> list[str]:
    with mcp.world.db.unit() as session:
        return list(session.scalars(select(ActivityLog.event_type).order_by(ActivityLog.id)))


@pytest.mark.long
@pytest.mark.requirement("VUA-19")
def test_an_end_user_is_added_to_a_server_without_a_group(
    mcp: Mcp, admin: Browser, access: str
) -> None:
    assert _status(mcp, "eve") == 403
    admin.get(access)
    assert "They sign in with Username and password (Workato Identity)." in admin.text
    admin.get(access.replace("end_user_access", "end_users/add"))
    nobody: dict[str, Any] = {"end_users": [], "groups": []}
    admin.press("Add", **nobody)
    assert admin.page.status_code == 422
    assert "Select at least one end user or user group." in admin.text
    admin.press("Add", **nobody | {"end_users": _id(mcp, "eve")})
    assert "Added: Eve Outerbridge." in admin.text
    assert "eve@office.example" in admin.text
    assert _status(mcp, "eve") == 200
    assert "end_user_added" in _events(mcp)

    admin.get(access.replace("end_user_access", "end_users/add"))
    assert "eve@office.example" not in admin.text
    admin.get(f"{access}?dialog=remove-end-user&end_user={_id(mcp, 'eve')}")
    assert "Remove Eve Outerbridge?" in admin.text
    token = admin.page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    removal = f"{access.replace('end_user_access', 'end_users')}/{_id(mcp, 'eve')}/remove"
    assert "Removed: Eve Outerbridge." in admin.post(removal, {"csrf_token": token}).text
    assert _status(mcp, "eve") == 403


@pytest.mark.long
@pytest.mark.requirement("VUA-20")
def test_access_to_an_environment_is_revoked_and_restored(mcp: Mcp, admin: Browser) -> None:
    page = f"{HUB}/workspace_admin/end_users/{_id(mcp, 'ada')}"
    assert _status(mcp, "ada") == 200
    admin.get(f"{page}?ask=revoke&environment=1")
    assert "Revoke the access of Ada Reyes to Production?" in admin.text
    admin.press("Yes, revoke")
    assert "Access revoked" in admin.text
    refused = mcp.send(PING, mcp.token_of("ada"))
    assert refused.status_code == 403
    assert "The access of ada@office.example to the environment" in refused.text
    assert _status(mcp, "bob") == 200

    admin.press("Restore access")
    assert "Access revoked" not in admin.text
    assert _status(mcp, "ada") == 200
    assert {"environment_access_revoked", "environment_access_restored"} <= set(_events(mcp))


@pytest.mark.requirement("SAML-6", "VUA-20")
def test_who_is_provisioned_has_the_selected_environments(mcp: Mcp, admin: Browser) -> None:
    """Those that come later are none of them; whoever was added by hand has every one."""
    sso = SingleSignOn(mcp)
    with mcp.world.db.unit() as session:
        session.add(Environment(workspace_id=1, name="Test"))
    with mcp.world.db.unit() as session:
        (test,) = session.scalars(select(Environment.id).where(Environment.name == "Test"))
    sso.switch_on(provisions_users=True, provisioned_environments=[test])
    sso.account("nora", name="Nora Lind")
    sso.sign_in("nora")
    nora = sso.person("nora")
    assert nora is not None
    with mcp.world.db.unit():
        assert server_access.list_lost_environments(mcp.world, nora) == {1}

    ada = sso.person("ada")
    assert ada is not None
    admin.get(f"{HUB}/workspace_admin/environments").press("Add", name="Development")
    assert _events(mcp).count("environment_access_revoked") == 2
    with mcp.world.db.unit() as session:
        (new,) = session.scalars(select(Environment.id).where(Environment.name == "Development"))
        assert server_access.list_lost_environments(mcp.world, nora) == {1, new}
        assert server_access.list_lost_environments(mcp.world, ada) == set()


@pytest.mark.requirement("SAML-1")
def test_the_environments_of_people_who_are_provisioned_are_selected(
    mcp: Mcp, admin: Browser
) -> None:
    keep_signing_key(mcp.world, "idp")
    with mcp.world.db.unit() as session:
        session.add(Environment(id=7, workspace_id=1, name="Test"))
    admin.get(f"{HUB}/workspace_admin/authentication")
    assert "Environments of JIT users" in admin.text
    nobody: dict[str, Any] = {"jit": "yes", "jit_environments": []}
    admin.press("Save", **FORM, **nobody)
    assert "Select at least one environment." in admin.text
    admin.press("Save", **FORM, **nobody | {"jit_environments": ["7"]})
    assert "Saved." in admin.text
    with mcp.world.db.unit() as session:
        assert session.get_one(SamlSetup, 1).provisioned_environments == [7]


@pytest.mark.requirement("SAML-6")
def test_an_environment_that_is_removed_is_none_that_people_are_provisioned_with(
    mcp: Mcp, admin: Browser
) -> None:
    """None selected would mean all: where it is the only one, it stays until others are."""
    page = f"{HUB}/workspace_admin/environments"
    sso = SingleSignOn(mcp)
    with mcp.world.db.unit() as session:
        session.add_all(Environment(id=n, workspace_id=1, name=f"Test {n}") for n in (7, 8))
    sso.switch_on(provisions_users=True, provisioned_environments=[7, 8])
    admin.get(page).press("Remove")
    assert "Removed the environment Test 7." in admin.text
    admin.press("Remove")
    assert "have Test 8 alone: select other environments" in admin.text
    with mcp.world.db.unit() as session:
        assert session.get_one(SamlSetup, 1).provisioned_environments == [8]
        assert session.get(Environment, 8) is not None
