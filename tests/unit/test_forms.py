"""The browser without JavaScript: what it reads in a form, and what it sends."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
import responses

from simulator.visits.forms import FormBrowser
from simulator.visits.network import ForeignHostError

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
  <input type="radio" name="size" value="S"><input type="radio" name="size" value="M">
  <button name="act" value="save"> Save
    changes </button>
  <button type="button">Show more</button>
  <button form="leave">Cancel</button>
  <button formaction="/try" aria-label="Try Oslo">Try</button>
</form>
<form id="leave" action="/list"></form>
<a href="/list">The <b>list</b></a> <a>no link</a> <a href="https://example.com/">Away</a>
"""


@pytest.fixture
def site() -> Iterator[responses.RequestsMock]:
    """What is asked and answered."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as site:
        site.get(f"{SITE}/edit", PAGE)
        site.get(f"{SITE}/list", "the list")
        site.post(f"{SITE}/save", "saved")
        site.post(f"{SITE}/try", "tried")
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
    visitor.submit("Save changes", name="New", place="Berlin", groups=["g2"], later="on")

    posted = sent(site)
    assert [value for name, value in posted if name == "groups"] == ["g2"]
    assert {("name", "New"), ("place", "Berlin"), ("later", "on")} <= set(posted)
    assert ("groups", "g1") not in posted

    visitor.get(f"{SITE}/edit").submit("Save changes", groups=[], many=("a",))
    assert "groups" not in dict(sent(site))
    assert ("many", "a") in sent(site)


@pytest.mark.requirement("HARN-7")
def test_a_button_sends_the_form_that_it_names(
    visitor: FormBrowser, site: responses.RequestsMock
) -> None:
    assert visitor.submit("Cancel").text == "the list"
    assert site.calls[-1].request.url == f"{SITE}/list"
    for button in ("Try", "Try Oslo"):
        assert visitor.get(f"{SITE}/edit").submit(button).text == "tried", "its own address"


@pytest.mark.requirement("HARN-7")
def test_what_a_page_does_not_have_is_refused(visitor: FormBrowser) -> None:
    """A slip of the pen would be sent, and overlooked."""
    with pytest.raises(
        LookupError, match=r"'Save changes' has no field 'nmae'. It has: csrf_token"
    ):
        visitor.submit("Save changes", nmae="New")
    for button in ("Save", "Show more"):
        with pytest.raises(
            LookupError,
            match=rf"No button '{button}' at {SITE}/edit\. There are: Save changes, Try, Cancel\.",
        ):
            visitor.submit(button)
    with pytest.raises(
        LookupError, match=r"No link 'Help' at .*/edit\. There are: The list, Away\."
    ):
        visitor.follow("Help")
    assert not visitor.has_button("Show more")


@pytest.mark.requirement("HARN-24")
@pytest.mark.parametrize(
    "values, error, sentence",
    [
        ({"name": 7}, TypeError, r"'name' takes text, or several texts, not 7 \(int\)\."),
        ({"name": None}, TypeError, r"'name' takes text, .* not None \(NoneType\)"),
        ({"name": b"New"}, TypeError, r"not b'New' \(bytes\)"),
        ({"name": {"a": "b"}}, TypeError, r"\(dict\)"),
        ({"groups": ["g1", 2]}, TypeError, r"'groups' takes text, .* not 2 \(int\)"),
        ({"later": True}, TypeError, r"'later' takes text, .* not True \(bool\)"),
        (
            {"place": "Oslo"},
            LookupError,
            r"'place' does not offer 'Oslo'\. There are: Berlin, osl\.",
        ),
        ({"many": ["a", "b"]}, LookupError, r"'many' does not offer 'b'\. There are: a\."),
        ({"groups": ["g3"]}, LookupError, r"'groups' does not offer 'g3'\. There are: g1, g2\."),
        ({"later": "yes"}, LookupError, r"'later' does not offer 'yes'\. There are: on\."),
        ({"size": "XL"}, LookupError, r"'size' does not offer 'XL'\. There are: S, M\."),
        ({"size": ["S", "M"]}, LookupError, r"'size' takes one choice, not 2\. There are: S, M\."),
        ({"first": []}, LookupError, r"'first' takes one choice, not 0\. There are: a, b\."),
        ({"number": "8"}, LookupError, r"has no field 'number'\. It has: csrf_token, first"),
    ],
)
def test_what_nobody_could_fill_in_is_refused(
    visitor: FormBrowser,
    site: responses.RequestsMock,
    values: dict[str, Any],
    error: type[Exception],
    sentence: str,
) -> None:
    calls_before = len(site.calls)

    with pytest.raises(error, match=sentence):
        visitor.submit("Save changes", **values)

    assert len(site.calls) == calls_before


@pytest.mark.requirement("HARN-24")
def test_nothing_is_done_before_a_page_is_open() -> None:
    visitor = FormBrowser({"127.0.0.1:8701"})

    with pytest.raises(LookupError, match=r"No page is open to press 'Save': open one first"):
        visitor.submit("Save")
    with pytest.raises(LookupError, match=r"No page is open to follow the link 'The list'"):
        visitor.follow("The list")


@pytest.mark.requirement("HARN-24")
@pytest.mark.parametrize(
    "address",
    ["127.0.0.1:8701/edit", "localhost:8701", "/edit", "", "http://", "http://[::1/x", None, 7],
)
def test_an_address_names_a_host(visitor: FormBrowser, address: Any) -> None:
    with pytest.raises(ForeignHostError, match=r"names no host: .* begins with http:// or https"):
        visitor.get(address)
    assert visitor.url == f"{SITE}/edit"


@pytest.mark.requirement("HARN-7")
def test_a_link_is_followed_where_it_leads(
    visitor: FormBrowser, site: responses.RequestsMock
) -> None:
    assert visitor.links == ["The list", "Away"]
    with pytest.raises(ForeignHostError, match=r"leads to example\.com, which is not simulated"):
        visitor.follow("Away")

    assert visitor.follow("The list").text == "the list"
    assert site.calls[-1].request.url == f"{SITE}/list"
    assert visitor.links == []
