"""Errors in the shape of the door that was knocked at: API, OAuth endpoint or page."""

from flask import Flask, Response, jsonify, make_response, request
from flask_wtf.csrf import CSRFError

from simulator.systems.apps._kit.authorization import BadRequestPage
from simulator.systems.apps._kit.bearer import TokenRefused
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps._kit.pages import render
from simulator.validation.media_types import HTML, JSON, choose_preferred
from simulator.web.application import explain_stale_form

_TITLES = {
    400: "This request cannot be understood",
    403: "You may not open this page",
    404: "Page not found",
    405: "This page does not work that way",
    413: "Too much was sent",
    500: "Something went wrong",
}
_SENTENCES = {
    404: "There is nothing at this address. Check it, or start from the home page.",
    405: "The page was asked in a way that it does not answer. Start from the home page.",
    413: "What was sent is larger than 2 MB. Send less.",
}
_API_SENTENCES = {
    404: "There is nothing at this address of the API.",
    405: "This address of the API does not take that method.",
    429: "Too many requests.",
}


def error_answer(status: int, title: str, sentence: str) -> Response:
    """An error in the app's shape at its API, as JSON at OAuth endpoints, else as a page."""
    profile = here().profile
    if profile.traffic.is_api(request.path):
        return profile.api_error(status, _API_SENTENCES.get(status, sentence), {})
    traffic = profile.traffic
    if request.path in (traffic.token, traffic.revoke, traffic.userinfo):
        error = "server_error" if status >= 500 else "invalid_request"
        answer = jsonify({"error": error, "error_description": sentence})
        answer.status_code = status
        return answer
    return _page(
        status,
        title=_TITLES.get(status, title),
        sentence=_SENTENCES.get(status, sentence),
    )


def install(app: Flask) -> None:
    """Register what `configure_app` cannot know: tokens, the OAuth error page, expired forms."""

    @app.errorhandler(TokenRefused)
    def _refused(error: TokenRefused) -> Response:
        challenge = {"WWW-Authenticate": error.challenge}
        return here().profile.api_error(error.status, error.sentence, challenge)

    @app.errorhandler(BadRequestPage)
    def _bad_request(error: BadRequestPage) -> Response:
        if choose_preferred(request.headers.get("Accept"), [HTML, JSON]) == JSON:
            answer = jsonify({"error": error.error, "error_description": error.sentence})
            answer.status_code = 400
            return answer
        return _page(
            400,
            title="The application cannot be connected",
            sentence=error.sentence,
            advice=error.advice,
            code=error.error,
        )

    @app.errorhandler(CSRFError)
    def _csrf(_error: CSRFError) -> Response:
        return _page(
            400,
            title="This form has expired",
            sentence=explain_stale_form(),
        )


def _page(status: int, *, title: str, sentence: str, advice: str = "", code: str = "") -> Response:
    body = render(
        "error",
        status=status,
        title=title,
        sentence=sentence,
        advice=advice,
        code=code,
    )
    return make_response(body, status)
