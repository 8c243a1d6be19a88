"""What is secret is masked wherever it stands, and nothing that is sent can upset that."""

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from simulator.journal.bounded_json import DEEPEST, TOO_DEEP, read_json
from simulator.journal.masking import masked, masked_text, one_line, secrets_in

pytestmark = pytest.mark.requirement("HARN-11")

SECRET = "s3cr3t&of=a b/c"
INNER = f"/oauth/authorize?{urlencode({'client_id': 'c', 'state': SECRET, 'scope': 'x'})}"
FRAGMENT = f"https://client.example/cb#{urlencode({'x': '1', 'access_token': SECRET})}"


def wrapped(text: str, times: int) -> str:
    """An address that is a parameter of an address that is …"""
    for _ in range(times):
        text = f"/login?{urlencode({'a': 'b', 'next': text})}"
    return text


def hidden(text: str) -> bool:
    """Whether the secret is in a text however it is spelled there."""
    return "s3cr3t" not in text


ADDRESSES = {
    "as a parameter": INNER,
    "in the fragment": FRAGMENT,
    "in an address as a parameter": wrapped(INNER, 1),
    "encoded three times": wrapped(FRAGMENT, 3),
    "encoded more often than is looked into": wrapped(INNER, 12),
    "not encoded where it should be": f"/login?next={INNER}",
    "with an encoded name": f"/cb?st%61te={quote(SECRET)}",
    "as the only parameter": urlencode({"state": SECRET}),
    "after others": urlencode({"a": 1, "client_secret": SECRET}),
    "as a parameter of a path": f"/2107;wkt_token={quote(SECRET)}",
    "as a later parameter of a path": f"/2107;v=1;wkt_token={quote(SECRET)}/tools/call",
    "in a Refresh header": f"0; url={INNER}",
    "in HTML": f'<a href="{INNER.replace("&", "&amp;")}">',
    "in a script": json.dumps(INNER).replace("&", "\\u0026"),
    "as the credentials of an address": "https://ada:s3cr3t@host.example/",
    "in an encoded path": f"/open/{quote('https://h' + INNER, safe='')}",
    "as JSON": json.dumps({"a": [{"password": SECRET}]}),
    "as JSON in JSON": json.dumps({"text": json.dumps({"client_secret": SECRET})}),
    "as a parameter of JSON": f"/x?{urlencode({'data': json.dumps({'code': SECRET})})}",
    "in what is left of JSON": '{"a": 1, "password": "s3cr3t',
    "in what is left of JSON in JSON": '"text": "{\\"password\\": \\"s3cr3t\\"',
    "in a setup link": "https://id.example/connections/setup/s3cr3t?x=1",
    "in an encoded setup link": f"/x?next={quote('/connections/finish/s3cr3t', safe='')}",
}


@pytest.mark.parametrize("text", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_a_secret_within_a_value_is_masked(text: str) -> None:
    """A field's value is decoded once already; what masks it knows it, and leaves a mask alone."""
    shown = masked("next", text)

    assert hidden(shown)
    assert masked("next", shown) == shown
    assert TOO_DEEP in shown or "s3cr3t" in "".join(secrets_in("next", text))


@pytest.mark.parametrize(
    "text",
    [
        "code=302, state=draft and a token",
        "/oauth/authorize?client_id=a%20b&scope=x&next=%2Fhome%3Fpage%3D2",
        '{"requisitions": [{"status": "draft", "id": 7}]}',
        "50 % of = { [ ?",
        "https://host.example:8080/a?b=c#d",
    ],
)
def test_what_is_no_secret_stays_to_the_letter(text: str) -> None:
    assert masked("next", text) == masked_text(text) == text


def test_the_same_secret_looks_the_same_wherever_it_stands() -> None:
    plain = masked("state", SECRET)

    assert masked("", {"next": INNER})["next"].count(quote(plain)) + INNER.count(plain) <= 1
    assert plain in masked("next", f"/x?state={quote(SECRET)}")
    assert plain in masked("next", json.dumps({"state": SECRET}))
    assert masked("Authorization", f"Bearer {SECRET}") == f"Bearer {plain}"


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "new_password",
        "clientSecret",
        "Client-Secret",
        "CLIENT_SECRET",
        "user[password]",
        "pass%77ord",
        "API-TOKEN",
        "X-Api-Key",
        "client_assertion",
        "code_verifier",
        "Proxy-Authorization",
        "registration_access_token",
    ],
)
@pytest.mark.parametrize(
    "value",
    ["s3cr3t", "s3cr3t with spaces", ["s3cr3t"], {"value": "s3cr3t"}, [{"a": ["s3cr3t"]}], 737373],
    ids=["text", "words", "list", "object", "nested", "number"],
)
def test_a_name_makes_everything_below_it_secret(name: str, value: Any) -> None:
    shown = json.dumps(masked("", {name: value}))

    assert hidden(shown)
    assert "with" not in shown
    assert "737373" not in shown


