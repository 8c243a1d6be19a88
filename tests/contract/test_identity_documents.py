"""Clients that Workato Identity knows by the address of their metadata document."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.systems.identity.client_documents import freshness
from tests.contract.browser import Browser
from tests.contract.document_host import DocumentHost, document_host
from tests.contract.identity_world import CALLBACK, ID, PROCUREMENT, Identity, back, office_with


@pytest.fixture(scope="module")
def office() -> Iterator[Simulator]:
    """An office that may ask this machine."""
    with office_with(loopback_documents=True) as own:
        yield own.simulator


@pytest.fixture
def identity(office: Simulator) -> Identity:
    """The office as it is in its file."""
    office.reset()
    return Identity(office)


@pytest.fixture
def host() -> Iterator[DocumentHost]:
    """Where documents are."""
    with document_host() as found:
        yield found


@pytest.mark.requirement("ID-214")
def test_a_described_client_signs_people_in_and_refreshes(
    identity: Identity, host: DocumentHost
) -> None:
    """It never registered; people are told its name and the host that vouches for it."""
    client = host.put(scope="openid email")
    before = identity.rows()["oauth_clients"]

    page = identity.browser("ada").get(identity.authorize_url(client))
    assert "Allow Described client to act for you?" in page.text
    assert f"that {host.origin.removeprefix('http://')} describes" in page.text
    tokens = identity.redeem(client, back(page.press("Allow"))["code"]).get_json()

    assert tokens["scope"] == "openid email"
    assert identity.refresh(client, tokens["refresh_token"]).status_code == 200
    assert identity.id_claims(tokens["id_token"])["aud"] == client["client_id"]
    assert identity.rows()["oauth_clients"] == before
    assert host.paths == ["/client.json"]


@pytest.mark.requirement("ID-214")
def test_both_discovery_documents_say_that_it_is_possible(identity: Identity) -> None:
    for name in ("oauth-authorization-server", "openid-configuration"):
        document = identity.http("GET", f"/.well-known/{name}").get_json()
        assert document["client_id_metadata_document_supported"] is True


@pytest.mark.requirement("ID-304")
@pytest.mark.parametrize(
    "settings, expected",
    [({}, False), ({"allowed_hosts": ("c.example",)}, True), ({"loopback_documents": True}, True)],
)
def test_documents_are_advertised_where_one_can_be_had(
    settings: dict[str, Any], expected: bool
) -> None:
    """Else a client that follows MCP's order is stuck and never registers; at each server too."""
    with office_with(**settings) as own:
        for url in (
            f"{ID}/.well-known/oauth-authorization-server",
            f"{ID}/.well-known/openid-configuration",
            f"{PROCUREMENT}/.well-known/oauth-authorization-server",
        ):
            document = Browser(own.simulator).request("GET", url).get_json()
            assert document["client_id_metadata_document_supported"] is expected


def refused(identity: Identity, client: dict[str, Any], sentence: str) -> None:
    """People read a page, programs get invalid_client; both say why, and nothing is kept."""
    before = identity.rows()
    browser = identity.browser("ada").get(identity.authorize_url(client))
    assert (browser.page.status_code, browser.left_for) == (400, ""), browser.text
    assert "This sign-in request is not valid" in browser.text
    assert sentence in browser.text
    form = {"grant_type": "refresh_token", "refresh_token": "x", "client_id": client["client_id"]}
    answer = identity.http("POST", "/oauth/token", data=form)
    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")
    assert sentence in answer.get_json()["error_description"]
    assert identity.rows() == before


@pytest.mark.requirement("AS-5")
@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"client_id": "https://client.example/other"}, "client_id must be"),
        ({"client_id": None}, "client_id must be"),
        ({"client_name": None}, "client_name is missing"),
        ({"client_name": 7}, "client_name"),
        ({"redirect_uris": None}, "redirect_uris"),
        ({"redirect_uris": []}, "redirect_uris"),
        ({"redirect_uris": ["http://a.example/cb"]}, "redirect_uris.0"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "redirect_uris.0"),
        ({"client_secret": "s3cret"}, "no client_secret"),
        ({"client_secret_expires_at": 0}, "no client_secret"),
        ({"token_endpoint_auth_method": "client_secret_basic"}, "must be none"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "private_key_jwt is not supported"),
        ({"token_endpoint_auth_method": ['ü"']}, "must be none"),
        ({"grant_types": ["implicit"]}, "grant_types"),
        ({"response_types": ["token"]}, "response_types"),
    ],
)
def test_a_document_that_is_not_right_is_refused(
    identity: Identity, host: DocumentHost, changes: dict[str, Any], sentence: str
) -> None:
    refused(identity, host.put(**changes), sentence)


@pytest.mark.requirement("AS-5")
@pytest.mark.parametrize(
    "body, status, sentence",
    [
        (b"", 200, "not a JSON object"),
        (b"[]", 200, "not a JSON object"),
        (b"\xff\xfe{}", 200, "not a JSON object"),
        (b"[" * 5000, 200, "not a JSON object"),
        (b" " * 5121, 200, "more than 5120 bytes"),
        (b"{}", 404, "answers 404"),
        (b"{}", 500, "answers 500"),
    ],
)
def test_an_answer_that_is_no_document_is_refused(
    identity: Identity, host: DocumentHost, body: bytes, status: int, sentence: str
) -> None:
    url = host.serve("/client.json", body, status)

    refused(identity, {"client_id": url, "redirect_uris": [CALLBACK]}, sentence)


