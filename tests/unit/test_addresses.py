"""Production names and local addresses, in both directions."""

import pytest

from simulator.net.addresses import AIHUB, IDENTITY, IDP, MCP, Addresses

pytestmark = pytest.mark.requirement("CORE-4")
APP = "app:acme.coupacloud.com"
ORIGINS = {
    AIHUB: "http://127.0.0.1:8701",
    IDENTITY: "http://127.0.0.1:8702",
    MCP: "http://127.0.0.1:8703",
    APP: "http://127.0.0.1:8710",
}
BOOK = Addresses(["acme.coupacloud.com"], ORIGINS)


@pytest.mark.parametrize(
    "netloc, system",
    [
        ("app.workato.com", AIHUB),
        ("www.workato.com", AIHUB),
        ("ID.workato.com:443", IDENTITY),
        ("idp.sandbox.example", IDP),
        ("2107.apim.mcp.workato.com", MCP),
        ("acme.coupacloud.com", APP),
        ("localhost:8702", IDENTITY),
        ("[::1]:8703", MCP),
        ("127.0.0.1:8710", APP),
        ("127.0.0.1:9999", None),
        ("evil.example", None),
        ("99999999999999999999.apim.mcp.workato.com", None),
        ("", None),
    ],
)
def test_a_host_names_its_system(netloc: str, system: str | None) -> None:
    assert BOOK.system_at(netloc) == system


@pytest.mark.parametrize(
    "url, local",
    [
        ("https://www.workato.com/oauth/callback?a=b", "http://127.0.0.1:8701/oauth/callback?a=b"),
        ("https://acme.coupacloud.com/x", "http://127.0.0.1:8710/x"),
        ("https://2107.apim.mcp.workato.com/", "http://127.0.0.1:8703/2107"),
        ("https://example.com/x", "https://example.com/x"),
        ("http://127.0.0.1:8701/x", "http://127.0.0.1:8701/x"),
    ],
)
def test_a_production_address_is_opened_here(url: str, local: str) -> None:
    assert BOOK.local(url) == local


@pytest.mark.requirement("APP-3")
def test_an_app_may_have_several_hosts_each_with_an_address() -> None:
    """They are one system, called after the instance's own host."""
    hosts = {
        "acme.atlassian.net": "acme.atlassian.net",
        "auth.atlassian.com": "acme.atlassian.net",
        "acme.coupacloud.com": "acme.coupacloud.com",
    }
    own = "app:acme.atlassian.net"
    ports = dict(zip((own, "app:auth.atlassian.com", APP), (8711, 8712, 8713), strict=True))
    apps = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    others = {name: origin for name, origin in ORIGINS.items() if name != APP}
    book = Addresses(hosts, others | apps)

    for netloc in (*hosts, "AUTH.atlassian.com:443", "127.0.0.1:8712", "localhost:8711"):
        assert book.system_at(netloc) == (APP if "coupa" in netloc else own)
    assert book.app_host_at("127.0.0.1:8712") == "auth.atlassian.com"
    assert book.app_host_at("id.workato.com") is None
    assert book.origin_at("localhost:8712") == "http://127.0.0.1:8712"
    assert book.local("https://auth.atlassian.com/a?b=c") == "http://127.0.0.1:8712/a?b=c"
    assert book.local("https://acme.atlassian.net/") == "http://127.0.0.1:8711/"
    assert book.systems == (AIHUB, IDENTITY, MCP, IDP, own, APP)
    assert [*book.listeners[4:]] == [*apps]
    assert book.hosts_of("acme.atlassian.net") == ["acme.atlassian.net", "auth.atlassian.com"]
    assert book.base_url("app:auth.atlassian.com") == "http://127.0.0.1:8712"


@pytest.mark.parametrize(
    "url, number",
    [
        ("http://127.0.0.1:8703/2107", 2107),
        ("http://localhost:8703/2107/", 2107),
        ("https://2107.apim.mcp.workato.com", 2107),
        ("https://2107.apim.mcp.workato.com/", 2107),
        ("https://2107.apim.mcp.workato.com/other", None),
        ("HTTP://LocalHost:8703/2107", 2107),
        ("http://127.0.0.1:8703/2107/acme/procurement-v1", 2107),
        ("http://127.0.0.1:8703/2107/acme/procurement-v1/tools/call", 2107),
        ("https://2107.apim.mcp.workato.com/acme/procurement-v1/", 2107),
        ("http://127.0.0.1:8703/2107/procurement-v1", None),
        ("http://127.0.0.1:8703/2107/acme/procurement", None),
        ("http://127.0.0.1:8703/acme/procurement-v1", None),
        ("HTTPS://2107.APIM.mcp.workato.com", 2107),
        ("http://127.0.0.1:8703/2107#part", None),
        ("http://127.0.0.1:8703/2107#", None),
        ("http://127.0.0.1:8703/2107?", None),
        (" http://127.0.0.1:8703/2107", None),
        ("http://127.0.0.1:8703/2107\n", None),
        ("http://127.0.0.1:8703/2\t107", None),
        ("http://127.0.0.1:8703/02107", None),
        ("https://127.0.0.1:8703/2107", None),
        ("ftp://127.0.0.1:8703/2107", None),
        ("//127.0.0.1:8703/2107", None),
        ("http://2107.apim.mcp.workato.com", None),
        ("javascript://2107.apim.mcp.workato.com", None),
        ("http://127.0.0.1:8703/²", None),
        ("http://127.0.0.1:8702/2107", None),
        ("https://[bad", None),
        ("", None),
    ],
)
def test_an_mcp_url_names_a_server(url: str, number: int | None) -> None:
    assert BOOK.server_number(url) == number


def test_a_server_has_one_address_per_spelling_of_its_host() -> None:
    assert BOOK.mcp_url(7) == "http://127.0.0.1:8703/7"
    assert BOOK.mcp_url(7, "localhost:8703") == "http://localhost:8703/7"
    assert BOOK.mcp_url(7, "7.apim.mcp.workato.com") == "https://7.apim.mcp.workato.com"
    assert {BOOK.mcp_url(7), "https://7.apim.mcp.workato.com"} < BOOK.mcp_audiences(7)
