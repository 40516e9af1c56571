"""What pushing a bundle works with: off the window's thread, ended at once.

The token is for this push: it is held in memory while it runs, and kept nowhere.
"""

import asyncio
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ferrule.ui.i18n import ours
from ferrule.ui.tasks import in_thread
from ferrule.workspace.shipping_facts import VerifyStep

if TYPE_CHECKING:  # what draws the form does without
    from ferrule.workspace.pushing import Push, PushVerdict


@dataclass(frozen=True, slots=True)
class Wanted:
    """A push as a person wants it; `reason` asks for an older version to come back."""

    server: str
    path: Path
    token: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PushLine:
    """One step of a push as it is told; `ok` is None for one that was not reached.

    `steps` are those of the verification, where one of them refused.
    """

    title: str
    ok: bool | None
    detail: str = ""
    connectors: tuple[tuple[str, str], ...] = ()
    steps: tuple[VerifyStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a server said: whether it took the bundle, how it went, what to do.

    `older` tells that a reason would let the older version back.
    """

    ok: bool
    summary: str
    lines: tuple[PushLine, ...]
    advice: str = ""
    older: bool = False


class PushRun:
    """One push at a time."""

    async def run(self, wanted: Wanted) -> Told:
        """Push and return what the server said; cancelling ends it at once.

        Raises:
            FerruleError: when the file cannot be read, or no server answered.
        """
        job = _Job()
        try:
            return await in_thread(partial(job.work, wanted))
        except asyncio.CancelledError:
            job.cancel()
            raise


class _Job:
    """A push that may be ended from the window's thread before it began."""

    def __init__(self) -> None:
        self._over = False
        self._push: Push | None = None

    def work(self, wanted: Wanted) -> Told:
        from pydantic import SecretStr  # noqa: PLC0415 - slow to import

        from ferrule.workspace import pushing  # noqa: PLC0415 - beside the above

        self._push = pushing.Push(
            wanted.server,
            wanted.path,
            SecretStr(wanted.token),
            rollback_reason=wanted.reason,
        )
        if self._over:
            self._push.cancel()
        verdict = self._push.verdict()
        return told(verdict, wanted, pushing.steps_of(verdict))

    def cancel(self) -> None:
        self._over = True
        if self._push is not None:
            self._push.cancel()


_TOKEN: Final = frozenset({401, 403})
_ROLLBACK: Final = "rollback"
_MAY: Final = "It may push here"


def told(verdict: "PushVerdict", wanted: Wanted, steps: tuple[VerifyStep, ...]) -> Told:
    """Return a verdict as it went: server, token, verification, connectors."""
    server = PushLine("Server", ok=True, detail=wanted.server)
    if not verdict.ok:
        return _refused(verdict, server, steps)
    what = "took it in" if verdict.new else "had all of it already"
    checked = f"All {len(steps)} steps passed"
    lines = (
        server,
        PushLine("Token", ok=True, detail=_MAY),
        PushLine("Verification", ok=True, detail=checked),
        PushLine("Connectors", ok=True, connectors=_connectors(verdict)),
    )
    return Told(ok=True, summary=f"The server {what}: {verdict.bundle}", lines=lines)


def _connectors(verdict: "PushVerdict") -> tuple[tuple[str, str], ...]:
    known, back = set(verdict.unchanged), set(verdict.overridden)
    listed = []
    for one in verdict.connectors:
        name = one.partition("@")[0]
        word = ours("new version")
        if name in back:
            word = ours("went back")
        elif name in known or not verdict.new:
            word = ours("there before")
        listed.append((one, word))
    return tuple(listed)


def _refused(
    verdict: "PushVerdict", server: PushLine, steps: tuple[VerifyStep, ...]
) -> Told:
    at = f" at step {verdict.step}" if verdict.step else ""
    last = PushLine("Connectors", ok=None)
    why = "" if steps else verdict.message  # the step that refused says it
    if verdict.status in _TOKEN:
        lines = (
            server,
            PushLine("Token", ok=False, detail=verdict.message),
            PushLine("Verification", ok=None),
            last,
        )
    else:
        lines = (
            server,
            PushLine("Token", ok=True, detail=_MAY),
            PushLine("Verification", ok=False, detail=why, steps=steps),
            last,
        )
    return Told(
        ok=False,
        summary=f"The server refused it{at}",
        lines=lines,
        advice=verdict.advice,
        older=verdict.code == _ROLLBACK,
    )
