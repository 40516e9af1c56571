"""Telling a person, once, what needs one: a state that came, not each look at it.

A connection that is degraded or must be signed in to again, more than a hundred dead
letters, a secret that is due for rotation. The window shows what is told now (desktop);
a webhook gets a signed message when something comes up. No message holds a secret.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from sqlite3 import Connection as Db
from typing import Final, Literal, get_args

from pydantic import Field, TypeAdapter, ValidationError

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.errors import UsageError
from ferrule.exchange import encode
from ferrule.section import Flag, Section
from ferrule.store import Connection
from ferrule.store.outbound import NewEvent, insert
from ferrule.store.told import Note, Told
from ferrule.workspace.dead_letters import MANY, count, unsent
from ferrule.workspace.project import FILE, Project
from ferrule.workspace.rotating import credential_lines
from ferrule.workspace.routing import HttpSink, read_section
from ferrule.workspace.workspace import Workspace

Kind = Literal["degraded", "reauth_required", "dead_letters", "rotation_due"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
LOOK_S: Final = 60.0
ROTATION_LOOK_S: Final = 3600.0
"""Seconds between looks at the age of secrets: that reads the vault."""
PREFIX: Final = "notify."


class TargetPart(Section):
    """A webhook that is told: an endpoint, and of which kinds it hears."""

    url: str = Field(title="Address", pattern="^https?://")
    secret_env: str = Field(title="Variable with the secret", min_length=1)
    kinds: tuple[Kind, ...] = Field(KINDS, title="Kinds")


class NotifyPart(Section):
    """The section `notify` of a project's file."""

    desktop: Flag = Field(default=True, title="In the window")
    webhooks: tuple[TargetPart, ...] = Field((), title="Webhooks")


def read_targets(project: Project) -> NotifyPart:
    """Return who is told.

    Raises:
        UsageError: when the project's file does not hold, naming the place.
    """
    try:
        return _PART.validate_python(read_section(project, "notify"))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise UsageError(
            f"{project.folder / FILE}: notify.{place}: {first['msg']}.",
            advice="docs/outbound.md shows what it can hold.",
        ) from None


_PART: Final[TypeAdapter[NotifyPart]] = TypeAdapter(NotifyPart)


def sink_parts(targets: NotifyPart) -> dict[str, HttpSink]:
    """Return the sinks that notes are sent to, by name."""
    return {
        f"{PREFIX}{index}": HttpSink(
            name=f"{PREFIX}{index}",
            type="http",
            url=one.url,
            secret_env=one.secret_env,
        )
        for index, one in enumerate(targets.webhooks)
    }


def notes(workspace: Workspace) -> tuple[Note, ...]:
    """Return what the window shows: what needs a person now, the newest first.

    Nothing where the project's file says `desktop = false`.
    """
    if not read_targets(workspace.project).desktop:
        return ()
    return Told(workspace.database).list(workspace.project.key)


class Notifier:
    """Looks at how things are, and tells what came up; one for a process.

    Call it often: it looks once a minute, and at the age of secrets once an hour.
    """

    def __init__(
        self,
        workspace: Workspace,
        targets: NotifyPart,
        *,
        clock: Clock | None = None,
        told: Callable[[Note], None] = lambda _: None,
    ) -> None:
        self._workspace = workspace
        self._targets = targets
        self._clock = clock or SystemClock()
        self._told = told
        self._store = Told(workspace.database)
        self._next = self._next_rotation = self._clock.monotonic()

    def __call__(self) -> tuple[Note, ...]:
        """Look, if it is time; return what is new."""
        now = self._clock.monotonic()
        if now < self._next:
            return ()
        self._next = now + LOOK_S
        return self.look(with_rotation=now >= self._next_rotation)

    def look(self, *, with_rotation: bool = True) -> tuple[Note, ...]:
        """Look now and tell what came up; return it.

        Raises:
            StoreError: when the database cannot be used.
        """
        found = [*self._connections(), *self._dead_letters()]
        kinds: set[Kind] = {"degraded", "reauth_required", "dead_letters"}
        if with_rotation and self._can_read_ages:
            found += self._rotations()
            kinds.add("rotation_due")
            self._next_rotation = self._clock.monotonic() + ROTATION_LOOK_S
        project = self._workspace.project.key
        new = self._store.change(project, found, self._send, kinds=kinds)
        for one in new:
            self._told(one)
        return new

    @property
    def _can_read_ages(self) -> bool:
        """Tell whether the vault is open: nobody is asked to open it for this.

        What is due stays told while it is locked.
        """
        vault = self._workspace.opened_vault
        return vault is not None and vault.status().standing in _READABLE

    def _connections(self) -> Iterator[Note]:
        for one in self._workspace.connections.list(self._workspace.project.key):
            kind = _state(one)
            if kind is not None:
                message = one.last_error or _MESSAGES[kind]
                yield self._note(one.key, kind, message)

    def _dead_letters(self) -> Iterator[Note]:
        calls, events = count(self._workspace), unsent(self._workspace)
        if calls + events > MANY:
            told = (
                f"There are {calls + events} dead letters: calls that could not be"
                f" mapped ({calls}), events that no sink took ({events})."
            )
            yield self._note("", "dead_letters", told)

    def _rotations(self) -> Iterator[Note]:
        for line in credential_lines(self._workspace, self._clock):
            if line.due is not None and line.due.standing == "due":
                message = _MESSAGES["rotation_due"]
                yield self._note(line.key, "rotation_due", message)

    def _note(self, connection: str, kind: Kind, message: str) -> Note:
        at = rfc3339(self._clock.now())
        return Note(self._workspace.project.key, connection, kind, message, at)

    def _send(self, db: Db, note: Note) -> None:
        """Write the message of a note down for every webhook that hears of it."""
        event_id = f"evt_{uuid.uuid4().hex}"
        payload = encode(
            {
                "connection": note.connection or None,
                "message": note.message,
                "at": note.at,
            }
        )
        insert(
            db,
            [
                NewEvent(
                    *(note.project, note.connection, f"{PREFIX}{index}", event_id),
                    *(f"notification.{note.kind}", payload, note.at),
                )
                for index, one in enumerate(self._targets.webhooks)
                if note.kind in one.kinds
            ],
        )


_MESSAGES: Final[Mapping[str, str]] = {
    "degraded": "The connection does not answer as it should.",
    "reauth_required": "The service refuses the sign-in: sign in again.",
    "rotation_due": "A secret is older than its rotation allows.",
}
_READABLE: Final = frozenset({"unlocked", "empty", "memory"})


def _state(one: Connection) -> Kind | None:
    """Return what is wrong with a connection that was looked at, None for nothing."""
    if not one.enabled or one.last_health_check is None:
        return None
    if one.state == "reauth_required":
        return "reauth_required"
    return None if one.state == "healthy" else "degraded"
