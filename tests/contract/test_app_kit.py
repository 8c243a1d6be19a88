"""What an app may have otherwise, as data: Coupa with other hosts, fields and ways of OAuth."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from simulator.net.addresses import AIHUB
from simulator.oauth.refreshing import RefreshPolicy, RefreshRules
from simulator.systems.apps._kit.dialect import Refusal
from simulator.systems.apps.coupa import app
from simulator.systems.apps.coupa.profile import PROFILE
from tests.contract.coupa_world import (
    CALLBACK,
    CLIENT_ID,
    HOST,
    LOCAL_WORKATO,
    PASSWORD,
    SECRET,
    Coupa,
    coupa,
)

__all__ = ["coupa"]  # the fixture
LOGIN_HOST, API_HOST = "login.apps.example", "api.apps.example"
Other = Callable[..., Coupa]


@pytest.fixture
def other(coupa: Coupa, monkeypatch: pytest.MonkeyPatch) -> Other:
    """Makes Coupa's application anew, with another profile."""

    def build(**changes: Any) -> Coupa:
        monkeypatch.setattr(app, "PROFILE", replace(PROFILE, **changes))
        return replace(coupa, app=app.create_app(coupa.world, HOST))

    return build


def speaking(other: Other, **dialect: Any) -> Coupa:
    """Coupa with another dialect."""
    return other(dialect=replace(PROFILE.dialect, **dialect))


@pytest.mark.requirement("APP-3")
def test_each_host_of_an_instance_serves_what_is_there_alone(other: Other) -> None:
    """The sign-in is at every host with pages; style sheets are at all of them."""
    hosts = {LOGIN_HOST: ("/oauth2/*", "/sessions/*"), API_HOST: ("/api/*",)}
    split = other(traffic=replace(PROFILE.traffic, hosts=hosts))
    split.world.addresses.place(dict.fromkeys((HOST, *hosts), HOST), {AIHUB: LOCAL_WORKATO})

    served = {
        host: [
            path
            for path in ("/oauth2/userinfo", "/api/users/me", "/sessions/new", "/setup", "/healthz")
            if split.http.get(path, base_url=f"https://{host}").status_code != 404
        ]
        for host in (HOST, *hosts)
    }

    assert served == {
        HOST: ["/sessions/new", "/setup", "/healthz"],
        LOGIN_HOST: ["/oauth2/userinfo", "/sessions/new", "/healthz"],
        API_HOST: ["/api/users/me", "/healthz"],
    }


@pytest.mark.requirement("APP-4")
def test_sign_in_is_where_and_called_as_the_app_says(other: Other) -> None:
    labels = replace(PROFILE.labels, login_field="username", password_field="secret")
    there = other(
        traffic=replace(PROFILE.traffic, sign_in="/login", sign_out="/logout"), labels=labels
    )
    browser = there.browser()

    assert browser.http.get("/").headers["Location"] == "/login?next=%2F"
    sent = browser.submit("/login", username="ada", secret=PASSWORD, next="/setup")
    assert sent.headers["Location"] == "/setup"
    assert browser.submit("/", "/logout").headers["Location"] == "/login?next=%2F"
    assert labels.credentials("ada", "pw") == {"username": "ada", "secret": "pw"}


TOKEN_REQUEST = {"client_id": CLIENT_ID, "client_secret": SECRET}


@pytest.mark.requirement("APP-4")
def test_a_token_request_may_be_json(other: Other) -> None:
    """A form is taken as well; what is no object of texts is told."""
    there = speaking(other, parameters_in_json=True)
    request = {
        **TOKEN_REQUEST,
        "grant_type": "authorization_code",
        "code": there.consent("ada")["code"],
        "redirect_uri": CALLBACK,
    }

    answer = there.http.post("/oauth2/token", json=request)

    assert answer.status_code == 200, answer.text
    assert there.refresh(answer.get_json()["refresh_token"]).status_code == 200
    for body in (
        b"{",
        b"[]",
        b'{"grant_type": 1}',
        b'{"grant_type": "\\n"}',
        b'{"a": "", "a": ""}',
    ):
        refused = there.http.post("/oauth2/token", data=body, content_type="application/json")
        assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_request")


@pytest.mark.requirement("APP-4")
def test_an_app_may_word_its_refusals_otherwise(other: Other) -> None:
    there = speaking(
        other,
        refused_refresh=Refusal(status=403, error="invalid_grant", description="Unknown."),
        refused_client=Refusal(status=401, error="access_denied", description="Unauthorized"),
        missing_scope_status=401,
    )

    refused = there.refresh("no-such-token")
    assert (refused.status_code, refused.get_json()["error_description"]) == (403, "Unknown.")
    refused = there.refresh("no-such-token", client_secret="wrong")
    assert (refused.status_code, refused.get_json()["error"]) == (401, "access_denied")
    assert there.redeem("no-such-code").status_code == 400
    lacking = there.access_token("ada", "core.common.read")
    assert there.api("GET", "/api/invoices", lacking).status_code == 401


@pytest.mark.requirement("APP-4")
def test_a_refresh_token_may_work_on_for_a_while_after_its_use(other: Other) -> None:
    """Two clients that refresh at once both get on; whoever comes later ends the grant."""
    rules = RefreshRules(RefreshPolicy.ROTATE_WITH_LEEWAY, timedelta(minutes=10))
    there = speaking(other, refresh=rules)
    there.world.clock.freeze()
    first = there.tokens("ada")["refresh_token"]
    second, third = (there.refresh(first).get_json()["refresh_token"] for _ in range(2))

    there.world.clock.travel(timedelta(minutes=9, seconds=59))
    assert there.refresh(first).status_code == 200
    there.world.clock.travel(timedelta(seconds=1))
    assert there.refresh(first).get_json()["error"] == "invalid_grant"
    assert [there.refresh(each).status_code for each in (second, third)] == [400, 400]


@pytest.mark.requirement("APP-4")
def test_a_refresh_token_that_nobody_uses_may_end(other: Other) -> None:
    """Each use begins the time anew."""
    there = speaking(other, refresh_idle=timedelta(days=90))
    there.world.clock.freeze()
    token = there.tokens("ada")["refresh_token"]
    for _ in range(2):
        there.world.clock.travel(timedelta(days=89))
        token = there.refresh(token).get_json()["refresh_token"]

    there.world.clock.travel(timedelta(days=90))

    assert there.refresh(token).get_json()["error"] == "invalid_grant"
