"""Workspace admin > Authentication & Groups > Authentication, and the identity provider's pages."""

import pytest
from sqlalchemy import select

from simulator.db.tables import Environment, IdpAccount, SamlProvider, SamlSetup
from simulator.domain import environments
from simulator.domain.saml import metadata, setups
from simulator.domain.saml.metadata import BadMetadata
from tests.contract.browser import Browser
from tests.contract.identity_world import (
    ID,
    PASSWORD,
    Identity,
    identity,
    keep_signing_key,
    office,
    office_with,
)
from tests.contract.saml_world import ACS, ENTITY_ID, IDP, SingleSignOn

__all__ = ["identity", "office"]  # the fixtures
HUB = "https://app.workato.com"
PAGE = f"{HUB}/workspace_admin/authentication"
OFF = {"enabled": "", "jit": "", "groups": ""}


@pytest.fixture
def admin(identity: Identity) -> Browser:
    """Marc, at the tab."""
    keep_signing_key(identity.world, "idp")
    browser = Browser(identity.simulator).get(f"{HUB}/users/sign_in")
    browser.press("Sign in", email="marc@office.example", password=PASSWORD)
    return browser.get(PAGE)


def _set_up(admin: Browser, **typed: str) -> Browser:
    admin.get(f"{PAGE}/providers/new")
    form = {"name": "Okta", "metadata_url": f"{IDP}/metadata"} | typed
    return admin.press("Save", **form)


@pytest.mark.requirement("SAML-1")
def test_the_tab_has_the_documented_labels_and_saves_what_was_chosen(
    admin: Browser, identity: Identity
) -> None:
    for label in (
        "SAML-based SSO authentication",
        "Select an identity provider (IdP)",
        "+ Set up new provider",
        "Single Sign-On URL",
        "Service provider (SP) entity ID",
        "Enforce SAML authentication for",
        "Specify domains",
        "Enable SAML Just-in-Time (JIT) provisioning",
        "Enable user groups syncing",
    ):
        assert label in admin.text
    for value in (ACS, ENTITY_ID):
        assert f'value="{value}"' in admin.page.text
    assert "Identity provider (IdP) name" in _set_up(admin, name="").text
    assert "Saved the identity provider Okta" in _set_up(admin).text
    with identity.world.db.unit() as session:
        provider = session.scalars(select(SamlProvider)).one()
    typed = {"enforced_for": "selected", "domains": "@Office.example; b.example"}
    admin.press("Save", **OFF, **typed, provider=str(provider.id))
    assert "End users sign in with e-mail and password" in admin.text
    on = {"enabled": "yes", "jit": "yes", "groups": "yes", "provider": str(provider.id)}
    admin.press("Save", **on, **typed)
    assert "People of office.example, b.example sign in with Okta" in admin.text
    with identity.world.db.unit() as session:
        row = session.get_one(SamlSetup, 1)
        found = (row.is_enabled, row.domains, row.provisions_users, row.syncs_groups)
    assert found == (True, ["office.example", "b.example"], True, True)


@pytest.mark.requirement("SAML-1")
@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"enabled": "yes", "provider": ""}, "Select an identity provider"),
        ({"enforced_for": "selected", "domains": " "}, "Enter at least one domain"),
        ({"enforced_for": "selected", "domains": "acme"}, "is not a domain"),
        (
            {"enforced_for": "selected", "domains": ",".join(f"d{n}.example" for n in range(101))},
            "100",
        ),
        ({"enforced_for": "some"}, "Select 'All domains'"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    admin: Browser, typed: dict[str, str], sentence: str
) -> None:
    _set_up(admin)
    wrong = OFF | {"provider": "", "enforced_for": "all", "domains": ""} | typed
    admin.get(PAGE).press("Save", **wrong)
    assert (admin.page.status_code, sentence in admin.text) == (422, True)


