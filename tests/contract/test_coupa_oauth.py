"""Coupa's OAuth provider: authorize, token, revoke, userinfo, discovery."""

import base64
import hashlib
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from simulator.db.tables import AppUser, OAuthClient
from tests.contract.coupa_world import (
    CALLBACK,
    CLIENT_ID,
    HOST,
    SCOPES,
    SECRET,
    Coupa,
    back,
    coupa,
)

__all__ = ["coupa"]  # the fixture
VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)


@pytest.mark.requirement("COUPA-1")
def test_a_consent_ends_in_tokens_that_act_for_that_person(coupa: Coupa) -> None:
    """Authorize without a session → login page → consent page → code → token → API."""
    browser, path = coupa.browser(), coupa.authorize_path()

    to_login = browser.http.get(path)
    target = parse_qs(urlsplit(to_login.headers["Location"]).query)["next"][0]
    signed_in = browser.login("ada", target=target)
    page = browser.http.get(signed_in.headers["Location"])
    query = back(browser.submit(path, decision="allow"))
    answer = coupa.redeem(query["code"])
    mine = coupa.api("GET", "/api/requisitions", answer.get_json()["access_token"]).get_json()

    assert (to_login.status_code, signed_in.status_code, page.status_code) == (302, 303, 200)
    assert path == target == signed_in.headers["Location"]
    assert query["state"] == "st4te"
    assert set(query) == {"code", "state"}  # no RFC 9207 issuer
    assert answer.get_json()["token_type"] == "Bearer"
    assert answer.get_json()["expires_in"] == 86_399  # as Coupa answers
    assert answer.get_json()["scope"] == " ".join(SCOPES)
    assert answer.headers["Cache-Control"] == "no-store"
    assert {row["requested-by"]["login"] for row in mine} == {"ada"}


@pytest.mark.requirement("COUPA-2")
def test_the_consent_page_names_client_person_scopes_and_destination(coupa: Coupa) -> None:
    browser = coupa.browser()
    browser.login("ada")

    page = browser.http.get(coupa.authorize_path(scope="core.common.read core.invoice.read")).text

    assert "Allow Workato to use your Coupa account?" in page
    assert "Ada Example" in page
    assert "Not you?" in page
    assert "See the invoices that you can see" in page
    assert "core.requisition.read" not in page
    assert "www.workato.com" in page


@pytest.mark.requirement("COUPA-2")
def test_someone_else_can_sign_in_from_the_consent_page(coupa: Coupa) -> None:
    browser, path = coupa.browser(), coupa.authorize_path()
    browser.login("ada")

    left = browser.submit(path, "/sessions/destroy", next=path)
    browser.login("bob", target=path)

    assert left.status_code == 303
    assert parse_qs(urlsplit(left.headers["Location"]).query)["next"] == [path]
    assert "Bob Example" in browser.http.get(path).text


@pytest.mark.requirement("COUPA-3")
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize(
    "change, code, words",
    [
        ({"client_id": "unknown"}, "invalid_client", "no client with the identifier “unknown”"),
        ({"client_id": None}, "invalid_client", "client_id is missing"),
        (
            {"redirect_uri": "https://evil.example/"},
            "invalid_redirect_uri",
            "“https://evil.example/” is not registered",
        ),
        ({"redirect_uri": CALLBACK + "x"}, "invalid_redirect_uri", "is not registered"),
        ({"redirect_uri": 'https://a/"é\\'}, "invalid_redirect_uri", "is not registered"),
    ],
)
def test_an_unknown_client_or_redirect_uri_is_told_on_a_page(
    coupa: Coupa, accept: str, change: dict[str, str | None], code: str, words: str
) -> None:
    """Never a redirect, and nothing of what is registered; programs may have it as JSON."""
    answer = coupa.http.get(coupa.authorize_path(**change), headers={"Accept": accept})

    assert answer.status_code == 400
    assert CALLBACK not in answer.text.replace(CALLBACK + "x", "")
    if accept == "application/json":
        assert answer.get_json()["error"] == code
        assert words in answer.get_json()["error_description"]
    else:
        assert code in answer.text
        assert words in answer.text


@pytest.mark.requirement("COUPA-3")
def test_a_repeated_parameter_is_told_on_a_page(coupa: Coupa) -> None:
    answer = coupa.http.get(coupa.authorize_path() + "&state=2")

    assert answer.status_code == 400
    assert "state was sent more than once" in answer.text


@pytest.mark.requirement("COUPA-3")
def test_the_only_redirect_uri_may_be_left_out(coupa: Coupa) -> None:
    query = coupa.consent("ada", redirect_uri=None)

    assert coupa.redeem(query["code"]).status_code == 200


