"""The identity providers of a workspace: set up by their metadata, changed, deleted."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update

from simulator import extras
from simulator.db.claim import lock_present
from simulator.db.tables import SamlProvider, SamlSetup
from simulator.domain import workspaces
from simulator.domain.saml import metadata
from simulator.domain.saml.metadata import BadMetadata, ProviderMetadata
from simulator.errors import AlreadyExists, FieldError, NotFound, Unreachable
from simulator.net.addresses import IDP, production_host
from simulator.world import World

_LONGEST_URL = 2_000


def list_providers(world: World, workspace_id: int) -> Sequence[SamlProvider]:
    """Return the identity providers of a workspace, by name.

    Args:
        workspace_id: the workspace's id.
    """
    found = select(SamlProvider).where(SamlProvider.workspace_id == workspace_id)
    return world.db.session.scalars(found.order_by(SamlProvider.name).limit(200)).all()


def get_provider(world: World, workspace_id: int, provider_id: int) -> SamlProvider:
    """Return an identity provider of a workspace.

    Args:
        workspace_id: the workspace's id.
        provider_id: the identity provider's id.

    Raises:
        NotFound: the workspace has none with this id.
    """
    found = world.db.session.get(SamlProvider, provider_id)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound("This identity provider does not exist.")
    return found


def check_name(
    world: World, workspace_id: int, name: str, edited: SamlProvider | None = None
) -> str:
    """Return the name of an identity provider as it is stored.

    Args:
        workspace_id: the workspace's id.
        name: the name as typed.
        edited: the one that gets it; None for a new one.

    Raises:
        FieldError: on `name`.
        AlreadyExists: on `name`.
    """
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise FieldError("name", "Enter a name of 1 to 100 characters.")
    taken = select(SamlProvider.id).where(
        SamlProvider.workspace_id == workspace_id,
        SamlProvider.name == name,
        SamlProvider.id != (edited.id if edited else 0),
    )
    if world.db.session.scalar(taken):
        raise AlreadyExists("name", f"Another identity provider is named '{name}'.")
    return name


def fetch(world: World, url: str) -> ProviderMetadata:
    """Read an identity provider's metadata at its address; the open unit of work is committed.

    Args:
        world: with an open unit of work that has changed nothing.
        url: the URL of the sandbox's own identity provider, or at a host that `--allow-host` names.

    Raises:
        FieldError: on `metadata_url`: it may not be asked, does not answer, or is no metadata.
        MissingExtra: the package that reads it is not installed.
    """
    extras.require("SAML-based sign-in", "signxml")
    url = url.strip()
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address or len(url) > _LONGEST_URL:
        raise FieldError("metadata_url", "Enter the address of the metadata: https://…")
    if refusal := world.http.explain_refusal(url):
        raise FieldError(
            "metadata_url",
            f"{refusal} The sandbox's own identity provider has its metadata at "
            f"{world.addresses.base_url(IDP)}/metadata; other hosts are asked where the sandbox "
            "was started with --allow-host. Or paste the metadata below.",
        )
    world.db.commit()
    try:
        answer = world.http.request("GET", url, outside=True)
    except Unreachable as error:
        raise FieldError("metadata_url", f"The metadata cannot be fetched: {error}") from None
    if answer.status_code != 200:
        raise FieldError("metadata_url", f"The address answers {answer.status_code}, not 200.")
    return _read("metadata_url", answer.content)


def read_pasted(text: str) -> ProviderMetadata:
    """Read metadata that was pasted (our choice: for identity providers that cannot be asked).

    Args:
        text: XML.

    Raises:
        FieldError: on `metadata_xml`.
        MissingExtra: the package that reads it is not installed.
    """
    extras.require("SAML-based sign-in", "signxml")
    return _read("metadata_xml", text.strip().encode())


def _read(field: str, document: bytes) -> ProviderMetadata:
    try:
        return metadata.read(document)
    except BadMetadata as error:
        raise FieldError(field, str(error)) from None


def save(
    world: World,
    workspace_id: int,
    *,
    name: str,
    metadata_url: str,
    found: ProviderMetadata,
    edited: SamlProvider | None = None,
) -> SamlProvider:
    """Store an identity provider.

    Args:
        workspace_id: the workspace's id.
        name: the name as `check_name` returns it.
        metadata_url: where `found` was read; empty where it was pasted.
        found: what it says of itself.
        edited: the one that changes; None for a new one.

    Raises:
        AlreadyExists: on `name`: somebody took it while the metadata was fetched.
        NotFound: somebody else deleted it meanwhile.
    """
    workspaces.lock(world, workspace_id)
    if edited is not None:
        lock_present(world.db.session, edited)
    name = check_name(world, workspace_id, name, edited)
    now = world.clock.now()
    row = edited or SamlProvider(workspace_id=workspace_id, created_at=now)
    row.name, row.metadata_url, row.updated_at = name, metadata_url.strip(), now
    row.entity_id, row.certificates = found.entity_id, list(found.certificates)
    row.sso_url = _keep(world, found.sso_url)
    world.db.session.add(row)
    world.db.session.flush()
    return row


def _keep(world: World, url: str) -> str:
    """The address of the sandbox's own is kept as it is in production: ports change."""
    netloc = urlsplit(url).netloc
    if world.addresses.system_at(netloc) != IDP:
        return url
    return f"https://{production_host(IDP)}{url.split(netloc, 1)[1]}"


def remove(world: World, provider: SamlProvider) -> None:
    """Delete an identity provider; environments that use it go back to passwords.

    Args:
        provider: which.

    Raises:
        NotFound: somebody else deletes it at the same moment.
    """
    session, provider_id = world.db.session, provider.id
    workspaces.lock(world, provider.workspace_id)
    session.execute(
        update(SamlSetup)
        .where(SamlSetup.provider_id == provider_id)
        .values(provider_id=None, is_enabled=False, updated_at=world.clock.now())
    )
    gone = delete(SamlProvider).where(SamlProvider.id == provider_id).returning(SamlProvider.id)
    if session.scalar(gone) is None:
        raise NotFound("This identity provider does not exist any more.")
