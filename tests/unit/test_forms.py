"""The browser without JavaScript: what it reads in a form, and what it sends."""

from collections.abc import Iterator
from urllib.parse import parse_qsl

import pytest
import responses

from simulator.visits.forms import FormBrowser

SITE = "http://127.0.0.1:8701"
PAGE = """
<form id="server" action="/save" method="post">
  <input type="hidden" name="csrf_token" value="t1">
  <input name="name" value="Old name">
  <input name="number" value="7" disabled>
  <textarea name="text">
one
two</textarea>
  <select name="place"><option>Berlin</option><option value="osl" selected>Oslo</option></select>
  <select name="first"><option value="a">A</option><option value="b">B</option></select>
  <select name="many" multiple><option value="a">A</option></select>
  <input type="checkbox" name="groups" value="g1" checked>
  <input type="checkbox" name="groups" value="g2" checked>
  <input type="checkbox" name="later">
  <button name="act" value="save"> Save
    changes </button>
  <button type="button">Show more</button>
  <button form="leave">Cancel</button>
</form>
<form id="leave" action="/list"></form>
"""


@pytest.fixture
def site() -> Iterator[responses.RequestsMock]:
    """What is asked and answered."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as site:
        site.get(f"{SITE}/edit", PAGE)
        site.get(f"{SITE}/list", "the list")
        site.post(f"{SITE}/save", "saved")
        yield site


@pytest.fixture
def visitor(site: responses.RequestsMock) -> FormBrowser:  # noqa: ARG001  # it answers
    """At the page."""
    return FormBrowser({"127.0.0.1:8701"}).get(f"{SITE}/edit")


def sent(site: responses.RequestsMock) -> list[tuple[str, str]]:
    """What was posted last."""
    return parse_qsl(str(site.calls[-1].request.body), keep_blank_values=True)


@pytest.mark.requirement("HARN-7")
def test_a_form_is_sent_as_a_browser_does(
    visitor: FormBrowser, site: responses.RequestsMock
) -> None:
    assert visitor.submit("Save changes").text == "saved"
    assert sent(site) == [
        ("csrf_token", "t1"),
        ("name", "Old name"),
        ("text", "one\ntwo"),
        ("place", "osl"),
        ("first", "a"),
        ("groups", "g1"),
        ("groups", "g2"),
        ("act", "save"),
    ]


@pytest.mark.requirement("HARN-7")
def test_what_is_filled_in_takes_the_place_of_what_stood_there(
    visitor: FormBrowser, site: responses.RequestsMock
) -> None:
    visitor.submit("Save changes", name="New", place="Berlin", groups=["g2", "g3"], later="on")

    posted = sent(site)
    assert [value for name, value in posted if name == "groups"] == ["g2", "g3"]
    assert {("name", "New"), ("place", "Berlin"), ("later", "on")} <= set(posted)
    assert ("groups", "g1") not in posted

    visitor.get(f"{SITE}/edit").submit("Save changes", groups=[])
    assert "groups" not in dict(sent(site))


@pytest.mark.requirement("HARN-7")
def test_a_button_sends_the_form_that_it_names(
    visitor: FormBrowser, site: responses.RequestsMock
) -> None:
    assert visitor.submit("Cancel").text == "the list"
    assert site.calls[-1].request.url == f"{SITE}/list"


@pytest.mark.requirement("HARN-7")
def test_what_a_page_does_not_have_is_refused(visitor: FormBrowser) -> None:
    """A slip of the pen would be sent, and overlooked."""
    with pytest.raises(
        LookupError, match=r"'Save changes' has no field 'nmae'. It has: csrf_token"
    ):
        visitor.submit("Save changes", nmae="New")
    for button in ("Save", "Show more"):
        with pytest.raises(LookupError, match=f"No button '{button}' at {SITE}/edit"):
            visitor.submit(button)
    assert not visitor.has_button("Show more")
