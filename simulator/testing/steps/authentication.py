"""Steps of Workspace admin > Authentication & Groups > Authentication, click by click."""

import pytest
from playwright.sync_api import expect
from pytest_bdd import parsers, then, when

from simulator.testing.identity_provider import IdentityProvider
from simulator.testing.pages.workspace_admin import AuthenticationPages, WorkspaceAdmin
from simulator.testing.steps.words import quoted_names
from simulator.testing.workspace import Workspace
from simulator.visits.forms import FormBrowser


@pytest.fixture
def identity_provider(workspace: Workspace) -> IdentityProvider:
    """The sandbox's identity provider, open in a browser of its own."""
    address = workspace.description["systems"]["idp"]
    return IdentityProvider(FormBrowser(workspace.stage.network), address)


@when(parsers.parse("{name} goes to the Authentication tab of Authentication & Groups"))
def goes_to_tab(name: str, workspace: Workspace) -> None:
    """Documentation, step 1; the environment is the first one."""
    page = workspace.person(name).page
    WorkspaceAdmin(page).open()
    AuthenticationPages(page).open()


@when(parsers.parse('{name} clicks + Set up new provider and names it "{provider}"'))
def sets_up_provider(name: str, provider: str, workspace: Workspace) -> None:
    """Documentation, step 3."""
    AuthenticationPages(workspace.person(name).page).set_up_new_provider(provider)


@when(
    parsers.parse(
        "{name} copies the Single Sign-On URL and the SP entity ID into the identity provider"
    )
)
def copies_addresses(name: str, workspace: Workspace, identity_provider: IdentityProvider) -> None:
    """Documentation, step 4."""
    page = AuthenticationPages(workspace.person(name).page)
    acs_url, entity_id = page.acs_url.input_value(), page.entity_id.input_value()
    identity_provider.register("Workato", acs_url=acs_url, entity_id=entity_id)


@when(parsers.parse("{name} provides the Metadata URL of the identity provider and saves"))
def provides_metadata(name: str, workspace: Workspace, identity_provider: IdentityProvider) -> None:
    """Documentation, step 5."""
    page = AuthenticationPages(workspace.person(name).page)
    page.metadata_url.fill(identity_provider.metadata_url)
    page.save()


@when(parsers.parse('{name} switches SAML-based SSO authentication on, by "{provider}"'))
def switches_on(name: str, provider: str, workspace: Workspace) -> None:
    """Documentation, step 2."""
    page = AuthenticationPages(workspace.person(name).page)
    page.switch("SAML-based SSO authentication")
    page.provider.select_option(label=provider)


@when(parsers.re(r"(?P<name>[^\"]+) enforces it for the selected domains (?P<domains>.+)"))
def enforces(name: str, domains: str, workspace: Workspace) -> None:
    """Documentation, step 6."""
    page = AuthenticationPages(workspace.person(name).page)
    page.enforced_for.select_option(label="Selected domains")
    page.domains.fill(", ".join(quoted_names(domains)))


@when(parsers.parse("{name} enables JIT provisioning and user groups syncing, and saves"))
def enables_both(name: str, workspace: Workspace) -> None:
    """Documentation, steps 7 and 8."""
    page = AuthenticationPages(workspace.person(name).page)
    page.switch("Enable SAML Just-in-Time (JIT) provisioning")
    page.switch("Enable user groups syncing")
    page.save()


@then(parsers.parse('{name} reads that people of "{domain}" sign in with "{provider}"'))
def reads_result(name: str, domain: str, provider: str, workspace: Workspace) -> None:
    """What the tab says once it is saved."""
    notice = workspace.person(name).page.get_by_role("status")
    expect(notice).to_contain_text(f"People of {domain} sign in with {provider}.")
