"""Sign-in by SAML at Workato Identity, from the page of the e-mail to the MCP client's code."""

import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from simulator.db.tables import EndUser, SamlRequest
from tests.contract.browser import Browser
from tests.contract.identity_world import ID, PASSWORD, Identity, back, email_of, identity, office
from tests.contract.saml_world import ACS, IDP, SingleSignOn

__all__ = ["identity", "office"]  # the fixtures


@pytest.fixture
def sso(identity: Identity) -> SingleSignOn:
    """The office, with the identity provider's key made but nothing switched on."""
    return SingleSignOn(identity)


@pytest.mark.requirement("SAML-4")
def test_an_mcp_clients_sign_in_goes_through_the_identity_provider_and_back_to_consent(
    sso: SingleSignOn, identity: Identity
) -> None:
    """Authorize, e-mail, identity provider, ACS, consent, and a code for the client."""
    sso.switch_on()
    client = identity.register()
    browser = sso.sign_in("ada", identity.authorize_url(client))

    assert browser.has_button("Allow"), browser.text
    browser.press("Allow")
    answer = identity.redeem(client, back(browser)["code"])
    assert answer.status_code == 200
    again = browser.get(identity.authorize_url(client))
    assert back(again)["code"], "signed in and consented: no page is needed any more"


@pytest.mark.requirement("SAML-4")
def test_who_is_signed_in_at_the_provider_needs_no_password_after_a_sign_out(
    sso: SingleSignOn,
) -> None:
    sso.switch_on()
    browser = sso.sign_in("ada")
    browser.press("Not you? Sign out")
    assert not browser.get(f"{ID}/").has_button("Not you? Sign out")
    browser.press("Continue", email=email_of("ada"))
    assert browser.has_button("Continue to Workato"), "no password was asked for"
    browser.press("Continue to Workato")
    assert "Your account" in browser.text
    browser.get(f"{IDP}/").press("Log out")
    assert browser.has_button("Log in")


@pytest.mark.requirement("SAML-5")
def test_the_password_is_refused_for_enforced_domains_and_taken_for_others(
    sso: SingleSignOn, identity: Identity
) -> None:
    sso.switch_on(enforced_for="selected", domains="@Office.example, other.example")
    browser = Browser(identity.simulator).get(f"{ID}/login")
    assert "Password" not in browser.text, "the e-mail comes first"
    browser.press("Continue", email="")
    assert (browser.page.status_code, "Enter your e-mail" in browser.text) == (422, True)
    browser.press("Continue", email="nobody@elsewhere.example")
    assert browser.has_button("Sign in")
    browser.press("Sign in", email=email_of("ada"), password=PASSWORD)
    assert browser.page.status_code == 422
    assert "You sign in with Company login" in browser.text
    browser.press("Continue")
    assert browser.url.startswith(f"{IDP}/login")
    with identity.world.db.unit() as session:
        session.execute(
            update(EndUser)
            .where(EndUser.email == email_of("bob"))
            .values(email="bob@free.example", normalized_email="bob@free.example")
        )
    browser = Browser(identity.simulator).get(f"{ID}/login")
    browser.press("Continue", email="bob@free.example")
    browser.press("Sign in", email="bob@free.example", password=PASSWORD)
    assert "Your account" in browser.text


@pytest.mark.requirement("SAML-5")
def test_a_sign_in_by_password_from_before_does_not_open_an_mcp_server(
    sso: SingleSignOn, identity: Identity
) -> None:
    client = identity.register()
    browser = identity.browser("ada")
    sso.switch_on()
    browser.get(identity.authorize_url(client))
    assert browser.has_button("Continue"), "the environment asks for its identity provider"
    silent = browser.get(identity.authorize_url(client, prompt="none"))
    assert back(silent)["error"] == "login_required"


@pytest.mark.requirement("SAML-6")
def test_just_in_time_provisioning_makes_an_end_user_with_the_name_of_the_attribute(
    sso: SingleSignOn,
) -> None:
    sso.switch_on(provisions_users=True)
    sso.account("nora", name="Nora Lind")
    assert "Signed in as Nora Lind" in sso.sign_in("nora").text
    nora = sso.person("nora")
    assert nora is not None
    assert (nora.name, nora.status, nora.invited_at) == ("Nora Lind", "active", None)
    assert ("created", {}) in sso.audit()
    sso.account("nora", name="Nora Berg")
    sso.sign_in("nora")
    assert getattr(sso.person("nora"), "name", "") == "Nora Berg"


@pytest.mark.requirement("SAML-6")
def test_without_provisioning_unknown_people_are_refused_and_the_admin_reads_why(
    sso: SingleSignOn,
) -> None:
    sso.switch_on()
    sso.account("nora")
    browser = sso.sign_in("nora")
    assert (browser.page.status_code, sso.person("nora")) == (403, None)
    assert "ask your administrator" in browser.text
    event, details = sso.audit()[-1]
    assert event == "saml_sign_in_refused"
    assert "nora@office.example is not an end user" in details["cause"]


@pytest.mark.requirement("SAML-6")
def test_an_invitation_is_accepted_by_it_and_a_disabled_account_stays_out(
    sso: SingleSignOn, identity: Identity
) -> None:
    sso.switch_on()
    with identity.world.db.unit() as session:
        ian = session.scalars(select(EndUser).where(EndUser.email == email_of("ian"))).one()
        ian.password_hash = "-"
    sso.account("ian", password_hash=identity.world.keys.hash_password(PASSWORD))
    sso.account("dina")
    assert "Your account" in sso.sign_in("ian").text
    assert getattr(sso.person("ian"), "status", "") == "active"
    assert sso.sign_in("dina").page.status_code == 403
    assert "disabled" in sso.audit()[-1][1]["cause"]


