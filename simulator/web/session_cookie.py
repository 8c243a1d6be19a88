"""Flask's session cookie, made quick: the same cookie, which most requests neither bring nor get.

Ours: Flask makes its serializer anew twice a request, before it looks whether there is a cookie.
"""

from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin


class Sessions(SecureCookieSessionInterface):
    """The cookie of one system, Secure where the page is (RFC 6265 §4.1.2.5)."""

    def __init__(self) -> None:
        self._serializer: tuple[Any, Any] = None, None

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure

    def get_signing_serializer(self, app: Flask) -> Any:
        key, serializer = self._serializer
        if key is None or key != app.secret_key:
            serializer = super().get_signing_serializer(app)
            self._serializer = app.secret_key, serializer
        return serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.headers.get("Cookie", ""):
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session or session.modified or "Vary" in response.headers:
            super().save_session(app, session, response)
        elif session.accessed:
            response.headers.add("Vary", "Cookie")
