"""Many calls of one API in one request (Google, "Batching requests"), each as if it came alone.

It stands in front of the application, so that each call has a unit of work of its own: one that is
refused leaves the others alone.
"""

import re
from collections.abc import Iterable, Iterator
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Calls in one request (Gmail API, "Batching requests").
MOST = 100
_LONGEST = 2 * 1024 * 1024
_PATH = re.compile(r"/batch(?:/(gmail|drive|calendar)/v\d)?")
_LINE = re.compile(rb"([A-Z]{3,7}) (\S+)(?: HTTP/1\.[01])?")
_BLANK = re.compile(rb"\r?\n\r?\n")


class Batching:
    """An application that takes batches, too.

    Args:
        application: what answers each call.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a batch; anything else as the application does."""
        match = _PATH.fullmatch(environ.get("PATH_INFO", ""))
        if match is None or environ["REQUEST_METHOD"] != "POST":
            return self._application(environ, start_response)
        return self._answer(environ, match[1] or "gmail")(environ, start_response)

    def _answer(self, environ: "WSGIEnvironment", api: str) -> Response:
        request = Request(environ)
        request.max_content_length = _LONGEST
        try:
            parts = _read_parts(request)
        except HTTPException as error:
            return Response(f"{error.description}\n", error.code or 400)
        if not parts:
            return Response("Failed to parse batch request, error: no parts.\n", 400)
        if len(parts) > MOST:
            return Response(f"The batch has too many calls: {MOST} at most.\n", 400)
        answers = list(self._run(request, parts, api))
        boundary = f"batch_{sha256(b''.join(answers)).hexdigest()[:32]}"
        body = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), answer) for answer in answers)
        kind = f"multipart/mixed; boundary={boundary}"
        return Response(body + f"--{boundary}--\r\n".encode(), 200, content_type=kind)

    def _run(self, request: Request, parts: list[Message], api: str) -> Iterator[bytes]:
        for part in parts:
            status, headers, body = self._call(request, part, api)
            named = part.get("Content-ID", "").strip()
            head = "Content-Type: application/http\r\n"
            if named:
                head += f"Content-ID: <response-{named.lstrip('<')}\r\n"
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
            yield f"{head}\r\nHTTP/1.1 {status}\r\n{lines}\r\n".encode() + body

    def _call(
        self, request: Request, part: Message, api: str
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        content = part.get_payload(decode=True)
        head, _, body = _split(content if isinstance(content, bytes) else b"")
        line, _, lines = head.lstrip().partition(b"\n")
        match = _LINE.fullmatch(line.strip())
        where = urlsplit(match[2].decode("latin-1")) if match else None
        if match is None or where is None:
            return "400 Bad Request", [], b"Failed to parse the call.\n"
        if not where.path.startswith(f"/{api}/"):  # of another API; or media, or a batch once more
            return "404 Not Found", [], b"The batch endpoint does not serve this path.\n"
        sent = BytesHeaderParser().parsebytes(lines.lstrip() + b"\r\n\r\n")
        builder = EnvironBuilder(
            method=match[1].decode(),
            path=where.path,
            query_string=where.query,
            data=body,
            content_type=sent.get("Content-Type"),
        )
        own = builder.get_environ()
        inherited = {
            name: value
            for name, value in request.environ.items()
            if not name.startswith(("wsgi.input", "CONTENT_", "HTTP_", "werkzeug.", "flask."))
            and name not in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "RAW_URI")
        }
        for name in ("HTTP_HOST", "HTTP_AUTHORIZATION"):
            if name in request.environ:
                inherited[name] = request.environ[name]
        if given := sent.get("Authorization"):
            inherited["HTTP_AUTHORIZATION"] = given
        answer, status, given_headers = run_wsgi_app(self._application, {**own, **inherited})
        headers = [
            (name, value) for name, value in given_headers if name in ("Content-Type", "ETag")
        ]
        return status, headers, b"".join(answer)


def _read_parts(request: Request) -> list[Message]:
    head = f"Content-Type: {request.content_type}\r\n\r\n".encode("utf-8", "replace")
    found = BytesParser().parsebytes(head + request.get_data()).get_payload()
    parts = found if isinstance(found, list) else []
    return [part for part in parts if isinstance(part, Message)]


def _split(content: bytes) -> tuple[bytes, bytes, bytes]:
    match = _BLANK.search(content)
    if match is None:
        return content, b"", b""
    return content[: match.start()], match[0], content[match.end() :]
