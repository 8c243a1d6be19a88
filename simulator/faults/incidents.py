"""The classic incidents by name, in the order of the documents."""

from simulator.faults.app_incidents import APP_INCIDENTS
from simulator.faults.identity_incidents import IDENTITY_INCIDENTS
from simulator.faults.incident import Incident
from simulator.faults.mcp_incidents import MCP_INCIDENTS
from simulator.faults.saml_incidents import SAML_INCIDENTS
from simulator.faults.sign_in_incidents import SIGN_IN_INCIDENTS

__all__ = ["INCIDENTS", "Incident", "incident_named"]

INCIDENTS = (
    *APP_INCIDENTS,
    *SIGN_IN_INCIDENTS,
    *IDENTITY_INCIDENTS,
    *SAML_INCIDENTS,
    *MCP_INCIDENTS,
)


def incident_named(name: str) -> Incident:
    """The incident of this name.

    Raises:
        ValueError: there is none.
    """
    for each in INCIDENTS:
        if each.name == name:
            return each
    known = ", ".join(each.name for each in INCIDENTS)
    raise ValueError(f"There is no incident '{name}'. There are: {known}.")
