"""What the Tools page asks of the workspace, off the window's thread.

A call that was prepared is kept here until it was run: what is sent is what was shown.
"""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ferrule.errors import FerruleError, StoreError
from ferrule.exchange import Json
from ferrule.ui.models.tool_rows import ApprovalRow, RequestFacts, request_of
from ferrule.ui.tasks import in_thread
from ferrule.workspace.fixtures.files import TestFile, TestResult
from ferrule.workspace.fixtures.look import Finding
from ferrule.workspace.tools import approvals, cases, listing, offering, waivers
from ferrule.workspace.tools.calls import Call, prepare
from ferrule.workspace.tools.facts import ToolFacts, ToolOutcome
from ferrule.workspace.tools.lines import Lines
from ferrule.workspace.tools.preview import preview
from ferrule.workspace.tools.running import ToolRun
from ferrule.workspace.workspace import Workspace

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Shelf:
    """The tools of a project's connections.

    `troubles` are connections whose tools cannot be told, with why; `connections` are
    the keys of all, `names` what their connectors are called, by id.
    """

    tools: tuple[ToolFacts, ...] = ()
    connections: tuple[str, ...] = ()
    troubles: tuple[tuple[str, str], ...] = ()
    names: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """The tools that agents are offered: name, what is said, and whether one asks."""

    name: str
    description: str
    facts: ToolFacts


class Came(NamedTuple):
    """What came of the latest run of a tool: an outcome, or an error."""

    call: Call | None
    outcome: ToolOutcome | None
    error: FerruleError | None = None