@pytest.mark.requirement("COUPA-4")
@pytest.mark.parametrize(
    "change, error, description",
    [
        (
            {"scope": "core.common.read core.contract.write nonsense"},
            "invalid_scope",
            "The client was not given these scopes: core.contract.write, nonsense.",
        ),
        (
            {"scope": 'a"b\\é'},
            "invalid_scope",
            "The client was not given these scopes: a?b??.",
        ),
        ({"scope": None}, "invalid_scope", "The request names no scope; send the parameter scope."),
        (
            {"response_type": "token"},
            "unsupported_response_type",
            "The only response_type here is code.",
        ),
        (
            {"response_type": None},
            "invalid_request",
            "The parameter response_type is missing; send the value code.",
        ),
        (
            {"code_challenge": CHALLENGE, "code_challenge_method": "plain"},
            "invalid_request",
            "Code challenge method must be S256.",
        ),
    ],
)
def test_other_mistakes_go_back_to_the_client_before_anybody_signs_in(
    coupa: Coupa, change: dict[str, str | None], error: str, description: str
) -> None:
    answer = coupa.http.get(coupa.authorize_path(**change))

    assert answer.status_code == 302
    assert back(answer) == {"error": error, "error_description": description, "state": "st4te"}


@pytest.mark.requirement("COUPA-4")
def test_a_client_credentials_client_cannot_send_people_here(coupa: Coupa) -> None:
    with coupa.world.db.unit() as session:
        session.execute(update(OAuthClient).values(grant_types=["client_credentials"]))

    assert back(coupa.http.get(coupa.authorize_path()))["error"] == "unauthorized_client"


@pytest.mark.requirement("COUPA-5")
def test_denying_goes_back_with_access_denied(coupa: Coupa) -> None:
    assert coupa.consent("ada", decision="deny") == {
        "error": "access_denied",
        "error_description": "The user denied the request.",
        "state": "st4te",
    }


@pytest.mark.requirement("COUPA-5")
def test_a_consent_without_a_decision_or_csrf_token_gives_nothing(coupa: Coupa) -> None:
    browser, path = coupa.browser(), coupa.authorize_path()
    browser.login("ada")

    assert browser.submit(path).status_code == 400
    forged = browser.http.post(path, data={"decision": "allow"})
    assert forged.status_code == 400
    assert "This form has expired" in forged.text


@pytest.mark.requirement("COUPA-6")
def test_token_parameters_may_come_in_the_query_string(coupa: Coupa) -> None:
    code = coupa.consent("ada")["code"]
    query = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
    }

    answer = coupa.http.post("/oauth2/token", query_string=query)

    assert answer.status_code == 200
    renew = {"grant_type": "refresh_token", "refresh_token": answer.get_json()["refresh_token"]}
    both = query | renew
    assert coupa.http.post("/oauth2/token", query_string=both).status_code == 200


