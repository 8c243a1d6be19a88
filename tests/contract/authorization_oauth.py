"""What people and MCP clients do at Workato Identity, well or ill: verbs for a state machine.

Each verb does one thing over HTTP, tells the model, and compares the answer; what else came of it,
`authorization_checks` looks at.
"""

from typing import Any

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import initialize
from werkzeug.test import TestResponse

from tests.contract.authorization_checks import PEOPLE, AuthorizationChecks, minutes
from tests.contract.authorization_model import Grant, Token
from tests.contract.browser import Browser
from tests.contract.identity_world import (
    FINANCE,
    ID,
    PASSWORD,
    PROCUREMENT,
    RESEARCH,
    back,
    email_of,
)
from tests.contract.verbs import verb

Client = dict[str, Any]

people = st.sampled_from(PEOPLE)
identity_servers = st.sampled_from([PROCUREMENT, RESEARCH])
redemptions = st.sampled_from(
    ["once", "twice", "late", "with a wrong verifier", "as another client"]
)


def tokens_of(machine: AuthorizationChecks) -> list[Token]:
    """Every token that was issued."""
    return machine.model.tokens


def clients_of(machine: "OAuthVerbs") -> list[Client]:
    """Every client that was registered."""
    return [*machine.clients.values()]


def codes_of(machine: "OAuthVerbs") -> list[Grant]:
    """Every code that was issued, used or not."""
    return machine.codes


