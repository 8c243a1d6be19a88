"""Salesforce's authorization server: its token response, its words, and PKCE with S256 implied."""

import hmac
from base64 import b64encode
from typing import Any

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    UnsupportedGrantTypeError,
)
from flask import Response, jsonify
from flask import request as flask_request
from werkzeug.datastructures import MultiDict

from simulator.crypto import Purpose, fingerprint
from simulator.db.tables import OAuthToken
from simulator.oauth.client_authentication import read_credentials
from simulator.oauth.grants import S256
from simulator.systems.apps._kit.provider import AppProvider, Members
from simulator.systems.apps.salesforce import identity

_SYNONYM = "offline_access"


class ImpliedS256(S256):
    """PKCE: whoever sends a challenge means S256 (jsforce sends no method)."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"

    def validate_code_verifier(self, grant: Any, result: Any) -> None:
        """Refuse with Salesforce's codes, which are not those of RFC 7636 §4.6."""
        challenge = grant.request.authorization_code.code_challenge
        if challenge and not grant.request.form.get("code_verifier"):
            raise InvalidGrantError("code verifier is required")
        try:
            super().validate_code_verifier(grant, result)
        except InvalidGrantError:
            raise InvalidRequestError("invalid code verifier") from None


class SalesforceProvider(AppProvider):
    """The authorization server of an org."""

    code_challenge = ImpliedS256

    def read_parameters(self, sent: MultiDict[str, str]) -> MultiDict[str, str]:
        """Return the parameters with the scopes that are meant.

        Without any, all that the client was given; `offline_access` is another word for
        `refresh_token`.
        """
        if len(sent.getlist("scope")) > 1:
            return sent
        client = self.find_registered(sent.get("client_id", ""))
        scopes = sent.get("scope", "").split() or (list(client.scopes) if client else [])
        meant = dict.fromkeys("refresh_token" if each == _SYNONYM else each for each in scopes)
        read = MultiDict(sent)
        read["scope"] = " ".join(meant)
        return read

    def read_request(self, request: Any) -> Any:
        found = super().read_request(request)
        if flask_request.endpoint == "oauth.authorize":
            found.payload = Members(self.read_parameters(flask_request.args))
        return found

    def handle_response(self, status: int, body: Any, headers: Any) -> Response:
        if status == 200 and isinstance(body, dict) and "access_token" in body:
            body = self._shape(body)
        answer: Response = super().handle_response(status, body, headers)
        return answer

    def _shape(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return a token response as Salesforce has it: no lifetime, and where the API is."""
        row = self.store.find_access(body["access_token"])
        assert row is not None, "it was just issued"
        issued = str(int(row.issued_at.timestamp() * 1000))
        url = identity.url_of(int(row.subject))
        shaped = {
            "access_token": body["access_token"],
            "signature": self._sign(row, url + issued),
            "scope": body["scope"],
            "instance_url": identity.instance_url(),
            "id": url,
            "token_type": "Bearer",
            "issued_at": issued,
        }
        if "refresh_token" in body:
            shaped["refresh_token"] = body["refresh_token"]
        return shaped

    def _sign(self, row: OAuthToken, text: str) -> str:
        """Return what proves who issued it: HMAC-SHA256 with the consumer secret."""
        client = self.find_registered(row.client_id)
        sealed = client.secret_sealed if client else None
        keys = self.store.world.keys
        secret = keys.unseal(Purpose.OAUTH_CLIENT_SECRET, sealed) if sealed else ""
        return b64encode(hmac.digest(secret.encode(), text.encode(), "sha256")).decode()

    def handle_error_response(self, request: Any, error: OAuth2Error) -> Any:
        found = self._reword(request, error)
        if found is None:
            return super().handle_error_response(request, error)
        code, description = found
        body = {"error": code, "error_description": description}
        return self.handle_response(400, body, {})

    def _reword(self, request: Any, error: OAuth2Error) -> tuple[str, str] | None:
        """Return what Salesforce says instead, where it does not say what the RFC says."""
        if isinstance(error, InvalidClientError) and not self._knows_client():
            return "invalid_client_id", "client identifier invalid"
        if isinstance(error, UnsupportedGrantTypeError):
            return "unsupported_grant_type", "grant type not supported"
        if not isinstance(error, InvalidGrantError):
            return None
        if error.description == "Invalid 'redirect_uri' in request.":
            return "redirect_uri_mismatch", "redirect_uri must match configuration"
        if request.payload.grant_type != "authorization_code":
            return None
        if error.description == "Invalid 'code' in request.":
            row = self.store.reader.find_code(fingerprint(request.payload.data.get("code", "")))
            return "invalid_grant", f"{'expired' if row else 'invalid'} authorization code"
        return "invalid_grant", error.description or "authentication failure"

    def _knows_client(self) -> bool:
        try:
            sent = read_credentials(
                flask_request.headers.get("Authorization", ""), flask_request.form
            )
        except OAuth2Error:
            return True
        return self.find_registered(sent.client_id) is not None

    def create_endpoint_response(self, name: str, request: Any = None) -> Any:
        if name == "revocation":
            return self._revoke()
        answer = super().create_endpoint_response(name, request)
        return self._introspected(answer) if name == "introspection" else answer

    def _revoke(self) -> Response:
        """Revoke the token that is named, whoever names it; a refresh token with its access tokens.

        Salesforce asks for no client (RFC 7009 §2.1 does).
        """
        text = flask_request.values.get("token", "")
        token = self.find_token(text) if text else None
        if token is None or token.is_revoked():
            return _refuse("invalid_token", "invalid token")
        if token.is_refresh_token:
            self.store.revoke_family(token.row.family)
        elif token.row.refresh_hash:
            token.row.expires_at = self.store.world.clock.now()  # its refresh token lives on
        else:
            token.row.revoked_at = self.store.world.clock.now()
        return Response("", 200)

    def _introspected(self, answer: Any) -> Any:
        """Add what Salesforce says of a token beside RFC 7662."""
        found = answer.get_json(silent=True)
        if not isinstance(found, dict) or not found.get("active"):
            return answer
        subject = int(found["sub"])
        user = self.rules.find_subject(found["sub"])
        more = {"username": user.login, "sub": identity.url_of(subject), "nbf": found["iat"]}
        found.pop("aud", None)
        return jsonify({**found, **more})


def _refuse(code: str, description: str) -> Response:
    answer = jsonify({"error": code, "error_description": description})
    answer.status_code = 400
    return answer
