"""Client credentials at Coupa: a program acts under an account of its own, and sees everything."""

from typing import Any

import pytest
from sqlalchemy import select, update

from simulator.db.tables import AppUser, OAuthClient
from simulator.systems.apps.coupa.scopes import CORE
from tests.contract.coupa_world import CLIENT_ID, HOST, SECRET, Coupa, coupa

__all__ = ["coupa"]  # the fixture
SCOPES = "core.common.read core.requisition.read core.user.read core.user.write"


@pytest.fixture
def machine(coupa: Coupa) -> Coupa:
    """The client is one of client credentials."""
    with coupa.world.db.unit() as session:
        session.execute(
            update(OAuthClient).values(
                grant_types=["client_credentials"],
                scopes=[*SCOPES.split(), "offline_access"],
                client_metadata={"login": "reporting"},
            )
        )
    return coupa


def ask(coupa: Coupa, path: str = "/oauth2/token", **changes: str) -> Any:
    """A token request of the client."""
    form = {
        "grant_type": "client_credentials",
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
        "scope": SCOPES,
    }
    return coupa.http.post(path, data=form | changes)


@pytest.mark.requirement("COUPA-80")
@pytest.mark.parametrize("path", ["/oauth2/token", "/oauth2/access_tokens"])
def test_a_program_gets_a_token_without_a_person(machine: Coupa, path: str) -> None:
    answer = ask(machine, path)

    assert answer.status_code == 200, answer.text
    token = answer.get_json()
    assert "refresh_token" not in token
    assert (token["expires_in"], token["scope"]) == (86_399, SCOPES)
    rows = machine.api("GET", "/api/requisitions", token["access_token"]).get_json()
    assert [row["requested-by"]["login"] for row in rows] == ["ada", "bob"]
    assert machine.api("GET", "/api/invoices", token["access_token"]).status_code == 403
    me = machine.api("GET", "/api/users/me", token["access_token"]).get_json()
    assert me["login"] == "reporting"


@pytest.mark.requirement("COUPA-80")
def test_each_token_is_of_the_same_account_and_of_nobody_who_signs_in(machine: Coupa) -> None:
    tokens = [ask(machine).get_json()["access_token"] for _ in range(2)]

    with machine.world.db.unit() as session:
        found = session.scalars(select(AppUser).where(AppUser.role == "machine")).all()
    assert [(user.login, user.host) for user in found] == [("reporting", HOST)]
    assert tokens[0] != tokens[1]
    shown = machine.browser().login("reporting", "")
    assert shown.status_code == 422


@pytest.mark.requirement("COUPA-80")
@pytest.mark.parametrize(
    "changes, status, error, words",
    [
        ({"scope": "core.invoice.read"}, 400, "invalid_scope", "core.invoice.read"),
        ({"scope": "nonsense"}, 400, "invalid_scope", "nonsense"),
        ({"client_secret": "wrong"}, 401, "invalid_client", "secret"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", "client_credentials"),
    ],
)
def test_a_wrong_request_of_a_program_is_explained(
    machine: Coupa, changes: dict[str, str], status: int, error: str, words: str
) -> None:
    answer = ask(machine, **changes)

    assert (answer.status_code, answer.get_json()["error"]) == (status, error)
    assert words in answer.get_json()["error_description"]


@pytest.mark.requirement("COUPA-80")
def test_all_scopes_are_granted_to_who_names_none(machine: Coupa) -> None:
    assert ask(machine, scope="").get_json()["scope"] == SCOPES


@pytest.mark.requirement("COUPA-80")
def test_a_client_of_the_other_grant_gets_none(coupa: Coupa) -> None:
    answer = ask(coupa, scope="")

    assert (answer.status_code, answer.get_json()["error"]) == (400, "unauthorized_client")


@pytest.mark.requirement("COUPA-81")
def test_users_are_made_and_changed_by_programs_alone(machine: Coupa) -> None:
    token = ask(machine).get_json()["access_token"]
    new = {"login": "zoe", "email": "zoe@example.com", "firstname": "Zoe", "lastname": "Quist"}
    manager = {"manager": {"login": "bob"}, "department": "Design"}

    made = machine.api("POST", "/api/users", token, json=new | manager)
    taken = machine.api("POST", "/api/users", token, json=new)
    person = machine.access_token("root", SCOPES)
    refused = machine.api("POST", "/api/users", person, json=new | {"login": "zed"})
    user = made.get_json()
    changed = machine.api("PUT", f"/api/users/{user['id']}", token, json={"lastname": "Quill"})

    assert made.status_code == 201, made.text
    assert (user["fullname"], user["manager"]["login"]) == ("Zoe Quist", "bob")
    assert taken.get_json() == {"errors": {"login": ["has already been taken"]}}
    assert (refused.status_code, taken.status_code) == (403, 400)
    assert changed.get_json()["fullname"] == "Zoe Quill"
    found = machine.api("GET", "/api/users?manager[login]=bob", token).get_json()
    assert [each["login"] for each in found] == ["zoe"]


@pytest.mark.requirement("COUPA-84")
def test_an_admin_sees_what_each_scope_opens(coupa: Coupa) -> None:
    """All of R39; those of which nothing is simulated say so."""
    root, ada = coupa.browser(), coupa.browser()
    root.login("root")
    ada.login("ada")

    page = root.http.get("/oauth2/scopes").text

    assert page.count("<dt><code>core.") == len(CORE) == 96
    assert "bypass_approvals, bypass_current_approval" in page
    assert "Nothing that is simulated" in page
    assert ada.http.get("/oauth2/scopes").status_code == 403
