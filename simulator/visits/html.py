"""What a page without JavaScript offers: its text, its links, and forms with what they take.

Ours: MechanicalSoup would spare 150 lines, and bring a server, whose control API visits pages, four
distributions and 0.1 s of imports.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from simulator.errors import list_choices


@dataclass
class Form:
    """A form of a page.

    Attributes:
        action: where it is sent.
        method: `get` or `post`.
        fields: name and value of what is sent if nobody changes it, in order.
        names: of everything that can be filled in, ticked or chosen.
        buttons: text → name and value.
        choices: what a list, or boxes of one name, offer, by that name.
        single: names of lists and radio buttons, which take one choice.
    """

    action: str = ""
    method: str = "get"
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    single: set[str] = field(default_factory=set)

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
        pressed = self.buttons[button]
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
        title: of the document.
        text: visible, white space folded.
        lines: the same text as people see it, a line for each block, cell or control.
        forms: in order.
        links: text → address as it stands there; of several, the first.
    """

    title: str
    text: str
    lines: list[str]
    forms: list[Form]
    links: dict[str, str]


def read_page(html: str) -> ReadPage:
    """Read a page as a browser without JavaScript does."""
    reader = _Reader()
    reader.feed(html)
    return ReadPage(
        title=_folded(reader.title),
        text=_folded(" ".join(reader.text)),
        lines=[line for each in "".join(reader.laid_out).split("\0") if (line := _folded(each))],
        forms=reader.forms,
        links=reader.links,
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
        #: Address and text of the link that is being read.
        self._link: tuple[str, list[str]] | None = None
        self._by_id: dict[str, Form] = {}
        self._form: Form | None = None
        self._control: dict[str, str] = {}
        #: What was read since the last button, list, option or text area began.
        self._inside = ""
        self._options: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._lay_out(tag, 1)
        if tag == "form":
            self._form = self._named(given["id"]) if "id" in given else Form()
            self._form.action = given.get("action", "")
            self._form.method = given.get("method", "get").lower()
            self.forms.append(self._form)
        elif tag == "input":
            box = given.get("type") in ("checkbox", "radio")
            sent = not box or "checked" in given
            value = given.get("value", "on" if box else "")
            self._add(given, [value] if sent else [])
            if box:
                self._offer(given, [value], single=given["type"] == "radio")
        elif tag == "a" and "href" in given:
            self._link = (given["href"], [])
        elif tag in ("button", "select", "textarea"):
            self._control, self._options, self._inside = given, [], ""
        elif tag == "option":
            self._options.append(given)
            self._inside = ""
        elif tag == "title":
            self._inside = ""

    def handle_endtag(self, tag: str) -> None:
        self._lay_out(tag, -1)
        if tag == "form":
            self._form = None
        elif tag == "button":
            form = self._owner(self._control)
            if form and self._control.get("type", "submit") == "submit":
                name, value = self._control.get("name", ""), self._control.get("value", "")
                form.buttons[_folded(self._inside)] = (name, value)
        elif tag == "title":
            self.title = self.title or self._inside
        elif tag == "textarea":
            self._add(self._control, [self._inside.removeprefix("\n")])
        elif tag == "a" and self._link:
            address, texts = self._link
            self.links.setdefault(_folded(" ".join(texts)), address)
            self._link = None
        elif tag == "option":
            self._options[-1].setdefault("value", _folded(self._inside))
        elif tag == "select":
            chosen = [each for each in self._options if "selected" in each]
            first = [] if "multiple" in self._control else self._options[:1]
            self._add(self._control, [each.get("value", "") for each in chosen or first])
            offered = [each.get("value", "") for each in self._options if "disabled" not in each]
            self._offer(self._control, offered, single="multiple" not in self._control)

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if not self._unseen:
            self.laid_out.append(data.replace("\0", ""))
        self._inside += data
        if self._link:
            self._link[1].append(data)

    def _lay_out(self, tag: str, more: int) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen + more)
        if tag not in _INLINE:
            self.laid_out.append("\0")

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
