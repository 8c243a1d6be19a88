"""Steps of a person who looks at their own connections at Workato Identity, and undoes one."""

import re

from pytest_bdd import parsers, then, when

from simulator.testing.actors import Actor
from simulator.testing.steps.calls import last_answer, prompt_of
from simulator.testing.steps.consent import sign_in_by_form, sign_in_to_identity, wait_for_app
from simulator.testing.workspace import Workspace


@when(
    parsers.re(
        r"(?P<name>[^\"]+?) opens? the link and connects? (?P<owner>[^\"]+)'s account in "
        r'(?P<app>[^"]+)'
    )
)
def connects_account(name: str, owner: str, app: str, workspace: Workspace) -> None:
    """At the app they sign in with this account, whoever was signed in there before, and allow."""
    actor = workspace.person(name)
    link = prompt_of(last_answer(actor))["auth_url"]
    there = actor.stage.app_named(app)
    account = workspace.person(owner).account_in(there)
    if actor.has_browser:
        from simulator.testing.pages.sign_in import AppPages

        actor.page.goto(link)
        sign_in_to_identity(actor)
        wait_for_app(actor, there)
        pages = AppPages(actor.page, actor.stage.kind_of(there))
        pages.decide_as(account["login"], account["password"], "Allow")
        return
    sign_in_by_form(actor, link)
    labels = actor.stage.labels_at(there["production_host"])
    if actor.forms.has_button(labels.switch_account):
        actor.forms.submit(labels.switch_account)
    actor.forms.submit(labels.sign_in, **labels.credentials(account["login"], account["password"]))
    actor.forms.submit(labels.allow)


@then(
    parsers.re(r"the window says that (?P<app>[^\"]+) is connected as (?P<owner>[^\"]+)'s account")
)
def window_names_account(app: str, owner: str, caller: Actor, workspace: Workspace) -> None:
    """By the login name that they have there."""
    account = workspace.person(owner).account_in(caller.stage.app_named(app))
    _shows(caller, f"connected as .*\\b{account['login']}\\b")


@when(parsers.re(r"(?P<name>[^\"]+?) opens? My connections at Workato Identity"))
def opens_my_connections(name: str, workspace: Workspace) -> None:
    """From its home page, by the link there."""
    actor = workspace.person(name)
    home = workspace.description["systems"]["identity"]
    if actor.has_browser:
        actor.page.goto(home)
        sign_in_to_identity(actor)
        actor.page.get_by_role("link", name="My connections", exact=True).click()
        actor.page.get_by_role("heading", name="My connections", exact=True).wait_for()
    else:
        sign_in_by_form(actor, f"{home}/my_connections")


@then(parsers.re(r"(?P<name>[^\"]+?) sees (?P<owner>[^\"]+)'s account in (?P<app>[^\"]+) there"))
def sees_account(name: str, owner: str, app: str, workspace: Workspace) -> None:
    """By the login name that they have in the app."""
    actor = workspace.person(name)
    account = workspace.person(owner).account_in(actor.stage.app_named(app))
    _shows(actor, f"Account.*\\b{account['login']}\\b")


@when(parsers.re(r"(?P<name>[^\"]+?) disconnects their only connection there"))
def disconnects(name: str, workspace: Workspace) -> None:
    """With the page's button, and the one that asks once more."""
    actor = workspace.person(name)
    if not actor.has_browser:
        actor.forms.submit("Disconnect").submit("Disconnect")
        return
    actor.page.get_by_role("button", name=re.compile("^Disconnect ")).click()
    actor.page.get_by_role("button", name="Disconnect", exact=True).click()
    actor.page.get_by_role("status").filter(has_text="Disconnected from").wait_for()


def _shows(actor: Actor, pattern: str) -> None:
    if not actor.has_browser:
        assert re.search(pattern, " ".join(actor.forms.text.split())), actor.forms.text
        return
    from playwright.sync_api import expect

    expect(actor.page.get_by_role("main")).to_have_text(re.compile(pattern, re.S))