@pytest.mark.requirement("SAML-7")
def test_groups_follow_the_attribute_within_the_environment(
    sso: SingleSignOn, identity: Identity
) -> None:
    """What leaves the list is left; a name that no group has is passed over, and told."""
    sso.switch_on(syncs_groups=True)
    sso.account("eve", groups=["buyers", "Nobody's group"])
    assert sso.groups("eve") == []
    sso.sign_in("eve")
    assert sso.groups("eve") == ["Buyers"]
    assert sso.audit()[-1][1]["unknown_groups"] == "Nobody's group"
    assert [event for event, _ in sso.audit()].count("member_added") == 1
    sso.account("eve", groups=[])
    sso.sign_in("eve")
    assert sso.groups("eve") == [], "an empty list leaves no group"
    assert "member_removed" in [event for event, _ in sso.audit()]
    identity.simulator.faults.incident("saml-no-attributes", times=1)
    sso.sign_in("ada")
    assert sso.groups("ada") == ["Buyers"], "without the attribute, nothing changes"


@pytest.mark.requirement("SAML-8")
@pytest.mark.parametrize(
    "incident, cause",
    [
        ("saml-wrong-audience", "The audience is https://another.example/saml"),
        ("saml-wrong-issuer", "The issuer is https://attacker.example/saml"),
        ("saml-wrong-signature", "The signature does not fit"),
        ("saml-expired", "has expired"),
    ],
)
def test_what_an_identity_provider_can_get_wrong_signs_nobody_in(
    sso: SingleSignOn, identity: Identity, incident: str, cause: str
) -> None:
    sso.switch_on()
    planted = identity.simulator.faults.incident(incident, times=1)
    browser = sso.sign_in("ada")
    assert (browser.page.status_code, planted[0].hits) == (403, 1)
    assert cause in sso.audit()[-1][1]["cause"]
    assert not browser.get(f"{ID}/").has_button("Not you? Sign out")
    assert "Your account" in sso.sign_in("ada").text, "the next one is right"


@pytest.mark.requirement("SAML-3")
def test_a_response_is_used_once_by_the_browser_that_began(
    sso: SingleSignOn, identity: Identity
) -> None:
    sso.switch_on()
    mine = sso.log_in("ada")
    form = {
        name: mine.page.text.split(f'name="{name}" value="')[1].split('"')[0]
        for name in ("SAMLResponse", "RelayState")
    }
    other = Browser(identity.simulator)
    other.post(ACS, form)
    assert "was not begun with this browser" in other.text
    assert not other.get(f"{ID}/").has_button("Not you? Sign out")
    mine.get(other.trail[-1] if "finish" in other.url else f"{ID}/saml/finish/{form['RelayState']}")
    assert "Your account" in mine.text, "the browser that began goes on"
    again = mine.get(f"{ID}/saml/finish/{form['RelayState']}")
    assert "has ended already" in again.text
    other.post(ACS, form)
    assert other.page.status_code == 403
    assert "was answered before" in sso.audit()[-1][1]["cause"]


@pytest.mark.requirement("SAML-3")
def test_requests_and_responses_expire_by_the_simulated_clock(
    sso: SingleSignOn, identity: Identity
) -> None:
    sso.switch_on()
    late = sso.log_in("ada")
    identity.simulator.clock.travel(minutes=7)
    assert late.press("Continue to Workato").page.status_code == 403
    assert "has expired" in sso.audit()[-1][1]["cause"]
    start = sso.start("ada")
    identity.simulator.clock.travel(minutes=16)
    start.press("Log in", username=email_of("ada"), password=PASSWORD)
    start.press("Continue to Workato")
    assert "answers a request that has expired" in sso.audit()[-1][1]["cause"]
    with identity.world.db.unit() as session:
        assert session.scalars(select(SamlRequest.answered_at)).all() == [None, None]


@pytest.mark.requirement("SAML-2")
def test_the_request_and_the_metadata_say_who_asks(sso: SingleSignOn, identity: Identity) -> None:
    sso.switch_on()
    answer = Browser(identity.simulator).get(f"{ID}/saml/1/metadata").page
    assert answer.mimetype == "application/samlmetadata+xml"
    assert f'entityID="{ID}/saml/1/metadata"' in answer.text
    assert f'Location="{ACS}"' in answer.text
    sent = next(each for each in sso.start("ada").trail if "SAMLRequest" in each)
    query = parse_qs(urlsplit(sent).query)
    assert sent.startswith(f"{IDP}/saml/sso?")
    assert query["RelayState"][0].startswith("_")
    unknown = identity.http("POST", "/saml/99/acs", data={"SAMLResponse": "x"})
    assert unknown.status_code == 404
    odd = identity.http("POST", "/saml/1/acs", data={})
    assert odd.status_code == 303
    assert "no SAMLResponse" in sso.audit()[-1][1]["cause"]


@pytest.mark.requirement("SAML-10")
def test_where_nobody_uses_saml_nothing_of_it_is_read_or_built(identity: Identity) -> None:
    page = Browser(identity.simulator).get(f"{ID}/login")
    assert "Password" in page.text
    code = (
        "import sys, simulator.systems.aihub, simulator.systems.identity, simulator.control\n"
        "late = ('lxml', 'signxml', 'simulator.systems.idp')\n"
        "print([each for each in late if each in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


@pytest.mark.requirement("SAML-11")
def test_an_identity_provider_that_is_down_keeps_everybody_out_for_a_while(
    sso: SingleSignOn, identity: Identity
) -> None:
    sso.switch_on()
    identity.simulator.faults.incident("idp-down", times=1)
    browser = sso.start("ada")
    assert (browser.page.status_code, "We will be back soon." in browser.text) == (503, True)
    assert "Your account" in sso.sign_in("ada").text