@pytest.mark.requirement("COUPA-6")
def test_a_client_may_authenticate_by_http_basic(coupa: Coupa) -> None:
    code = coupa.consent("ada")["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}

    answer = coupa.http.post("/oauth2/token", data=form, auth=(CLIENT_ID, SECRET))

    assert answer.status_code == 200


@pytest.mark.requirement("COUPA-6")
@pytest.mark.parametrize(
    "change, status, error, words",
    [
        ({"client_id": "nobody"}, 401, "invalid_client", "no client with this identifier"),
        ({"client_id": ""}, 401, "invalid_client", "names no client"),
        ({"client_secret": "wrong"}, 401, "invalid_client", "secret is wrong"),
        ({"client_secret": ""}, 401, "invalid_client", "secret is missing"),
        ({"code": "made-up"}, 400, "invalid_grant", "code is unknown"),
        ({"redirect_uri": CALLBACK + "x"}, 400, "invalid_grant", "redirect_uri is not the one"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", "authorization_code"),
        ({"grant_type": "client_credentials"}, 400, "unauthorized_client", "client_credentials"),
        ({"code_verifier": VERIFIER}, 400, "invalid_request", "code_challenge"),
    ],
)
def test_a_wrong_token_request_is_told_what_is_wrong(
    coupa: Coupa, change: dict[str, str], status: int, error: str, words: str
) -> None:
    answer = coupa.redeem(**{"code": coupa.consent("ada")["code"]} | change)

    assert (answer.status_code, answer.get_json()["error"]) == (status, error)
    assert words in answer.get_json()["error_description"]


@pytest.mark.requirement("COUPA-6")
def test_the_token_endpoint_takes_no_get(coupa: Coupa) -> None:
    answer = coupa.http.get("/oauth2/token")

    assert answer.status_code == 405
    assert answer.get_json()["error"] == "invalid_request"


@pytest.mark.requirement("COUPA-7")
def test_a_code_lives_sixty_seconds_and_works_once(coupa: Coupa) -> None:
    """A replay is refused and ends the tokens issued from the code (RFC 6749 §4.1.2)."""
    late = coupa.consent("ada")["code"]
    coupa.world.clock.travel(timedelta(seconds=61))
    code = coupa.consent("ada")["code"]
    token = coupa.redeem(code).get_json()["access_token"]

    assert coupa.redeem(late).get_json()["error"] == "invalid_grant"
    assert coupa.redeem(code).get_json()["error"] == "invalid_grant"
    assert coupa.api("GET", "/api/invoices", token).status_code == 401


@pytest.mark.requirement("COUPA-8")
def test_a_refresh_token_is_rotated_and_its_reuse_ends_the_family(coupa: Coupa) -> None:
    first = coupa.tokens("ada")
    coupa.world.clock.travel(timedelta(hours=25))
    expired = coupa.api("GET", "/api/invoices", first["access_token"]).status_code

    second = coupa.refresh(first["refresh_token"]).get_json()
    live = coupa.api("GET", "/api/invoices", second["access_token"]).status_code
    reused = coupa.refresh(first["refresh_token"])

    assert (expired, live) == (401, 200)
    assert second["refresh_token"] != first["refresh_token"]
    assert reused.get_json()["error"] == "invalid_grant"
    assert coupa.api("GET", "/api/invoices", second["access_token"]).status_code == 401


@pytest.mark.requirement("COUPA-9")
def test_without_offline_access_there_is_no_refresh_token(coupa: Coupa) -> None:
    assert "refresh_token" not in coupa.tokens("ada", scope="core.common.read core.invoice.read")
    assert "refresh_token" in coupa.tokens("ada", scope="core.common.read offline_access")


@pytest.mark.requirement("COUPA-10")
def test_pkce_is_verified_when_it_was_sent(coupa: Coupa) -> None:
    pkce = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}

    assert coupa.redeem(coupa.consent("ada", **pkce)["code"]).status_code == 400
    wrong = coupa.redeem(coupa.consent("ada", **pkce)["code"], code_verifier="w" * 43)
    right = coupa.redeem(coupa.consent("ada", **pkce)["code"], code_verifier=VERIFIER)

    assert (wrong.status_code, wrong.get_json()["error"]) == (400, "invalid_grant")
    assert right.status_code == 200


@pytest.mark.requirement("COUPA-11")
@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_both(coupa: Coupa, which: str) -> None:
    tokens = coupa.tokens("ada")
    form = {"token": tokens[which], "client_id": CLIENT_ID, "client_secret": SECRET}

    answer = coupa.http.post("/oauth2/token/revoke", data=form)

    assert (answer.status_code, answer.get_json()) == (200, {})
    assert coupa.api("GET", "/api/invoices", tokens["access_token"]).status_code == 401
    assert coupa.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"


@pytest.mark.requirement("COUPA-11")
def test_revocation_needs_the_client_and_a_token(coupa: Coupa) -> None:
    client = {"client_id": CLIENT_ID, "client_secret": SECRET}

    anonymous = coupa.http.post("/oauth2/token/revoke", data={"token": "x"})
    empty = coupa.http.post("/oauth2/token/revoke", data=client)
    unknown = coupa.http.post(
        "/oauth2/token/revoke", data=client | {"token": "x", "token_type_hint": "odd"}
    )

    assert (anonymous.status_code, anonymous.get_json()["error"]) == (401, "invalid_client")
    assert (empty.status_code, empty.get_json()["error"]) == (400, "invalid_request")
    assert unknown.status_code == 200


@pytest.mark.requirement("COUPA-12")
def test_tokens_die_with_the_person(coupa: Coupa) -> None:
    tokens = coupa.tokens("new")
    with coupa.world.db.unit() as session:
        session.delete(session.scalars(select(AppUser).filter_by(login="new")).one())

    assert coupa.api("GET", "/api/invoices", tokens["access_token"]).status_code == 401
    assert coupa.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"


@pytest.mark.requirement("COUPA-13")
def test_userinfo_tells_what_the_scopes_open(coupa: Coupa) -> None:
    def userinfo(scope: str) -> object:
        return coupa.api("GET", "/oauth2/userinfo", coupa.access_token("ada", scope)).get_json()

    sub = str(coupa.ids["ada"])
    assert userinfo("openid") == {"sub": sub}
    assert userinfo("openid profile email") == {
        "sub": sub,
        "name": "Ada Example",
        "preferred_username": "ada",
        "email": "ada@example.com",
    }
    without = coupa.api("GET", "/oauth2/userinfo", coupa.access_token("ada", "core.common.read"))
    assert (without.status_code, without.get_json()["error"]) == (403, "insufficient_scope")
    challenge = coupa.http.get("/oauth2/userinfo").headers["WWW-Authenticate"]
    assert challenge == f'Bearer realm="{HOST}", scope="openid"'


@pytest.mark.requirement("COUPA-14")
def test_the_discovery_document_names_endpoints_that_answer(coupa: Coupa) -> None:
    document = coupa.http.get("/.well-known/openid-configuration").get_json()

    assert document["issuer"] == "https://acme.coupacloud.com"
    assert document["token_endpoint"] == "https://acme.coupacloud.com/oauth2/token"
    assert "core.common.read" in document["scopes_supported"]
    for name in ("authorization_endpoint", "userinfo_endpoint", "token_endpoint"):
        path = urlsplit(document[name]).path
        assert coupa.http.get(path).status_code != 404
    assert coupa.http.post(urlsplit(document["revocation_endpoint"]).path).status_code == 401
