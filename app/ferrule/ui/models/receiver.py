"""The one receiver of the window: a gateway as a child, and where it listens.

It is started by a person and ended with the window. Each line that it prints is one
call that was answered, or one delivery that was mapped.
"""

import asyncio
from collections.abc import Collection, Iterable
from typing import Final, Literal, NamedTuple

from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.exchange import Json
from ferrule.ui.child import Child, Ending
from ferrule.ui.tasks import in_thread
from ferrule.workspace.project import make_folder
from ferrule.workspace.workspace import Workspace

PORT: Final = 8480
_START_SECONDS: Final = 20.0
_EVERY_MS: Final = 10  # a person watches for the one call that was just made
_REFUSED: Final = frozenset({400, 401})
State = Literal["stopped", "starting", "listening", "stopping", "failed"]


class CallTrouble(NamedTuple):
    """A connection whose calls cannot be checked now: why, and whether by a lock."""

    connection: str
    connector_id: str
    what: str
    locked: bool


class _Handed(NamedTuple):
    """What a child cannot get itself: the vault's key, or secrets held in memory."""

    key: str
    secrets: dict[str, Json]


class Receiver(QtCore.QObject):
    """A gateway child: where it listens, or why it does not.

    Signals:
        changed(): it stands differently.
        heard(object): the numbers of deliveries that came or were mapped.
        refused(): a call was refused, and is being written down.
        questioned(str): a service asked a question of a connection, and was answered.
        turned_away(str): a call was answered that is not written down; why.
    """

    changed = QtCore.Signal()
    heard = QtCore.Signal(object)
    refused = QtCore.Signal()
    questioned = QtCore.Signal(str)
    turned_away = QtCore.Signal(str)

    def __init__(
        self, workspace: Workspace, parent: QtCore.QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._child: Child | None = None
        self._told: FerruleError | None = None
        self.state: State = "stopped"
        self.url = ""
        self.public_url = ""
        self.problem: tuple[str, str] = ("", "")
        self.in_memory = False
        self._handed: dict[str, Json] = {}

    @property
    def listening(self) -> bool:
        """Whether calls are taken."""
        return self.state == "listening"

    @property
    def base(self) -> str:
        """Return what services call: the public address where there is one."""
        return self.public_url or self.url

    async def start(self, port: int = PORT, public_url: str = "") -> None:
        """Listen on a port of this machine; 0 is any that is free.

        What goes wrong is in `problem`, and the state is `failed`.
        """
        if self.state in {"starting", "listening", "stopping"}:
            return
        self.problem, self.public_url = ("", ""), public_url
        self._stand("starting")
        try:
            handed = await in_thread(self._prepared)
            await self._begin(port, public_url, handed)
        except FerruleError as error:
            self.problem = error.message, error.advice
            self._stand("failed")
        except asyncio.CancelledError:
            await self._end_child()
            self._stand("stopped")
            raise

    async def stop(self) -> None:
        """Let the child answer what came, and end it."""
        if self._child is None:
            return
        self._stand("stopping")
        await self._end_child()
        self._stand("stopped")

    async def end(self) -> None:
        """End the child with the window."""
        await self._end_child()
        self.state, self.url = "stopped", ""

    async def unlock(self) -> None:
        """Hand the vault's key on, where it was unlocked since."""
        child = self._child
        if child is not None:
            handed = await in_thread(self._prepared)
            self._hand(child, handed.key, handed.secrets)

    async def hand_over(self, keys: Collection[str]) -> None:
        """Hand secrets of connections on that live in memory, where they changed."""
        child = self._child
        if child is not None and self.listening:
            secrets = await in_thread(lambda: self._held(keys))
            self._hand(child, "", secrets)

    async def troubles(self, keys: Collection[str]) -> tuple[CallTrouble, ...]:
        """Return which of these connections cannot check their calls now."""
        return await in_thread(lambda: self._troubles(keys))

    def _troubles(self, keys: Collection[str]) -> tuple[CallTrouble, ...]:
        from ferrule.workspace import handing  # noqa: PLC0415 - as below

        self.in_memory = handing.is_in_memory(self._workspace)
        found = handing.troubles(self._workspace, keys)
        return tuple(CallTrouble(*one[:3], one.locked) for one in found)

    def _hand(self, child: Child, key: str, secrets: dict[str, Json]) -> None:
        if key:
            child.send({"vaultKey": key})
        if secrets != self._handed:
            self._handed = secrets
            child.send({"secrets": secrets})

    def _prepared(self) -> _Handed:
        """Return what the child cannot have itself."""
        from ferrule.workspace.receiving import (  # noqa: PLC0415 - brings verifying, which showing the page does without
            routes,
        )

        make_folder(self._workspace.project)  # the child is told to work there
        key = self._workspace.vault.handover()
        secrets = self._held({one.connection for one in routes(self._workspace)})
        return _Handed(key.get_secret_value() if key is not None else "", secrets)

    def _held(self, keys: Collection[str]) -> dict[str, Json]:
        from ferrule.workspace import handing  # noqa: PLC0415 - as above

        self.in_memory = handing.is_in_memory(self._workspace)
        found = handing.secrets_to_hand(self._workspace, keys)
        return {key: dict(fields) for key, fields in found.items()}

    async def _begin(self, port: int, public_url: str, handed: _Handed) -> None:
        folder = str(self._workspace.project.folder)
        arguments = ["--project", folder, "gateway", "--port", str(port)]
        arguments += ["--control", "stdin", "--json"]
        if public_url:
            arguments += ["--public-url", public_url]
        child = Child(arguments, every_ms=_EVERY_MS, parent=self)
        said: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def listen(lines: Iterable[Json]) -> None:
            self._hear(lines)
            if self.url and not said.done():
                said.set_result(None)

        def over(ending: Ending) -> None:
            if not said.done():
                said.set_exception(self._told or _nobody_said())
            elif self._child is child and not ending.asked:
                self._crashed()

        child.lines.connect(listen)
        child.finished.connect(over)
        self._child, self.url, self._told = child, "", None
        child.start()
        self._handed = {}
        self._hand(child, *handed)
        await self._answered(said)

    async def _answered(self, said: "asyncio.Future[None]") -> None:
        try:
            async with asyncio.timeout(_START_SECONDS):
                await asyncio.shield(said)
        except TimeoutError:
            said.cancel()
            await self._end_child()
            raise FerruleError(
                f"The receiver did not start within {_START_SECONDS:g} s.",
                advice="Try again.",
            ) from None
        except FerruleError:
            await self._end_child()
            raise
        self._stand("listening")

    async def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            if child.running:
                await child.cancel()
            child.deleteLater()
        self.url = ""

    def _hear(self, lines: Iterable[Json]) -> None:
        numbers: list[int] = []
        for line in lines:
            if not isinstance(line, dict):
                continue
            if line.get("type") == "ready":
                self.url = str(line.get("url"))
            elif line.get("type") == "error":
                advice = str(line.get("advice", ""))
                self._told = FerruleError(str(line.get("message")), advice=advice)
            elif isinstance(number := line.get("id"), int):
                numbers.append(number)
            elif line.get("http") in _REFUSED:
                self.refused.emit()
            elif line.get("what") == "challenge":
                self.questioned.emit(str(line.get("connection", "")))
            elif line.get("type") == "delivery":
                self.turned_away.emit(str(line.get("what")))
        if numbers:
            self.heard.emit(sorted(set(numbers)))

    def _crashed(self) -> None:
        refusal = self._told or _nobody_said()
        self._child, self.url = None, ""
        self.problem = refusal.message, refusal.advice
        self._stand("failed")

    def _stand(self, state: State) -> None:
        self.state = state
        self.changed.emit()


def _nobody_said() -> FerruleError:
    return FerruleError(
        "The receiver ended by itself.", advice="Start it again; services call again."
    )
