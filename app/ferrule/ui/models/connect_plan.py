"""What the Connect flow works on: one connector's forms, and whose credential it uses.

Everything here but the plain values blocks and is called off the window's thread. The
module imports the descriptor's models: pages load it with the first flow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Self
from urllib.parse import urlsplit

from ferrule.auth.token import TokenSet
from ferrule.descriptor.api_versions import connector_at
from ferrule.descriptor.config import config_fields
from ferrule.descriptor.hosts import allowed_hosts, given_origins
from ferrule.descriptor.model import Connector
from ferrule.descriptor.signing import asked_fields
from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.fields import InputField
from ferrule.ui.models.api_versions import VersionFacts, read_choice
from ferrule.ui.models.card_standing import SANDBOXES
from ferrule.ui.models.credential_scopes import (
    SharedFacts,
    bundle_to_share,
    shared_by_method,
)
from ferrule.workspace.catalogue import Card
from ferrule.workspace.connecting import free_key
from ferrule.workspace.effective import every_sign_in
from ferrule.workspace.readmes import Readme, readme_of
from ferrule.workspace.scopes import asked_hosts, beyond
from ferrule.workspace.sessions import TokensInHand
from ferrule.workspace.signing_in import Way, redirect_of, ways_of
from ferrule.workspace.workspace import Workspace

Source = Literal["own", "shared"]


@dataclass(frozen=True, slots=True)
class StreamChoice:
    """One stream a person may leave out."""

    key: str
    name: str
    description: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A connector to be connected, or a connection (`key` in `changes`) to be changed.

    `values` are configuration known already; `kept` are credential fields whose secret
    is in the vault and stays unless another is typed. `method` is the sign-in chosen
    among `methods`, and `connector` has that one; `whole` has all. Until it is stored,
    `hand` has the tokens that a check renewed.

    `fitting` are the shared credentials that it could use, by sign-in; `source` tells
    whether it uses one, `stored` whether it did before. `before` is the configuration
    as it is stored, `hosts` are those that were shown with it (None: not remembered).
    `bundle` is the title of that with whose other connectors its own credential could
    be shared, empty for none. `versions` are those of its API, None for one alone.
    """

    card: Card
    connector: Connector
    key: str
    changes: bool = False
    values: Mapping[str, Json] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    streams: Sequence[StreamChoice] = ()
    sync_from: str = ""
    whole: Connector | None = None
    methods: Sequence[str] = ()
    method: str = ""
    hand: TokensInHand = field(default_factory=TokensInHand)
    fitting: Mapping[str, SharedFacts] = field(default_factory=dict)
    source: Source = "own"
    stored: Source = "own"
    before: Mapping[str, Json] = field(default_factory=dict)
    hosts: Sequence[str] | None = None
    bundle: str = ""
    again: bool = False
    readme: Readme | None = None
    versions: VersionFacts | None = None

    @property
    def shared(self) -> SharedFacts | None:
        """Return the shared credential that it could use, None for none."""
        return self.fitting.get(self.method)

    @property
    def uses_shared(self) -> bool:
        """Return whether it signs in with what a bundle shares."""
        return self.source == "shared"

    @property
    def ways(self) -> Sequence[Way]:
        """Return the ways in which only a person can sign in, the usual one first."""
        if self.uses_shared and not self.again:
            return ()
        return tuple(way for way in ways_of(self.connector) if way != "unattended")

    @property
    def redirect(self) -> str:
        """Return the address to register with the service, empty for none."""
        return redirect_of(self.connector) or "" if self.ways else ""

    def by(self, method: str, values: Mapping[str, Json]) -> Self:
        """Return the plan with another of its sign-ins and what is filled in."""
        connector = (self.whole or self.connector).signing_in(method)
        source: Source = "shared" if method in self.fitting else "own"
        return replace(
            self, connector=connector, method=method, values=values, source=source
        )

    def using(self, source: Source, values: Mapping[str, Json]) -> Self:
        """Return the plan with its own or a shared credential and what is filled in."""
        return replace(self, source=source, values=values)

    @property
    def credentials(self) -> Sequence[InputField]:
        """Return the fields of the credentials form."""
        return () if self.uses_shared else asked_fields(self.connector)

    @property
    def elsewhere(self) -> Mapping[str, Sequence[InputField]]:
        """Return the fields of its other ways to sign in, by name."""
        ways = {} if self.changes else (self.whole or self.connector).sign_ins
        others = {name: auth for name, auth in ways.items() if name != self.method}
        return {name: auth.credential_fields for name, auth in others.items()}

    @property
    def begins_with(self) -> str:
        """Return the first step at which a person has something to say."""
        asks = bool(self.credentials) or self.shared is not None
        return "credentials" if asks else "configuration"

    @property
    def settings(self) -> Sequence[InputField]:
        """Return the fields of the configuration form."""
        return config_fields(self.connector)

    @property
    def sandbox(self) -> bool:
        """Return whether it connects to our own sandbox."""
        return self.card.id in SANDBOXES

    def places(self, config: Mapping[str, Json]) -> Sequence[str]:
        """Return where requests may go: given addresses first, then named hosts."""
        given = sorted(given_origins(self.connector, config))
        named = {urlsplit(address).hostname for address in given}
        hosts = (h for h in sorted(allowed_hosts(self.connector)) if h not in named)
        return (*given, *hosts)

    @property
    def asks_nobody(self) -> bool:
        """Return whether no request is ever sent: its service calls, no more."""
        return not self.settings and not allowed_hosts(self.connector)

    @property
    def places_shown(self) -> Sequence[str]:
        """Return where a credential given earlier was shown to go, empty for none."""
        if self.shared is not None and self.uses_shared:
            return self.shared.hosts
        return self.hosts or ()

    def unseen(self, config: Mapping[str, Json]) -> Sequence[str]:
        """Return the hosts that a credential given earlier was not shown to go to.

        An address that is filled in here is shown by that, except to those who share
        the credential.
        """
        asked = set(asked_hosts(self.connector, config))
        if self.shared is not None and self.uses_shared:
            return beyond(asked, self.shared.hosts)
        if self.hosts is None:
            return ()
        known = given_origins(self.connector, self.before)
        typed = given_origins(self.connector, config) - known
        return beyond(asked - typed, self.hosts)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person gave: settings as values, secrets as they were typed.

    `share` asks to share its own credential afterwards, `confirmed` are hosts that the
    person agreed to.
    """

    key: str
    config: Mapping[str, Json]
    secrets: Mapping[str, str] = field(repr=False)
    sync_from: str = ""
    streams: Sequence[str] = ()
    tokens: TokenSet | None = None
    share: bool = False
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class VaultWords:
    """Where secrets are kept, in words; `lasts` is false for memory."""

    message: str
    lasts: bool


def read_plan(
    workspace: Workspace, card: Card, key: str = "", *, again: bool = False
) -> Plan:
    """Return the plan for a new connection, or for the one under `key`.

    With `again` it is to be signed in to once more, though what it uses is shared.

    Raises:
        FerruleError: when the document cannot be read, or the connection is gone.
    """
    project = workspace.project.key
    taken = frozenset(c.key for c in workspace.connections.list(project))
    readme = readme_of(workspace.catalogue, card.id)
    if not key:
        return replace(_fresh(workspace, card, taken), readme=readme)
    plan = _stored(workspace, card, key, taken - {key})
    return replace(plan, again=again, readme=readme)


def _fresh(workspace: Workspace, card: Card, taken: frozenset[str]) -> Plan:
    """Return the plan for a new connection; what is shared is chosen where it fits."""
    connector = connector_at(workspace.catalogue.document(card.id))
    fitting = shared_by_method(workspace, connector)
    usual = connector.sign_in_name(None)
    method = usual if usual in fitting else next(iter(fitting), usual)
    return Plan(
        card,
        connector.signing_in(method),
        free_key(workspace, card.id),
        taken=taken,
        streams=choices(connector, None),
        whole=connector,
        methods=tuple(connector.sign_ins),
        method=method,
        fitting=fitting,
        source="shared" if method in fitting else "own",
        bundle=bundle_to_share(workspace, connector),
        versions=read_choice(workspace, card.id),
    )


def _stored(workspace: Workspace, card: Card, key: str, taken: frozenset[str]) -> Plan:
    """Return the plan for a connection that is to be changed."""
    found = workspace.connections.get(workspace.project.key, key)
    raw, version = workspace.catalogue.document(card.id), found.api_version
    try:
        whole = every_sign_in(found, raw)
    except UsageError:  # that version is gone: another has to be chosen
        whole, version = connector_at(raw), None
    method = method_of(whole, found.auth_option)
    connector = whole.signing_in(method)
    own = found.credential_ref is not None
    secrets = workspace.registry.secrets_of(found) if own else {}
    if method != found.auth_option and found.auth_option is not None:
        secrets = {}  # they are of one that is gone
    fitting = shared_by_method(workspace, whole, only=method)
    source: Source = "own" if own or not fitting else "shared"
    return Plan(
        card,
        connector,
        found.key,
        changes=True,
        values=found.config,
        kept=frozenset(secrets),
        taken=taken,
        streams=choices(connector, found.streams),
        sync_from=found.sync_from or "",
        method=method,
        fitting=fitting,
        source=source,
        stored=source,
        hosts=found.hosts,
        before=found.config,
        bundle=bundle_to_share(workspace, whole),
        versions=read_choice(workspace, card.id, version),
    )


def method_of(connector: Connector, name: str | None) -> str:
    """Return the sign-in of a connection, the usual one where it is gone."""
    try:
        return connector.sign_in_name(name)
    except UsageError:
        return connector.sign_in_name(None)


def read_vault(workspace: Workspace) -> VaultWords:
    """Return where secrets are kept; the first call may take five seconds."""
    state = workspace.vault.state
    return VaultWords(state.message, state.can_store)


def choices(
    connector: Connector, chosen: Sequence[str] | None
) -> Sequence[StreamChoice]:
    """Return the streams of a connector; without a choice the usual ones are chosen."""
    return tuple(
        StreamChoice(
            stream.key,
            stream.name,
            stream.description,
            stream.key in chosen if chosen else stream.enabled,
        )
        for stream in connector.resolved_streams
    )