@pytest.mark.requirement("SAML-1")
@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"metadata_url": ""}, "Enter the metadata URL"),
        ({"metadata_url": "idp"}, "Enter the address of the metadata"),
        ({"metadata_url": "https://okta.example/m"}, "--allow-host"),
        ({"metadata_url": f"{IDP}/nothing"}, "answers 404"),
        ({"metadata_url": f"{ID}/login"}, "cannot be read"),
        ({"metadata_url": f"{ID}/saml/1/metadata"}, "no EntityDescriptor with an IDPSSO"),
        ({"metadata_xml": "<a/>"}, "not both"),
        ({"metadata_url": "", "metadata_xml": "<a"}, "cannot be read"),
    ],
)
def test_metadata_that_cannot_be_used_is_refused_with_why(
    admin: Browser, typed: dict[str, str], sentence: str
) -> None:
    _set_up(admin, **typed)
    assert (admin.page.status_code, sentence in admin.text) == (422, True)


@pytest.mark.requirement("SAML-1")
def test_a_provider_is_changed_by_pasted_metadata_and_deleted_after_a_question(
    admin: Browser, identity: Identity
) -> None:
    _set_up(admin)
    document = SingleSignOn(identity).identity_provider("GET", "/metadata").text
    pasted = document.replace(f"{IDP}/saml/sso", "https://okta.example/sso")
    admin.get(f"{PAGE}/providers/1")
    admin.press("Save", name="Okta 2", metadata_url="", metadata_xml=pasted)
    with identity.world.db.unit() as session:
        row = session.scalars(select(SamlProvider)).one()
        assert (row.name, row.sso_url) == ("Okta 2", "https://okta.example/sso")
        setups.save(
            identity.world,
            session.get_one(Environment, 1),
            is_enabled=True,
            provider=row,
            enforced_for="all",
            domains="",
            provisions_users=False,
            syncs_groups=False,
        )
    assert "Another identity provider is named" in _set_up(admin, name="Okta 2").text
    admin.get(f"{PAGE}?delete=1")
    assert "End users of Production sign in with e-mail and password again" in admin.text
    admin.post(f"{PAGE}/providers/1/delete", {"csrf_token": _token(admin)})
    assert "Deleted the identity provider Okta 2" in admin.text
    with identity.world.db.unit() as session:
        row_of = session.get_one(SamlSetup, 1)
        assert (row_of.is_enabled, row_of.provider_id) == (False, None)
        assert setups.list_enabled(identity.world) == ()
    events = [event for event, _ in SingleSignOn(identity).audit()]
    assert [events.count(each) for each in ("created", "deleted", "disabled")] == [1, 1, 1]
    assert "Password" in Browser(identity.simulator).get(f"{ID}/login").text


def _token(browser: Browser) -> str:
    return browser.page.text.split('name="csrf_token" value="')[1].split('"')[0]


@pytest.mark.requirement("SAML-1")
def test_an_environment_that_goes_takes_its_settings_with_it(identity: Identity) -> None:
    world = identity.world
    with world.db.unit():
        made = environments.add(world, 1, "Test")
        values = {"is_enabled": False, "provider": None, "enforced_for": "all", "domains": ""}
        setups.save(world, made, **values, provisions_users=True, syncs_groups=False)  # type: ignore[arg-type]
        environments.remove(world, made)
        assert world.db.session.scalars(select(SamlSetup)).all() == []


@pytest.mark.requirement("SAML-1")
@pytest.mark.parametrize(
    "changed, sentence",
    [
        (("HTTP-Redirect", "HTTP-POST"), "HTTP-Redirect"),
        (("entityID=", "name="), "entityID"),
        (('use="signing"', 'use="encryption"'), "no certificate"),
        (("<ds:X509Certificate>", "<ds:X509Certificate>!"), "cannot be read"),
        (("IDPSSODescriptor", "SPSSODescriptor"), "not the metadata of one identity provider"),
    ],
)
def test_metadata_must_have_what_is_needed(
    identity: Identity, changed: tuple[str, str], sentence: str
) -> None:
    keep_signing_key(identity.world, "idp")
    document = SingleSignOn(identity).identity_provider("GET", "/metadata").text
    assert metadata.read(document.encode()).entity_id == f"{IDP}/metadata"
    with pytest.raises(BadMetadata, match=sentence):
        metadata.read(document.replace(*changed).encode())
    with pytest.raises(BadMetadata, match="bytes"):
        metadata.read(b" " * (metadata.LARGEST + 1))


