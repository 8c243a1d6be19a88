"""JSON or XML: which of them a request is in, and which its answer is to be in."""

from typing import Any

from flask import Response, jsonify, request

from simulator.systems.apps.coupa import json_format, xml_format
from simulator.systems.apps.coupa.api_errors import ApiError
from simulator.systems.apps.coupa.resource import Resource
from simulator.validation.media_types import (
    JSON,
    accepts,
    choose_preferred,
    get_essence,
    is_json,
    is_named,
)

XML = "application/xml"
_MULTIPART = "multipart/form-data"
_XML_TYPES = (XML, "text/xml")


def chosen() -> str:
    """Return the media type of the answer.

    The one that `Accept` names; where it names none, that of the body; else XML, as in Coupa.
    """
    accept = request.headers.get("Accept")
    if accept in (JSON, XML):
        return accept
    named = [each for each in (JSON, *_XML_TYPES) if is_named(accept, each)]
    if named:
        return JSON if choose_preferred(accept, named) == JSON else XML
    return _sent() or XML


def check() -> None:
    """Check that the answer can be what the client accepts.

    Raises:
        ApiError: 406, for it accepts neither format, or another one than that of the body.
    """
    accept, sent = request.headers.get("Accept"), _sent()
    if not any(accepts(accept, each) for each in (JSON, *_XML_TYPES)):
        sentence = "Send the header Accept: application/json, or application/xml."
    elif sent is not None and sent != chosen():
        sentence = f"Accept and Content-Type must name the same type; the body is {sent}."
    else:
        return
    raise ApiError(406, {"error": [sentence]})


def _sent() -> str | None:
    """The format of the body, as its header says; None for another one or no body."""
    kind = request.content_type
    if is_json(kind):
        return JSON
    return XML if get_essence(kind) in _XML_TYPES else None


def read_body(resource: Resource) -> dict[str, Any]:
    """Return the object that a request brings.

    Args:
        resource: what it is one of.

    Raises:
        ApiError: 415 for another format, 400 for what cannot be read.
    """
    sent = _sent()
    if sent is None and resource.path == "attachments" and request.mimetype == _MULTIPART:
        return _read_attachment()
    if sent is None:
        raise ApiError(
            415,
            {"error": ["Send the body as Content-Type: application/json, or application/xml."]},
        )
    if sent == XML:
        return xml_format.read(request.get_data(), resource)
    return json_format.read(request.get_data())


def _read_attachment() -> dict[str, Any]:
    """`attachment[file]`, `attachment[type]` and so on, as parts of a form."""
    found: dict[str, Any] = {}
    for name, value in request.form.items():
        if name.startswith("attachment[") and name.endswith("]"):
            found[name[len("attachment[") : -1]] = value
    for name, file in request.files.items():
        if name == "attachment[file]":
            found["file"] = file.filename or "file"
    return found


def read_optional_body(resource: Resource) -> dict[str, Any]:
    """Return the object that a request brings; an empty one where it has no body."""
    return read_body(resource) if request.get_data() else {}


def answer_one(resource: Resource, document: Any, status: int = 200) -> Response:
    """Answer with one object."""
    if chosen() == XML:
        return _xml(xml_format.write(resource.element, document, resource.type_name), status)
    return _json(document, status)


def answer_list(resource: Resource, documents: list[Any]) -> Response:
    """Answer with a list; an empty one is 404 in XML, as in Coupa."""
    if chosen() == JSON:
        return _json(documents, 200)
    if not documents:
        raise ApiError(404, {"error": ["No results match your search criteria."]})
    text = xml_format.write_list(resource.elements, resource.element, documents, resource.type_name)
    return _xml(text, 200)


def _json(value: Any, status: int) -> Response:
    answer = jsonify(value)
    answer.status_code = status
    return answer


def _xml(text: bytes, status: int) -> Response:
    return Response(text, status=status, content_type=f"{XML}; charset=utf-8")
