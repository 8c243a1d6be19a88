"""A world whose one tool asks a provider outside of the sandbox, by the HTTP connector."""

from pathlib import Path

CALLBACK = "https://www.workato.com/oauth/callback"
_SCENARIO = """
title: A provider of one's own
workspace: {name: Acme}
environments: [Production]
projects: [{name: Home}]
collaborators:
  - {name: Olga Owner, email: olga@acme.example, password: demo-Pass-1, role: owner}
end_users:
  - {name: Ada Reyes, email: ada@acme.example, password: demo-Pass-1}
  - {name: Bob Tanaka, email: bob@acme.example, password: demo-Pass-1}
groups:
  - {name: Everyone, environment: Production, members: [ada@acme.example, bob@acme.example]}
apps: []
connections:
  - name: Ours
    provider: rest
    project: Home
    base_url: ISSUER
    authorization_url: ISSUER/oauth2/authorize
    token_url: ISSUER/oauth2/token
    client: CLIENT
    client_secret: SECRET
    scopes: [openid, email, offline_access]
recipes:
  - name: Who am I
    project: Home
    description: Says who is signed in.
    trigger: recipe_function
    result: [{name: person, type: object}]
    connections:
      rest: {connection: Ours, end_user: true}
    steps:
      - action: rest.make_request_v2
        as: found
        input:
          request_name: Ask who it is
          request: {method: GET, url: userinfo}
          response: {output_type: json}
      - return:
          person: "#{_('data.rest.found.response')}"
servers:
  - number: 1001
    name: Own
    project: Home
    environment: Production
    access_method: workato_identity
    groups: [Everyone]
    tools: [{recipe: Who am I}]
"""


def write_scenario(folder: Path, *, issuer: str, client: str, secret: str) -> Path:
    """Write the scenario file of such a world.

    Args:
        folder: where to.
        issuer: base URL of the provider and of its API.
        client: id of its client.
        secret: of the client.
    """
    text = _SCENARIO.replace("ISSUER", issuer).replace("CLIENT", client).replace("SECRET", secret)
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path
