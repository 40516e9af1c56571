"""The sync children of the window: one a running connection, and one warm spare.

A spare was started before it is needed and has loaded its libraries; it holds no secret
and no database until its job is written. Whoever runs a connection awaits `run`; the
end of the window ends them all.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

from PySide6 import QtCore

from ferrule.clock import Clock, SystemClock
from ferrule.exchange import Json
from ferrule.ui.child import ENDED_BY_PARENT, Child, Ending
from ferrule.ui.models.run_track import Track, Wish
from ferrule.ui.models.runs import Mode

_ARGUMENTS: Final = ("sync", "--control", "stdin", "--json")
_SPARE_MS: Final = 5 * 60 * 1000


class RunChildren(QtCore.QObject):
    """Who runs what, by connection.

    Signals:
        changed(str): the run of that connection stands differently.
    """

    changed = QtCore.Signal(str)

    def __init__(
        self, clock: Clock | None = None, parent: QtCore.QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.clock = clock or SystemClock()
        self.tracks: dict[str, Track] = {}
        self.past: dict[int, Track] = {}
        self._children: dict[str, Child] = {}
        self._spare: Child | None = None
        self._leaving = False
        self._idle = QtCore.QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(_SPARE_MS)
        self._idle.timeout.connect(self.drop_spare)

    @property
    def running(self) -> list[str]:
        """Return the connections that run here."""
        return [key for key, track in self.tracks.items() if track.facts.live]

    def track(self, connection: str) -> Track | None:
        """Return the last run of a connection that this window started."""
        return self.tracks.get(connection)

    def prepare(self, connection: str, mode: Mode, *, dry: bool = False) -> Track:
        """Note that a run begins; it shows at once."""
        track = Track(connection, mode, self.clock, dry=dry)
        self.tracks[connection] = track
        self.changed.emit(connection)
        return track

    async def run(
        self,
        track: Track,
        job: Mapping[str, Json],
        secrets: Mapping[str, Json],
        vault_key: str = "",
    ) -> Ending:
        """Give a child the job and wait until it is over.

        `vault_key` is for one that has to keep a token and cannot open the vault.
        """
        key = track.facts.connection
        child = self._take()
        self._children[key] = child
        child.lines.connect(partial(self._hear, track))
        line: dict[str, Json] = {"job": dict(job), "secrets": dict(secrets)}
        child.send(line | ({"vaultKey": vault_key} if vault_key else {}))
        ending = await child.wait()
        self._children.pop(key, None)
        child.deleteLater()
        self._settle(track, ending)
        if track.facts.number is not None:
            self.past[track.facts.number] = track
        return ending

    def ask(self, connection: str, wish: Wish) -> None:
        """Let the run end after the page it is at: to pause, or to stop."""
        child, track = self._children.get(connection), self.tracks.get(connection)
        if child is not None and track is not None and track.facts.live:
            child.send({"do": wish})
            track.asked_to(wish)
            self.changed.emit(connection)

    def cancel(self, connection: str) -> None:
        """End the run now; what was stored stays, the open page rolls back."""
        track = self.tracks.get(connection)
        if track is not None and track.facts.live:
            track.end("interrupted")
            self.changed.emit(connection)
        child = self._children.get(connection)
        if child is not None:
            child.end()

    def keep_spare(self) -> None:
        """Have a warm child ready, and let it go after some idle minutes."""
        if self._leaving:
            return
        if self._spare is None or not self._spare.running:
            self._spare = Child(_ARGUMENTS, parent=self)
            self._spare.start()
        self._idle.start()

    @property
    def spare_ready(self) -> bool:
        """Return whether a warm child waits for a job."""
        return self._spare is not None and self._spare.running

    @QtCore.Slot()
    def drop_spare(self) -> None:
        """End the warm child."""
        self._idle.stop()
        if self._spare is not None:
            self._spare.end()

    async def end_all(self) -> None:
        """End every child, wait until all are over, and start none any more."""
        self._leaving = True
        self._idle.stop()
        children = [*self._children.values(), *([self._spare] if self._spare else ())]
        for child in children:
            child.end()
        for child in children:
            await child.wait()
        self._spare = None

    def _take(self) -> Child:
        """Return the spare where there is one, else a fresh child."""
        spare, self._spare = self._spare, None
        if spare is not None and spare.running:
            self._idle.stop()
            return spare
        child = Child(_ARGUMENTS, parent=self)
        child.start()
        return child

    def _hear(self, track: Track, lines: list[Json]) -> None:
        if self.tracks.get(track.facts.connection) is track:
            was = track.facts.live
            track.take(lines if was or _ends(lines) else [])
            self.changed.emit(track.facts.connection)

    def _settle(self, track: Track, ending: Ending) -> None:
        """Note how a child ended that did not tell it itself."""
        if ending.asked or ending.code == ENDED_BY_PARENT:
            track.end("interrupted")
        elif track.facts.live:
            last = ending.complaint.splitlines()[-1:] or [f"Exit code {ending.code}."]
            track.end(
                "interrupted",
                error="The run ended unexpectedly.",
                advice=f"What it stored is safe; resume it. It said: {last[0][:200]}",
            )
        self.changed.emit(track.facts.connection)


def _ends(lines: list[Json]) -> bool:
    """Return whether a child told its own end after it was cancelled: that counts."""
    return any(isinstance(one, dict) and one.get("type") == "run" for one in lines)
