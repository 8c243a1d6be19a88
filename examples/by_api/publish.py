"""Give an end user a tool with verified user access, by the Developer API alone.

    export WORKATO_HOST=https://app.workato.com WORKATO_API_TOKEN=wrkaus-…
    python publish.py --end-user ada@acme.example --oauth-client coupa.json

Both documented procedures: end-user groups get access to an MCP server, and a tool's action step
gets the End user's connection. What is there already, by its name, is used; so the script may be
run again. Only the two consents are given in a browser. The standard library is all it needs.
"""

import argparse
import json
import os
import sys
import time
import webbrowser
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

RECIPE = Path(__file__).with_name("list_requisitions.recipe.json")
_PATIENCE = 5


class Stop(Exception):
    """The script cannot go on; the text says why, and what to do."""


class DeveloperApi:
    """Workato's Developer API at one address, with one API client's token."""

    def __init__(self, host, token):
        self.host, self._token = host.rstrip("/"), token
        self._below = ""

    def act_at(self, external_id, notification_email):
        """From now on, act in the workspace of an embedded customer, who is made if need be."""
        known, page = set(), 1
        while rows := self.ask("GET", "managed_users", {"page": page})["result"]:
            known.update(each["external_id"] for each in rows)
            page += 1
        if external_id not in known:
            self.ask(
                "POST", "managed_users",
                name=external_id, external_id=external_id, notification_email=notification_email,
            )  # fmt: skip
        self._below = f"managed_users/E{quote(external_id, safe='')}/"

    def ask(self, method, path, query=None, **body):
        """Send one request; return the JSON of the answer, without the `data` around it."""
        url = f"{self.host}/api/{self._below}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body else None
        for attempt in range(_PATIENCE):
            try:
                with urlopen(Request(url, data, headers, method=method), timeout=60) as answer:
                    return self._read(f"{method} {path}", answer.read())
            except HTTPError as error:
                if error.code != 429 or attempt == _PATIENCE - 1:
                    raise Stop(f"{method} {url}: {error.code} {error.read().decode()}") from None
                # The API's quota is used up, and it says for how long.
                time.sleep(float(error.headers.get("Retry-After", "1")))
            except URLError as error:
                raise Stop(f"Nothing answers at {self.host}: {error.reason}") from None
        raise AssertionError

    def _read(self, request, text):
        found = json.loads(text or "{}")
        if isinstance(found, dict) and found.get("success") is False:
            raise Stop(f"{request} was refused: {json.dumps(found)}")
        return found["data"] if isinstance(found, dict) and "data" in found else found


def named(rows, name):
    """The row of a list that has a name; None if none has."""
    return next((each for each in rows if each["name"] == name), None)


def find_or_create_project(api, name):
    """Return the id of the folder of a project."""
    if found := named(api.ask("GET", "projects"), name):
        return found["folder_id"]
    return api.ask("POST", "folders", name=name)["id"]


def connect(api, folder, name, provider, oauth_client):
    """Return the builder's connection, authorized in the web app by who opens its page."""
    found = named(api.ask("GET", "connections"), name)
    if found is None:
        if oauth_client is None:
            raise Stop(f"There is no connection '{name}': say with --oauth-client how to make it.")
        found = api.ask(
            "POST", "connections",
            name=name, provider=provider, folder_id=folder, shell_connection=True,
            input=oauth_client,
        )  # fmt: skip
    while found["authorization_status"] != "success":
        wait_for_person("As the builder, press Connect at", f"{api.host}/connections/{found['id']}")
        found = named(api.ask("GET", "connections"), name)
    return found


def publish_recipe(api, folder, recipe, connection):
    """Return the id of the running recipe, whose app has the End user's connection."""
    found = named(api.ask("GET", "recipes", {"folder_id": folder})["items"], recipe["name"])
    if found is None:
        config = [
            each | {"account_id": connection["id"], "personalization": True}
            if each["provider"] == connection["provider"]
            else each
            for each in recipe["config"]
        ]
        number = api.ask(
            "POST", "recipes",
            name=recipe["name"], description=recipe.get("description", ""), folder_id=str(folder),
            code=json.dumps(recipe["code"]), config=json.dumps(config),
        )["id"]  # fmt: skip
    else:
        number = found["id"]
    if found is None or not found["running"]:
        api.ask("PUT", f"recipes/{number}/start")
    return number


