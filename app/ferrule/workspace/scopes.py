"""Whose a credential is, who may use it, and how that is changed (seed 003).

A credential belongs to a connection, or to a bundle: then every connector of that
provider whose sign-in fits falls through to it. Each change is ordered so that a
program that is killed leaves what was before or what comes after: secrets are written
where nobody looks yet, one transaction lets everybody look there, and only then are
those before deleted.
"""

from collections.abc import Iterable

from ferrule.auth import Secrets
from ferrule.clock import Clock
from ferrule.credentials import Ref
from ferrule.credentials.tokens import TokenKeeper
from ferrule.credentials.vault import missing
from ferrule.descriptor.model import Connector
from ferrule.errors import KeychainUnavailable, NotFound, UsageError
from ferrule.store import Connection, CredentialScope
from ferrule.store.credential_scopes import EVERY
from ferrule.workspace.bundle_titles import bundle_title
from ferrule.workspace.host_sets import (
    asked_hosts,
    beyond,
    confirm_hosts,
    extra_hosts,
    held_hosts,
    refuse_held,
)
from ferrule.workspace.operations.recording import recorded
from ferrule.workspace.own_credentials import OwnCredentials
from ferrule.workspace.project import known_projects
from ferrule.workspace.registry import require_secrets
from ferrule.workspace.scope_lookup import (
    fitting,
    nothing_shared,
    own_place,
    provider_of,
    shared_place,
    sign_in_of,
)
from ferrule.workspace.shared_credentials import (
    Shared,
    Use,
    is_shared,
    ref_of,
    shared_as,
    shared_by,
    shared_credentials,
    shared_for,
    shared_of,
    uses_of,
)
from ferrule.workspace.workspace import Workspace

__all__ = [
    "EVERY",
    "Shared",
    "Use",
    "allow_projects",
    "asked_hosts",
    "beyond",
    "confirm_hosts",
    "end_sharing",
    "extra_hosts",
    "held_hosts",
    "is_shared",
    "keep_own",
    "nothing_shared",
    "own_credentials",
    "ref_of",
    "refuse_held",
    "share",
    "shared_by",
    "shared_credentials",
    "shared_for",
    "shared_of",
    "use_shared",
    "uses_of",
]


@recorded(
    "credential",
    "The credential of “{key}” is shared with its bundle.",
    connection="{key}",
    audit="credential.share",
)
def share(workspace: Workspace, key: str, clock: Clock | None = None) -> Shared:
    """Let a connection's own credential become its bundle's; it falls through to it.

    It may go where it could go before, and nobody renews its tokens meanwhile.

    Raises:
        UsageError: when it has none of its own, or the bundle has one already.
        HostsGrew: when the connection is held.
        FerruleError: when it cannot be kept.
    """
    connection = _connection(workspace, key)
    connector = workspace.registry.connector_of(connection)
    if connection.credential_ref is None:
        raise _nothing_own(workspace, connection)
    if ref_of(workspace, connection) is None:
        raise missing(own_place(connection))
    refuse_held(workspace, connection, connector)
    _can_keep(workspace)
    scope = _scope_of(connection, connector)
    to = Ref(scope.project, scope.owner)
    with _keeper(workspace, to, clock).alone():
        if workspace.scopes.find(*to) is not None:
            raise _shares_already(workspace, connection, scope.provider)
        with _keeper(workspace, own_place(connection), clock).alone():
            workspace.vault.copy(own_place(connection), to)
            made = workspace.scopes.add(scope, key)
            own_credentials(workspace).delete(connection)
    return shared_as(workspace, made)


def keep_own(workspace: Workspace, key: str, secrets: Secrets) -> Connection:
    """Give a connection a credential of its own, in place of a shared one.

    Raises:
        MissingSecret: when a required field is not given.
        UsageError: when it has its own already, or a field does not fit.
        FerruleError: when it cannot be kept.
    """
    connection = _connection(workspace, key)
    place = own_place(connection)
    if connection.credential_ref == str(place) and place in workspace.vault.refs():
        raise UsageError(
            f"“{key}” has a credential of its own already.",
            advice=f"For another: ferrule credentials rotate {key} --secret …",
        )
    if not secrets:
        require_secrets(workspace.registry.connector_of(connection), secrets)
        raise UsageError("No secret was given.", advice="Give them with --secret.")
    _can_keep(workspace)
    return workspace.registry.update_connection(connection.project, key, {}, secrets)


@recorded(
    "credential",
    "“{key}” uses the shared credential; its own is deleted.",
    connection="{key}",
    audit="credential.delete",
)
def use_shared(workspace: Workspace, key: str) -> Shared:
    """Delete a connection's own credential for good: it falls through to the shared.

    Raises:
        NotFound: when none that fits is shared with the project.
        VaultLocked: when the vault cannot be opened; nothing is changed then.
    """
    connection = _connection(workspace, key)
    connector = workspace.registry.connector_of(connection)
    scope = fitting(workspace.scopes.list(), connection.project, connector)
    if scope is None:
        raise nothing_shared(connector)

    def commit(place: str | None) -> Connection:
        return workspace.connections.update(
            *(connection.project, key), credential_ref=place
        )

    own_credentials(workspace).drop(connection, commit)
    return shared_as(workspace, scope)