def test_codes_of_errors_and_handles_of_progress_are_no_secrets() -> None:
    value = {"error": {"code": -32600}, "_meta": {"progressToken": "p"}, "token": True}

    assert masked("", value) == value


@pytest.mark.parametrize("credentials", ["s3cr3t", "s3cr3t and more", "Unknown s3cr3t"])
def test_credentials_without_a_known_scheme_are_masked_whole(credentials: str) -> None:
    assert masked("Authorization", credentials).startswith("…")


def nested(depth: int) -> Any:
    """Objects and arrays in turn."""
    value: Any = "s3cr3t"
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


@pytest.mark.parametrize("depth", [DEEPEST - 1, DEEPEST, DEEPEST + 1, 100_000])
def test_what_is_nested_too_deep_is_shown_as_such(depth: int) -> None:
    shown = masked("", nested(depth))
    found = shown
    levels = 0
    while isinstance(found, dict | list):
        found = found["a"] if isinstance(found, dict) else found[0]
        levels += 1

    assert levels == min(depth, DEEPEST)
    assert found == ("s3cr3t" if depth <= DEEPEST else TOO_DEEP)


@pytest.mark.parametrize("depth", [DEEPEST, DEEPEST + 1, 600, 30_000])
@pytest.mark.parametrize("opening, closing", [("[", "]"), ('{"a":', "}"), ('[{"]":', "}]")])
def test_json_is_read_to_a_depth(depth: int, opening: str, closing: str) -> None:
    pairs = depth // opening.count("[") if opening == '[{"]":' else depth
    text = f'{{"before": 1, "deep": {opening * pairs}1{closing * pairs}, "after": "]"}}'

    found = read_json(text.encode())

    assert (found["before"], found["after"]) == (1, "]")
    assert TOO_DEEP in json.dumps(found, ensure_ascii=False)


@pytest.mark.parametrize(
    "text",
    ["[" * 60_000, '{"a":' * 10_000, "[" * 70 + "]" * 69, "]" * 60_000, '"' * 60_000, "", "\\"],
)
def test_what_is_no_json_does_not_become_any(text: str) -> None:
    assert read_json(text.encode()) is None


@pytest.mark.parametrize(
    "text, expected",
    [
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("1e999", "1e999"),
        ("9" * 5000, "9" * 5000),
        ("12", 12),
        ("1.5", 1.5),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ("\ufeff[1]", [1]),
    ],
    ids=["NaN", "infinite", "overflow", "huge", "whole", "real", "twice", "BOM"],
)
def test_numbers_that_others_cannot_read_are_text(text: str, expected: Any) -> None:
    found = masked("", read_json(text.encode()))

    assert found == expected
    json.dumps(found, allow_nan=False)


def test_half_a_character_is_replaced_in_names_and_values() -> None:
    value = {"\ud800": "\udfff x", "password": "\ud800", "whole": "\ud83d\ude00"}

    shown = masked("", value)

    json.dumps(shown, ensure_ascii=False).encode()
    assert shown["\ufffd"] == "\ufffd x"
    assert shown["whole"] == "😀"
    assert list(secrets_in("", value)) == ["\ufffd"]


@pytest.mark.parametrize(
    "text",
    [
        "\\" * 60_000,
        '"a":"' * 12_000,
        "://a:" * 12_000,
        "eyJaaaaaaaaaaaa-" * 4_000,
        "?a" * 30_000,
        "&a=" * 20_000,
        "%3D" * 20_000,
        "%" + "25" * 30_000 + "3D",
        '"\\"' * 20_000,
        "?a=%3Fa%3D" * 6_000,
        "{" * 60_000,
    ],
    ids=lambda text: text[:8],
)
def test_no_text_takes_more_than_a_look(text: str) -> None:
    """Were a pattern quadratic, the suite's limit of time would tell."""
    for _ in range(3):
        assert isinstance(masked("note", text), str)
        assert isinstance(masked_text(text), str)


def test_a_line_stays_one() -> None:
    assert one_line("a\nb\r\x1b[2Jc\u2028d") == "a%0Ab%0D%1B[2Jc%2028d"
    assert one_line("a" * 300) == "a" * 200 + "…"


@pytest.mark.requirement("PKG-70")
def test_the_value_beside_a_secret_name_is_masked() -> None:
    """As headers and form fields are written; a code or state beside its value is none."""
    headers = [{"name": "X-Api-Key", "value": SECRET}, {"name": "X-Trace", "value": "t-1"}]

    shown = masked("headers", headers)

    assert shown == [
        {"name": "X-Api-Key", "value": masked("X-Api-Key", SECRET)},
        {"name": "X-Trace", "value": "t-1"},
    ]
    assert SECRET in list(secrets_in("headers", headers))
    assert masked("", {"name": "state", "value": "Ohio"}) == {"name": "state", "value": "Ohio"}
