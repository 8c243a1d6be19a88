"""Incidents: each classic as the client and the person meet it, limited to whom it is meant for."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from simulator.faults import INCIDENTS, Fault
from tests.contract.identity_world import Identity, email_of
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.contract.situations import SITUATIONS
from tests.tools import faults_page

__all__ = ["identity", "mcp", "office"]  # the fixtures

TOOL = "List_my_requisitions"
ADA, BOB = email_of("ada"), email_of("bob")
REFRESH: dict[str, Any] = {"grant_type": "refresh_token"}


@pytest.fixture
def both(mcp: Mcp) -> Mcp:
    """Ada and Bob are connected."""
    for who in ("ada", "bob"):
        mcp.connect(who)
    return mcp


def outcome(mcp: Mcp, who: str = "ada") -> str:
    """What a call says: its error code with its sentence, or `fine`."""
    result = mcp.call(TOOL, who=who)
    if not result.get("isError"):
        return "fine"
    return f"{result['structuredContent']['error']}: {result['content'][0]['text']}"


#: Incident of an app's API → what the tool call says.
API = {
    "app-down": "tool_failed: Step 2 (Search requisitions in Coupa) failed: Coupa answered 503.",
    "app-hangs-up": "the connection was reset",
    "app-slow": "timeout: The call took longer than 60 seconds",
    "app-rate-limited": "Coupa answered 429: Too many requests.",
    "app-answers-html": "Coupa answered something else than JSON.",
    "app-malformed": "Coupa answered something else than JSON.",
    "app-cut-off": "the answer was cut off",
    "app-token-expired": "fine",
    "app-token-revoked": "authentication_required",
    "app-refresh-refused": "authentication_required",
    "app-refresh-down": "tool_failed: Step 2 (Search requisitions in Coupa) failed: Coupa issued",
    "mix-up": "fine",
}
#: Incident of a consent page → what the person reads at the end.
CONSENT = {
    "app-consent-denied": "You did not allow",
    "app-consent-slow": "link has expired",
    "app-wrong-state": "was not started here",
}
#: Incident of the MCP server → status, and the beginning of the body.
SERVER = {
    "mcp-down": (503, "This is a fault"),
    "mcp-rate-limited": (429, '{"error": "too_many_requests"}'),
    "mcp-answers-html": (200, "<!doctype html>"),
    "mcp-token-expired": (401, ""),
    "mcp-token-revoked": (401, ""),
}
#: Those that have a test of their own below.
OTHERS = {
    "identity-clock-ahead",
    "identity-clock-behind",
    "identity-consent-denied",
    "identity-down",
    "identity-keys-rotated",
    "identity-refresh-refused",
    "identity-wrong-iss",
    "identity-wrong-state",
    "idp-down",
    "mcp-hangs-up",
    "saml-expired",
    "saml-no-attributes",
    "saml-wrong-audience",
    "saml-wrong-issuer",
    "saml-wrong-signature",
}


@pytest.mark.requirement("FLT-5")
def test_every_incident_has_a_test_and_stands_in_the_documents() -> None:
    names = [each.name for each in INCIDENTS]
    for module in ("test_situations", "test_sign_in_situations"):
        import_module(f"tests.contract.{module}")

    assert sorted(names) == sorted([*API, *CONSENT, *SERVER, *OTHERS, *SITUATIONS])
    for path, renewed in faults_page.PAGES.items():
        page = path.read_text(encoding="utf-8")
        assert renewed(page) == page, "renew it: python -m tests.tools.faults_page"


@pytest.mark.requirement("FLT-10")
def test_every_incident_says_what_the_client_sees_and_does() -> None:
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in faults_page.SITUATIONS.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]

    assert [row[0].strip("`") for row in rows] == [each.name for each in INCIDENTS]
    assert all(len(row) == 4 and all(row) for row in rows)


@pytest.mark.requirement("FLT-1", "FLT-2")
@pytest.mark.parametrize("name", API)
def test_an_app_fails_one_person_alone(both: Mcp, name: str) -> None:
    faults = both.simulator.faults.incident(name, person=ADA)

    assert API[name] in outcome(both)
    assert outcome(both, "bob") == "fine"
    assert all(fault.hits for fault in faults)
    assert len(both.simulator.violations()) == (name == "mix-up")


@pytest.mark.requirement("FLT-1")
def test_an_app_fails_one_tool_alone(both: Mcp) -> None:
    (fault,) = both.simulator.faults.incident("app-down", tool="Greet")
    assert outcome(both) == "fine"
    assert fault.hits == 0

    (fault,) = both.simulator.faults.incident("app-down", tool=TOOL, times=1)
    assert "503" in outcome(both)
    assert outcome(both) == "fine"
    assert fault.hits == 1


@pytest.mark.requirement("FLT-2")
def test_what_is_refused_once_is_over(both: Mcp) -> None:
    """A connection that was lost is made again; one that was not still stands."""
    both.simulator.faults.incident("app-refresh-down", person=ADA)
    assert outcome(both).startswith("tool_failed")
    both.simulator.faults.clear()
    assert outcome(both) == "fine"

    both.simulator.faults.incident("app-token-revoked", person=ADA)
    assert outcome(both).startswith("authentication_required")
    both.connect("ada")
    assert outcome(both) == "fine"


@pytest.mark.requirement("FLT-2")
def test_an_expired_token_is_refreshed_once(both: Mcp) -> None:
    both.simulator.journal.clear()
    both.simulator.faults.incident("app-token-expired", person=ADA)

    assert outcome(both) == outcome(both) == "fine"
    both.simulator.journal.verify("POST /oauth2/token", times=1, **REFRESH)


@pytest.mark.requirement("FLT-3")
@pytest.mark.parametrize("name", CONSENT)
def test_a_consent_goes_wrong_for_one_person_alone(mcp: Mcp, name: str) -> None:
    (fault,) = mcp.simulator.faults.incident(name, person=ADA)
    link = mcp.call(TOOL)["structuredContent"]["auth_url"]

    page = mcp.open_link(link)

    assert CONSENT[name] in page.text
    assert fault.hits == 1
    assert mcp.children() == []
    mcp.connect("bob")
    mcp.simulator.faults.clear()
    mcp.connect("ada")


@pytest.mark.requirement("FLT-4")
@pytest.mark.parametrize("name", SERVER)
def test_an_mcp_server_fails_one_person_alone(mcp: Mcp, name: str) -> None:
    ada, bob = mcp.token_of("ada"), mcp.token_of("bob")
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    mcp.simulator.faults.incident(name, person=ADA, times=1)

    fails, theirs, after = (mcp.post(message, token) for token in (ada, bob, ada))

    status, begins = SERVER[name]
    assert fails.status_code == status
    assert fails.text.startswith(begins)
    assert theirs.status_code == 200
    lives_on = "token" not in name
    assert (after.status_code == 200) == lives_on


@pytest.mark.requirement("FLT-4")
def test_an_mcp_server_hangs_up(mcp: Mcp) -> None:
    mcp.simulator.faults.incident("mcp-hangs-up", tool=TOOL)

    assert "result" in mcp.ask("tools/list")
    with pytest.raises(ConnectionResetError):
        mcp.call(TOOL)


@pytest.mark.requirement("FLT-4")
@pytest.mark.parametrize(
    "name, query",
    [
        ("identity-consent-denied", {"error": "access_denied", "iss": "https://id.workato.com"}),
        ("identity-wrong-state", {"state": "not-the-one-that-was-sent"}),
        ("identity-wrong-iss", {"iss": "https://attacker.example"}),
    ],
)
def test_a_client_gets_back_what_it_must_not_take(
    identity: Identity, name: str, query: dict[str, str]
) -> None:
    (fault,) = identity.simulator.faults.incident(name)

    back = identity.authorize(identity.register())

    assert query.items() <= back.items()
    assert ("code" in back) == ("error" not in query)
    assert fault.hits == 1


@pytest.mark.requirement("FLT-4")
def test_a_refresh_is_refused_by_identity(identity: Identity) -> None:
    client = identity.register()
    tokens = identity.tokens(client)
    identity.simulator.faults.incident("identity-refresh-refused", person=ADA)

    refused = identity.refresh(client, tokens["refresh_token"])

    assert (refused.status_code, refused.json["error"]) == (400, "invalid_grant")  # type: ignore[index]
    assert not identity.is_live(tokens["access_token"])


@pytest.mark.requirement("FLT-4")
def test_keys_are_rotated_before_the_next_token(identity: Identity) -> None:
    client = identity.register()
    before = identity.http("GET", "/oauth/jwks").json
    identity.simulator.faults.incident("identity-keys-rotated")

    token = identity.tokens(client)["id_token"]

    after = identity.http("GET", "/oauth/jwks").json
    assert len(after["keys"]) == len(before["keys"]) + 1  # type: ignore[index]
    assert identity.id_claims(token)["sub"]


@pytest.mark.requirement("FLT-4")
@pytest.mark.parametrize(
    "name, by", [("identity-clock-ahead", 300), ("identity-clock-behind", -300)]
)
def test_a_clock_is_wrong_for_one_system_alone(identity: Identity, name: str, by: int) -> None:
    identity.world.clock.freeze()
    identity.simulator.faults.incident(name)

    claims = identity.id_claims(identity.tokens(identity.register())["id_token"])

    assert claims["iat"] - identity.world.clock.timestamp() == by


@pytest.mark.requirement("FLT-4")
def test_identity_is_down(identity: Identity) -> None:
    identity.simulator.faults.incident("identity-down", times=1)

    statuses = [identity.http("GET", "/login").status_code for _ in range(2)]

    assert statuses == [503, 200]


@pytest.mark.requirement("FLT-5")
@pytest.mark.parametrize(
    "add, sentence",
    [
        (lambda faults: faults.incident("flood"), "There is no incident 'flood'. There are: app-"),
        (
            lambda faults: faults.incident("identity-down", person=ADA),
            "The incident 'identity-down' cannot be limited to a person.",
        ),
        (
            lambda faults: faults.incident("app-down", colour="red"),
            "An incident has no 'colour'; it has person, tool, times, probability, seed.",
        ),
        (lambda faults: faults.incident("app-down", times=0), "times must be 1 or more, not 0."),
        (lambda faults: faults.add(token="lost"), "token must be expired, revoked, swapped"),
        (lambda faults: faults.add(token="swapped"), "say system='app:*' with it."),
        (lambda faults: faults.add(rotates_keys=True), "say system='identity' with it."),
        (lambda faults: faults.add(delay=-1.0), "delay must be 0 or more, not -1.0."),
        (lambda faults: faults.add(status="503"), "status must be an HTTP status, not '503'."),
        (lambda faults: faults.add(stat=503), "A fault has no 'stat'. It has: request, system, "),
    ],
)
def test_an_incident_that_makes_no_sense_is_refused(
    mcp: Mcp, add: Callable[[Any], Any], sentence: str
) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # its text is looked at
        add(mcp.simulator.faults)

    assert sentence in str(refused.value)
    assert list(mcp.simulator.faults) == []


@pytest.mark.requirement("FLT-6")
@pytest.mark.parametrize(
    "named, sentence",
    [
        (
            {"system": "coupa"},
            "No system is called 'coupa'. There are: aihub, api, app:office.coupacloud.com, ident",
        ),
        ({"person": "ada@acme.exmaple"}, "Nobody has the e-mail address 'ada@acme.exmaple'. There"),
        ({"tool": "List_requisitions"}, "No tool is called 'List_requisitions'. There are: Asleep"),
        ({"request": "post /oauth2/token"}, "'post /oauth2/token' fits no request. Say a path, "),
        ({"request": "api/requisitions"}, "'api/requisitions' fits no request. Say a path, "),
        ({"request": "POST /oauth/tokn"}, "'POST /oauth/tokn'. There are: POST /oauth/token"),
        ({"request": "POST /oauth2/token", "system": "identity"}, "No system 'identity' serves "),
        ({"request": "POST /9999"}, "No system serves 'POST /9999'. There are: POST /"),
        ({"fields": {"grant_typ": "x"}}, "has no parameter 'grant_typ'. Did you mean 'grant_t"),
        ({"fields": {"grant_type": "refresh"}}, "Did you mean 'refresh_token'?"),
        ({"request": "POST /login", "person": ADA}, "Requests 'POST /login' are nobody's"),
        ({"system": "identity", "tool": "List_my_requisitions"}, "are no part of a tool call"),
        ({"status": None}, "Nothing would go wrong: say what does, such as status=503"),
        ({"status": None, "plan": [{}, {"times": 2}]}, "Nothing would go wrong"),
        ({"probability": 0}, "it would never happen: say a probability above 0"),
    ],
)
def test_a_fault_that_could_never_strike_is_refused(
    mcp: Mcp, named: dict[str, Any], sentence: str
) -> None:
    """A test of what a client makes of it would pass, and show nothing."""
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # its text is looked at
        mcp.simulator.faults.add(**{"status": 503, **named})

    assert sentence in str(refused.value)
    assert list(mcp.simulator.faults) == []


@pytest.mark.requirement("FLT-6")
def test_a_fault_takes_patterns_and_any_spelling_of_an_address(mcp: Mcp) -> None:
    """What does name something is let through."""
    named: dict[str, Any]
    for named in (
        {"system": "app:*"},
        {"system": "a*"},
        {"system": "api"},
        {"person": ADA.upper()},
    ):
        mcp.simulator.faults.add(status=503, **named)

    assert len(list(mcp.simulator.faults)) == 4


@pytest.mark.requirement("FLT-1")
def test_a_fault_finds_members_of_members(mcp: Mcp) -> None:
    """As the journal finds them."""
    fault: Fault = mcp.simulator.faults.add(
        "POST *", system="mcp", fields={"params.name": TOOL}, status=503
    )
    mcp.simulator.faults.add("POST *", system="mcp", fields={"params.name": None}, status=504)
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": TOOL}}

    assert mcp.post(call, None).status_code == 503
    assert fault.hits == 1
    assert mcp.post({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, None).status_code == 504


@pytest.mark.requirement("FLT-5")
def test_a_fault_passes_over_what_has_no_token(mcp: Mcp) -> None:
    """It waits for one; so does a swap where nobody else is connected to that app."""
    fault: Fault = mcp.simulator.faults.add(system="mcp", token="revoked", times=1)
    mcp.send({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, None)
    assert fault.hits == 0

    assert mcp.send({}, mcp.token_of("ada")).status_code == 401
    assert fault.hits == 1
