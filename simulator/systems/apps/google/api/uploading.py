"""What uploads hold: in one request, or in several, one part of the content after the other.

Google, "Upload file data": a first request says what is to come, and is answered with an address;
what is sent there by PUT is kept until the last octet is there. Then the first request is answered.
"""

import re
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from typing import TYPE_CHECKING, Any

from flask import Response, request
from sqlalchemy import delete, select

from simulator.clock import has_expired
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.google.api.access import user
from simulator.systems.apps.google.api.reading import parse_object
from simulator.systems.apps.google.api.refusals import Refused
from simulator.systems.apps.google.tables import Upload

if TYPE_CHECKING:  # pragma: no cover
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: How long content may be that is sent in parts (our choice; Google takes 5 TB).
LONGEST = 10 * 1024 * 1024
#: How long an address takes content (Drive API, "Upload file data").
_LIFETIME = timedelta(weeks=1)
#: Of one account at a time; an earlier one ends where there is another one more (our choice).
_MOST = 20
_RANGE = re.compile(r"bytes (?:(\d{1,12})-(\d{1,12})|\*)/(\d{1,12}|\*)")
_METHODS = {"A": "PATCH", "O": "POST", "U": "PUT"}
_NUMBER = re.compile(r"(?:^|&)upload_id=([AOU])[\w-]+")


class PendingUpload(Exception):
    """An upload whose content is not there yet; `answer` says how to go on."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


class UploadResumption:
    """An application for which a part of an upload is the request that the upload began with.

    Args:
        application: what answers.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        """Answer a request."""
        if environ["REQUEST_METHOD"] == "PUT" and environ["PATH_INFO"].startswith("/upload/"):
            match = _NUMBER.search(environ.get("QUERY_STRING", ""))
            if match is not None:
                environ["REQUEST_METHOD"] = _METHODS[match[1]]
        return self._application(environ, start_response)


def read_upload() -> tuple[dict[str, Any], str, bytes] | None:
    """Metadata, media type and content of an upload (`uploadType` media, multipart, resumable).

    Returns:
        None for a request that is no upload.

    Raises:
        Refused: it is an upload of another kind, or cannot be read.
        UnderWay: it is one in several requests, and this is not the last of them.
    """
    kind = request.args.get("uploadType")
    if not request.path.startswith("/upload/"):
        return None
    if kind == "media":
        return {}, request.mimetype, request.get_data()
    if kind == "resumable":
        return _read_resumable()
    if kind != "multipart":
        kinds = "Send uploadType=media, uploadType=multipart or uploadType=resumable."
        raise Refused(400, kinds, "badRequest")
    head = f"Content-Type: {request.content_type}\r\n\r\n".encode("utf-8", "replace")
    whole = message_from_bytes(head + request.get_data())
    parts = whole.get_payload()
    if not isinstance(parts, list) or len(parts) != 2 or not isinstance(parts[1], Message):
        raise Refused(400, "A multipart upload has two parts: metadata and content.", "badContent")
    metadata, content = (_content_of(part) for part in parts if isinstance(part, Message))
    return parse_object(metadata), parts[1].get_content_type(), content


def _content_of(part: Message) -> bytes:
    """What a part of an upload holds; one that is a message is read as such, and written again."""
    inner = part.get_payload()
    if isinstance(inner, list):
        return inner[0].as_bytes() if inner and isinstance(inner[0], Message) else b""
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _read_resumable() -> tuple[dict[str, Any], str, bytes]:
    number = request.args.get("upload_id")
    if number is None:
        raise PendingUpload(_start())
    session, now = here().world.db.session, here().world.clock.now()
    row = session.scalar(
        select(Upload)
        .where(
            Upload.upload_id == number,
            Upload.owner_id == user().id,
            Upload.path == request.path,
            ~has_expired(Upload.expires_at, now),
        )
        .with_for_update()
    )
    if row is None:
        raise Refused(404, "The upload was not found: it ended, or never began.", "notFound")
    sent, total = _read_part(len(row.content))
    row.content += sent
    if total is None or len(row.content) < total:
        session.flush()
        raise PendingUpload(_go_on(len(row.content)))
    session.delete(row)
    session.flush()
    return row.metadata_, row.media_type, row.content


def _start() -> Response:
    """Keep what the request says of the content; the answer is where the content belongs."""
    world, owner = here().world, user()
    announced = request.headers.get("X-Upload-Content-Length", type=int) or 0
    if announced > LONGEST:
        raise _too_long()
    metadata = parse_object(request.get_data())
    letter = next(key for key, method in _METHODS.items() if method == request.method)
    number = letter + world.randomness.secret("google upload", 32)
    own = Upload.owner_id == owner.id
    latest = select(Upload.id).where(own).order_by(Upload.id.desc()).limit(_MOST - 1)
    others = list(world.db.session.scalars(latest))
    world.db.session.execute(delete(Upload).where(own, Upload.id.not_in(others)))
    world.db.session.add(
        Upload(
            upload_id=number,
            owner_id=owner.id,
            path=request.path,
            metadata_=metadata,
            media_type=request.headers.get("X-Upload-Content-Type", "application/octet-stream"),
            content=b"",
            expires_at=world.clock.now() + _LIFETIME,
        )
    )
    world.db.session.flush()
    sign = "&" if request.query_string else "?"
    where = f"{request.url}{sign}upload_id={number}"
    return Response(status=200, headers={"Location": where, "X-GUploader-UploadID": number})


def _go_on(length: int) -> Response:
    """308 with what is there (a client that was interrupted asks for it)."""
    headers = {"Range": f"bytes=0-{length - 1}"} if length else {}
    return Response(status=308, headers=headers)


def _read_part(there: int) -> tuple[bytes, int | None]:
    """Return what is new of the content, and how long the whole is, if the client knows."""
    sent, named = request.get_data(), request.headers.get("Content-Range")
    total: int | None
    if named is None:
        first, total = 0, len(sent)
    else:
        match = _RANGE.fullmatch(named)
        is_whole = match is not None and (
            match[1] is None or int(match[2]) - int(match[1]) + 1 == len(sent)
        )
        if match is None or not is_whole:
            raise Refused(400, "Failed to parse Content-Range header.", "badRequest")
        total = None if match[3] == "*" else int(match[3])
        first = there if match[1] is None else int(match[1])
        sent = b"" if match[1] is None else sent
    if first > there:
        raise Refused(400, f"The upload goes on at octet {there}.", "badRequest")
    if max(first + len(sent), total or 0) > LONGEST:
        raise _too_long()
    return sent[there - first :], total


def _too_long() -> Refused:
    return Refused(413, f"Uploads have {LONGEST // 1024 // 1024} MB at most here.")
