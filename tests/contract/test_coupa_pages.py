"""Coupa's pages: sign-in, documents, and the OAuth2/OpenID Connect Clients of an admin."""

import re
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import delete, select

from simulator.crypto import Purpose
from simulator.db.tables import AppUser, OAuthClient
from simulator.net.addresses import OAUTH_CALLBACK, app_system
from simulator.oauth import Provider
from simulator.systems.apps._kit.instance import EXTENSION
from simulator.systems.apps.coupa import scopes
from simulator.systems.apps.coupa.tables import CoupaRequisition
from tests.contract.coupa_world import (
    HOST,
    OTHER_HOST,
    PASSWORD,
    SECRET,
    Coupa,
    CoupaBrowser,
    coupa,
)

__all__ = ["coupa"]  # the fixture
CLIENTS = "/oauth2/clients"
FORM = {
    "name": "Workato of Acme",
    "grant_type": "authorization_code",
    "redirect_uris": OAUTH_CALLBACK,
    "scopes": ["core.common.read", "core.invoice.read"],
}


def admin(coupa: Coupa) -> CoupaBrowser:
    """The admin's browser, signed in."""
    browser = coupa.browser()
    browser.login("root")
    return browser


def only(coupa: Coupa, name: str) -> OAuthClient:
    """The stored client of this name."""
    with coupa.world.db.unit() as session:
        return session.scalars(select(OAuthClient).filter_by(name=name)).one()


@pytest.mark.requirement("COUPA-30")
@pytest.mark.parametrize("name", ["ada", "ADA", " ada ", "ada@example.com", "Ada@Example.COM"])
def test_people_sign_in_by_login_name_or_email(coupa: Coupa, name: str) -> None:
    browser = coupa.browser()

    answer = browser.login(name)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Welcome, Ada Example" in browser.http.get("/").text


@pytest.mark.requirement("COUPA-30")
def test_an_account_belongs_to_one_instance(coupa: Coupa) -> None:
    """Ada of the other instance has the same login; removing Ada here leaves nobody to sign in."""
    with coupa.world.db.unit() as session:
        ada = session.scalars(select(AppUser).filter_by(host=HOST, login="new")).one()
        session.add(
            AppUser(
                host=OTHER_HOST,
                login="solo",
                name="Solo",
                email="solo@example.com",
                password_hash=ada.password_hash,
                role="admin",
            )
        )

    assert coupa.browser().login("solo").status_code == 422


@pytest.mark.requirement("COUPA-31")
@pytest.mark.parametrize("name, password", [("ada", "not-hers"), ("nobody", PASSWORD)])
def test_a_failed_sign_in_keeps_the_name_and_does_not_tell_which_was_wrong(
    coupa: Coupa, name: str, password: str
) -> None:
    browser = coupa.browser()

    answer = browser.login(name, password, target="/invoices")

    assert answer.status_code == 422
    assert "The login name or the password is wrong." in answer.text
    assert f'value="{name}"' in answer.text
    assert 'value="/invoices"' in answer.text
    assert password not in answer.text
    assert browser.http.get("/").status_code == 302


