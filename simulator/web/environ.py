"""Keys of the WSGI environment by which middleware informs a system (PEP 3333).

The keys are here, below the systems and what surrounds them, so that neither knows the other.
"""

#: The request header that names a fault for the request itself (our choice).
FAULT_HEADER = "Simulator-Fault"
#: The version that what is remembered goes by, as it was read at the door of the request itself;
#: None where it was not (`simulator.db.remembered`).
CATALOGUE_VERSION = "simulator.catalogue_version"
#: Why the request's fault header is not followed, for its system to say.
FAULT_REFUSED = "simulator.faults.refused"
#: The HTTP status with which the request is to be refused, in the system's own words.
REFUSAL = "simulator.faults.refusal"
#: At an MCP server: the person of the request's token is in no group of the server.
GROUP_LOST = "simulator.faults.group_lost"
#: At an MCP server: scopes that the request's token needs, and lacks.
SCOPES_NEEDED = "simulator.faults.scopes_needed"
#: At an MCP server: the namespace and collection that the address named (`acme/procurement-v1`).
COLLECTION_PATH = "simulator.mcp.collection_path"
#: At Workato Identity: scopes that MCP servers ask for because of faults; it grants them.
SCOPES_DEMANDED = "simulator.faults.scopes_demanded"
#: At the identity provider: what is wrong with the assertion that answers the request.
SAML_EFFECT = "simulator.faults.saml_effect"
#: How many simulated seconds went by before a request came to its system.
HELD_UP = "simulator.held_up"
