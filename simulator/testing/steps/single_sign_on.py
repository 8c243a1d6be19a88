"""Steps of sign-in by SAML: how it is set up, and what the identity provider says of people."""

from pytest_bdd import given, parsers, then, when

from simulator.journal import Journal
from simulator.testing.identity_provider import IdentityProvider, switch_on
from simulator.testing.steps.words import quoted_names
from simulator.testing.workspace import Workspace
from simulator.visits import single_sign_on
from simulator.visits.forms import FormBrowser

_SIGN_OUT = "Not you? Sign out"


@given(
    parsers.parse("{name} has the end users sign in with the identity provider"),
    target_fixture="identity_provider",
)
def has_switched_on(name: str, workspace: Workspace) -> IdentityProvider:
    """With provisioning and group syncing, for all domains, by the admin's own pages."""
    admin, description = workspace.person(name), workspace.description
    browser = FormBrowser(workspace.stage.network)
    browser.get(f"{description['systems']['aihub']}/users/sign_in")
    browser.submit("Sign in", email=admin.person["email"], password=admin.person["password"])
    return switch_on(browser, description)


@given(parsers.re(r"the identity provider names (?P<groups>.+) as (?P<name>[^\"]+)'s groups?"))
@when(parsers.re(r"the identity provider names (?P<groups>.+) as (?P<name>[^\"]+)'s groups?"))
def names_groups(
    groups: str, name: str, identity_provider: IdentityProvider, workspace: Workspace
) -> None:
    """From the person's next sign-in on."""
    identity_provider.set_groups(workspace.person(name).person["name"], quoted_names(groups))


@when(parsers.parse("{name} signs out of Workato Identity and signs in again"))
def signs_in_again(name: str, workspace: Workspace) -> None:
    """In a browser without JavaScript, by whatever way Workato Identity asks for."""
    actor, home = workspace.person(name), workspace.description["systems"]["identity"]
    actor.forms.get(home)
    if actor.forms.has_button(_SIGN_OUT):
        actor.forms.submit(_SIGN_OUT)
    single_sign_on.sign_in(actor.forms, actor.person["email"], actor.person["password"])


@then(parsers.parse("Workato Identity took the word of the identity provider"))
def took_its_word(journal: Journal) -> None:
    """A response was made, posted and accepted."""
    journal.verify("GET /saml/respond", system="idp", status=200, at_least=1)
    journal.verify("POST /saml/*/acs", system="identity", status=303, at_least=1)
    journal.verify("GET /saml/finish/*", system="identity", status=303, at_least=1)
