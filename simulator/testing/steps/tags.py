"""Steps about the tags of recipes and connections."""

from pytest_bdd import parsers, when

from simulator.testing.pages.web_app import WebApp, web_app_of
from simulator.testing.steps.web_app import Somebody


@when(
    parsers.re(
        r'(?P<who>[^"]+?) gives? the (?P<kind>recipe|connection) "(?P<name>[^"]+)" of '
        r'"(?P<project>[^"]+)" the tag "(?P<tag>[^"]+)"'
    )
)
def gives_tag(who: str, kind: str, name: str, project: str, tag: str, somebody: Somebody) -> None:
    """On the connection's page, or the recipe's tab Settings; the tag is there already."""
    page = _open(kind, name, project, who, somebody)
    page.fill_in("Add tag", {"Add a tag": tag})
    page.expect_text("Added the tag")


@when(
    parsers.re(
        r'(?P<who>[^"]+?) takes? the tag "(?P<tag>[^"]+)" from the (?P<kind>recipe|connection) '
        r'"(?P<name>[^"]+)" of "(?P<project>[^"]+)"'
    )
)
def takes_tag(who: str, tag: str, kind: str, name: str, project: str, somebody: Somebody) -> None:
    """By Remove beside it."""
    _open(kind, name, project, who, somebody).click(f"Remove the tag {tag}")


def _open(kind: str, name: str, project: str, who: str, somebody: Somebody) -> WebApp:
    page = web_app_of(somebody(who))
    for label in ("Projects", project, name, *(["Settings"] if kind == "recipe" else [])):
        page.click(label)
    return page
