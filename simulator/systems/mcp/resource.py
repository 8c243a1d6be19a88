"""The URLs of an MCP server as an OAuth resource, and of its metadata (RFC 9728)."""

from urllib.parse import urlsplit

from flask import request

from simulator.web.application import current_world
from simulator.web.environ import COLLECTION_PATH

#: What a token for any server is asked for with (RFC 9728 §2, RFC 6750 §3).
SCOPES = ("openid", "profile", "email")


def get_used_form() -> str:
    """Return what follows the server's number in the requested address.

    That is one of MCP_FORMS, behind namespace and collection where the address names them.
    """
    path = (request.url_rule.rule if request.url_rule else "").partition("<int:number>")[2]
    collection = request.environ.get(COLLECTION_PATH)
    return (f"/{collection}" if collection else "") + path.partition("/.well-known/")[0]


def get_resource_url(number: int, form: str) -> str:
    """Return the server's URL as the client that is asking spells it (RFC 9728 §3.3)."""
    return current_world().addresses.mcp_url(number, request.host) + form


def get_metadata_url(number: int, form: str) -> str:
    """Return where the protected-resource metadata of this URL of a server is (RFC 9728 §3.1)."""
    parts = urlsplit(get_resource_url(number, form))
    return f"{parts.scheme}://{parts.netloc}/.well-known/oauth-protected-resource{parts.path}"
