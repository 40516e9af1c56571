"""One line of the log for one operation, and where asked its rows of the audit trail.

The line is noted at the operation's end, with how long it took and how it ended; what
was noted meanwhile in the same thread shares its correlation. Of the trail one row is
written before anything is done, and nothing is done where that cannot be; another
tells how it ended. A program that is killed in between leaves the first.
"""

import functools
import inspect
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Final, TypeVar, cast

from ferrule.clock import SystemClock
from ferrule.errors import (
    AlreadyRunning,
    Cancelled,
    FerruleError,
    NotFound,
    StoreError,
    UsageError,
)
from ferrule.exchange import Json
from ferrule.store.audit import AuditEntry, AuditOutcome
from ferrule.store.operations import Level
from ferrule.workspace.operations import acting
from ferrule.workspace.workspace import Workspace

Function = TypeVar("Function", bound=Callable[..., Any])
_REFUSED: Final = UsageError | NotFound | AlreadyRunning


@dataclass(slots=True)
class Doing:
    """An operation under way: what its line will say; change what is known better.

    `audit` is the action of the trail, empty for none; `subject` is what it was done
    to, by default the entity, else the connection, else the connector.
    """

    operation: str
    message: str = ""
    level: Level = "info"
    connector: str = ""
    connection: str = ""
    correlation: str = ""
    entity: str = ""
    outcome: str = "done"
    details: dict[str, Json] = field(default_factory=dict)
    audit: str = ""
    subject: str = ""
    silent: bool = False

    def failed(self, error: FerruleError) -> None:
        """Say that it ended with an error."""
        refused = isinstance(error, _REFUSED)
        self.message = error.message
        self.level = "warning" if refused else "error"
        self.outcome = "refused" if refused else "failed"
        self.details["failure"] = type(error).__name__
        if isinstance(error, Cancelled):
            self.level, self.outcome = "info", "stopped"
        if error.advice:
            self.details["advice"] = error.advice


@contextmanager
def operation(
    workspace: Workspace,
    name: str,
    message: str = "",
    *,
    connector: str = "",
    connection: str = "",
    correlation: str = "",
    entity: str = "",
    audit: str = "",
    subject: str = "",
    details: Mapping[str, Json] | None = None,
    scoped: bool = True,
    begun: bool = True,
) -> Iterator[Doing]:
    """Do something that leaves a line in the log, whatever comes of it.

    With `scoped` lines that are noted meanwhile, in the same thread or task, share its
    correlation; what may be gone on with in another thread is not. Without `begun` the
    trail is told of the end alone: a record of its own is written before.

    Without a `connector` it is the connection's, as it is now: it may be gone after.

    Raises:
        StoreError: when the audit trail cannot be written; nothing was done then.
    """
    correlation = correlation or acting.correlation.get() or acting.new_correlation()
    doing = Doing(
        name,
        message,
        connector=connector or _connector_of(workspace, connection),
        connection=connection,
        correlation=correlation,
        entity=entity,
        audit=audit,
        subject=subject,
        details=dict(details or {}),
    )
    if (
        audit and begun and workspace.home.database.exists()
    ):  # else there is nothing yet
        _audit(workspace, doing, "begun")
    began = perf_counter()
    token = acting.correlation.set(correlation) if scoped else None
    try:
        yield doing
    except FerruleError as error:
        doing.failed(error)
        _end(workspace, doing, began)
        raise
    except BaseException as error:
        ended = isinstance(error, KeyboardInterrupt | GeneratorExit)
        doing.level = "info" if ended else "error"
        doing.outcome = "stopped" if ended else "failed"
        doing.message = f"{name} ended by {type(error).__name__}."
        _end(workspace, doing, began)
        raise
    finally:
        if token is not None:
            acting.correlation.reset(token)
    _end(workspace, doing, began)


