"""What Workato has pages alone for, for programs: no endpoint of its Developer API is known.

Each operation calls the rule that the page calls, with the same refusals. Paths name things by the
`id` that an answer tells; bodies by their names, as scenario files do.
"""

from simulator.control.workspace import (
    access,
    api_endpoints,
    client_roles,
    environments,
    login_experience,
    mcp_apps,
    proxy_servers,
    saml,
    saml_providers,
    server_templates,
    test_cases,
    workspaces,
)

ENDPOINTS = (
    *workspaces.ENDPOINTS,
    *workspaces.SETTINGS,
    *environments.ENDPOINTS,
    *saml.ENDPOINTS,
    *saml_providers.ENDPOINTS,
    *login_experience.ENDPOINTS,
    *client_roles.ENDPOINTS,
    *test_cases.ENDPOINTS,
    *server_templates.GALLERY,
    *server_templates.ENDPOINTS,
    *proxy_servers.ENDPOINTS,
    *mcp_apps.ENDPOINTS,
    *access.ENDPOINTS,
    *access.OF_PEOPLE,
    *api_endpoints.ENDPOINTS,
)
