"""Take what is secret out of what is shown; the same secret always looks the same.

Nothing that a client sends can make this fail or run away: structures are walked to a fixed depth,
text that holds other text (a URL as a parameter, JSON in a string) is opened a fixed number of
times, and every pattern takes time that is linear in what it reads.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote, unquote_plus

from simulator.crypto import fingerprint
from simulator.journal.bounded_json import DEEPEST, TOO_DEEP, is_container, read_json, well_formed
from simulator.journal.names import is_secret, may_be_number, without_scheme

#: So often text within text is opened; what is wrapped more often is not shown.
_LAYERS = 6
#: A path's secret, credentials in an address (RFC 3986 §3.2.1), a JSON Web Token (RFC 7519).
_SECRET_PARTS = re.compile(
    r"(?P<link>/connections/(?:setup|finish)/|/invitations/)(?P<of_link>[\w-]+)"
    r"|(?P<user>://[^/?#\s:@\"<>\\]{0,200}:)(?P<of_user>[^/?#\s@\"<>\\]{1,500})(?=@)"
    r"|(?P<of_token>\beyJ[\w-]{10,2000}\.[\w-]{1,9000}\.[\w-]*)"
)
#: What a parameter begins with in an address (in a path `;`, RFC 3986 §3.3), in HTML (`&amp;`) and
#: in a script (`\u0026`), and its name.
_PARAMETER = re.compile(
    r"(?:&(?:amp;)?|[?#;]|\\u00(?:26|3[fF]|23))(?P<name>[^=&#?;\s\"<>\\]{1,200})(?:=|\\u003[dD])"
)
_FIRST_PARAMETER = re.compile(r"(?P<name>[\w%.\[\]-]{1,200})=")
#: A text that is nothing but parameters, as the value of a parameter may be.
_ONLY_PARAMETERS = re.compile(r"[\w%.\[\]-]++=[^\s&]*+(?:&[\w%.\[\]-]++=[^\s&]*+)*+")
_SECRET_VALUE = re.compile(r"[^&#\s\"<>\\]*")
#: A piece of an address in which another text may be encoded: it has an encoded `=/:"{[`.
_WORD = re.compile(r"[^&#?=\s\"<>\\]+")
_ENCODED = re.compile(r"%(?:25)*+(?:3[aAdD]|2[2fF]|[57][bB])")
#: A member of JSON that stands in a text, itself perhaps in a string of JSON (`\"`). Of a run of
#: backslashes in its value too many are taken rather than too few.
_MEMBER = re.compile(
    r"(?P<quote>\\{0,31}\")(?P<name>[\w.\[\]-]{1,200})(?P=quote)\s{0,9}:\s{0,9}(?P=quote)"
)
_MASK = re.compile(r"…(?:[0-9a-f]{8})?[,;:.)\]}'’]*")


def masked(name: str, value: Any, *, codes: bool = True) -> Any:
    """Mask what is secret in the value of a parameter, member or header.

    Args:
        name: its name; empty where it has none.
        value: text, a number, or what JSON is made of; deeper than `DEEPEST` it is not shown.
        codes: whether members `code` and `state` are secret, as in OAuth; those of an app's data
            are currencies and countries.
    """
    return _Masking(codes).value(name, value)


def masked_text(text: str) -> str:
    """Mask the secrets that stand in a path, an address or a sentence."""
    return _Masking().text(text)


def secrets_in(name: str, value: Any) -> Iterator[str]:
    """Yield what `masked` takes out of the value of a parameter, member or header."""
    masking = _Masking()
    masking.value(name, value)
    yield from masking.secrets


def one_line(text: str, longest: int = 200) -> str:
    """Escape the control characters of a text, and cut it: it cannot begin a line of its own."""
    output = text if len(text) <= longest else f"{text[:longest]}…"
    return "".join(each if each.isprintable() else f"%{ord(each):02X}" for each in output)


@cache
def _member_value(quotation: str) -> re.Pattern[str]:
    """What stands up to the next mark of this kind, such as `\\"`."""
    end = re.escape(quotation)
    return re.compile(rf'[^"\\]*+(?:(?!{end})\\++"?+[^"\\]*+)*+')


def _name_of_pair(members: dict[Any, Any]) -> str | None:
    """Return the secret name that `{"name": …, "value": …}` gives its value, as headers do."""
    name = members.get("name")
    if "value" not in members or not isinstance(name, str) or may_be_number(name):
        return None
    return name if is_secret(name) else None


class _Masking:
    """One look through a value.

    Args:
        codes: whether members `code` and `state` are secret.

    Attributes:
        secrets: what was secret in it, as it was sent.
    """

    def __init__(self, codes: bool = True) -> None:
        self.secrets: list[str] = []
        self._codes = codes

    def _is_secret(self, name: str) -> bool:
        return is_secret(name) and (self._codes or not may_be_number(name))

    def value(self, name: str, value: Any, depth: int = 0, layer: int = 1) -> Any:
        """As `masked`; everything below a secret name is secret.

        Args:
            name: the name as there.
            value: the value as there.
            depth: how many objects and arrays it is in.
            layer: how many texts it is in; 0 is a text that is no value of anything.
        """
        if is_container(value):
            if depth >= DEEPEST:
                return TOO_DEEP
            if isinstance(value, dict):
                hidden = name if is_secret(name) and not may_be_number(name) else None
                paired = _name_of_pair(value)
                return {
                    self.text(str(key), depth, layer): self.value(
                        hidden or (paired if paired and key == "value" else str(key)),
                        one,
                        depth + 1,
                        layer,
                    )
                    for key, one in value.items()
                }
            return [self.value(name, one, depth + 1, layer) for one in value]
        if isinstance(value, str):
            secret = self._is_secret(name)
            return self._secret(name, value) if secret else self.text(value, depth, layer)
        if self._is_secret(name) and not isinstance(value, bool | None) and not may_be_number(name):
            return self._secret(name, str(value))
        return value

    def text(self, text: str, depth: int = 0, layer: int = 0) -> str:
        """As `masked_text`."""
        text = well_formed(text)
        if layer and text.lstrip().startswith(("{", "[")):
            match = read_json(text)
            if is_container(match):
                output = self.value("", match, depth, layer + 1) if layer < _LAYERS else TOO_DEEP
                return text if output == match else json.dumps(output, ensure_ascii=False)
        text = _SECRET_PARTS.sub(self._part, text)
        if layer and '"' in text:
            text = self._members(text)
        if "=" in text or "%" in text or "\\u003" in text:
            text = self._parameters(text, depth, layer)
        return text

    def _secret(self, name: str, value: str) -> str:
        output, credentials = without_scheme(name, well_formed(value))
        return output + self._mask(credentials)

    def _mask(self, secret: str) -> str:
        if not secret or _MASK.fullmatch(secret):
            return secret
        self.secrets.append(secret)
        return f"…{fingerprint(secret)[:8]}"

    def _part(self, match: re.Match[str]) -> str:
        kind = str(match.lastgroup)
        before = match["link"] or match["user"] or ""
        return before + self._mask(match[kind])

    def _members(self, text: str) -> str:
        """Mask the members of JSON that stands somewhere in a text, or of what is left of it."""
        output: list[str] = []
        place = 0
        for match in _MEMBER.finditer(text):
            if match.start() >= place and is_secret(match["name"]):
                value = _member_value(match["quote"]).match(text, match.end())
                assert value is not None  # it matches nothing, too
                output += [text[place : match.end()], self._mask(value[0])]
                place = value.end()
        return "".join([*output, text[place:]])

    def _parameters(self, text: str, depth: int, layer: int) -> str:
        """Mask the parameters of every address in a text, and go into those that are encoded."""
        output: list[str] = []
        place = 0
        first = None
        if layer and _ONLY_PARAMETERS.fullmatch(text):
            first = _FIRST_PARAMETER.match(text)
        while match := first or _PARAMETER.search(text, place):
            first = None
            output += [self._words(text[place : match.start()], depth, layer), match[0]]
            place = match.end()
            if is_secret(match["name"]):
                value = _SECRET_VALUE.match(text, place)
                assert value is not None  # it matches nothing, too
                output.append(self._encoded_secret(value[0]))
                place = value.end()
        return "".join([*output, self._words(text[place:], depth, layer)])

    def _encoded_secret(self, value: str) -> str:
        """Mask a value as it stands in an address: known decoded, as the journal's fields are."""
        return self._mask(unquote_plus(value))

    def _words(self, text: str, depth: int, layer: int) -> str:
        if "%" not in text:
            return text
        return _WORD.sub(lambda match: self._word(match[0], depth, layer), text)

    def _word(self, word: str, depth: int, layer: int) -> str:
        if not _ENCODED.search(word):
            return word
        if layer >= _LAYERS:
            return TOO_DEEP
        decoded = unquote_plus(word)
        output = self.text(decoded, depth, layer + 1)
        if output == TOO_DEEP or output.endswith(f"={TOO_DEEP}"):
            return TOO_DEEP
        return word if output == decoded else quote(output, safe="")
