"""What the Connect flow works on: one connector's forms, and where its secrets go.

Everything here but the plain values blocks and is called off the window's thread. The
module imports the descriptor's models: pages load it with the first flow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ferrule.clock import SystemClock
from ferrule.descriptor.config import config_fields, read_config
from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.hosts import allowed_hosts, given_origins
from ferrule.descriptor.model import Connector
from ferrule.exchange import Json
from ferrule.fields import InputField
from ferrule.ui.models.sandbox import CONNECTOR as SANDBOX
from ferrule.workspace.catalogue import Card
from ferrule.workspace.checking import Check, CheckStep
from ferrule.workspace.connecting import connect, free_key, record_health
from ferrule.workspace.giving import typed_secrets
from ferrule.workspace.history.checks import kept_check
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
    is in the vault and stays unless another is typed.
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
        return self.card.id == SANDBOX

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
        return Plan(card, connector, fresh, taken=taken, streams=choices)
    found = workspace.connections.get(project, key)
    secrets = workspace.registry.secrets_of(found) if found.credential_ref else {}
    return Plan(
        card,
        connector,
        key,
        changes=True,
        values=found.config,
        kept=frozenset(secrets),
        taken=taken - {key},
        streams=_choices(connector, found.streams),
        sync_from=found.sync_from or "",
    )


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
    secrets = typed_secrets({**_kept(workspace, plan), **_typed(answers)})
    check = Check(plan.connector, config, secrets)
    return kept_check(workspace, check, plan.connector.id, config, plan.key)


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
            typed_secrets(answers.secrets),
            key=answers.key,
            sync_from=answers.sync_from or None,
            streams=answers.streams or None,
        )
    if steps:
        record_health(workspace, answers.key, steps, SystemClock())
    return answers.key


def _change(workspace: Workspace, plan: Plan, answers: Answers) -> None:
    changes = {
        "config": dict(answers.config),
        "sync_from": answers.sync_from or None,
        "streams": list(answers.streams) or None,
    }
    secrets, typed = None, _typed(answers)
    if typed:
        secrets = typed_secrets({**_kept(workspace, plan), **typed})
    project = workspace.project.key
    workspace.registry.update_connection(project, plan.key, changes, secrets)


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
