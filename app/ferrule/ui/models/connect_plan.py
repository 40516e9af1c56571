"""What the Connect flow works on: one connector's forms, and where its secrets go.

Everything here but the plain values blocks and is called off the window's thread. The
module imports the descriptor's models: pages load it with the first flow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import urlsplit

from ferrule.auth import Secrets
from ferrule.auth.token import TOKENS, TokenSet
from ferrule.clock import SystemClock
from ferrule.descriptor.config import config_fields, read_config
from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.hosts import allowed_hosts, given_origins
from ferrule.descriptor.model import Connector
from ferrule.errors import KeychainUnavailable, UsageError
from ferrule.exchange import Json
from ferrule.fields import InputField
from ferrule.ui.models.card_standing import SANDBOXES
from ferrule.workspace.catalogue import Card
from ferrule.workspace.checking import Check, CheckStep
from ferrule.workspace.connecting import connect, free_key, record_health
from ferrule.workspace.giving import typed_secrets
from ferrule.workspace.history.checks import kept_check
from ferrule.workspace.sessions import Keeper, TokensInHand, keeper_of
from ferrule.workspace.signing_in import (
    SignIn,
    Way,
    begin,
    reconnecting,
    redirect_of,
    ways_of,
)
from ferrule.workspace.workspace import Workspace


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

    @property
    def ways(self) -> Sequence[Way]:
        """Return the ways in which only a person can sign in, the usual one first."""
        return tuple(way for way in ways_of(self.connector) if way != "unattended")

    @property
    def redirect(self) -> str:
        """Return the address to register with the service, empty for none."""
        return redirect_of(self.connector) or "" if self.ways else ""

    def by(self, method: str, values: Mapping[str, Json]) -> Self:
        """Return the plan with another of its sign-ins and what is filled in."""
        connector = (self.whole or self.connector).signing_in(method)
        return replace(self, connector=connector, method=method, values=values)

    @property
    def credentials(self) -> Sequence[InputField]:
        """Return the fields of the credentials form."""
        return self.connector.auth.credential_fields

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


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person gave: settings as values, secrets as they were typed."""

    key: str
    config: Mapping[str, Json]
    secrets: Mapping[str, str] = field(repr=False)
    sync_from: str = ""
    streams: Sequence[str] = ()
    tokens: TokenSet | None = None


@dataclass(frozen=True, slots=True)
class VaultWords:
    """Where secrets are kept, in words; `lasts` is false for memory."""

    message: str
    lasts: bool


def read_plan(workspace: Workspace, card: Card, key: str = "") -> Plan:
    """Return the plan for a new connection, or for the one under `key`.

    Raises:
        FerruleError: when the document cannot be read, or the connection is gone.
    """
    connector = read_descriptor(workspace.catalogue.document(card.id))
    project = workspace.project.key
    taken = frozenset(c.key for c in workspace.connections.list(project))
    if not key:
        fresh = free_key(workspace, card.id)
        choices = _choices(connector, None)
        return Plan(
            card,
            connector.signing_in(None),
            fresh,
            taken=taken,
            streams=choices,
            whole=connector,
            methods=tuple(connector.sign_ins),
            method=connector.sign_in_name(None),
        )
    found = workspace.connections.get(project, key)
    secrets = workspace.registry.secrets_of(found) if found.credential_ref else {}
    method = _method(connector, found.auth_option)
    if method != found.auth_option and found.auth_option is not None:
        secrets = {}  # they are of one that is gone
    return Plan(
        card,
        connector.signing_in(method),
        key,
        changes=True,
        values=found.config,
        kept=frozenset(secrets),
        taken=taken - {key},
        streams=_choices(connector, found.streams),
        sync_from=found.sync_from or "",
        method=method,
    )


def _method(connector: Connector, name: str | None) -> str:
    """Return the sign-in of a connection, the usual one where it is gone."""
    try:
        return connector.sign_in_name(name)
    except UsageError:
        return connector.sign_in_name(None)


def read_vault(workspace: Workspace) -> VaultWords:
    """Return where secrets are kept; the first call may take five seconds."""
    state = workspace.vault.state
    return VaultWords(state.message, state.can_store)


def check_of(workspace: Workspace, plan: Plan, answers: Answers) -> Check:
    """Return a check of what the person gave, before it is stored.

    Raises:
        FerruleError: when the configuration does not fit or kept secrets are locked.
    """
    config = read_config(plan.connector, answers.config)
    secrets = _given(workspace, plan, answers)
    keeper = _keeper(workspace, plan, answers)
    check = Check(plan.connector, config, secrets, keeper=keeper)
    return kept_check(workspace, check, plan.connector.id, config, plan.key)


