"""What a client has to survive, as its developers would test it: Tiny client, unchanged."""

import pytest

SIGN_IN_AGAIN = "Your sign-in has ended. Please sign in again."
ADA, TOKENS = "ada@acme.example", "POST /oauth/token"
REFRESH, CODE = {"grant_type": "refresh_token"}, {"grant_type": "authorization_code"}


def test_sign_in(user, journal):
    """No token at first: it discovers, registers and has her sign in, once."""
    ada = user("Ada")

    assert "List_my_requisitions" in [tool["name"] for tool in ada.client.list_tools()]
    assert ada.client.list_tools()

    assert ada.told == []
    journal.verify("POST /oauth/register", times=1)
    journal.verify(TOKENS, times=1, **CODE)


def test_prompt(user):
    """She is told which account lacks, and where to connect it; then she gets her own rows."""
    ada = user("Ada")

    assert ada.list_requisitions() is None
    (sentence,) = ada.told
    assert sentence.startswith("Connect your Coupa account, then ask again: http")

    ada.follow_link()
    assert ada.list_requisitions() == {ADA}
    assert ada.told == [sentence]


def test_two_users_keep_apart(user, ada):
    """And if they did not, the simulator would fail this test by itself."""
    bob = user("Bob")
    assert bob.list_requisitions() is None
    bob.follow_link()

    assert (bob.list_requisitions(), ada.list_requisitions()) == ({"bob@acme.example"}, {ADA})


def test_denial_at_the_app(user):
    """She may deny, and change her mind: the next link is another."""
    ada = user("Ada")
    ada.list_requisitions()
    ada.follow_link("Deny")

    assert ada.list_requisitions() is None
    first, second = ada.told
    assert first != second
    ada.follow_link()
    assert ada.list_requisitions() == {ADA}


def test_denial_at_sign_in(user, faults):
    """The client stays without a token, says so, and can be asked again."""
    ada = user("Ada")
    faults.incident("identity-consent-denied", times=1)

    assert ada.client.list_tools() is None
    assert ada.told == ["You are not signed in (access_denied). Ask again to sign in."]
    assert ada.client.list_tools()


@pytest.mark.parametrize("incident", ["identity-wrong-state", "identity-wrong-iss"])
def test_an_answer_to_another_sign_in(user, faults, journal, incident):
    """It takes no code that may be somebody else's."""
    ada = user("Ada")
    faults.incident(incident, times=1)

    assert ada.client.list_tools() is None
    assert ada.told == ["The browser came back from another sign-in. Ask again to sign in."]
    journal.verify(TOKENS, times=0)


def test_expiry(ada, clock, journal):
    """It refreshes, and she notices nothing; so does Workato, at the app."""
    clock.travel(hours=25)

    assert ada.list_requisitions() == {ADA}
    assert ada.told == []
    journal.verify(TOKENS, times=1, system="identity", **REFRESH)
    journal.verify("POST /oauth2/token", times=1, system="app:*", **REFRESH)


def test_revocation(ada, faults):
    """The client's grant is gone: it asks her to sign in again; her connection is still there."""
    faults.incident("mcp-token-revoked")

    assert ada.list_requisitions() == {ADA}
    assert ada.told == [SIGN_IN_AGAIN]


def test_revocation_at_the_app(ada, faults):
    """Her connection is gone, her sign-in is not."""
    faults.incident("app-token-revoked")

    assert ada.list_requisitions() is None
    assert ada.told[0].startswith("Connect your Coupa account, then ask again: http")
    ada.follow_link()
    assert ada.list_requisitions() == {ADA}


def test_refresh_refused(ada, clock, faults):
    """It throws the old tokens away and asks her to sign in again."""
    clock.travel(hours=25)
    faults.incident("identity-refresh-refused", times=1)

    assert ada.list_requisitions() == {ADA}
    assert ada.told == [SIGN_IN_AGAIN]


def test_refresh_fails_for_now(ada, clock, faults, journal):
    """It keeps its tokens: she need not sign in again when Identity is back."""
    clock.travel(hours=25)
    faults.incident("identity-down", times=1)

    assert ada.list_requisitions() is None
    assert "Try again later." in ada.told[0]
    journal.clear()
    assert ada.list_requisitions() == {ADA}
    journal.verify(TOKENS, times=1, **REFRESH)
    journal.verify(TOKENS, times=0, **CODE)


def test_app_down(ada, faults):
    """She is told that it is not her fault, and not to connect again."""
    faults.incident("app-down", times=1)

    assert ada.list_requisitions() is None
    (sentence,) = ada.told
    assert sentence.startswith("It failed, though you are signed in and connected: ")
    assert "503" in sentence
    assert ada.list_requisitions() == {ADA}


@pytest.mark.parametrize(
    "incident, sentence",
    [
        ("mcp-hangs-up", "does not answer. Try again later."),
        ("mcp-down", "it cannot answer (HTTP 503). Try again later."),
        ("mcp-answers-html", "it cannot answer (HTTP 200). Try again later."),
    ],
)
def test_server_down(ada, faults, incident, sentence):
    """Whatever stands between her and the server: a sentence, and a second try works."""
    faults.incident(incident, times=1)

    assert ada.list_requisitions() is None
    assert ada.told[0].endswith(sentence)
    assert ada.list_requisitions() == {ADA}


def test_removed_from_the_group(user):
    """Dan signs in, and may not use this server."""
    dan = user("Dan")

    assert dan.client.list_tools() is None
    assert dan.told == ["You have no access to this server. Ask your administrator for it."]
