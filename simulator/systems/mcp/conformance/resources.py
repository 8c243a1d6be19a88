"""Resources of the conformance suite: text, binary, by template."""

import json
import re

from mcp_types import (
    BlobResourceContents,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextResourceContents,
)

from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.conformance.samples import PNG
from simulator.systems.mcp.dialect import Dialect
from simulator.systems.mcp.errors import RESOURCE_NOT_FOUND, RpcError
from simulator.validation.parsing import shorten

_TEXT = "test://static-text"
_BINARY = "test://static-binary"
_WATCHED = "test://watched-resource"
_TEMPLATE = re.compile(r"test://template/([^/]+)/data")
RESOURCES = [
    Resource(name="static-text", uri=_TEXT, mime_type="text/plain"),
    Resource(name="static-binary", uri=_BINARY, mime_type="image/png"),
    Resource(name="watched-resource", uri=_WATCHED, mime_type="text/plain"),
]
TEMPLATES = [
    ResourceTemplate(
        name="template", uri_template="test://template/{id}/data", mime_type="application/json"
    )
]


def read(uri: str, dialect: Dialect) -> ReadResourceResult:
    """Return the contents at a URI.

    Raises:
        RpcError: there is nothing.
    """
    contents: TextResourceContents | BlobResourceContents
    if uri == _TEXT:
        text = "This is the content of the static text resource."
        contents = TextResourceContents(uri=uri, mime_type="text/plain", text=text)
    elif uri == _WATCHED:
        text = "Watched resource content"
        contents = TextResourceContents(uri=uri, mime_type="text/plain", text=text)
    elif uri == _BINARY:
        contents = BlobResourceContents(uri=uri, mime_type="image/png", blob=PNG)
    elif found := _TEMPLATE.fullmatch(uri):
        name = found[1]
        data = json.dumps({"id": name, "templateTest": True, "data": f"Data for ID: {name}"})
        contents = TextResourceContents(uri=uri, mime_type="application/json", text=data)
    else:
        raise RpcError(
            Code.UNKNOWN_RESOURCE,
            f"There is no resource {shorten(uri)}.",
            data={"uri": shorten(uri, 500)},
            number=None if dialect.modern else RESOURCE_NOT_FOUND,
        )
    return ReadResourceResult(contents=[contents], ttl_ms=300_000, cache_scope="private")
