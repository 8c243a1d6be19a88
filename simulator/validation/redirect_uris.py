"""What a client may register as redirect URI, at Workato Identity and at every app."""

from urllib.parse import parse_qsl, urlsplit

from simulator.net.addresses import LOOPBACK_HOSTS

#: Characters (our choice).
LONGEST = 2000

_OUTSIDE_URIS = frozenset('"<>\\^`{|}')  # RFC 3986 §2
#: What a browser does itself, and what is no application of its own on anybody's machine.
_FORBIDDEN_SCHEMES = (
    *("javascript", "data", "file", "vbscript", "blob", "about", "filesystem", "view-source"),
    *("ftp", "ws", "wss", "mailto", "tel", "urn"),
)
#: What answers add to a redirect URI (RFC 6749 §4.1.2, RFC 9207 §2): nothing is there twice.
_ANSWERS = frozenset({"code", "state", "iss", "error", "error_description", "error_uri"})


def check_redirect_uri(uri: str, *, own_schemes: bool = False) -> str:
    """Return an absolute URI without fragment: https, or http on loopback (RFC 8252 §7.3).

    Args:
        uri: the URI as somebody wrote it.
        own_schemes: whether an application's own scheme will do, too (RFC 8252 §7.1).

    Raises:
        ValueError: it is none; the message says what it must be, as in "must …".
    """
    if len(uri) > LONGEST:
        raise ValueError(f"must have at most {LONGEST} characters")
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        raise ValueError("must not have a host or a port that cannot be read") from None
    if not parts.scheme or "#" in uri:
        raise ValueError("must be an absolute URI without a fragment")
    if not all("!" <= character <= "~" for character in uri) or _OUTSIDE_URIS & set(uri):
        raise ValueError("must percent-encode what is no character of a URI (RFC 3986 §2)")
    is_web = parts.scheme in ("https", "http")
    if parts.scheme in _FORBIDDEN_SCHEMES or (is_web and not parts.hostname):
        raise ValueError(f"must not use the scheme '{parts.scheme}' like this")
    if port == 0:
        raise ValueError("must not have the port 0, at which nobody listens")
    if "@" in parts.netloc:
        raise ValueError("must not have a user name: people take it for the host (RFC 3986 §7.6)")
    if taken := sorted(_ANSWERS & dict(parse_qsl(parts.query, keep_blank_values=True)).keys()):
        raise ValueError(f"must not have the parameter '{taken[0]}', which answers add")
    is_plain = parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS
    if is_plain or not (is_web or own_schemes):
        raise ValueError("must use https, or http on a loopback address (RFC 8252 §7.3)")
    return uri
