"""The OAuth grant of an app as public client libraries do it: a link out, a callback in, tokens."""

import json
import sys
from collections.abc import Mapping
from typing import Any


def open_in_browser(url: str) -> str:
    """Have the person's browser open a URL; returns the callback that it was sent to."""
    print(json.dumps({"open": url}), flush=True)
    return sys.stdin.readline().strip()


def with_requests_oauthlib(app: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tokens of a consent, and those of a refresh after it."""
    from requests_oauthlib import OAuth2Session

    session = OAuth2Session(
        app["client_id"], redirect_uri=app["redirect_uri"], scope=app["scope"].split()
    )
    url, _state = session.authorization_url(app["authorize"], **app["authorize_parameters"])
    back = open_in_browser(url)
    first = session.fetch_token(
        app["token"], authorization_response=back, client_secret=app["client_secret"]
    )
    client = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    return dict(first), dict(session.refresh_token(app["token"], **client))


def with_authlib(app: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same by Authlib's session."""
    from authlib.integrations.requests_client import OAuth2Session

    session = OAuth2Session(
        *(app["client_id"], app["client_secret"]),
        redirect_uri=app["redirect_uri"],
        scope=app["scope"],
        token_endpoint_auth_method="client_secret_post",
    )
    url, state = session.create_authorization_url(app["authorize"], **app["authorize_parameters"])
    back = open_in_browser(url)
    first = dict(session.fetch_token(app["token"], authorization_response=back, state=state))
    return first, dict(session.refresh_token(app["token"]))


GRANTS = {"requests-oauthlib": with_requests_oauthlib, "Authlib": with_authlib}