@pytest.mark.requirement("AS-5", "ID-216")
def test_redirects_are_not_followed(identity: Identity, host: DocumentHost) -> None:
    client = host.put("/elsewhere.json")
    client["client_id"] = host.serve("/c.json", b"", 302, Location=f"{host.origin}/elsewhere.json")

    refused(identity, client, "answers 302")
    assert set(host.paths) == {"/c.json"}


@pytest.mark.requirement("AS-5", "ID-216")
@pytest.mark.parametrize(
    "url, sentence",
    [
        ("http://client.example/c.json", "must begin with https"),
        ("ftp://client.example/c.json", "must begin with https"),
        ("https://client.example", "a path"),
        ("https://client.example/", "a path"),
        ("https:///c.json", "a host"),
        ("https://ada@client.example/c.json", "no user name"),
        ("https://client.example/c.json#x", "no fragment"),
        ("https://client.example/a/../c.json", "no dot segments"),
        ("https://client.example/a/%2E%2e/c.json", "no dot segments"),
        ("https://client.example/./c.json", "no dot segments"),
        ("https://client.example/c d.json", "must be a URI"),
        ("https://client.example/ü.json", "must be a URI"),
        ("https://client.example/" + "x" * 2000, "must be a URI"),
        ("https://client.example:99999/c.json", "cannot be read"),
        ("https://[bad/c.json", "cannot be read"),
        ("https://client.example/c.json", "may not ask client.example"),
        ("https://169.254.169.254/latest/meta-data", "may not ask 169.254.169.254"),
        ("https://127.0.0.1/c.json", "may not ask 127.0.0.1"),
        ("https://id.workato.com/oauth/authorize", "Workato Identity itself"),
        ("https://office.coupacloud.com/c.json", "answers 404"),
    ],
)
def test_an_address_that_must_not_be_asked_is_refused(
    identity: Identity, url: str, sentence: str
) -> None:
    """Wrong by its form, not allowed by the owner, or a page of the sandbox itself."""
    refused(identity, {"client_id": url, "redirect_uris": [CALLBACK]}, sentence)


@pytest.mark.requirement("ID-216")
def test_this_machine_is_not_asked_over_http_without_the_switch(host: DocumentHost) -> None:
    with office_with() as strict:
        refused(strict, host.put(), "must begin with https")
    assert host.paths == []


@pytest.mark.requirement("ID-215")
@pytest.mark.parametrize(
    "header, lifetime",
    [
        ("", timedelta(minutes=5)),
        ("public", timedelta(minutes=5)),
        ("max-age=600", timedelta(minutes=10)),
        ("public, max-age=600", timedelta(minutes=10)),
        ("max-age=0", timedelta(minutes=1)),
        ("max-age=999999999", timedelta(days=1)),
        ("no-store", timedelta()),
        ("NO-CACHE, max-age=600", timedelta()),
    ],
)
def test_how_long_a_document_is_kept(header: str, lifetime: timedelta) -> None:
    assert freshness({"cache-control": header} if header else {}) == lifetime


@pytest.mark.requirement("ID-215")
def test_a_kept_document_is_used_until_its_time_is_over(
    identity: Identity, host: DocumentHost
) -> None:
    """By the simulated clock; then the new one counts."""
    client = host.put(client_name="Before")
    browser = identity.browser("ada")
    url = identity.authorize_url(client)
    assert "Allow Before" in browser.get(url).text
    host.put(client_name="After")

    identity.world.clock.travel(timedelta(minutes=4, seconds=50))
    assert "Allow Before" in browser.get(url).text
    identity.world.clock.travel(timedelta(seconds=10))
    assert "Allow After" in browser.get(url).text
    assert len(host.paths) == 2
    assert identity.rows()["client_documents"] == 1


@pytest.mark.requirement("ID-215")
def test_what_must_not_be_stored_and_errors_are_asked_for_each_time(
    identity: Identity, host: DocumentHost
) -> None:
    """Once in a request, though; an error is over as soon as the document is right."""
    client = host.put()
    host.serve("/client.json", b"", 503)
    url, browser = identity.authorize_url(client), identity.browser("ada")
    assert "answers 503" in browser.get(url).text
    body = {"client_id": client["client_id"], "client_name": "C", "redirect_uris": [CALLBACK]}
    host.serve("/client.json", json.dumps(body).encode(), Cache_Control="no-store")

    assert "Allow C to act" in browser.get(url).text
    browser.get(url)
    assert len(host.paths) == 3
    assert identity.rows()["client_documents"] == 0


@pytest.mark.requirement("CORE-15", "ID-215")
def test_eight_people_may_use_a_new_client_at_once(identity: Identity, host: DocumentHost) -> None:
    """Each meets the consent page, and each Allow is remembered; the document is stored once."""
    people = (*("ada", "bob") * 4,)
    client = host.put(client_name="New to all")
    host.gather(len(people))
    url = identity.authorize_url(client)
    browsers = [identity.browser(who) for who in people]
    ready = threading.Barrier(len(people))

    def visit(browser: Browser) -> tuple[str, bool]:
        page = browser.get(url).text
        ready.wait(timeout=30)
        return page, "code" in back(browser.press("Allow"))

    with ThreadPoolExecutor(len(people)) as pool:
        seen = list(pool.map(visit, browsers))

    assert all("Allow New to all" in page for page, _ in seen)
    assert all(has_code for _, has_code in seen)
    assert len(host.paths) == len(people)
    rows = identity.rows()
    assert (rows["client_documents"], rows["oauth_consents"]) == (1, 2)
