"""The browser without JavaScript finds fields, links and rows by what people read."""

from collections.abc import Iterator
from urllib.parse import parse_qsl

import pytest
import responses

from simulator.visits.forms import FormBrowser

pytestmark = pytest.mark.requirement("SUITE-9")
SITE = "http://127.0.0.1:8701"
PAGE = """
<form action="/save" method="post">
  <label for="name">Name <span>(required)</span></label>
  <input id="name" name="name" aria-invalid="true" aria-describedby="name-error name-hint">
  <div id="name-error"><div>Enter</div> a name.</div><div id="name-hint">Any.</div>
  <label for="place">Place</label>
  <select id="place" name="place">
    <option value="">None</option><option value="7">Oslo</option></select>
  <fieldset><legend>Size</legend>
    <label><input type="radio" name="size" value="s" checked> Small</label>
    <label><input type="radio" name="size" value="l"> Large</label></fieldset>
  <div role="group" aria-label="Groups">
    <label><input type="checkbox" name="groups" value="g1" checked> One</label>
    <label><input type="checkbox" name="groups" value="g2"> Two</label></div>
  <fieldset><legend>Others</legend>
    <label><input type="checkbox" name="groups" value="g3"> Three</label></fieldset>
  <fieldset><legend>Column 1</legend>
    <label for="c1">Title</label><input id="c1" name="c1"></fieldset>
  <fieldset><legend>Column 2</legend>
    <label for="c2">Title</label><input id="c2" name="c2"></fieldset>
  <b id="note-label">Note</b><textarea aria-labelledby="note-label" name="note">
old</textarea>
  <button>Save</button>
</form>
<form action="/gone" method="post"><button aria-label="Delete Oslo">Delete</button></form>
<table><tr><th>City</th><th>Land</th></tr><tr><th>Oslo <b>new</b></th><td>Norway</td></tr></table>
<a href="/list?of=oslo" aria-label="Edit Oslo">Edit</a>
"""


@pytest.fixture
def site() -> Iterator[responses.RequestsMock]:
    """What is asked and answered."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as site:
        site.get(f"{SITE}/edit", PAGE)
        for path in ("save", "gone"):
            site.post(f"{SITE}/{path}", path)
        site.get(f"{SITE}/list", "the list")
        yield site


@pytest.fixture
def visitor(site: responses.RequestsMock) -> FormBrowser:  # noqa: ARG001  # it answers
    """At the page."""
    return FormBrowser({"127.0.0.1:8701"}).get(f"{SITE}/edit")


def test_a_form_is_filled_in_by_its_labels(
    visitor: FormBrowser, site: responses.RequestsMock
) -> None:
    typed = {"Name (required)": "A", "Place": "Oslo", "Size": "Large", "Two": "yes", "Note": "new"}
    visitor.fill_in("Save", typed)

    sent = parse_qsl(str(site.calls[-1].request.body), keep_blank_values=True)
    assert {("name", "A"), ("place", "7"), ("size", "l"), ("note", "new")} <= set(sent)
    assert [value for name, value in sent if name == "groups"] == ["g1", "g2"]
    visitor.get(f"{SITE}/edit").fill_in("Save", {"Groups": "Two", "One": "no"})
    assert "groups=g2" in str(site.calls[-1].request.body)
    visitor.get(f"{SITE}/edit").fill_in("Save", {"Others": "Three", "Groups": "Two"})
    assert "groups=g3&groups=g2" in str(site.calls[-1].request.body), "each group its own"
    visitor.get(f"{SITE}/edit").fill_in("Save", {"Title": "Here"}, "Column 2")
    assert dict(parse_qsl(str(site.calls[-1].request.body)))["c2"] == "Here"
    assert visitor.get(f"{SITE}/edit").submit("Delete Oslo").text == "gone"


def test_a_page_is_read_by_its_labels_and_heads(visitor: FormBrowser) -> None:
    assert visitor.control("Name (required)").error == "Enter a name."
    assert visitor.control("Place").error == ""
    assert visitor.control("Note").value == "old"
    assert visitor.tables == [[["City", "Land"], ["Oslo new", "Norway"]]]
    assert visitor.follow("Edit Oslo").url == f"{SITE}/list?of=oslo"


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"Nam": "A"}, r"The form has no field 'Nam'\. There are: Name"),
        ({"Place": "Rome"}, r"'Place' does not offer 'Rome'\. There are: None, Oslo"),
        ({"Size": "Huge"}, r"'Size' does not offer 'Huge'\. There are: Small, Large"),
    ],
)
def test_what_is_not_there_is_named(
    visitor: FormBrowser, typed: dict[str, str], sentence: str
) -> None:
    with pytest.raises(LookupError, match=sentence):
        visitor.fill_in("Save", typed)


def test_a_label_or_a_button_that_is_not_there_is_refused(visitor: FormBrowser) -> None:
    with pytest.raises(LookupError, match="No button 'Send'"):
        visitor.fill_in("Send", {})
    with pytest.raises(LookupError, match="No field 'Nam'"):
        visitor.control("Nam")
