"""One rule says what a client may register as redirect URI, wherever it does."""

import pytest

from simulator.validation.redirect_uris import LONGEST, check_redirect_uri

pytestmark = pytest.mark.requirement("CORE-5")


@pytest.mark.parametrize(
    "uri",
    [
        "https://www.workato.com/oauth/callback",
        "https://client.example:8443/cb?a=b",
        "http://127.0.0.1:51004/cb",
        "http://localhost/cb",
        "http://[::1]:1/cb",
    ],
)
def test_an_address_of_the_web_or_of_this_machine_is_one(uri: str) -> None:
    assert check_redirect_uri(uri) == uri


@pytest.mark.parametrize("uri", ["cursor://anysphere/cb", "com.example.app:/callback"])
def test_an_apps_own_scheme_is_one_where_it_is_allowed(uri: str) -> None:
    assert check_redirect_uri(uri, own_schemes=True) == uri
    with pytest.raises(ValueError, match="must use https"):
        check_redirect_uri(uri)


@pytest.mark.parametrize("own_schemes", [False, True])
@pytest.mark.parametrize(
    "uri, sentence",
    [
        ("", "absolute URI"),
        ("client.example/cb", "absolute URI"),
        ("https://client.example/#x", "without a fragment"),
        ("https://client.example/#", "without a fragment"),
        ("https://client.example/a b", "percent-encode"),
        ("https://client.example/ä", "percent-encode"),
        ("https://client.example\\@evil.example", "percent-encode"),
        ("javascript:alert(1)", "scheme 'javascript'"),
        ("https:///cb", "scheme 'https'"),
        ("https://[::1", "cannot be read"),
        ("https://client.example:x/cb", "cannot be read"),
        ("https://client.example:0/cb", "port 0"),
        ("https://user@client.example/", "user name"),
        ("https://client.example/?code=1", "'code'"),
        ("http://client.example/cb", "must use https"),
        ("https://client.example/" + LONGEST * "x", "at most"),
    ],
)
def test_nothing_else_is(uri: str, sentence: str, own_schemes: bool) -> None:
    with pytest.raises(ValueError, match=sentence):
        check_redirect_uri(uri, own_schemes=own_schemes)
