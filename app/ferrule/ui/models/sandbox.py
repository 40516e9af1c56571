"""The one sandbox child of the window: the sample API on a port of this machine.

Whoever needs it awaits it: the Connect flow, a check, a sync. A connection to it keeps
the port in its base URL, so a later start listens on that port again. It is ended with
the window.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

from ferrule.errors import FerruleError
from ferrule.exchange import Json
from ferrule.ui.child import Child, Ending

CONNECTOR: Final = "sandbox-issues"
_START_SECONDS: Final = 15.0
_HERE: Final = frozenset({"127.0.0.1", "localhost"})


class SandboxError(FerruleError):
    """The sandbox did not start: its port is taken, or the program is broken."""


class Sandbox:
    """The owner of the child; every wish for it comes through here."""

    def __init__(self) -> None:
        self._child: Child | None = None
        self._url = ""
        self._turn: asyncio.Lock | None = None

    @property
    def url(self) -> str:
        """Return where it listens, empty while it does not run."""
        return self._url if self._child is not None and self._child.running else ""

    async def ready(self, port: int | None = None) -> str:
        """Return where the sandbox listens, started now where it does not run.

        One that listens on another port than `port` is started again on that.

        Raises:
            SandboxError: when it cannot listen there.
        """
        self._turn = self._turn or asyncio.Lock()
        async with self._turn:
            if self.url and port in {None, port_of(self.url)}:
                return self.url
            await self._stop()
            return await self._start(port)

    async def ensure_for(self, config: Mapping[str, Json]) -> str:
        """Let the sandbox listen where a connection's `baseUrl` says; return that.

        An address that is not on this machine is left alone. So is a port that
        something else has: it may be a sandbox that was started by hand, and if it is
        not, the check or the sync says so.
        """
        address = str(config.get("baseUrl") or "")
        if urlsplit(address).hostname not in _HERE:
            return address
        try:
            await self.ready(port_of(address))
        except SandboxError:
            if port_of(address) is None:
                raise
        return address

    async def end(self) -> None:
        """End the child, if there is one, and wait until it is over."""
        await self._stop()
        self._turn = None  # it belongs to the loop that ends now

    async def _stop(self) -> None:
        child, self._child, self._url = self._child, None, ""
        if child is not None and child.running:
            await child.cancel()
        if child is not None:
            child.deleteLater()

    async def _start(self, port: int | None) -> str:
        arguments = ["sandbox", "--control", "stdin"]
        if port is not None:
            arguments += ["--port", str(port)]
        child = Child(arguments)
        said: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def listen(lines: Iterable[Json]) -> None:
            for line in lines:
                if isinstance(line, dict) and line.get("type") == "ready":
                    _settle(said, str(line.get("url")))

        def give_up(ending: Ending) -> None:
            if not said.done():
                said.set_exception(_failure(ending))

        child.lines.connect(listen)
        child.finished.connect(give_up)
        child.start()
        self._child = child
        self._url = await self._answered(child, said)
        return self._url

    async def _answered(self, child: Child, said: "asyncio.Future[str]") -> str:
        try:
            async with asyncio.timeout(_START_SECONDS):
                return await said
        except TimeoutError:
            raise SandboxError(
                f"The sandbox did not start within {_START_SECONDS:g} s.",
                advice="Try again.",
            ) from None
        finally:
            if not said.done() or said.cancelled() or said.exception() is not None:
                said.cancel()
                await child.cancel()


def _settle(said: "asyncio.Future[str]", url: str) -> None:
    if not said.done():
        said.set_result(url)


def _failure(ending: Ending) -> SandboxError:
    lines = [line.strip() for line in ending.complaint.splitlines() if line.strip()]
    # An error of ours says what happened first, a traceback says it last.
    told = lines[-1:] if lines and lines[0].startswith("Traceback") else lines[:1]
    why = told[0] if told else f"It ended with code {ending.code}."
    return SandboxError(
        f"The sandbox could not be started. {why}",
        advice="End what uses its port, or try again.",
    )


def port_of(address: str) -> int | None:
    """Return the port that an address names, None for none."""
    try:
        return urlsplit(address).port
    except ValueError:
        return None


sandbox: Final = Sandbox()
