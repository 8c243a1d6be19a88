"""What a page without JavaScript offers: its text, its links, and forms with what they take.

Ours: MechanicalSoup would spare 150 lines, and bring a server, whose control API visits pages, four
distributions and 0.1 s of imports.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from simulator.errors import list_choices
from simulator.visits.labels import Control, LabelReader


@dataclass
class Form:
    """A form of a page.

    Attributes:
        action: where it is sent.
        method: `get` or `post`.
        fields: name and value of what is sent if nobody changes it, in order.
        names: the names of everything that can be filled in, ticked or chosen.
        buttons: text → name and value.
        choices: what a list, or boxes of one name, offer, by that name.
        single: names of lists and radio buttons, which take one choice.
        controls: everything that can be filled in, with the labels that people read.
        named: the same as `buttons`, by what assistive technology calls them, if it is another.
        elsewhere: text of a button, or its name → where that one sends the form (`formaction`).
        is_in_dialog: it stands in a dialog that is open, where people look first.
    """

    action: str = ""
    method: str = "get"
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    single: set[str] = field(default_factory=set)
    controls: list[Control] = field(default_factory=list)
    named: dict[str, tuple[str, str]] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)
    is_in_dialog: bool = False

    def has_button(self, button: str) -> bool:
        """Whether it has a button with this text, or this name."""
        return button in self.buttons or button in self.named

    def filled(
        self, button: str, values: Mapping[str, str | Sequence[str]]
    ) -> list[tuple[str, str]]:
        """What is sent when somebody fills in these values and presses this button.

        Raises:
            LookupError: it has no such field, or the field does not offer such a value.
            TypeError: a value is no text.
        """
        sent = [(name, value) for name, value in self.fields if name not in values]
        for name, given in values.items():
            if name not in self.names:
                known = ", ".join(sorted(self.names)) or "none"
                raise LookupError(f"The form of '{button}' has no field '{name}'. It has: {known}.")
            sent += [(name, each) for each in self._chosen(name, given)]
        pressed = self.buttons.get(button) or self.named[button]
        return [*sent, pressed] if pressed[0] else sent

    def _chosen(self, name: str, given: str | Sequence[str]) -> list[str]:
        """The values to send for a field, which it offers."""
        chosen = _texts(name, given)
        offered = self.choices.get(name)
        if offered is None:
            return chosen
        there = {*offered, *(value for own, value in self.fields if own == name)}
        if foreign := [each for each in chosen if each not in there]:
            raise LookupError(f"'{name}' does not offer '{foreign[0]}'. {list_choices(offered)}")
        if name in self.single and len(chosen) != 1:
            raise LookupError(
                f"'{name}' takes one choice, not {len(chosen)}. {list_choices(offered)}"
            )
        return chosen


def _texts(name: str, given: object) -> list[str]:
    """One text or several as a list."""
    if isinstance(given, str):
        return [given]
    if isinstance(given, bytes | Mapping) or not isinstance(given, Iterable):
        given = [given]
    texts = list(given)
    for each in texts:
        if not isinstance(each, str):
            raise TypeError(
                f"'{name}' takes text, or several texts, not {each!r} ({type(each).__name__})."
            )
    return texts


@dataclass
class ReadPage:
    """A page, read.

    Attributes:
        title: the title of the document.
        text: visible, white space folded.
        lines: the same text as people see it, a line for each block, cell or control.
        forms: in order.
        links: text → address as it stands there; of several, the first.
        named: the same by what assistive technology calls them, if it is another.
        tables: the rows of each table, as the texts of their cells.
        controls: everything that can be filled in, or copied, in order.
    """

    title: str
    text: str
    lines: list[str]
    forms: list[Form]
    links: dict[str, str]
    named: dict[str, str]
    tables: list[list[list[str]]]
    controls: list[Control]


def read_page(html: str) -> ReadPage:
    """Read a page as a browser without JavaScript does."""
    reader = _Reader()
    reader.feed(html)
    reader.labels.resolve()
    return ReadPage(
        title=_folded(reader.title),
        text=_folded(" ".join(reader.text)),
        lines=[line for each in "".join(reader.laid_out).split("\0") if (line := _folded(each))],
        forms=reader.forms,
        links=reader.links,
        named=reader.named,
        tables=reader.tables,
        controls=reader.controls,
    )


def _folded(text: str) -> str:
    return " ".join(text.split())


#: What stands within a line; everything else begins and ends one.
_INLINE = frozenset(
    (
        *("a", "abbr", "b", "bdi", "code", "em", "i", "kbd", "mark", "q", "s", "samp", "small"),
        *("span", "strong", "sub", "sup", "u", "var", "wbr"),
    )
)
#: What nobody sees.
_UNSEEN = ("script", "style", "title", "template")


class _Reader(HTMLParser):
    """Collects forms, the title and the visible text."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] = []
        #: The visible text, NUL between lines.
        self.laid_out: list[str] = []
        self._unseen = 0
        self.title = ""
        self.links: dict[str, str] = {}
        self.named: dict[str, str] = {}
        self.tables: list[list[list[str]]] = []
        self.labels = LabelReader()
        self.controls: list[Control] = []
        self._last = Control("", "", "text")
        #: Texts of the table's cell that is being read.
        self._cell: list[str] | None = None
        #: Address, name and text of the link that is being read.
        self._link: tuple[str, str, list[str]] | None = None
        self._in_dialog = False
        self._by_id: dict[str, Form] = {}
        self._form: Form | None = None
        self._control: dict[str, str] = {}
        #: What was read since the last button, list, option or text area began.
        self._inside = ""
        self._options: list[dict[str, str]] = []
        self._option_texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._lay_out(tag, 1)
        self.labels.start(tag, given)
        if tag == "form":
            self._form = self._named(given["id"]) if "id" in given else Form()
            self._form.action = given.get("action", "")
            self._form.method = given.get("method", "get").lower()
            self._form.is_in_dialog = self._in_dialog
            self.forms.append(self._form)
        elif tag == "input":
            box = given.get("type") in ("checkbox", "radio")
            sent = not box or "checked" in given
            value = given.get("value", "on" if box else "")
            self._add(given, [value] if sent else [])
            if given.get("type") not in ("hidden", "submit"):
                kind = {"checkbox": "box", "radio": "radio"}.get(given.get("type", ""), "text")
                self._note(given, kind, value, is_on="checked" in given)
            if box:
                self._offer(given, [value], single=given["type"] == "radio")
        elif tag == "a" and "href" in given:
            self._link = (given["href"], given.get("aria-label", ""), [])
        elif tag in ("button", "select", "textarea"):
            self._control, self._options, self._inside = given, [], ""
            self._option_texts = []
            if tag != "button":
                self._note(given, "list" if tag == "select" else "text")
        elif tag == "option":
            self._options.append(given)
            self._inside = ""
        elif tag == "title":
            self._inside = ""
        else:
            self._begin_part(tag, given)

    def _begin_part(self, tag: str, given: Mapping[str, str]) -> None:
        """Begin what groups the rest: a dialog, or part of a table."""
        if tag == "dialog":
            self._in_dialog = "open" in given
        elif tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        self._lay_out(tag, -1)
        self.labels.end(tag)
        if tag == "form":
            self._form = None
        elif tag == "dialog":
            self._in_dialog = False
        elif tag == "button":
            self._end_button()
        elif tag in ("td", "th") and self._cell is not None and self.tables and self.tables[-1]:
            self.tables[-1][-1].append(_folded(" ".join(self._cell)))
            self._cell = None
        elif tag == "title":
            self.title = self.title or self._inside
        elif tag == "textarea":
            self._add(self._control, [self._inside.removeprefix("\n")])
            self._last.value = self._inside.removeprefix("\n")
        elif tag == "a" and self._link:
            address, named, texts = self._link
            self.links.setdefault(_folded(" ".join(texts)), address)
            if named:
                self.named.setdefault(named, address)
            self._link = None
        elif tag == "option":
            self._options[-1].setdefault("value", _folded(self._inside))
            self._option_texts.append(_folded(self._inside))
        elif tag == "select":
            chosen = [each for each in self._options if "selected" in each]
            first = [] if "multiple" in self._control else self._options[:1]
            values = (each.get("value", "") for each in self._options)
            self._last.options = dict(zip(self._option_texts, values, strict=True))
            self._last.value = next((each.get("value", "") for each in chosen or first), "")
            self._add(self._control, [each.get("value", "") for each in chosen or first])
            offered = [each.get("value", "") for each in self._options if "disabled" not in each]
            self._offer(self._control, offered, single="multiple" not in self._control)

    def _end_button(self) -> None:
        form, given = self._owner(self._control), self._control
        if form and given.get("type", "submit") == "submit":
            text, named = _folded(self._inside), given.get("aria-label")
            form.buttons[text] = (given.get("name", ""), given.get("value", ""))
            if named:
                form.named[named] = form.buttons[text]
            if action := given.get("formaction"):
                form.elsewhere |= dict.fromkeys(filter(None, (text, named)), action)

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        self.labels.data(data)
        if self._cell is not None:
            self._cell.append(data)
        if not self._unseen:
            self.laid_out.append(data.replace("\0", ""))
        self._inside += data
        if self._link:
            self._link[2].append(data)

    def _lay_out(self, tag: str, more: int) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen + more)
        if tag not in _INLINE:
            self.laid_out.append("\0")

    def _note(
        self, given: Mapping[str, str], kind: str, value: str = "", *, is_on: bool = False
    ) -> None:
        name = "" if "disabled" in given else given.get("name", "")
        self._last = Control(name, given.get("id", ""), kind, value, is_on)
        self.labels.add(self._last, given)
        self.controls.append(self._last)
        form = self._owner(given)
        if form and name:
            form.controls.append(self._last)

    def _named(self, identifier: str) -> Form:
        return self._by_id.setdefault(identifier, Form())

    def _owner(self, control: Mapping[str, str]) -> Form | None:
        """The form that a control belongs to, wherever in the page it stands."""
        return self._named(control["form"]) if "form" in control else self._form

    def _add(self, control: Mapping[str, str], values: Iterable[str]) -> None:
        form, name = self._owner(control), control.get("name")
        if form and name and "disabled" not in control:
            form.names.add(name)
            form.fields += [(name, value) for value in values]

    def _offer(self, control: Mapping[str, str], values: Iterable[str], *, single: bool) -> None:
        form, name = self._owner(control), control.get("name")
        if form and name and "disabled" not in control:
            form.choices.setdefault(name, []).extend(values)
            if single:
                form.single.add(name)