def recorded(
    name: str,
    message: str,
    *,
    connection: str = "",
    connector: str = "",
    entity: str = "",
    audit: str = "",
    begun: bool = True,
) -> Callable[[Function], Function]:
    """Have each call of a function of a workspace leave a line in the log.

    `message`, `connection`, `connector` and `entity` name the function's parameters in
    braces, as in `“{key}” was checked.`. Of a generator it is the line of its end.
    """
    about = {"connection": connection, "connector": connector, "entity": entity}

    def decorate(function: Function) -> Function:
        shape = inspect.signature(function)
        stepwise = inspect.isgeneratorfunction(function)

        def opened(*args: Any, **named: Any) -> AbstractContextManager[Doing]:  # noqa: ANN401  any call
            bound = shape.bind(*args, **named)
            bound.apply_defaults()
            values = {k: _told(v) for k, v in bound.arguments.items()}
            told = {k: text.format_map(values) for k, text in about.items()}
            return operation(
                *(args[0], name, message.format_map(values)),
                connection=told["connection"],
                connector=told["connector"],
                entity=told["entity"],
                audit=audit,
                scoped=not stepwise,
                begun=begun,
            )

        @functools.wraps(function)
        def stepping(*args: Any, **named: Any) -> Generator[Any, Any, Any]:  # noqa: ANN401  the same
            with opened(*args, **named):
                return (yield from function(*args, **named))

        @functools.wraps(function)
        def once(*args: Any, **named: Any) -> Any:  # noqa: ANN401  the same
            with opened(*args, **named):
                return function(*args, **named)

        return cast("Function", stepping if stepwise else once)

    return decorate


_VAULT: Final = {
    "passphrase": "The vault's passphrase was set.",
    "master-key": "Another master key opens the vault.",
    "remember": "The keychain opens the vault.",
    "remove-key": "A kind of key opens the vault no more.",
    "rotate": "The vault has a new data key.",
    "export-recovery": "A recovery key of the vault was written.",
    "restore": "A copy of the vault was put in its place.",
}


def note_vault(workspace: Workspace, deed: str) -> None:
    """Write down what was done to the vault itself."""
    with operation(workspace, "vault", _VAULT.get(deed, deed)) as doing:
        doing.audit, doing.subject = f"vault.{deed}", "vault"


def _connector_of(workspace: Workspace, connection: str) -> str:
    """Return the connector of a connection of the project, "" where it is not known."""
    if not connection or not workspace.home.database.exists():
        return ""
    try:
        return workspace.connections.get(workspace.project.key, connection).connector_id
    except FerruleError:
        return ""


def _audit(workspace: Workspace, doing: Doing, outcome: AuditOutcome) -> None:
    workspace.audit.append(
        AuditEntry(
            SystemClock().now(),
            workspace.project.key,
            acting.actor(),
            acting.via(),
            doing.audit,
            doing.subject or doing.entity or doing.connection or doing.connector,
            outcome,
            doing.correlation,
            "" if outcome == "begun" else doing.message,
        )
    )


def _end(workspace: Workspace, doing: Doing, began: float) -> None:
    """Note how it ended, in the log and in the trail; what it did is done anyway."""
    _note(workspace, doing, began)
    bad = doing.outcome in {"failed", "refused", "stopped"}
    if not doing.audit or (bad and not workspace.home.database.exists()):
        return
    outcome: AuditOutcome = "done"
    if bad:
        outcome = "refused" if doing.outcome == "refused" else "failed"
    try:
        _audit(workspace, doing, outcome)
    except StoreError as error:
        told = f"How it ended is not in the audit trail: {error.message}"
        workspace.operations.note("audit", told, level="error", entity=doing.audit)


def _note(workspace: Workspace, doing: Doing, began: float) -> None:
    if doing.silent:
        return
    workspace.operations.note(
        doing.operation,
        doing.message,
        level=doing.level,
        connector=doing.connector,
        connection=doing.connection,
        correlation=doing.correlation,
        entity=doing.entity,
        outcome=doing.outcome,
        duration_ms=(perf_counter() - began) * 1000,
        details=doing.details,
    )


def _told(value: object) -> str:
    """Return an argument as a line tells it: names, never values of a secret."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, int):
        return str(value)
    return str(getattr(value, "key", "") or getattr(value, "name", ""))