@pytest.mark.requirement("SAML-11")
def test_the_directory_has_the_end_users_and_is_changed_by_hand(identity: Identity) -> None:
    browser = Browser(identity.simulator).get(f"{IDP}/directory")
    assert "Ada Reyes ada@office.example Buyers Active" in browser.text
    assert "dina@office.example" not in browser.text, "who is disabled has no account"
    browser.get(f"{IDP}/directory?q=nobody")
    assert "Nobody matches" in browser.text
    new = f"{IDP}/directory/people/new"
    typed = {"name": "Nora Lind", "email": "nora@office.example", "groups": "Buyers, Tokyo"}
    for field, value, sentence in (
        ("name", "", "A name has"),
        ("email", "ADA@office.example", "Another account has"),
        ("password", "", "Enter a password"),
        ("groups", "x" * 10_001, "at most 10,000"),
    ):
        wrong = typed | {"password": PASSWORD, field: value}
        assert sentence in browser.get(new).press("Save", **wrong).text
    browser.get(new).press("Save", **typed, password=PASSWORD)
    assert "Nora Lind nora@office.example Buyers, Tokyo Active" in browser.text
    with identity.world.db.unit() as session:
        nora = session.scalars(select(IdpAccount.id).order_by(IdpAccount.id.desc())).first()
    browser.get(f"{IDP}/directory/people/{nora}")
    browser.press("Save", **typed | {"groups": ""}, active="")
    assert "Nora Lind nora@office.example None Switched off" in browser.text
    browser.get(f"{IDP}/login").press("Log in", username=typed["email"], password=PASSWORD)
    assert "switched off" in browser.text
    assert browser.get(f"{IDP}/directory/people/999").page.status_code == 404


@pytest.mark.requirement("SAML-11")
def test_the_identity_provider_signs_in_to_registered_applications_alone(
    identity: Identity, admin: Browser
) -> None:
    _set_up(admin)
    chosen = OFF | {"enabled": "yes", "provider": "1", "enforced_for": "all"}
    admin.get(PAGE).press("Save", **chosen)
    browser = Browser(identity.simulator).get(f"{ID}/login")
    browser.press("Continue", email="ada@office.example")
    assert "is not registered" in browser.text
    add = browser.page.text.split('href="/directory/applications')[1].split('"')[0]
    browser.get(f"{IDP}/directory/applications{add.replace('&amp;', '&')}")
    assert f'value="{ACS}"' in browser.page.text
    assert "Enter a name" in browser.press("Add", name="").text
    assert "Added the application Workato" in browser.press("Add", name="Workato").text
    assert (
        "Another application has"
        in browser.press("Add", name="Again", acs_url=ACS, entity_id=ENTITY_ID).text
    )
    odd = browser.get(f"{IDP}/directory/applications")
    assert "https://" in odd.press("Add", name="X", acs_url="ftp://x", entity_id="x").text
    browser.get(f"{ID}/login").press("Continue", email="ada@office.example")
    for attempt, sentence in (("wrong", "is wrong"), (PASSWORD, "Signing you in to Workato")):
        browser.press("Log in", username="ada@office.example", password=attempt)
        assert sentence in browser.text
    browser.get(f"{IDP}/directory/applications").press("Delete Workato")
    assert "No application is registered" in browser.text


@pytest.mark.requirement("SAML-11")
@pytest.mark.parametrize(
    "query", ["", "SAMLRequest=x", "SAMLRequest=eJw%3D", "SAMLRequest=80jNyclXKM8vyklRBAA%3D"]
)
def test_requests_that_are_none_are_refused_on_a_page(identity: Identity, query: str) -> None:
    answer = SingleSignOn(identity).identity_provider("GET", f"/saml/sso?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "text/html")


@pytest.mark.requirement("SAML-11")
def test_the_directory_is_closed_where_a_control_token_guards_the_sandbox() -> None:
    with office_with(control_token="a-token-of-the-test") as own:
        answer = SingleSignOn(own).identity_provider("GET", "/directory")
        assert answer.status_code == 403
        assert "Start it without one" in answer.text
