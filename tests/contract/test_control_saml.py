"""Sign-in by SAML, set up by the control API alone, the sandbox's identity provider included."""

import pytest

from simulator.sandbox.simulator import Simulator
from tests.contract.browser import Browser
from tests.contract.control_world import Control, program, steered

__all__ = ["program", "steered"]  # the fixtures
pytestmark = pytest.mark.requirement("CTL-21", "CTL-22")

OWN, IDP = "workspaces/1", "identity_provider"
SAML = f"{OWN}/environments/1/saml"
NEWCOMER = {"name": "Xenia Fry", "email": "x@saml.example", "password": "saml-Pass-1"}
ANOTHER = NEWCOMER | {"email": "y@saml.example"}


def log_in(steered: Simulator) -> Browser:
    """The newcomer's browser, once the identity provider has looked at their password."""
    browser = Browser(steered).get("https://id.workato.com/login")
    browser.press("Continue", email=NEWCOMER["email"])
    return browser.press("Log in", username=NEWCOMER["email"], password=NEWCOMER["password"])


def test_a_newcomer_signs_in_with_the_provider_that_a_program_set_up(
    program: Control, steered: Simulator
) -> None:
    body = {"name": "Company", "metadata_url": "https://idp.sandbox.example/metadata"}
    provider = program.call("POST", f"{OWN}/saml/providers", json=body)
    set_up = {"provider": "Company", "domains": ["saml.example"]}
    saml = program.call("PUT", SAML, json=set_up)
    names = {"entity_id": saml["entity_id"], "acs_url": saml["sso_url"]}
    application = program.call("POST", f"{IDP}/applications", json={"name": "Workato", **names})
    assert program.call("GET", f"{IDP}/applications") == {"applications": [application]}
    account = program.call("POST", f"{IDP}/accounts", json=NEWCOMER | {"groups": ["Contractors"]})
    assert account in program.call("GET", f"{IDP}/accounts")["accounts"]
    own = program.call("GET", f"{OWN}/saml/providers/{provider['id']}")
    assert own["environments"] == ["Production"]

    log_in(steered).press("Continue to Workato")
    person = program.call("GET", f"people/{NEWCOMER['email']}")
    assert (person["name"], person["groups"]) == ("Xenia Fry", ["Contractors"])

    change = {"name": "Xenia Gray", "groups": []}
    changed = program.call("PATCH", f"{IDP}/accounts/{account['id']}", json=change)
    assert changed == account | change
    log_in(steered).press("Continue to Workato")
    assert program.call("GET", f"people/{NEWCOMER['email']}")["name"] == "Xenia Gray"
    program.call("PATCH", f"{IDP}/accounts/{account['id']}", json={"active": False})
    assert "This account is switched off" in log_in(steered).text

    program.call("DELETE", f"{IDP}/applications?entity_id={saml['entity_id']}")
    program.call("DELETE", f"{OWN}/saml/providers/{provider['id']}")
    (row,) = program.call("GET", f"{OWN}/saml")["saml"]
    assert (row["enabled"], row["provider"]) == (False, None)


@pytest.mark.parametrize(
    "method, path, body, status, pointer",
    [
        ("POST", "accounts", ANOTHER | {"groups": ["a,b"]}, 422, "/groups"),
        ("POST", "accounts", ANOTHER | {"email": "nobody"}, 422, "/email"),
        ("POST", "accounts", ANOTHER | {"email": "ada@acme.example"}, 422, "/email"),
        ("PATCH", "accounts/99999", {}, 404, None),
        ("POST", "applications", {"name": "A", "entity_id": "a", "acs_url": "a"}, 422, "/acs_url"),
        ("DELETE", "applications?entity_id=nothing", None, 404, None),
    ],
)
def test_what_the_identity_provider_refuses_is_refused(
    program: Control,
    method: str,
    path: str,
    body: dict[str, object] | None,
    status: int,
    pointer: str | None,
) -> None:
    problem = program.refused(method, f"{IDP}/{path}", json=body)

    assert problem["status"] == status
    assert [each["pointer"] for each in problem.get("errors", ())] == ([pointer] if pointer else [])
