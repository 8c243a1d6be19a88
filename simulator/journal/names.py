"""Which parameters, JSON members and headers have secret values, by their names."""

import re
from functools import lru_cache
from urllib.parse import unquote

#: Names, in lower case and without what is neither a letter nor a digit.
_SECRETS = frozenset(
    {
        "actortoken",
        "assertion",
        "authorization",
        "clientassertion",
        "code",
        "codeverifier",
        "cookie",
        "devicecode",
        "idtokenhint",
        "mcpsessionid",
        "proxyauthorization",
        "requeststate",
        "samlresponse",
        "setcookie",
        "state",
        "ticket",
        "usercode",
    }
)
#: Every name that ends like this, such as `client_secret`, `new_password` and `API-TOKEN`.
_ENDINGS = ("password", "passwd", "secret", "token", "apikey")
#: Names that end so, of what is no secret.
_HARMLESS = frozenset({"progresstoken", "pagetoken", "nextpagetoken", "continuationtoken"})
#: Numbers under these names are codes of errors and the like.
_TEXT_ONLY = frozenset({"code", "state"})
#: What stands before the credentials in an `Authorization` header (RFC 9110 §11.1).
_SCHEMES = frozenset({"basic", "bearer", "digest", "dpop", "negotiate", "token"})
#: The last part of `user[password]`.
_LAST_PART = re.compile(r".*\[([^\[\]]+)\](?:\[\d*\])?", re.DOTALL)


@lru_cache(maxsize=4096)
def is_secret(name: str) -> bool:
    """Whether values under this name are secret, however it is spelled.

    Args:
        name: the name of a parameter, member or header: `client_secret`, `clientSecret`,
            `Client-Secret`, `user[password]`, percent-encoded or not.
    """
    plain = _plain(name)
    return plain in _SECRETS or (plain.endswith(_ENDINGS) and plain not in _HARMLESS)


def may_be_number(name: str) -> bool:
    """Whether a number under this secret name is none: the `code` of an error."""
    return _plain(name) in _TEXT_ONLY


def without_scheme(name: str, value: str) -> tuple[str, str]:
    """Split the credentials of an `Authorization` header from their scheme.

    Args:
        name: the name of the parameter, member or header.
        value: all of it.

    Returns:
        What may be shown (such as `Bearer `), and what is secret.
    """
    if _plain(name) in ("authorization", "proxyauthorization"):
        scheme, space, credentials = value.partition(" ")
        if space and scheme.lower() in _SCHEMES:
            return f"{scheme} ", credentials
    return "", value


def _plain(name: str) -> str:
    for _ in range(4):  # encoded more than once, it is no name that any system here reads
        if "%" not in name:
            break
        name = unquote(name)
    if part := _LAST_PART.fullmatch(name):
        name = part[1]
    return "".join(filter(str.isalnum, name)).lower()