def publish_server(api, folder, name, recipe, recipe_id, group_id):
    """Return the MCP server with the recipe as its tool, and the group's access to it."""
    found = named(api.ask("GET", "mcp/mcp_servers", {"folder_id": folder}), name)
    if found is None:
        found = api.ask("POST", "mcp/mcp_servers", name=name, folder_id=folder)
    path = f"mcp/mcp_servers/{found['id']}"
    tools = api.ask("GET", f"{path}/tools")["items"]
    if not any(str(each["flow_id"]) == str(recipe_id) for each in tools):
        asset = {"trigger_application": recipe["code"]["provider"], "id": str(recipe_id)}
        api.ask("POST", f"{path}/assign_tools", tools=[asset])
    api.ask("PUT", path, auth_type="workato_idp")
    api.ask("POST", f"{path}/assign_user_groups", idp_user_group_ids=[group_id])
    return api.ask("GET", path)


def find_or_create_member(api, email, group_name):
    """Return an end user and the end-user group that they are in."""
    group = named(api.ask("GET", "iam/user_groups"), group_name)
    group = group or api.ask("POST", "iam/user_groups", name=group_name)
    people = api.ask("GET", "iam/users", {"emails[]": email})
    if not people:
        api.ask("POST", "iam/users", email=email)
        people = api.ask("GET", "iam/users", {"emails[]": email})
    (person,) = people
    if not api.ask("GET", "iam/users", {"emails[]": email, "user_group_ids[]": group["id"]}):
        api.ask("POST", f"iam/users/{person['id']}/add_to_group", user_group_id=group["id"])
    return person, group


def connect_end_user(api, folder, parent, person):
    """Let the end user consent at the app, unless they did; later they would be asked anyway."""
    query = {"parent_id": parent["id"], "external_id": person}
    query["include_runtime_connections"] = "true"
    own = api.ask("GET", "connections", query)
    if own and own[0]["authorization_status"] == "success":
        return
    begun = api.ask(
        "POST", "connections/runtime_user_connections",
        parent_id=parent["id"], folder_id=folder, external_id=person,
    )  # fmt: skip
    url = begun["url"]
    while True:
        wait_for_person("As the end user, sign in and allow at", url)
        own = api.ask("GET", "connections", query)
        if own and own[0]["authorization_status"] == "success":
            return
        path = f"connections/runtime_user_connections/{begun['id']}/get_oauth_url"
        url = api.ask("GET", path)["url"]  # an address is good for one try


def wait_for_person(what, url):
    """Have somebody open an address, and wait until they say that they have done it."""
    print(f"{what}: {url}", flush=True)
    webbrowser.open(url)
    try:
        input("Press Enter when that is done, Ctrl-D to stop. ")
    except EOFError:
        raise Stop("Run the script again when that is done: it goes on there.") from None


def main(options):
    """Do all of it, and print what an end user's client needs."""
    api = DeveloperApi(options.host, options.token)
    if options.customer:
        api.act_at(options.customer, options.notification_email)
    recipe = json.loads(Path(options.recipe).read_text(encoding="utf-8"))
    oauth_client = None
    if options.oauth_client:
        oauth_client = json.loads(Path(options.oauth_client).read_text(encoding="utf-8"))
    (provider,) = {each["provider"] for each in recipe["config"]}

    folder = find_or_create_project(api, options.project)
    connection = connect(api, folder, options.connection, provider, oauth_client)
    recipe_id = publish_recipe(api, folder, recipe, connection)
    person, group = find_or_create_member(api, options.end_user, options.group)
    server = publish_server(api, folder, options.server, recipe, recipe_id, group["id"])
    connect_end_user(api, folder, connection, person["id"])
    if person.get("status") == "invited":
        print(f"{person['email']} has to accept their invitation before they sign in.")
    print(f"Remote MCP URL: {server['mcp_url']}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--host", default=os.environ.get("WORKATO_HOST"))
    options.add_argument("--token", default=os.environ.get("WORKATO_API_TOKEN"))
    options.add_argument("--end-user", required=True, help="their e-mail address")
    options.add_argument("--oauth-client", help="JSON file: host, client_id, client_secret, scopes")
    options.add_argument("--customer", help="external id of an embedded customer to act at")
    options.add_argument("--notification-email", help="of the customer, if it is made")
    options.add_argument("--recipe", default=RECIPE, help="JSON file: name, code, config")
    options.add_argument("--project", default="By API")
    options.add_argument("--connection", default="Coupa by API", help="its name")
    options.add_argument("--group", default="Users by API")
    options.add_argument("--server", default="Procurement by API")
    chosen = options.parse_args()
    if chosen.customer and not chosen.notification_email:
        options.error("name the --notification-email of the customer, who is its owner")
    if not chosen.host or not chosen.token:
        options.error("name --host and --token, or set WORKATO_HOST and WORKATO_API_TOKEN")
    try:
        main(chosen)
    except Stop as why:
        sys.exit(str(why))
