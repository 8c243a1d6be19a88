"""Workspace admin > Authentication & Groups > Authentication: sign-in by SAML.

Workato docs, Workato Identity, SAML SSO: labels and order are theirs.
"""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Environment, SamlProvider, SamlSetup
from simulator.domain import workspaces
from simulator.domain.saml import providers, setups
from simulator.errors import FieldError
from simulator.extras import MissingExtra
from simulator.net.addresses import IDP
from simulator.systems.aihub import meanwhile
from simulator.systems.aihub.context import person
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("authentication", __name__, url_prefix="/workspace_admin/authentication")

ENFORCED_FOR = (("all", "All domains"), ("selected", "Selected domains"))


@bp.route("", methods=["GET", "POST"])
def edit() -> Response | tuple[str, int]:
    """Show and store how the end users of an environment sign in; `delete` names a provider."""
    world, environment = current_world(), _environment()
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            meanwhile.check(None, lambda: _describe(setups.get_setup(world, environment)))
            _save(environment)
            return _back(environment)
        except MissingExtra as error:
            errors["enabled"] = str(error)
        except FieldError as error:
            errors[error.field] = error.message
        world.db.rollback()
        environment = _environment()
    setup = setups.get_setup(world, environment)
    known = providers.list_providers(world, person().workspace_id)
    doomed_id = request.args.get("delete", "")
    doomed = next((each for each in known if str(each.id) == doomed_id), None)
    stored = {
        "enabled": "yes" if setup.is_enabled else "",
        "provider": request.args.get("chosen") or setup.provider_id or "",
        "enforced_for": "selected" if setup.domains else "all",
        "domains": ", ".join(setup.domains),
        "jit": "yes" if setup.provisions_users else "",
        "groups": "yes" if setup.syncs_groups else "",
    }
    page = render_template(
        "aihub/authentication.html",
        seen=meanwhile.mark(_describe(setup), errors),
        environment=environment,
        environments=workspaces.list_environments(world, person().workspace_id),
        form=request.form if errors else stored,
        errors=errors,
        providers=known,
        enforced_for=ENFORCED_FOR,
        jit_environments=(
            request.form.getlist("jit_environments")
            if errors
            else [str(each) for each in setup.provisioned_environments]
        ),
        is_enabled=setup.is_enabled,
        doomed=doomed,
        losing=setups.list_environments_of(world, doomed) if doomed else (),
        **_addresses(environment),
    )
    return page, 422 if errors else 200


def _describe(setup: SamlSetup) -> list[Any]:
    return [
        setup.is_enabled,
        setup.provider_id,
        setup.domains,
        setup.provisions_users,
        setup.syncs_groups,
        setup.provisioned_environments,
    ]


def _save(environment: Environment) -> None:
    world, form = current_world(), request.form
    number = parse_whole_number(form.get("provider"))
    chosen = providers.get_provider(world, person().workspace_id, number) if number else None
    stored = setups.save(
        world,
        environment,
        is_enabled=form.get("enabled") == "yes",
        provider=chosen,
        enforced_for=form.get("enforced_for", ""),
        domains=form.get("domains", ""),
        provisions_users=form.get("jit") == "yes",
        syncs_groups=form.get("groups") == "yes",
        provisioned_environments=_read_environments(),
    )
    if stored.is_enabled and chosen:
        whom = ", ".join(stored.domains) or "all domains"
        flash(f"Saved. People of {whom} sign in with {chosen.name}.", "success")
    else:
        flash("Saved. End users sign in with e-mail and password.", "success")


def _read_environments() -> list[int]:
    """Return which environments people have who are provisioned; empty for all of them.

    Raises:
        FieldError: on `jit_environments`: none is selected.
    """
    there = {
        str(each.id): each.id
        for each in workspaces.list_environments(current_world(), person().workspace_id)
    }
    ticked = request.form.getlist("jit_environments")
    chosen = [there[each] for each in ticked if each in there]
    if len(there) == 1 or len(chosen) == len(there):
        return []
    if not chosen and request.form.get("jit") == "yes":
        raise FieldError("jit_environments", "Select at least one environment.")
    return chosen