class OAuthVerbs(AuthorizationChecks):
    """People who sign in and consent, clients that redeem, refresh, revoke and ask."""

    def __init__(self) -> None:
        super().__init__()
        self.clients: dict[str, Client] = {}
        self.codes: list[Grant] = []

    @initialize(seed=st.integers(0, 999), servers=st.tuples(*[identity_servers] * len(PEOPLE)))
    def sign_everybody_on(self, seed: int, servers: tuple[str, ...]) -> None:
        """A public and a confidential client, and each person on one server: something to lose.

        `seed` is of what is tried at random after each step.
        """
        self.random.seed(seed)
        for method in ("client_secret_post", "none"):
            self.register(method)
        client = [*self.clients.values()][-1]
        for person, server in zip(PEOPLE, servers, strict=True):
            self.sign_on(person, client, server, "once")

    # -- people at Workato Identity --------------------------------------------------------------

    @verb(person=people)
    def sign_in_or_out(self, person: str) -> None:
        """Whichever the person has not done; then the account page says so."""
        if self.model.is_signed_in(person):
            self.branches.sign_out(person)
            del self.model.signed_in[person]
            assert self.branches.browsers[person].get(ID).url.startswith(f"{ID}/login")
        elif browser := self.open(person, ID):
            assert "Your account" in browser.text

    def open(self, person: str, url: str) -> Browser | None:
        """The person's browser at an address; None if the sign-in page does not let her past."""
        return self.past_sign_in(person, self.branches.browsers[person].get(url))

    def past_sign_in(self, person: str, browser: Browser) -> Browser | None:
        """The browser after it signed in if that was asked for; None if it may not."""
        is_sign_in_page = browser.url.startswith(f"{ID}/login")
        assert is_sign_in_page != self.model.is_signed_in(person), f"{browser.url}: {browser.text}"
        if not is_sign_in_page:
            return browser
        browser.press("Sign in", email=email_of(person), password=PASSWORD)
        if not self.model.is_active(person):
            event("sign-in of a disabled person")
            assert "This account is disabled" in browser.text
            return None
        self.model.signed_in[person] = self.model.now
        return browser

    # -- clients ---------------------------------------------------------------------------------

    @verb(method=st.sampled_from(["none", "client_secret_post"]))
    def register(self, method: str) -> None:
        client = self.branches.register(token_endpoint_auth_method=method)
        self.clients[client["client_id"]] = client

    @verb(
        person=people,
        client=clients_of,
        server=identity_servers | st.none(),
        press=st.sampled_from(["Allow", "Deny"]),
        prompt=st.sampled_from([None, "consent"]),
    )
    def authorize(
        self, person: str, client: Client, server: str | None, press: str, prompt: str | None
    ) -> None:
        """Sign in if need be, and decide unless an earlier consent is remembered."""
        self._authorized(person, client, server, press, prompt)

    @verb(person=people, client=clients_of, server=identity_servers, way=redemptions)
    def sign_on(self, person: str, client: Client, server: str, way: str) -> None:
        """What a client does: authorize, and redeem the code soon."""
        if grant := self._authorized(person, client, server):
            self.redeem(grant, way)

    def _authorized(
        self,
        person: str,
        client: Client,
        server: str | None,
        press: str = "Allow",
        prompt: str | None = None,
    ) -> Grant | None:
        url = self.branches.authorize_url(client, resource=server, prompt=prompt)
        browser = self.open(person, url)
        if browser is None:
            return None
        model, is_sign_in_page = self.model, (person, client["client_id"], server)
        if model.remembers_consent(*is_sign_in_page) and prompt is None:
            event("consent remembered")
        else:
            assert not browser.left_for, "the consent page was not shown"
            browser.press(press)
            if press == "Deny":
                assert back(browser)["error"] == "access_denied"
                return None
            model.consents.add(is_sign_in_page)
        grant = Grant(
            person=person,
            client=client["client_id"],
            server=server,
            code=back(browser)["code"],
            issued_at=model.now,
        )
        self.codes.append(grant)
        return grant

    @verb(person=people, client=clients_of, server=identity_servers | st.just(FINANCE))
    def authorize_silently(self, person: str, client: Client, server: str) -> None:
        """`prompt=none`: a code or an error, never a page (OIDC Core §3.1.2.6)."""
        url = self.branches.authorize_url(client, resource=server, prompt="none")
        answer = back(self.branches.browsers[person].get(url))
        expected = None
        if server == FINANCE:
            expected = "invalid_target"  # it has tokens of its own
        elif not self.model.is_signed_in(person):
            expected = "login_required"
        elif not self.model.remembers_consent(person, client["client_id"], server):
            expected = "consent_required"
        assert (answer.get("error"), "code" in answer) == (expected, expected is None)

    # -- codes -----------------------------------------------------------------------------------

    @verb(code=codes_of, way=redemptions)
    def redeem(self, code: Grant, way: str) -> None:
        """As its client does; before that as somebody else does, or once too often."""
        event(f"code redeemed {way}")
        client = self.clients[code.client]
        if way == "late":
            self.pass_time(minutes(1))
        elif way == "with a wrong verifier":  # an unused code stays as it is (RFC 7636 §4.6)
            _refused(self.branches.redeem(client, code.code, code_verifier="w" * 43))
            self._shown(code)
        elif way == "as another client":  # nothing comes of it (RFC 6749 §5.2)
            _refused(self.branches.redeem(self._another(code.client), code.code))
        for _ in range(2 if way == "twice" else 1):
            self._redeem(code)

    @verb(token=tokens_of)
    def replay_the_code(self, token: Token) -> None:
        """Redeem once more the code that a token came from: all ends (RFC 6749 §4.1.2)."""
        self._redeem(token.grant)

    def _redeem(self, grant: Grant) -> None:
        answer = self.branches.redeem(self.clients[grant.client], grant.code)
        if self.model.redeemable(grant):
            grant.redeemed = True
            self._issued(answer, grant)
        else:
            _refused(answer)
            self._shown(grant)

    def _shown(self, grant: Grant) -> None:
        """Its client showed the code once more: if it was used, all that came from it ends."""
        if grant.redeemed:
            event("code replayed")
            grant.revoked = True
        self._changed_grant(grant)

    # -- tokens ----------------------------------------------------------------------------------

    @verb(token=tokens_of, way=st.sampled_from(["once", "twice", "as another client"]))
    def refresh(self, token: Token, way: str) -> None:
        """As its client does; before that as another, or once too often."""
        event(f"token refreshed {way}")
        if way == "as another client":  # refused (RFC 6749 §6); a used one is noticed even so
            another = self._another(token.grant.client)
            _refused(self.branches.refresh(another, token.refresh))
            self._reused(token)
        for _ in range(2 if way == "twice" else 1):
            self._refresh(token)

    def _refresh(self, token: Token) -> None:
        answer = self.branches.refresh(self.clients[token.grant.client], token.refresh)
        if self.model.refreshable(token):
            if not self.model.is_live(token):
                event("refresh after the access token expired")
            token.refreshed = True
            self._issued(answer, token.grant)
        else:
            _refused(answer)
            self._reused(token)

    def _reused(self, token: Token) -> None:
        """A refresh token was shown: if it was used before, its grant ends (RFC 9700 §4.14.2)."""
        if token.refreshed:
            event("refresh after rotation")
            token.grant.revoked = True
        self._changed_grant(token.grant)

    @verb(
        token=tokens_of,
        kind=st.sampled_from(["access", "refresh"]),
        another=st.booleans(),
        refreshed=st.booleans(),
    )
    def revoke(self, token: Token, kind: str, another: bool, refreshed: bool) -> None:
        """Either token ends all that its grant gave; of another client it is refused (RFC 7009)."""
        if refreshed:
            self._refresh(token)
        asking = self._another(token.grant.client) if another else None
        answer = self._ask_about(token, kind, "/oauth/revoke", asking)
        if another:
            _refused(answer)
        else:
            assert answer.status_code == 200, answer.text
            token.grant.revoked = True
        self._changed_grant(token.grant)

    @verb(token=tokens_of)
    def introspect_as_another_client(self, token: Token) -> None:
        """Not active, whatever it is (RFC 7662 §2.2)."""
        another = self._another(token.grant.client)
        answer = self._ask_about(token, "access", "/oauth/introspect", another)
        assert answer.get_json() == {"active": False}

    def check_introspection(self, token: Token) -> None:
        """Active for its own client while it opens or renews something (RFC 7662 §2.2)."""
        for kind, works in (("access", self.model.is_live), ("refresh", self.model.refreshable)):
            answer = self._ask_about(token, kind, "/oauth/introspect")
            assert answer.get_json()["active"] == works(token), f"{kind}: {answer.text}"

    def _ask_about(
        self, token: Token, kind: str, path: str, asking: Client | None = None
    ) -> TestResponse:
        client = asking or self.clients[token.grant.client]
        form = {"token": getattr(token, kind), "client_id": client["client_id"]}
        if "client_secret" in client:
            form["client_secret"] = client["client_secret"]
        return self.branches.http("POST", path, data=form)

    def _another(self, client_id: str) -> Client:
        return next(client for known, client in self.clients.items() if known != client_id)

    def _issued(self, answer: TestResponse, grant: Grant) -> None:
        assert answer.status_code == 200, answer.text
        body = answer.get_json()
        token = Token(
            access=body["access_token"],
            refresh=body["refresh_token"],
            grant=grant,
            issued_at=self.model.now,
        )
        self.model.tokens.append(token)
        self._changed_grant(grant)

    def _changed_grant(self, grant: Grant) -> None:
        self.changed(token for token in self.model.tokens if token.grant is grant)


def _refused(answer: TestResponse) -> None:
    assert answer.status_code == 400, answer.text
    assert answer.get_json()["error"] == "invalid_grant"
