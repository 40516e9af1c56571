"""What the Runs page works with: the connections, their runs, and what one can do.

Everything that touches disk, database, keychain or network runs off the window's
thread; runs are children.
"""

from typing import NamedTuple

from PySide6 import QtCore

from ferrule.exchange import Json, Response
from ferrule.ui.models.messages import OpenDescriptor
from ferrule.ui.models.run_children import RunChildren
from ferrule.ui.models.run_list import runs_of
from ferrule.ui.models.runs import (
    UNFINISHED,
    ConnectionFacts,
    ErrorRow,
    Mode,
    RunFacts,
    SignalRow,
    read_errors,
    read_shelf,
    read_signals,
    sample_body,
)
from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.workspace.project import make_folder
from ferrule.workspace.workspace import Workspace

Secrets = dict[str, Json]


class RunDesk(QtCore.QObject):
    """Connections, runs and work on them.

    Signals:
        moved(str): the run of that connection stands differently.
        ended(str): the run of that connection is over; read again.
        refused(object): a run was refused before it began: error, message, advice and
            connection.
    """

    moved = QtCore.Signal(str)
    ended = QtCore.Signal(str)
    refused = QtCore.Signal(object)

    def __init__(
        self, workspace: Workspace, tasks: Tasks, parent: QtCore.QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.tasks = tasks
        self.runners = RunChildren(parent=self)
        self.runners.changed.connect(self.moved)
        self.shelf: tuple[ConnectionFacts, ...] = ()

    async def read(self) -> None:
        """Read connections and runs again."""
        self.shelf = await in_thread(lambda: read_shelf(self.workspace))

    def connection(self, key: str) -> ConnectionFacts | None:
        """Return a connection of the shelf."""
        return next((one for one in self.shelf if one.key == key), None)

    def live(self) -> dict[str | int | None, RunFacts]:
        """Return the runs of this window: going on by connection, over by number."""
        tracks = self.runners.tracks
        known: dict[str | int | None, RunFacts] = {}
        known |= {key: one.facts for key, one in tracks.items() if one.facts.live}
        known |= {number: one.facts for number, one in self.runners.past.items()}
        return known

    def run_of(self, key: str, number: int | None) -> RunFacts | None:
        """Return a run of a connection: that of a number, or the newest."""
        one = self.connection(key)
        runs = runs_of(one, self.live()) if one else []
        if number is None:
            return runs[0] if runs else None
        return next((run for run in runs if run.number == number), None)

    def resumable(self, key: str) -> RunFacts | None:
        """Return the run to go on with, where the newest is unfinished."""
        one = self.connection(key)
        runs = runs_of(one, self.live()) if one and one.enabled else []
        newest = next((run for run in runs if not run.dry), None)
        return newest if newest and newest.status in UNFINISHED else None

    def start(
        self, key: str, mode: Mode, *, fresh: bool = False, dry: bool = False
    ) -> bool:
        """Start a run, unless one goes on here; say whether it starts."""
        one = self.connection(key)
        if one is None or key in self.runners.running:
            return False
        self.runners.prepare(key, mode, dry=dry)
        self.tasks.start(f"run {key}", self._run(one, mode, fresh=fresh))
        return True

    async def errors(self, run: int) -> list[ErrorRow]:
        """Return the item errors of a run."""
        return await in_thread(lambda: read_errors(self.workspace, run))

    async def signals(
        self, key: str, text: str, after: SignalRow | None
    ) -> tuple[list[SignalRow], bool]:
        """Return the next signals that hold `text`, and whether these are all."""
        return await in_thread(lambda: read_signals(self.workspace, key, text, after))

    async def sample(self, key: str, row: ErrorRow) -> OpenDescriptor:
        """Return the message that opens an item as the Builder's sample."""
        one = self.connection(key)
        connector = one.connector_id if one else ""
        document = await in_thread(lambda: self.workspace.catalogue.document(connector))
        body = sample_body(document, row.stream, row.raw)
        kind = (("content-type", "application/json"),)
        return OpenDescriptor(connector, response=Response(200, kind, body))

    async def enable(self, key: str, *, enabled: bool) -> None:
        """Enable or disable a connection."""
        project = self.workspace.project.key
        await in_thread(
            lambda: self.workspace.registry.enable_connection(
                project, key, enabled=enabled
            )
        )

    async def check(self, key: str) -> tuple[str, str, bool]:
        """Check a connection; return what to say, why, and whether it is well."""
        one = self.connection(key)
        if one is not None and one.sandbox:
            await sandbox.ensure_for((await in_thread(lambda: self._needs(key))).config)
        return await in_thread(lambda: self._checked(key))

    async def holdings(self, key: str) -> list[str]:
        """Return what goes with a connection, line by line."""
        project = self.workspace.project.key
        held = await in_thread(
            lambda: self.workspace.connections.holdings(project, key)
        )
        one = self.connection(key)
        named = [
            f"The connection “{key}” and its configuration",
            _many(held.signals, "stored signal"),
            f"{_many(held.runs, 'run')} with {_many(held.item_errors, 'item error')}",
            "Where the next incremental run would have begun",
        ]
        return named + (["Its credentials in the vault"] if one and one.secret else [])

    async def remove(self, key: str) -> None:
        """Delete a connection with all that is stored for it."""
        project = self.workspace.project.key
        await in_thread(lambda: self.workspace.registry.delete_connection(project, key))
        self.runners.tracks.pop(key, None)

    async def end(self) -> None:
        """End every run in order; each goes on from its last page another time."""
        for key in self.runners.running:
            self.runners.cancel(key)
        await self.runners.end_all()

    async def _run(self, one: ConnectionFacts, mode: Mode, *, fresh: bool) -> None:
        track = self.runners.tracks[one.key]
        try:
            needs = await in_thread(lambda: self._needs(one.key))
            if one.sandbox:
                await sandbox.ensure_for(needs.config)
            if track.facts.live:  # else it was cancelled while it was prepared
                folder = str(self.workspace.project.folder)
                job: dict[str, Json] = {"connection": one.key, "mode": mode}
                dry = track.facts.dry
                job |= {"project": folder, "fresh": fresh, "dryRun": dry}
                await self.runners.run(track, job, needs.secrets, needs.vault_key)
        finally:
            track.end("interrupted")
            self.ended.emit(one.key)
        if track.refused:
            self.refused.emit({**track.refused, "connection": one.key})

    def _needs(self, key: str) -> "_Needs":
        """Return what a child needs beyond the job."""
        from ferrule.workspace.sessions import (  # noqa: PLC0415 - brings the network, which the first paint does without
            key_for_child,
        )

        make_folder(self.workspace.project)  # the child is told to work there
        project = self.workspace.project.key
        connection = self.workspace.connections.get(project, key)
        kept = self.workspace.registry.secrets_of(connection)
        secrets: Secrets = {n: one.get_secret_value() for n, one in kept.items()}
        vault_key = key_for_child(self.workspace, connection)
        told = vault_key.get_secret_value() if vault_key else ""
        return _Needs(secrets, dict(connection.config), told)

    def _checked(self, key: str) -> tuple[str, str, bool]:
        from ferrule.workspace.connecting import (  # noqa: PLC0415 - brings the network, which the first paint does without
            check_connection,
        )

        steps = list(check_connection(self.workspace, key))
        bad = next((step for step in steps if step.ok is False), None)
        if bad is not None:
            return f"{key}: {bad.detail}", bad.advice, False
        told = "; ".join(step.detail for step in steps if step.ok)
        return f"{key} answers", told, True


class _Needs(NamedTuple):
    """A connection's secrets and configuration, and the vault's key where needed."""

    secrets: Secrets
    config: dict[str, Json]
    vault_key: str


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
