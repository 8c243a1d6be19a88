"""Redirect URIs are compared exactly, but for the port of a loopback URI (RFC 8252 §7.3)."""

import pytest

from simulator.oauth.models import is_same_redirect_uri

pytestmark = pytest.mark.requirement("CORE-5")


@pytest.mark.parametrize(
    "registered, requested, same",
    [
        ("https://a.example/cb", "https://a.example/cb", True),
        ("https://a.example/cb", "https://a.example/cb/", False),
        ("https://a.example/cb", "https://a.example/cb?x=1", False),
        ("https://a.example/cb", "https://a.example:8443/cb", False),
        ("https://a.example/cb", "https://A.example/cb", False),
        ("https://a.example/cb", "https://a.example.evil.example/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb", True),
        ("http://127.0.0.1:1/cb", "http://127.0.0.1:51004/cb", True),
        ("http://[::1]/cb", "http://[::1]:51004/cb", True),
        ("http://localhost/cb", "http://localhost:51004/cb", True),
        ("http://localhost/cb", "http://127.0.0.1:51004/cb", False),
        ("http://127.0.0.1/cb", "https://127.0.0.1:51004/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/other", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb#x", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:0/cb", False),
        ("http://127.0.0.1/cb", "http://user@127.0.0.1:51004/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:99999/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb#", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb?", False),
        ("http://127.0.0.1/cb?", "http://127.0.0.1:51004/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:/cb", False),
        ("http://127.0.0.1/cb", " http://127.0.0.1:51004/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb\n", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/\tcb", False),
        ("http://127.0.0.1/cb", "HTTP://127.0.0.1:51004/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:051004/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:\u0665/cb", False),
        ("http://localhost/cb", "http://LOCALHOST:51004/cb", False),
        ("http://localhost", "http://localhost:51004", True),
        ("http://localhost", "http://localhost:51004/", False),
        ("http://localhost/cb?a=b", "http://localhost:51004/cb?a=b", True),
        ("cursor://anysphere/cb", "cursor://anysphere/cb", True),
        ("cursor://anysphere/cb", "cursor://anysphere/cb2", False),
    ],
)
def test_an_unregistered_redirect_uri_is_another(
    registered: str, requested: str, same: bool
) -> None:
    assert is_same_redirect_uri(registered, requested) is same
