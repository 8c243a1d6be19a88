"""Signing in to the Workato web app, error pages, and what every page owes."""

import pytest
from flask import session

from simulator.db.tables import EndUser
from tests.contract.aihub_world import PASSWORD, READY, Hub, field_error, hub, text_of

__all__ = ["hub"]  # the fixture


@pytest.mark.requirement("HUB-1")
@pytest.mark.parametrize(
    "path",
    ["/", "/ai_hub", "/ai_hub/mcp", "/recipes/1/edit?step=1", "/workspace_admin/groups"],
)
def test_a_page_asks_for_a_sign_in_and_is_shown_afterwards(hub: Hub, path: str) -> None:
    browser = hub.browser()
    redirect = browser.get(path)
    assert redirect.status_code == 303
    sign_in = redirect.headers["Location"]
    assert sign_in.startswith("/users/sign_in?next=")
    answer = browser.post(
        sign_in, sign_in, email="ADMIN@acme.example ", password=PASSWORD, next=path
    )
    assert answer.headers["Location"] == path


@pytest.mark.requirement("HUB-1")
def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(hub: Hub) -> None:
    page = "http://localhost/recipes/1/edit?step=1"
    answer = hub.browser().http.post("/recipes/1/edit?step=1", headers={"Referer": page})
    assert answer.headers["Location"].endswith("next=/recipes/1/edit?step%3D1")


@pytest.mark.requirement("HUB-1")
def test_a_wrong_password_is_told_next_to_the_field_and_the_e_mail_stays(hub: Hub) -> None:
    answer = hub.browser().sign_in("admin@acme.example", "wrong-one")
    assert answer.status_code == 401
    assert "wrong" in field_error(answer, "password")
    assert 'value="admin@acme.example"' in answer.text
    assert "wrong-one" not in answer.text


@pytest.mark.requirement("VUA-21")
def test_an_end_user_is_no_collaborator(hub: Hub) -> None:
    """Their account is Workato Identity's: it builds nothing, and opens no page here."""
    with hub.world.db.unit() as rows:
        rows.get_one(EndUser, "eu-ada").password_hash = hub.world.keys.hash_password(PASSWORD)

    browser = hub.browser()

    assert browser.sign_in("ada@acme.example").status_code == 401
    assert "/users/sign_in" in browser.get("/recipes/1/edit").headers["Location"]


@pytest.mark.requirement("HUB-1")
def test_empty_fields_are_both_named(hub: Hub) -> None:
    answer = hub.browser().sign_in("", "")
    assert answer.status_code == 422
    assert field_error(answer, "email") == "Enter your e-mail."
    assert field_error(answer, "password") == "Enter your password."


@pytest.mark.requirement("HUB-1")
@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\tb", "evil.example"],
)
def test_sign_in_sends_nobody_elsewhere(hub: Hub, target: str) -> None:
    answer = hub.browser().sign_in("admin@acme.example", target=target)
    assert answer.headers["Location"] == "/"


@pytest.mark.requirement("HUB-1")
def test_signing_in_starts_a_fresh_session_and_signing_out_ends_it(hub: Hub) -> None:
    browser = hub.browser()
    with browser.http.session_transaction() as planted:
        planted["planted"] = "by somebody else"
    with browser.http:
        browser.sign_in("admin@acme.example")
        assert "planted" not in session
    assert browser.get("/ai_hub").status_code == 200
    browser.post("/users/sign_out", "/ai_hub")
    assert browser.get("/ai_hub").status_code == 303


@pytest.mark.requirement("HUB-1")
def test_a_signed_in_person_skips_the_sign_in_page(hub: Hub) -> None:
    answer = hub.browser("builder").get("/users/sign_in?next=/ai_hub/mcp")
    assert answer.headers["Location"] == "/ai_hub/mcp"


@pytest.mark.requirement("HUB-2")
def test_nobody_sees_another_workspace(hub: Hub) -> None:
    stranger = hub.browser("stranger")
    assert READY not in stranger.get("/ai_hub/mcp").text
    for path in (
        f"/ai_hub/mcp/{READY}/overview",
        f"/ai_hub/mcp/{READY}/end_user_access",
        "/recipes/1",
        "/workspace_admin/groups?environment=1",
    ):
        assert stranger.get(path).status_code == 404, path
    sent = stranger.post("/workspace_admin/groups/eug-one/delete")
    assert sent.status_code == 404


@pytest.mark.requirement("HUB-3")
def test_a_form_without_its_token_is_refused_in_words(hub: Hub) -> None:
    answer = hub.browser("admin").http.post("/users/sign_out")
    assert answer.status_code == 400
    assert "reload the page" in text_of(answer)


@pytest.mark.requirement("HUB-3")
@pytest.mark.parametrize("login", ["", "admin"])
def test_an_unknown_address_is_a_page_in_words(hub: Hub, login: str) -> None:
    answer = hub.browser(login).get("/no/such/page")
    assert answer.status_code == 404
    assert "There is no page at this address." in text_of(answer)


@pytest.mark.requirement("HUB-3")
def test_every_page_has_one_heading_landmarks_and_no_inline_script(hub: Hub) -> None:
    browser = hub.browser("admin")
    for path in (
        "/ai_hub",
        "/ai_hub/mcp",
        f"/ai_hub/mcp/{READY}/overview",
        f"/ai_hub/mcp/{READY}/end_user_access",
        "/recipes/1",
        "/recipes/1/edit?step=1",
        "/workspace_admin",
        "/workspace_admin/groups",
        "/workspace_admin/groups/new",
        "/workspace_admin/end_users",
        "/workspace_admin/end_users/new",
        "/workspace_admin/end_users/bulk",
        "/workspace_admin/end_users/eu-ada",
        "/workspace_admin/groups/eug-one/members",
        "/workspace_admin/groups/eug-one/members/add",
    ):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert answer.text.count("<h1") == 1, path
        assert '<main id="main"' in answer.text
        assert 'href="#main"' in answer.text
        assert " style=" not in answer.text
        assert "<script>" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