@recorded(
    "credential",
    "The shared credential of {provider} is deleted.",
    entity="{provider}",
    audit="credential.delete",
)
def end_sharing(workspace: Workspace, provider: str) -> Shared:
    """Delete a bundle's shared credential for good; return what it was, with its users.

    They have none then. Its tokens are not ended at the service here.

    Raises:
        NotFound: when the project shares none for that provider.
        VaultLocked: when the vault cannot be opened; nothing is changed then.
    """
    was = shared_by(workspace, provider)
    with _keeper(workspace, was.owner, None).alone():
        workspace.vault.delete(was.owner)
        workspace.scopes.delete(*was.owner)
    return was


@recorded(
    "credential",
    "Who may use the credential of “{key}” was changed.",
    connection="{key}",
    audit="credential.projects",
)
def allow_projects(
    workspace: Workspace,
    key: str,
    projects: Iterable[str],
    *,
    confirmed: bool = False,
) -> Shared:
    """Let these projects use the shared credential of a connection, and no others.

    Its own is always among them. `*` stands for every project.

    Raises:
        NotFound: for a project that is not known here.
        UsageError: for `*` without `confirmed`, a credential that is not shared, or one
            that another project shares.
    """
    connection = _connection(workspace, key)
    ref = ref_of(workspace, connection)
    if ref is None or not is_shared(ref):
        raise UsageError(
            f"The credential of “{key}” is its own: no other project can use it.",
            advice=f"Share it first: ferrule credentials share {key}.",
        )
    if ref.project != workspace.project.key:
        raise UsageError(
            f"The project “{ref.project}” shares this credential, and says who may "
            "use it.",
            advice="Change it there.",
        )
    wanted = {ref.project, *projects}
    _check_projects(workspace, ref, wanted, confirmed=confirmed)
    changed = workspace.scopes.change(*ref, projects=sorted(wanted))
    return shared_as(workspace, changed)


def _connection(workspace: Workspace, key: str) -> Connection:
    return workspace.connections.get(workspace.project.key, key)


def _scope_of(connection: Connection, connector: Connector) -> CredentialScope:
    """Return how a connection's credential will be shared."""
    provider = provider_of(connector)
    return CredentialScope(
        connection.project,
        shared_place(connection.project, provider).owner,
        provider,
        sign_in_of(connector),
        (connection.project,),
        tuple(connection.hosts or asked_hosts(connector, connection.config)),
    )


def _shares_already(
    workspace: Workspace, connection: Connection, provider: str
) -> UsageError:
    return UsageError(
        f"The {bundle_title(workspace, provider)} bundle has a shared credential "
        "already.",
        advice=f"Use it: ferrule credentials use-shared {connection.key}. Or delete "
        f"it: ferrule credentials unshare {provider}.",
    )


def own_credentials(workspace: Workspace) -> OwnCredentials:
    """Return what writes the credentials that connections have to themselves."""
    return OwnCredentials(workspace.vault, workspace.connections, workspace.home.path)


def _check_projects(
    workspace: Workspace, ref: Ref, wanted: set[str], *, confirmed: bool
) -> None:
    scope = workspace.scopes.find(*ref)
    before = set(scope.projects) if scope else set()
    if EVERY in wanted - before and not confirmed:
        raise UsageError(
            "Every project there is and will be could use this credential.",
            advice="If that is meant, confirm it: --all --yes.",
        )
    known = {one.key for one in known_projects(workspace.home)} | {EVERY}
    for project in sorted(wanted - before - known):
        raise NotFound(
            f"There is no project “{project}” here.",
            advice=f"There are: {', '.join(sorted(known - {EVERY}))}.",
        )


def _keeper(workspace: Workspace, ref: Ref, clock: Clock | None) -> TokenKeeper:
    return TokenKeeper(lambda: workspace.vault, ref, workspace.home.path, clock=clock)


def _can_keep(workspace: Workspace) -> None:
    state = workspace.vault.state
    if not state.can_store:
        raise KeychainUnavailable(
            "There is no place that keeps secrets: " + state.message,
            advice="Unlock the keychain, or set FERRULE_MASTER_KEY.",
        )


def _nothing_own(workspace: Workspace, connection: Connection) -> UsageError:
    key = connection.key
    if is_shared(ref_of(workspace, connection)):
        return UsageError(f"“{key}” uses a shared credential already.")
    return UsageError(
        f"“{key}” has no credential that could be shared.",
        advice="Give it one first.",
    )
