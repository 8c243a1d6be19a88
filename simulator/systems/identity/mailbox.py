"""The sandbox's mailbox: the mail that Workato would send to those it invites (our choice).

No mail leaves the sandbox. Whoever can reach Workato Identity can read it, unless the control API
asks for a token: then it alone shows the mail.
"""

from flask import Blueprint, render_template, request

from simulator.db.listing import PAGE_SIZE
from simulator.domain import collaborators, invitations
from simulator.errors import Forbidden
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

blueprint = Blueprint("mailbox", __name__, url_prefix="/mailbox")


@blueprint.get("")
def listing() -> str:
    """Return a page of the invitations, those first that were not accepted."""
    world = current_world()
    if world.settings.control_token:
        raise Forbidden(
            "This sandbox is guarded by a control token, so that its mail is not shown here. Ask "
            "the control API for it: GET /_simulator/mails."
        )
    found = invitations.list_sent(world).page(parse_whole_number(request.args.get("page")) or 1)
    letters = [(one, invitations.create_link(world, one)) for one in found]
    invited = collaborators.list_invited(world).first(PAGE_SIZE) if found.page.number == 1 else []
    builders = [(one, collaborators.create_link(world, one)) for one in invited]
    return render_template(
        "identity/mailbox.html", letters=letters, builders=builders, page=found.page
    )
