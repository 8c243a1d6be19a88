"""Our tables, one module per noun; importing this package makes all of them known.

Those of the apps wait until somebody asks for one (`simulator.db.app_tables`).
"""

from simulator.db.base import Base
from simulator.db.tables.activity import ActivityLog
from simulator.db.tables.api_clients import ApiClient, ApiClientRole, ApiWindow
from simulator.db.tables.api_platform import ApiPlatformClient, ApiPlatformKey
from simulator.db.tables.apps import AppInstance, AppUser
from simulator.db.tables.assets import ConnectorVersion, Folder, PackageAsset
from simulator.db.tables.connections import Connection, ConnectionAttempt, OAuthState
from simulator.db.tables.customers import Customer
from simulator.db.tables.deployments import Deployment, ProjectBuild
from simulator.db.tables.limits import CallLimit
from simulator.db.tables.oauth import (
    ClientDocument,
    OAuthClient,
    OAuthCode,
    OAuthConsent,
    OAuthToken,
    SigningKey,
)
from simulator.db.tables.oauth_profiles import CustomOAuthProfile, ProfileAssignment
from simulator.db.tables.packages import ExportManifest, Package
from simulator.db.tables.people import (
    AppLink,
    Collaborator,
    EndUser,
    EndUserGroup,
    EnvironmentRevocation,
    FailedSignIns,
    GroupMember,
)
from simulator.db.tables.recipes import DeletedRecipe, Job, Recipe, RecipeVersion
from simulator.db.tables.reference_data import (
    DataRecord,
    DataTable,
    LookupEntry,
    LookupTable,
    Property,
)
from simulator.db.tables.roles import (
    CollaboratorGroup,
    CollaboratorGroupMember,
    ProjectGrant,
    Role,
    RoleInEnvironment,
)
from simulator.db.tables.running_jobs import FunctionCall, RunningJob
from simulator.db.tables.saml import (
    IdpAccount,
    IdpApplication,
    SamlAssertion,
    SamlProvider,
    SamlRequest,
    SamlSetup,
)
from simulator.db.tables.servers import (
    DeletedServer,
    McpApp,
    McpServer,
    McpTool,
    ServerEndUser,
    ServerGroup,
)
from simulator.db.tables.sessions import McpCancellation, McpSession, PostedPage, SignIn
from simulator.db.tables.sharing import PlantedFault, ServingProcess
from simulator.db.tables.tags import Tag, TagAssignment
from simulator.db.tables.test_cases import CaseResult, RecipeTestCase, RunRequest
from simulator.db.tables.versions import Version
from simulator.db.tables.workspaces import Environment, Fact, LoginExperience, Project, Workspace

__all__ = [
    "ActivityLog",
    "ApiClient",
    "ApiClientRole",
    "ApiPlatformClient",
    "ApiPlatformKey",
    "ApiWindow",
    "AppInstance",
    "AppLink",
    "AppUser",
    "Base",
    "CallLimit",
    "CaseResult",
    "ClientDocument",
    "Collaborator",
    "CollaboratorGroup",
    "CollaboratorGroupMember",
    "Connection",
    "ConnectionAttempt",
    "ConnectorVersion",
    "CustomOAuthProfile",
    "Customer",
    "DataRecord",
    "DataTable",
    "DeletedRecipe",
    "DeletedServer",
    "Deployment",
    "EndUser",
    "EndUserGroup",
    "Environment",
    "EnvironmentRevocation",
    "ExportManifest",
    "Fact",
    "FailedSignIns",
    "Folder",
    "FunctionCall",
    "GroupMember",
    "IdpAccount",
    "IdpApplication",
    "Job",
    "LoginExperience",
    "LookupEntry",
    "LookupTable",
    "McpCancellation",
    "McpApp",
    "McpServer",
    "McpSession",
    "McpTool",
    "OAuthClient",
    "OAuthCode",
    "OAuthConsent",
    "OAuthState",
    "OAuthToken",
    "Package",
    "PackageAsset",
    "PlantedFault",
    "PostedPage",
    "ProfileAssignment",
    "Project",
    "ProjectBuild",
    "ProjectGrant",
    "Property",
    "Recipe",
    "RecipeTestCase",
    "RecipeVersion",
    "Role",
    "RoleInEnvironment",
    "RunRequest",
    "RunningJob",
    "SamlAssertion",
    "SamlProvider",
    "SamlRequest",
    "SamlSetup",
    "ServerEndUser",
    "ServerGroup",
    "ServingProcess",
    "SignIn",
    "SigningKey",
    "Tag",
    "TagAssignment",
    "Version",
    "Workspace",
    "tables",
]