@pytest.mark.requirement("COUPA-31")
def test_a_password_is_compared_even_when_nobody_has_the_name(
    coupa: Coupa, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the time of the answer does not tell which names exist."""
    compared: list[str] = []
    verify = PasswordHasher.verify

    def counted(hasher: PasswordHasher, hashed: str | bytes, password: str | bytes) -> Any:
        compared.append(str(password))
        return verify(hasher, hashed, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    for name in ("ada", "nobody"):
        coupa.browser().login(name, "not-hers")

    assert compared == ["not-hers", "not-hers"]


@pytest.mark.requirement("COUPA-31")
def test_empty_fields_are_told_at_the_fields(coupa: Coupa) -> None:
    page = coupa.browser().login("", "").text

    assert "Enter your login name or e-mail address." in page
    assert "Enter your password." in page
    assert page.count('aria-invalid="true"') == 2


@pytest.mark.requirement("COUPA-32")
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "",
    ],
)
def test_after_sign_in_nobody_is_sent_to_another_site(coupa: Coupa, target: str) -> None:
    assert coupa.browser().login("ada", target=target).headers["Location"] == "/"


@pytest.mark.requirement("COUPA-32")
def test_signing_in_starts_a_fresh_session(coupa: Coupa) -> None:
    browser = coupa.browser()
    with browser.http.session_transaction() as session:
        session["planted"] = "before"

    browser.login("ada")

    with browser.http.session_transaction() as session:
        assert "planted" not in session


@pytest.mark.requirement("COUPA-32")
def test_sign_out_ends_the_session_and_needs_a_post(coupa: Coupa) -> None:
    browser = coupa.browser()
    browser.login("ada")

    assert browser.http.get("/sessions/destroy").status_code == 405
    assert browser.submit("/", "/sessions/destroy").status_code == 303
    assert browser.http.get("/").headers["Location"] == "/sessions/new?next=%2F"


@pytest.mark.requirement("COUPA-32")
def test_a_removed_person_is_signed_out(coupa: Coupa) -> None:
    browser = coupa.browser()
    browser.login("new")
    with coupa.world.db.unit() as session:
        session.execute(delete(AppUser).where(AppUser.id == coupa.ids["new"]))

    assert browser.http.get("/").status_code == 302


@pytest.mark.requirement("COUPA-33")
def test_home_shows_own_documents_or_says_that_there_are_none(coupa: Coupa) -> None:
    ada, new = coupa.browser(), coupa.browser()
    ada.login("ada")
    new.login("new")

    full, empty = ada.http.get("/").text, new.http.get("/").text

    assert "Lamps for Ada Example" in full
    assert "Lamps for Bob Example" not in full
    for noun in ("requisitions", "purchase orders", "invoices"):
        assert f"You have no {noun} yet." in empty


@pytest.mark.requirement("COUPA-33")
def test_documents_open_for_those_who_may_see_them(coupa: Coupa) -> None:
    with coupa.world.db.unit() as session:
        bobs = session.scalars(
            select(CoupaRequisition.id).where(CoupaRequisition.requester_id == coupa.ids["bob"])
        ).one()
    ada, root = coupa.browser(), admin(coupa)
    ada.login("ada")

    assert ada.http.get(f"/requisitions/{bobs}").status_code == 404
    assert "Desk lamp" in root.http.get(f"/requisitions/{bobs}").text
    assert "Lamps for Bob Example" in root.http.get("/requisitions").text
    for path in ("purchase_orders", "invoices"):
        listed = root.http.get(f"/{path}").text
        first = re.search(rf'href="(/{path}/\d+)"', listed)
        assert first
        assert root.http.get(first[1]).status_code == 200


@pytest.mark.requirement("COUPA-33")
def test_long_lists_have_pages(coupa: Coupa) -> None:
    token = coupa.access_token("ada")
    for _ in range(30):
        line = {"description": "Lamp", "quantity": 1, "unit-price": 1}
        coupa.api("POST", "/api/requisitions", token, json={"requisition-lines": [line]})
    browser = coupa.browser()
    browser.login("ada")

    first, last = (browser.http.get(f"/requisitions?page={n}").text for n in (1, 99))

    assert "Page 1 of 2" in first
    assert "Page 2 of 2" in last
    assert first.count('<th scope="row"') == 25
    assert last.count('<th scope="row"') == 6


@pytest.mark.requirement("COUPA-34")
@pytest.mark.parametrize("path", ["/setup", CLIENTS, f"{CLIENTS}/new", f"{CLIENTS}/1"])
def test_setup_is_for_admins(coupa: Coupa, path: str) -> None:
    ada, root = coupa.browser(), admin(coupa)
    ada.login("ada")

    refused = ada.http.get(path)

    assert refused.status_code == 403
    assert "Only Coupa admins can open Setup." in refused.text
    assert "/setup" not in ada.http.get("/").text
    assert root.http.get(path).status_code == 200
    assert coupa.browser().http.get(path).status_code == 302


@pytest.mark.requirement("COUPA-35")
def test_an_admin_creates_a_client_and_copies_identifier_and_secret(coupa: Coupa) -> None:
    root = admin(coupa)

    created = root.submit(f"{CLIENTS}/new", **FORM)
    at = created.headers["Location"]
    masked, shown = root.http.get(at).text, root.submit(at).text

    row = only(coupa, "Workato of Acme")
    secret = coupa.world.keys.unseal(Purpose.OAUTH_CLIENT_SECRET, row.secret_sealed or "")
    assert created.status_code == 303
    assert re.fullmatch(r"[0-9a-f]{32}", row.client_id)
    assert re.fullmatch(r"[0-9a-f]{64}", secret)
    assert (row.provider, row.scopes) == (app_system(HOST), FORM["scopes"])
    assert row.grant_types == ["authorization_code", "refresh_token"]
    assert row.client_id in masked
    assert secret not in masked
    assert secret in shown
    assert "Hide secret" in shown


@pytest.mark.requirement("COUPA-35")
def test_a_created_client_works_at_once(coupa: Coupa) -> None:
    admin(coupa).submit(f"{CLIENTS}/new", **FORM)
    row = only(coupa, "Workato of Acme")
    secret = coupa.world.keys.unseal(Purpose.OAUTH_CLIENT_SECRET, row.secret_sealed or "")

    query = coupa.consent("bob", client_id=row.client_id, scope="core.common.read")

    changes = {"client_id": row.client_id, "client_secret": secret}
    assert coupa.redeem(query["code"], **changes).status_code == 200


@pytest.mark.requirement("COUPA-36")
@pytest.mark.parametrize(
    "field, value, sentence",
    [
        ("name", " ", "Enter a name"),
        ("name", "x" * 101, "at most 100 characters"),
        ("grant_type", "password", "Choose a grant type."),
        ("redirect_uris", "", "at least one redirect URI"),
        ("redirect_uris", "workato.com/callback", "is not a redirect URI"),
        ("redirect_uris", "http://www.workato.com/oauth/callback", "is not a redirect URI"),
        ("redirect_uris", "https://a.example/#x", "is not a redirect URI"),
        ("redirect_uris", "https://user@a.example/", "is not a redirect URI"),
        ("redirect_uris", "https://[::1", "is not a redirect URI"),
        ("redirect_uris", "javascript:alert(1)", "is not a redirect URI"),
        ("redirect_uris", "\n".join(f"https://a.example/{n}" for n in range(11)), "at most 10"),
        ("scopes", [], "Select at least one scope."),
        ("login", "ada", "Login has already been taken."),
        ("login", "two words", "no spaces"),
    ],
)
def test_a_wrong_field_of_a_client_is_told_beside_it(
    coupa: Coupa, field: str, value: str | list[str], sentence: str
) -> None:
    answer = admin(coupa).submit(f"{CLIENTS}/new", **FORM | {field: value})

    assert answer.status_code == 422
    assert re.search(rf'id="{field}-wrong">[^<]*{re.escape(sentence)}', answer.text)
    assert f'aria-describedby="{field}-wrong' in answer.text
    with coupa.world.db.unit() as session:
        assert session.scalars(select(OAuthClient.name)).all() == ["Workato"]


@pytest.mark.requirement("COUPA-36")
def test_client_credentials_need_a_login_of_their_own(coupa: Coupa) -> None:
    root = admin(coupa)
    form = FORM | {"grant_type": "client_credentials", "redirect_uris": ""}

    without = root.submit(f"{CLIENTS}/new", **form)
    first = root.submit(f"{CLIENTS}/new", **form, login="robot")
    again = root.submit(f"{CLIENTS}/new", **form | {"name": "Second"}, login="Robot")

    assert "Enter the login name under which this client acts." in without.text
    assert first.status_code == 303
    assert "Login has already been taken." in again.text


@pytest.mark.requirement("COUPA-37")
def test_editing_keeps_identifier_and_secret(coupa: Coupa) -> None:
    root, before = admin(coupa), only(coupa, "Workato")

    form = root.http.get(f"{CLIENTS}/{before.id}/edit").text
    saved = root.submit(f"{CLIENTS}/{before.id}/edit", **FORM)

    after = only(coupa, "Workato of Acme")
    assert 'value="Workato"' in form
    assert form.count(" checked") == len(before.scopes)
    assert saved.status_code == 303
    assert after.client_id == before.client_id
    assert coupa.world.keys.unseal(Purpose.OAUTH_CLIENT_SECRET, after.secret_sealed or "") == SECRET
    assert after.scopes == FORM["scopes"]


@pytest.mark.requirement("COUPA-38")
def test_deleting_asks_first_and_ends_every_token(coupa: Coupa) -> None:
    root, row = admin(coupa), only(coupa, "Workato")
    tokens = coupa.tokens("ada")

    dialog = root.http.get(f"{CLIENTS}/{row.id}/delete").text
    gone = root.submit(f"{CLIENTS}/{row.id}/delete")

    assert "This cannot be undone." in dialog
    assert gone.status_code == 303
    assert "There are no clients yet." in root.http.get(CLIENTS).text
    assert root.http.get(f"{CLIENTS}/{row.id}").status_code == 404
    assert coupa.api("GET", "/api/invoices", tokens["access_token"]).status_code == 401
    assert coupa.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_client"


@pytest.mark.requirement("COUPA-38")
def test_clients_of_another_instance_are_out_of_reach(coupa: Coupa) -> None:
    with coupa.world.db.unit() as session:
        row = session.scalars(select(OAuthClient)).one()
        row.provider = app_system(OTHER_HOST)
    root = admin(coupa)

    assert root.http.get(f"{CLIENTS}/{row.id}").status_code == 404
    assert "There are no clients yet." in root.http.get(CLIENTS).text


@pytest.mark.requirement("COUPA-39")
@pytest.mark.parametrize(
    "path", ["/", "/setup", CLIENTS, f"{CLIENTS}/new", "/invoices", "/nowhere"]
)
def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(coupa: Coupa, path: str) -> None:
    """The theme's own stylesheet included."""
    root = admin(coupa)
    page = root.http.get(path).text

    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert all(source.startswith(("/", "#", "?")) for source in sources)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)
    for source in sources:
        if source.partition("?")[0].endswith(".css"):
            with root.http.get(source) as css:
                assert css.status_code == 200
                text = css.get_data(as_text=True)
            assert "@import" not in text
            assert "fonts.googleapis" not in text


@pytest.mark.requirement("COUPA-39")
def test_an_unknown_page_is_a_page(coupa: Coupa) -> None:
    answer = coupa.http.get("/nowhere")

    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "Page not found" in answer.text


@pytest.mark.requirement("COUPA-39")
def test_every_scope_has_words(coupa: Coupa) -> None:
    provider = coupa.app.extensions[EXTENSION].provider

    assert isinstance(provider, Provider)
    assert provider.rules.scopes == tuple(scopes.DESCRIPTIONS)
    assert all(scopes.DESCRIPTIONS.values())
