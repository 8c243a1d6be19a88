"""Helpful descriptions for errors that Authlib only names."""

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidGrantError

#: Authlib's sentence → ours; tests meet them at the endpoints, and so would notice a newer Authlib.
_HELPFUL = {
    "Missing 'code' in request.": "The parameter code is missing: send the code that the redirect "
    "URI was given.",
    "Invalid 'code' in request.": "The code is unknown, used, expired or another client's: send "
    "the person to the authorization endpoint again.",
    "Invalid 'redirect_uri' in request.": "The redirect_uri is not the one of the authorization "
    "request: send the same one, to the letter.",
    "Missing 'refresh_token' in request.": "The parameter refresh_token is missing: send the "
    "newest refresh token of this authorization.",
    "There is no 'user' for this code.": "The person this code was issued for may no longer sign "
    "in: ask an administrator.",
    "Missing 'code_verifier'": "The parameter code_verifier is missing: send the one whose "
    "challenge was in the authorization request (RFC 7636 4.5).",
    "Invalid 'code_verifier'": "The code_verifier must be 43 to 128 letters, digits and - . _ ~ "
    "(RFC 7636 4.1).",
    "Code challenge failed.": "The code_verifier does not fit the code_challenge of the "
    "authorization request: send the one that it was made from.",
    "The authorization request had no 'code_challenge', but a 'code_verifier' was provided.": "The "
    "authorization request had no code_challenge: send one there, or no code_verifier here.",
    "The client is not authorized to use 'grant_type=authorization_code'": "The client did not "
    "register the grant type authorization_code: register it, or use another client.",
    "The client is not authorized to use 'grant_type=refresh_token'": "The client did not register "
    "the grant type refresh_token: register it, or send the person to sign in again.",
    "OAuth 2 MUST utilize https.": "The request came over plain http, and OAuth needs https here. "
    "Behind a proxy that ends TLS, have the proxy say so: X-Forwarded-Proto: https.",
    "The requested scope is invalid, unknown, or malformed.": "The scope is more than was granted: "
    "ask for a part of it, or leave scope out.",
}
_NOT_ITS_OWN = "The token was not issued to this client: send one of its own."


def describe(error: OAuth2Error) -> str:
    """Return a description of an error that says what to do.

    Args:
        error: the error as Authlib raised it.
    """
    if isinstance(error, InvalidGrantError) and not error.description:
        return _NOT_ITS_OWN
    text = error.description or ""
    return _HELPFUL.get(text, text)
