"""The Workato web app: AI Hub, recipe editor, Workspace admin, and the OAuth callback."""

from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import NotFound

from simulator.net.addresses import AIHUB
from simulator.systems.aihub import (
    access,
    admin,
    api_clients,
    api_collections,
    api_endpoints,
    api_platform_clients,
    api_platform_keys,
    authentication,
    callback,
    collaborator_groups,
    collaborators,
    connect,
    connection_page,
    connections,
    connector_versions,
    context,
    custom_connectors,
    dashboard,
    data_records,
    data_tables,
    deployments,
    editor,
    end_users,
    environments,
    gone,
    group_members,
    jobs,
    login_experience,
    logs,
    lookup_entries,
    lookup_tables,
    mcp_apps,
    navigation,
    new_recipe,
    new_server,
    oauth_profiles,
    project,
    projects,
    properties,
    proxy_server,
    recipe_settings,
    recipe_state,
    recipe_test,
    recipe_versions,
    roles,
    sent_forms,
    server_end_users,
    server_settings,
    server_template,
    server_tools,
    servers,
    session,
    skills,
    step_fields,
    steps,
    tags,
    test_cases,
    user_connections,
    web_api,
    workspace_settings,
)
from simulator.systems.aihub.pills import pieces
from simulator.web.application import (
    configure_app,
    configure_pages,
    explain_stale_form,
    format_moment,
)
from simulator.world import World

__all__ = ["create_app"]


def create_app(world: World) -> Flask:
    """Return the application that answers at app.workato.com and www.workato.com.

    Every page but the sign-in and `/oauth/callback` asks for a signed-in collaborator. Errors are
    pages: a title and a sentence in words, with the fitting status.
    """
    app = Flask(__name__)
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    configure_app(app, world, AIHUB, error_page=_error_page)
    configure_pages(app, world, AIHUB)
    app.before_request(projects.allow_files)  # before anything reads the form
    app.before_request(context.load_person)  # before the CSRF check: signed out means sign in
    Bootstrap5(app)
    CSRFProtect(app)
    sent_forms.install(app)
    app.jinja_env.filters["pieces"] = pieces
    app.jinja_env.filters["moment"] = format_moment
    app.jinja_env.globals |= {
        "may": context.may,
        "TOOLS": navigation.TOOLS,
        "ADMINISTRATION": navigation.ADMINISTRATION,
    }
    app.jinja_env.tests["open"] = context.may
    app.context_processor(
        lambda: {"person": context.signed_in(), "labels": navigation.get_labels()}
    )

    @app.errorhandler(CSRFError)
    def _stale(_error: CSRFError) -> Any:
        return _error_page(400, "This page is out of date", explain_stale_form())

    @app.errorhandler(NotFound)
    def _no_page(_error: NotFound) -> Any:
        return _error_page(404, "Page not found", "There is no page at this address.")

    of_server = (server_tools, mcp_apps, server_settings, access, server_end_users, dashboard)
    of_servers = (skills, new_server, proxy_server, server_template, servers, *of_server)
    of_people = (admin, end_users, group_members, authentication, collaborators)
    of_admins = (
        *of_people,
        collaborator_groups,
        roles,
        api_clients,
        environments,
        login_experience,
        logs,
        properties,
        workspace_settings,
    )
    pages = (
        session,
        *of_servers,
        new_recipe,
        editor,
        recipe_versions,
        steps,
        step_fields,
        jobs,
        connect,
        connection_page,
        connections,
        user_connections,
        web_api,
    )
    of_projects = (project, projects, deployments, tags)
    of_recipes = (recipe_settings, recipe_state, recipe_test, test_cases)
    of_api_platform = (api_collections, api_endpoints, api_platform_clients, api_platform_keys)
    of_tables = (lookup_tables, lookup_entries, data_tables, data_records)
    of_connectors = (custom_connectors, connector_versions, oauth_profiles)
    for area in (
        *of_api_platform,
        *of_connectors,
        *pages,
        *of_projects,
        *of_recipes,
        *of_tables,
        *of_admins,
        callback,
    ):
        app.register_blueprint(area.bp)
    app.register_blueprint(collaborators.invitations)
    return app


def _error_page(status: int, title: str, sentence: str) -> Response | tuple[Any, int]:
    if request.path.endswith(".json"):
        return jsonify(error=sentence), status
    # 503: the database is out, and who is signed in is in it.
    if status == 503 or not context.signed_in():
        page = render_template("aihub/error_signed_out.html", title=title, sentence=sentence)
        return page, status
    way = gone.find_way() if status == 404 else None
    if status == 404:
        title = "It was deleted" if way and way.deletion else "Page not found"
    page = render_template(
        "aihub/error.html",
        title=title,
        sentence=sentence,
        way=way,
        back="" if status == 404 else gone.find_form(),
    )
    return page, status
