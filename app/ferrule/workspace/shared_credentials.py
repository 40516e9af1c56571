"""Who uses a credential, and which ones bundles share: all that is only looked up.

What changes any of it is in `scopes`.
"""

from dataclasses import dataclass

from ferrule.credentials import Ref
from ferrule.descriptor.model import Connector
from ferrule.errors import FerruleError, NotFound
from ferrule.store import Connection, CredentialScope
from ferrule.workspace.bundle_titles import bundle_title
from ferrule.workspace.catalogue import Catalogue
from ferrule.workspace.project import known_projects
from ferrule.workspace.registry import Registry
from ferrule.workspace.scope_lookup import fitting, key_of, shared_place
from ferrule.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Use:
    """A connection that uses a credential."""

    project: str
    key: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A credential that a bundle's connectors share; no value of it.

    `projects` may use it, `hosts` are those it may go to.
    """

    owner: Ref
    provider: str
    bundle: str
    projects: tuple[str, ...]
    hosts: tuple[str, ...]
    uses: tuple[Use, ...]

    @property
    def title(self) -> str:
        """Return whose it is in words."""
        return f"shared from the {self.bundle} bundle"


def ref_of(workspace: Workspace, connection: Connection) -> Ref | None:
    """Return where a connection's secrets are; None where it has none it may use.

    Its own, else the shared one of its provider that fits and lists its project.
    """
    return workspace.registry.ref_of(connection)


def is_shared(ref: Ref | None) -> bool:
    """Tell whether a credential belongs to a bundle."""
    return ref is not None and ref.is_shared


def shared_of(workspace: Workspace, connection: Connection) -> Shared | None:
    """Return the shared credential that a connection uses; None where it does not."""
    ref = ref_of(workspace, connection)
    if ref is None or not is_shared(ref):
        return None
    scope = workspace.scopes.find(*ref)
    return None if scope is None else shared_as(workspace, scope)


def shared_for(
    workspace: Workspace, connector: Connector, method: str | None = None
) -> Shared | None:
    """Return the shared credential that a new connection would fall through to.

    `method` names one of several sign-ins, by default the usual one.

    Raises:
        UsageError: when there is none of that name.
    """
    by = connector.signing_in(method)
    scope = fitting(workspace.scopes.list(), workspace.project.key, by)
    return None if scope is None else shared_as(workspace, scope)


def shared_credentials(workspace: Workspace) -> list[Shared]:
    """Return the shared credentials that the project owns or may use."""
    here = workspace.project.key
    found = workspace.scopes.list()
    return [shared_as(workspace, scope) for scope in found if scope.allows(here)]


def uses_of(workspace: Workspace, ref: Ref) -> tuple[Use, ...]:
    """Return who uses a credential, in every project.

    Connections of a project whose folder is not known here count where they could.
    """
    if not is_shared(ref):
        return (Use(ref.project, key_of(ref)),)
    scope = workspace.scopes.find(*ref)
    return () if scope is None else _uses(workspace, scope)


def shared_by(workspace: Workspace, provider: str) -> Shared:
    """Return the credential that this project shares for a provider.

    Raises:
        NotFound: when it shares none.
    """
    found = workspace.scopes.find(*shared_place(workspace.project.key, provider))
    if found is None:
        raise NotFound(
            f"The project shares no credential for “{provider}”.",
            advice="ferrule credentials lists those there are.",
        )
    return shared_as(workspace, found)


def shared_as(workspace: Workspace, scope: CredentialScope) -> Shared:
    """Return a shared credential as it is told."""
    return Shared(
        Ref(scope.project, scope.owner),
        scope.provider,
        bundle_title(workspace, scope.provider),
        tuple(scope.projects),
        tuple(scope.hosts),
        _uses(workspace, scope),
    )


def _uses(workspace: Workspace, scope: CredentialScope) -> tuple[Use, ...]:
    shared, connectors = workspace.scopes.list(), _Connectors(workspace)
    place = scope.project, scope.owner
    found = []
    for one in workspace.connections.without_own():
        if not scope.allows(one.project):
            continue
        connector = connectors.of(one)
        if connector is None:  # it cannot be read here: it may well be a user
            used = one.provider == scope.provider
        else:
            falls = fitting(shared, one.project, connector)
            used = falls is not None and (falls.project, falls.owner) == place
        if used:
            found.append(Use(one.project, one.key))
    return tuple(found)


class _Connectors:
    """Reads the connectors of connections of any project, each but once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._registries: dict[str, Registry | None] = {}
        self._read: dict[tuple[str | None, ...], Connector | None] = {}

    def of(self, one: Connection) -> Connector | None:
        """Return a connection's connector; None where it cannot be read here."""
        way = one.project, one.connector_id, one.api_version, one.auth_option
        if way not in self._read:
            registry = self._registry(one.project)
            try:
                self._read[way] = registry.connector_of(one) if registry else None
            except FerruleError:
                self._read[way] = None
        return self._read[way]

    def _registry(self, project: str) -> Registry | None:
        """Return the registry of a project; None where its folder is not known."""
        if project not in self._registries:
            self._registries[project] = _registry_of(self._workspace, project)
        return self._registries[project]


def _registry_of(workspace: Workspace, project: str) -> Registry | None:
    if project == workspace.project.key:
        return workspace.registry
    for known in known_projects(workspace.home):
        if known.key == project:
            doors = workspace.connections, workspace.vault, workspace.scopes
            return Registry(
                Catalogue(known, workspace.home), *doors, workspace.home.path
            )
    return None
