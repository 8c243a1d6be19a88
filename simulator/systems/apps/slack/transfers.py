"""The content of files: sent to an address that `files.getUploadURLExternal` gave, and fetched."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from simulator.systems.apps._kit import people
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.slack import bots, file_shapes, files, ids
from simulator.systems.apps.slack.dialect import BOT
from simulator.systems.apps.slack.tables import SlackFile
from simulator.web.bearer import read_bearer_token

views = Blueprint("transfers", __name__)
_PLAIN = "text/plain; charset=utf-8"


@views.post("/upload/v1/<key>")
def upload(key: str) -> Response:
    """Take the content of a file, as the body or as the one file of a form; who has it may."""
    row = files.find_upload(here().world, here().host, key)
    if row is None:
        return Response("The upload was not found, or has its content.", 404, content_type=_PLAIN)
    content = request.get_data()  # first: slack_sdk calls the body a form
    sent = next(iter(request.files.values()), None)
    if sent is not None:
        content = sent.read()
    if len(content) != row.size:
        text = f"{len(content)} bytes were sent, and {row.size} announced."
        return Response(text, 400, content_type=_PLAIN)
    if not files.upload(here().world, row, content):
        return Response("The upload has its content.", 404, content_type=_PLAIN)
    return Response(f"OK - {row.size}", content_type=_PLAIN)


@views.get("/files-pri/<place>/<name>")
@views.get("/files-pri/<place>/download/<name>")
def fetch(place: str, name: str) -> AnyResponse:
    """Answer with the content of a file to the bearer of a token that may see it.

    Others are sent to the workspace's sign-in, as a program meets it at Slack: status 200 in the
    end, and a page in the place of the content.
    """
    world, host = here().world, here().host
    found = people.by_access_token(world, host, read_bearer_token() or "")
    scopes = [each.removeprefix(BOT) for each in found[1].split()] if found else []
    if found is None or "files:read" not in scopes:
        return redirect(world.addresses.local(f"https://{host}/signin"))
    user = found[0]
    world.calls.record_token_use(host, user.email, sees_all=bots.is_bot(user))
    team, _, file_id = place.partition("-")
    number = ids.read_id(file_id, "F") if team == ids.team_id(host) else None
    row = files.find(world, user, number) if number else None
    if row is None or row.name != name:
        return Response("There is no such file.", 404, content_type=_PLAIN)
    world.calls.record_rows([user.email])
    return answer_with(row)


def answer_with(row: SlackFile) -> Response:
    """Return an answer that is a file, which no browser shows as a page."""
    answer = Response(row.content, content_type=file_shapes.media_type(row))
    answer.headers.set("Content-Disposition", "attachment", filename=row.name)
    return answer
