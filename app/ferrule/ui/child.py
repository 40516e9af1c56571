"""Long work as processes of their own: JSON lines in both directions.

So the window cannot stutter from their CPU, cancelling is ending a process that is safe
to end at any moment, and a crash on either side loses nothing. The end of its standard
input tells a child to end at once (exit code 75), also when this window was killed.
Secrets travel only in the first line of standard input, never in arguments.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6 import QtCore

from ferrule.errors import UnreadableResponse
from ferrule.exchange import Json, decode, encode

ENDED_BY_PARENT: Final = 75
_GRACE_MS: Final = 100
_COALESCE_MS: Final = 50
_LONGEST_LINE: Final = 16 * 1024 * 1024
_ERROR_TAIL: Final = 64 * 1024


def program() -> list[str]:
    """Return what starts Ferrule: itself when frozen, else Python with the package."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "ferrule"]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a child ended: its exit code, whether it crashed, and what it complained.

    `asked` says that we told it to end; a killed child looks like a crash otherwise.
    `complaint` is the end of its standard error, with lines that were no JSON.
    """

    code: int
    crashed: bool
    asked: bool
    complaint: str = ""

    @property
    def ok(self) -> bool:
        """Return whether it did what it was started for, or ended as it was told."""
        return (self.code == 0 and not self.crashed) or self.asked


class Child(QtCore.QObject):
    """One child process.

    Signals:
        lines(object): the list of JSON values it printed since the last time, at
            most every 50 ms unless told otherwise; the first comes at once.
        finished(object): it is over, with its `Ending`; all lines came before.
    """

    # A signal of `list` would turn every value into Qt's own, and break large integers.
    lines = QtCore.Signal(object)
    finished = QtCore.Signal(object)

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        command: Sequence[str] = (),
        every_ms: int = _COALESCE_MS,
        parent: QtCore.QObject | None = None,
    ) -> None:
        """Prepare a child; `command` replaces the program of `program()`.

        Lines that follow one another are told every so many milliseconds.
        """
        super().__init__(parent)
        self._command = [*(command or program()), *arguments]
        self._rest = b""
        self._complaint = b""
        self._waiting: list[Json] = []
        self._asked = False
        self._done: asyncio.Future[Ending] | None = None
        self._process = QtCore.QProcess(self)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_complaint)
        self._process.finished.connect(self._end)
        self._process.errorOccurred.connect(self._fail)
        self._pause = QtCore.QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(every_ms)
        self._pause.timeout.connect(self._flush)
        self._grace = QtCore.QTimer(self)
        self._grace.setSingleShot(True)
        self._grace.setInterval(_GRACE_MS)
        self._grace.timeout.connect(self._process.kill)

    def start(self) -> None:
        """Start the process; only inside the running event loop, and once."""
        self._done = asyncio.get_running_loop().create_future()
        self._process.start(self._command[0], self._command[1:])

    @property
    def running(self) -> bool:
        """Return whether it was started and is not over."""
        return self._done is not None and not self._done.done()

    def send(self, value: Json) -> None:
        """Write one JSON line to its standard input; too late is no error."""
        if self.running and not self._asked:
            self._process.write(encode(value) + b"\n")

    def end(self) -> None:
        """Close its standard input, and kill it where 100 ms do not suffice."""
        if self.running and not self._asked:
            self._asked = True
            self._process.closeWriteChannel()
            self._grace.start()

    async def wait(self) -> Ending:
        """Wait until it is over; cancelling the waiting leaves the child alone."""
        if self._done is None:
            raise RuntimeError("the child was not started")
        return await asyncio.shield(self._done)

    async def cancel(self) -> Ending:
        """End it and wait until it is over: at most about 100 ms."""
        self.end()
        return await self.wait()

    @QtCore.Slot()
    def _read(self) -> None:
        raw = bytes(self._process.readAllStandardOutput().data())
        *whole, self._rest = (self._rest + raw).split(b"\n")
        for line in whole:
            self._take(line)
        if len(self._rest) > _LONGEST_LINE:
            self._note(b"a line of more than 16 MB")
            self._rest = b""
            self.end()
        if not self._pause.isActive():
            self._flush()

    def _take(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            self._waiting.append(decode(line))
        except UnreadableResponse:
            self._note(line)

    @QtCore.Slot()
    def _flush(self) -> None:
        if self._waiting:
            found, self._waiting = self._waiting, []
            self.lines.emit(found)
            self._pause.start()

    @QtCore.Slot()
    def _read_complaint(self) -> None:
        self._note(bytes(self._process.readAllStandardError().data()))

    def _note(self, text: bytes) -> None:
        self._complaint = (self._complaint + text)[-_ERROR_TAIL:]

    @QtCore.Slot(int, QtCore.QProcess.ExitStatus)
    def _end(self, code: int, status: QtCore.QProcess.ExitStatus) -> None:
        self._read()
        self._read_complaint()
        if self._rest:
            self._take(self._rest)
        self._flush()
        crashed = status == QtCore.QProcess.ExitStatus.CrashExit
        self._settle(code, crashed=crashed)

    @QtCore.Slot(QtCore.QProcess.ProcessError)
    def _fail(self, error: QtCore.QProcess.ProcessError) -> None:
        if error == QtCore.QProcess.ProcessError.FailedToStart:
            # `finished` never comes in this case.
            self._note(self._process.errorString().encode())
            self._settle(-1, crashed=True)

    def _settle(self, code: int, *, crashed: bool) -> None:
        self._grace.stop()
        self._pause.stop()
        complaint = self._complaint.decode(errors="replace").strip()
        ending = Ending(code, crashed, self._asked, complaint)
        if self._done is not None and not self._done.done():
            self._done.set_result(ending)
        self.finished.emit(ending)
