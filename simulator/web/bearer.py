"""Bearer tokens in requests, and the challenges of those who want one (RFC 6750)."""

from flask import request


def parse_bearer_token(header: str) -> str:
    """Return the token of an `Authorization` header (RFC 6750 §2.1); empty when there is none."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def read_bearer_token() -> str:
    """Return the bearer token of the request that is being answered; empty when it has none."""
    return parse_bearer_token(request.headers.get("Authorization", ""))


def build_challenge(scheme: str, realm: str, **parameters: str) -> str:
    """Return a `WWW-Authenticate` header (RFC 9110 §11.6.1).

    Args:
        scheme: `Basic` or `Bearer`.
        realm: the realm of the system that asks (RFC 7617 §2, RFC 6750 §3).
        parameters: others, in this order; those without a value are left out.
    """
    pairs = {"realm": realm} | {name: value for name, value in parameters.items() if value}
    return f"{scheme} " + ", ".join(f'{name}="{_quoted(value)}"' for name, value in pairs.items())


def _quoted(text: str) -> str:
    """Text as a quoted string can hold it in any header (RFC 9110 §5.6.4)."""
    visible = "".join(one if " " <= one <= "~" else "?" for one in text)
    return visible.replace("\\", "\\\\").replace('"', '\\"')
