"""One line of the log for one operation, and where asked its rows of the audit trail.

The line is noted at the operation's end, with how long it took and how it ended; what
was noted meanwhile in the same thread shares its correlation. Of the trail one row is
written before anything is done, and nothing is done where that cannot be; another
tells how it ended. A program that is killed in between leaves the first.
"""

import functools
import inspect
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, TypeVar, Unpack, cast

from ferrule.clock import SystemClock
from ferrule.errors import FerruleError, StoreError
from ferrule.store.audit import AuditEntry, AuditOutcome
from ferrule.workspace.operations import acting
from ferrule.workspace.operations.doing import About, Doing
from ferrule.workspace.workspace import Workspace

Function = TypeVar("Function", bound=Callable[..., Any])


@contextmanager
def operation(
    workspace: Workspace,
    name: str,
    message: str = "",
    *,
    scoped: bool = True,
    begun: bool = True,
    **about: Unpack[About],
) -> Iterator[Doing]:
    """Do something that leaves a line in the log, whatever comes of it.

    With `scoped` lines that are noted meanwhile, in the same thread or task, share its
    correlation; what may be gone on with in another thread is not. Without `begun` the
    trail is told of the end alone: a record of its own is written before.

    Without a `connector` it is the connection's, as it is now: it may be gone after.

    Raises:
        StoreError: when the audit trail cannot be written; nothing was done then.
    """
    doing = _doing(workspace, name, message, about)
    # Without a database there is nothing yet that anything could be done to.
    if doing.audit and begun and workspace.home.database.exists():
        _audit(workspace, doing, "begun")
    began = perf_counter()
    try:
        with _known_by(doing.correlation) if scoped else nullcontext():
            yield doing
    except BaseException as error:
        doing.failed(error)
        raise
    finally:
        _end(workspace, doing, began)


def _doing(workspace: Workspace, name: str, message: str, about: About) -> Doing:
    """Return an operation that begins, with what is known without being told."""
    under_way = acting.correlation.get() or acting.new_correlation()
    doing = Doing(name, message)
    doing.tell(about)
    doing.correlation = doing.correlation or under_way
    doing.connector = doing.connector or _connector_of(workspace, doing.connection)
    return doing


@contextmanager
def _known_by(correlation: str) -> Iterator[None]:
    token = acting.correlation.set(correlation)
    try:
        yield
    finally:
        acting.correlation.reset(token)


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
    texts = {"connection": connection, "connector": connector, "entity": entity}
    record = _Record(name, {"message": message, **texts}, audit, begun)

    def decorate(function: Function) -> Function:
        if inspect.isgeneratorfunction(function):
            return cast("Function", record.stepping(function))
        return cast("Function", record.once(function))

    return decorate


@dataclass(frozen=True, slots=True)
class _Record:
    """What is written down of each call of a function."""

    name: str
    texts: Mapping[str, str]
    audit: str
    begun: bool

    def once(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that does the same and is written down."""
        shape = inspect.signature(function)

        @functools.wraps(function)
        def call(*args: Any, **named: Any) -> Any:  # noqa: ANN401  any call
            with self._opened(shape.bind(*args, **named), scoped=True):
                return function(*args, **named)

        return call

    def stepping(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a generator that yields the same, and is written down at its end."""
        shape = inspect.signature(function)

        @functools.wraps(function)
        def steps(*args: Any, **named: Any) -> Generator[Any, Any, Any]:  # noqa: ANN401  as above
            with self._opened(shape.bind(*args, **named), scoped=False):
                return (yield from function(*args, **named))

        return steps

    def _opened(
        self, call: inspect.BoundArguments, *, scoped: bool
    ) -> AbstractContextManager[Doing]:
        call.apply_defaults()
        values = {name: _told(value) for name, value in call.arguments.items()}
        told = {name: text.format_map(values) for name, text in self.texts.items()}
        return operation(
            *(call.args[0], self.name, told["message"]),
            connection=told["connection"],
            connector=told["connector"],
            entity=told["entity"],
            audit=self.audit,
            scoped=scoped,
            begun=self.begun,
        )


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
