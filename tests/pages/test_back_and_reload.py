"""Back and reload after a form was refused: nothing is sent twice, no document has expired."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from simulator.testing.pages.sign_in import AppPages, WorkatoSignIn
from simulator.testing.workspace import Workspace

pytestmark = [pytest.mark.ui, pytest.mark.requirement("PAGE-2")]


@dataclass(frozen=True)
class Form:
    """A form that is refused.

    Attributes:
        system: whose.
        path: of its page; None for where the sign-in leads.
        button: that sends it, with nothing filled in.
        says: what the answer says.
    """

    system: str
    path: str
    button: str
    says: str
    signed_in: bool = True


FORMS = {
    "web app sign-in": Form("aihub", "/users/sign_in", "Sign in", "Enter your e-mail.", False),
    "user groups": Form(
        "aihub", "/ai_hub/mcp/{ready}/end_user_access?dialog=add-groups", "Add", "at least one"
    ),
    "tools": Form("aihub", "/ai_hub/mcp/{ready}/overview", "Start tools", "Select at least one"),
    "new group": Form("aihub", "/workspace_admin/groups/new", "Create", "Enter a group name."),
    "connection": Form(
        "aihub", "/recipes/6/edit?step=1&connection=end_user&new=1", "Connect", "Enter"
    ),
    "existing connection": Form(
        "aihub",
        "/recipes/6/edit?step=1&connection=end_user&new=1",
        "Use this connection",
        "Select a connection to Coupa.",
    ),
    "Identity sign-in": Form("identity", "/login", "Sign in", "Enter your e-mail address.", False),
    "Coupa sign-in": Form("app", "/sessions/new", "Sign in", "Enter your login name", False),
    "Coupa client": Form("app", "/oauth2/clients/new", "Save", "The client was not saved"),
}
#: One of each system, which tell that a browser without scripts does the same.
_OFTEN = ("user groups", "Identity sign-in", "Coupa client")
_FORMS = [
    pytest.param(
        script,
        form,
        id=f"{name}{'' if script else ' without script'}",
        marks=() if script or name in _OFTEN else pytest.mark.long,
    )
    for name, form in FORMS.items()
    for script in (True, False)
]


@pytest.fixture(
    params=[True, pytest.param(False, marks=pytest.mark.long)], ids=["script", "no script"]
)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a browser that runs scripts, or none."""
    context = browser.new_context(java_script_enabled=request.param)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("page, form", _FORMS, indirect=["page"])
def test_reload_and_back_show_what_was_refused_and_send_nothing(
    workspace: Workspace, page: Page, form: Form
) -> None:
    address = _open(workspace, page, form)
    posts = _posts(page)
    page.get_by_role("button", name=form.button, exact=True).click()
    expect(page.locator("body")).to_contain_text(form.says)

    page.reload()
    expect(page.locator("body")).to_contain_text(form.says)
    page.goto(f"{address}/healthz")
    page.go_back()
    expect(page.locator("body")).to_contain_text(form.says)
    page.go_back()
    expect(page.get_by_role("button", name=form.button, exact=True)).to_be_visible()
    expect(page.locator("body")).not_to_contain_text(form.says)
    assert len(posts) == 1


def test_what_was_typed_stays_and_the_password_does_not(workspace: Workspace, page: Page) -> None:
    _open(workspace, page, FORMS["Identity sign-in"])
    page.get_by_role("textbox", name="E-mail", exact=True).fill("ada@acme.example")
    page.get_by_label("Password", exact=True).fill("wrong-one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("body")).to_contain_text("The e-mail or password is wrong.")
    page.reload()

    expect(page.get_by_role("textbox", name="E-mail", exact=True)).to_have_value("ada@acme.example")
    assert "wrong-one" not in page.content()
    page.get_by_label("Password", exact=True).fill(workspace.person("Ada").person["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Your account", exact=True)).to_be_visible()


@pytest.mark.parametrize("who", ["somebody else", "whoever is next at this browser"])
def test_nobody_else_sees_the_page(
    workspace: Workspace, page: Page, browser: Browser, who: str
) -> None:
    """Not by its address, and not whoever sits down at the browser after a sign-out."""
    _open(workspace, page, FORMS["new group"])
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.locator("body")).to_contain_text("Enter a group name.")
    address = page.url
    other = page
    if who == "somebody else":
        other = browser.new_context().new_page()
    else:
        page.get_by_role("button", name="Sign out", exact=True).click()
    other.goto(address)

    expect(other.get_by_role("heading", level=1)).to_have_text("Sign in to Workato")
    expect(other.locator("body")).not_to_contain_text("Enter a group name.")
    if other is not page:
        other.context.close()


def test_after_an_hour_there_is_the_form_as_it_is_now(workspace: Workspace, page: Page) -> None:
    _open(workspace, page, FORMS["Identity sign-in"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("body")).to_contain_text("Enter your password.")
    workspace.clock.travel(hours=1)
    page.reload()

    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("Enter your password.")
    assert page.url.endswith("/login")


def _open(workspace: Workspace, page: Page, form: Form) -> str:
    marc = workspace.person("Marc")
    app = workspace.stage.app["address"]
    address = app if form.system == "app" else workspace.description["systems"][form.system]
    if form.signed_in and form.system == "app":
        page.goto(app)
        AppPages(page, "coupa").sign_in(marc.app_account["login"], marc.app_account["password"])
    elif form.signed_in:
        WorkatoSignIn(page, address).sign_in(marc.person["email"], marc.person["password"])
    ready = workspace.stage.server("Procurement assistant")["handle"]
    page.goto(address + form.path.format(ready=ready))
    return str(address)


def _posts(page: Page) -> list[Request]:
    seen: list[Request] = []
    page.on("request", lambda one: seen.append(one) if one.method == "POST" else None)
    return seen