def sign_in_of(workspace: Workspace, plan: Plan, answers: Answers, way: Way) -> SignIn:
    """Return a sign-in with what the person gave; its tokens are stored at the end.

    Raises:
        KeychainUnavailable: when nothing could keep the tokens.
        FerruleError: when the configuration does not fit or kept secrets are locked.
    """
    state = workspace.vault.state
    if not state.can_store:
        raise KeychainUnavailable(
            "There is no place that keeps a sign-in: " + state.message,
            advice="Unlock the keychain, or set FERRULE_MASTER_KEY, and start again.",
        )
    given = _given(workspace, plan, answers)
    return begin(plan.connector, answers.config, given, way=way)


def again_of(workspace: Workspace, plan: Plan, way: Way) -> SignIn:
    """Return a sign-in to a connection as it is stored; its tokens are kept at once.

    Raises:
        FerruleError: when they could not be kept, or it is not signed in with that way.
    """
    return reconnecting(workspace, plan.key, way=way)


def store(
    workspace: Workspace, plan: Plan, answers: Answers, steps: Sequence[CheckStep]
) -> str:
    """Make or change the connection, note what its check found, and return its key.

    Raises:
        FerruleError: when the configuration, the key or the secrets do not fit.
    """
    if plan.changes:
        _change(workspace, plan, answers)
    else:
        connect(
            workspace,
            plan.card.id,
            answers.config,
            _new(workspace, plan, answers),
            key=answers.key,
            sync_from=answers.sync_from or None,
            streams=answers.streams or None,
            must_store=answers.tokens is not None,
            method=plan.method if len(plan.methods) > 1 else None,
        )
    if steps:
        record_health(workspace, answers.key, steps, SystemClock())
    return answers.key


def _change(workspace: Workspace, plan: Plan, answers: Answers) -> None:
    changes = {
        "config": dict(answers.config),
        "sync_from": answers.sync_from or None,
        "streams": list(answers.streams) or None,
        "auth_option": plan.method or None,
    }
    secrets = _new(workspace, plan, answers) or None
    project = workspace.project.key
    workspace.registry.update_connection(project, plan.key, changes, secrets)


def _new(workspace: Workspace, plan: Plan, answers: Answers) -> Secrets:
    """Return the secrets that are to be stored, with the newest tokens."""
    typed = typed_secrets(_typed(answers))
    if answers.tokens is None and plan.changes and not _anew(plan, answers):
        return typed
    got = _given(workspace, plan, answers).get(TOKENS)
    return typed if got is None else {**typed, TOKENS: got}


def _anew(plan: Plan, answers: Answers) -> bool:
    """Tell whether what was typed gets a token of its own, without a person."""
    return bool(_typed(answers)) and not plan.connector.sign_in.interactive


def _given(workspace: Workspace, plan: Plan, answers: Answers) -> Secrets:
    """Return all secrets, kept and typed, with the newest tokens."""
    kept = _kept(workspace, plan)
    if _anew(plan, answers):
        kept.pop(TOKENS, None)
    given = typed_secrets({**kept, **_typed(answers)})
    if answers.tokens is not None:
        given = {**given, TOKENS: answers.tokens.dump()}
    return plan.hand.secrets(given)


def _keeper(workspace: Workspace, plan: Plan, answers: Answers) -> Keeper:
    """Return who keeps what a check renews: a stored sign-in is renewed there."""
    if plan.changes and answers.tokens is None and not _anew(plan, answers):
        found = workspace.connections.get(workspace.project.key, plan.key)
        return keeper_of(workspace, found) or plan.hand
    return plan.hand


def _typed(answers: Answers) -> dict[str, str]:
    return {key: value for key, value in answers.secrets.items() if value}


def _kept(workspace: Workspace, plan: Plan) -> dict[str, str]:
    """Return the stored secrets of a connection that is being changed."""
    if not plan.kept:
        return {}
    found = workspace.connections.get(workspace.project.key, plan.key)
    stored = workspace.registry.secrets_of(found)
    return {key: value.get_secret_value() for key, value in stored.items()}


def _choices(
    connector: Connector, chosen: Sequence[str] | None
) -> Sequence[StreamChoice]:
    return tuple(
        StreamChoice(
            stream.key,
            stream.name,
            stream.description,
            stream.key in chosen if chosen else stream.enabled,
        )
        for stream in connector.resolved_streams
    )