class ToolDesk:
    """The tools of a project, what waits for approval, and the run under way."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lines: Lines | None = None
        self._run: ToolRun | None = None
        self._lock = threading.Lock()
        self._mark = -1

    async def read(self) -> Shelf:
        """Return the tools of all connections, the disabled ones too."""
        return await in_thread(lambda: _read(self._workspace))

    async def call(self, tool: ToolFacts, arguments: Mapping[str, Json]) -> Call:
        """Return a call with the request it would send; nothing is sent.

        Raises:
            FerruleError: when no request can be made of it.
        """
        place = self._workspace
        return await in_thread(
            lambda: prepare(place, tool.connection, tool.name, arguments)
        )

    async def look(self, call: Call) -> RequestFacts:
        """Return the exact request of a call, its secrets masked."""
        return await in_thread(lambda: request_of(preview(call)))

    async def ask(self, call: Call) -> int:
        """Ask for approval, and return the number under which it stands."""
        place = self._workspace
        asked = await in_thread(lambda: approvals.ask(place, call, via="window"))
        return asked.id

    async def approve(self, number: int, word: str) -> None:
        """Approve a request as the person who typed its word.

        Raises:
            FerruleError: when another word was typed, or it waits no longer.
        """
        place = self._workspace
        await in_thread(lambda: approvals.approve(place, number, word, via="window"))

    async def decline(self, number: int, reason: str) -> None:
        """Decline a request.

        Raises:
            FerruleError: when there is nothing to decline any more.
        """
        place = self._workspace
        await in_thread(
            lambda: approvals.decline(place, number, via="window", reason=reason)
        )

    async def turned(self) -> bool:
        """Return whether anything was committed since approvals were read."""
        try:
            return await in_thread(self._workspace.database.mark) != self._mark
        except StoreError:  # it is busy: another time
            return False

    async def approvals(self, now: datetime) -> list[ApprovalRow]:
        """Return the latest requests for approval as they stand, the newest first."""
        self._mark = await in_thread(self._workspace.database.mark)
        return await in_thread(lambda: _approvals(self._workspace, now))

    async def run(self, call: Call, approval: int | None) -> ToolOutcome:
        """Send a call, and return what came of it; `cancel` ends it.

        Raises:
            FerruleError: when it was not sent, was refused, or no answer came.
        """
        with self._lock:
            self._lines = self._lines or Lines(self._workspace)
            once = self._run = ToolRun(
                *(self._workspace, call),
                via="window",
                approval=approval,
                lines=self._lines,
            )
        try:
            return await in_thread(once.run)
        finally:
            self._run = None

    def cancel(self) -> None:
        """End the run under way: what is not sent yet is not sent."""
        if self._run is not None:
            self._run.cancel()

    async def end(self) -> None:
        """End the run under way and give the open connections back."""
        self.cancel()
        lines, self._lines = self._lines, None
        if lines is not None:
            await in_thread(lines.close)

    async def waive(self, tool: ToolFacts, *, on: bool) -> None:
        """Let a tool run without asking, or have it ask again."""
        place, key, name = self._workspace, tool.connection, tool.name
        if on:
            await in_thread(lambda: waivers.waive(place, key, name, via="window"))
        else:
            await in_thread(lambda: waivers.unwaive(place, key, name, via="window"))

    async def cases(self, tool: ToolFacts) -> list[TestFile]:
        """Return the test cases of a tool."""
        place = self._workspace
        return await in_thread(
            lambda: cases.tool_cases(place, tool.connector_id, tool.name)
        )

    async def run_cases(self, tool: ToolFacts) -> list[TestResult]:
        """Replay the test cases of a tool, offline.

        Raises:
            FerruleError: when the connector cannot be read.
        """
        place = self._workspace
        return await in_thread(
            lambda: cases.run_cases(place, tool.connector_id, tool.name)
        )

    async def findings(self, call: Call, outcome: ToolOutcome) -> list[Finding]:
        """Return what a person should look at before a call becomes a test case."""
        return await in_thread(lambda: cases.look_at_case(call, outcome))

    async def record(
        self, call: Call, outcome: ToolOutcome, name: str, choices: Mapping[str, str]
    ) -> Path:
        """Keep a call that was run as a test case, and return its file.

        Raises:
            FerruleError: when it cannot be kept.
        """
        place = self._workspace
        return await in_thread(
            lambda: cases.record_case(place, call, outcome, name, choices)
        )

    async def offered(
        self, connections: Collection[str], *, read_only: bool
    ) -> list[Offer]:
        """Return what agents would be offered."""
        return await in_thread(
            lambda: _offered(self._workspace, connections, read_only=read_only)
        )


def _read(workspace: Workspace) -> Shelf:
    tools: list[ToolFacts] = []
    troubles: list[tuple[str, str]] = []
    known = workspace.connections.list(workspace.project.key)
    for one in known:
        try:
            tools += listing.connection_tools(workspace, one.key)
        except FerruleError as error:
            troubles.append((one.key, f"{error.message} {error.advice}".strip()))
    ids = {tool.connector_id for tool in tools}
    names = {
        card.id: card.name for card in workspace.catalogue.cards() if card.id in ids
    }
    return Shelf(tuple(tools), tuple(one.key for one in known), tuple(troubles), names)


def _approvals(workspace: Workspace, now: datetime) -> list[ApprovalRow]:
    return [
        ApprovalRow(
            id=one.id,
            connection=one.request.connection,
            connector_id=one.request.connector_id,
            tool=one.request.tool,
            via=one.request.via,
            asked_by=one.request.asked_by,
            effect=one.request.effect,
            word=one.request.word,
            request=request_of(one.request.preview),
            asked_at=one.request.asked_at,
            expires=datetime.fromisoformat(one.request.expires_at),
            state=one.state(now),
            outcome=one.outcome,
            steps=tuple((s.step, s.at, s.via, s.note) for s in one.steps),
        )
        for one in workspace.approvals.list(workspace.project.key, most=MOST_LISTED)
    ]


def _offered(
    workspace: Workspace, connections: Collection[str], *, read_only: bool
) -> list[Offer]:
    found = offering.offered(workspace, connections, read_only=read_only)
    return [Offer(one.name, one.description, one.facts) for one in found.values()]