@bp.route("/providers/new", methods=["GET", "POST"])
def new_provider() -> Response | tuple[str, int]:
    """Set up an identity provider by its metadata."""
    return _provider_page(None)


@bp.route("/providers/<int:provider_id>", methods=["GET", "POST"])
def edit_provider(provider_id: int) -> Response | tuple[str, int]:
    """Change an identity provider; saving reads its metadata once more."""
    return _provider_page(provider_id)


def _provider_page(provider_id: int | None) -> Response | tuple[str, int]:
    world, environment, errors = current_world(), _environment(), {}
    edited = _provider(provider_id)
    if request.method == "POST":
        try:
            meanwhile.check(edited, lambda: _describe_provider(edited))
            saved = _save_provider(edited, provider_id)
            flash(f"Saved the identity provider {saved.name}.", "success")
            return _back(_environment(), chosen=saved.id)
        except MissingExtra as error:
            errors["metadata_url"] = str(error)
        except FieldError as error:
            errors[error.field] = error.message
        world.db.rollback()
        environment, edited = _environment(), _provider(provider_id)
    stored = {
        "name": edited.name if edited else "",
        "metadata_url": edited.metadata_url if edited else "",
    }
    page = render_template(
        "aihub/saml_provider.html",
        environment=environment,
        provider=edited,
        seen=meanwhile.mark(_describe_provider(edited), errors),
        form=request.form if errors else stored,
        errors=errors,
        own_metadata=f"{world.addresses.base_url(IDP)}/metadata",
        **_addresses(environment),
    )
    return page, 422 if errors else 200


def _describe_provider(edited: SamlProvider | None) -> list[str | None]:
    return [edited.name, edited.metadata_url, edited.entity_id] if edited else []


def _save_provider(edited: SamlProvider | None, provider_id: int | None) -> SamlProvider:
    world, workspace_id, form = current_world(), person().workspace_id, request.form
    name = providers.check_name(world, workspace_id, form.get("name", ""), edited)
    url, pasted = form.get("metadata_url", "").strip(), form.get("metadata_xml", "").strip()
    if not url and not pasted:
        raise FieldError("metadata_url", "Enter the metadata URL, or paste the metadata below.")
    if url and pasted:
        raise FieldError("metadata_xml", "Give the metadata by its URL or here, not both.")
    found = providers.read_pasted(pasted) if pasted else providers.fetch(world, url)
    return providers.save(
        world,
        workspace_id,
        name=name,
        metadata_url=url,
        found=found,
        edited=_provider(provider_id),
    )


@bp.post("/providers/<int:provider_id>/delete")
def delete_provider(provider_id: int) -> Response:
    """Delete an identity provider; environments that use it go back to passwords."""
    world = current_world()
    found = providers.get_provider(world, person().workspace_id, provider_id)
    name = found.name
    providers.remove(world, found)
    flash(f"Deleted the identity provider {name}.", "success")
    return _back(_environment())


def _provider(provider_id: int | None) -> SamlProvider | None:
    if provider_id is None:
        return None
    return providers.get_provider(current_world(), person().workspace_id, provider_id)


def _environment() -> Environment:
    """Return the environment that the URL or form names, else the workspace's first."""
    return workspaces.get_environment_or_first(
        current_world(),
        person().workspace_id,
        parse_whole_number(request.values.get("environment")),
    )


def _addresses(environment: Environment) -> dict[str, str]:
    """What an identity provider has to know of Workato Identity, as it is reached here."""
    world = current_world()
    return {
        "sso_url": setups.acs_urls(world, environment.id)[0],
        "entity_id": setups.entity_ids(world, environment.id)[0],
    }


def _back(environment: Environment, chosen: int | None = None) -> Response:
    target = url_for("authentication.edit", environment=environment.id, chosen=chosen)
    return redirect(target, 303)
