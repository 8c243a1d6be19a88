"""Steps about customers of an embedded vendor, and people with accounts in several workspaces."""

from typing import Any

from pytest_bdd import parsers, when

from simulator.sandbox.simulator import Simulator
from simulator.testing.api_client import ApiClient
from simulator.testing.pages.web_app import web_app_of
from simulator.testing.steps.consent import sign_in_by_form, sign_in_to_identity
from simulator.testing.steps.developer_api import read_answer
from simulator.testing.steps.words import meaning
from simulator.testing.workspace import Workspace

_CUSTOMERS = "/api/managed_users"
#: As a step calls them → the role of a member; None for an end user of Workato Identity.
_ROLES = {"an admin": "Admin", "an operator": "Operator", "an analyst": "Analyst"}
_END_USER = "an end user"


@when(parsers.parse('the API client creates the customer "{customer}"'))
def creates_customer(customer: str, api_client: ApiClient) -> None:
    """With a workspace of its own; its owner has an e-mail address made of its name."""
    slug = "-".join(customer.casefold().split())
    body = {"name": customer, "notification_email": f"owner@{slug}.example", "external_id": slug}
    read_answer(api_client.post(_CUSTOMERS, json=body))


@when(
    parsers.re(
        r'the API client invites (?P<name>[^"]+?) to the customer "(?P<customer>[^"]+)" '
        r"as (?P<role>an \w+(?: user)?)"
    )
)
def invites(
    name: str, customer: str, role: str, api_client: ApiClient, workspace: Workspace
) -> None:
    """As `an admin` or `an operator` of its workspace, with the password that they have; as `an
    end user` of its Workato Identity, with an invitation that is accepted first."""
    person = workspace.stage.person(name)
    below = f"{_CUSTOMERS}/E{'-'.join(customer.casefold().split())}"
    if role == _END_USER:
        body = {"email": person["email"], "full_name": person["name"]}
        read_answer(api_client.post(f"{below}/iam/users", json=body))
        return
    known: dict[str, Any] = {**_ROLES, _END_USER: None}
    invited = {"name": person["name"], "email": person["email"], "role_name": meaning(role, known)}
    read_answer(api_client.post(f"{below}/member_invitations", json=invited))


@when(parsers.parse("{name} accepts the invitation to Workato Identity"))
def accepts(
    name: str,
    workspace: Workspace,
    simulator: Simulator,  # noqa: ARG001  # a tenant has no mailbox
) -> None:
    """By the mail that is in the sandbox's mailbox; the password is the one that they have."""
    actor = workspace.person(name)
    address = f"{workspace.description['systems']['identity']}/mailbox"
    if actor.has_browser:
        actor.page.goto(address)
    else:
        actor.forms.get(address)
    page, person = web_app_of(actor), actor.person
    page.click(f"Accept invitation of {person['name']}")
    page.fill_in("Accept invitation", {"New password": person["password"]})


@when(parsers.parse("{name} signs in to Workato Identity"))
def signs_in_to_identity(name: str, workspace: Workspace) -> None:
    """Up to the page that comes then: one asks which workspace, where the password fits several."""
    actor = workspace.person(name)
    address = f"{workspace.description['systems']['identity']}/login"
    if actor.has_browser:
        actor.page.goto(address)
        sign_in_to_identity(actor)
    else:
        sign_in_by_form(actor, address)
