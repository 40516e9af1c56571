"""Running a call: exactly what was shown, gated by its approval, sent once.

An approval is marked as used before the request is sent, in a transaction of its own:
whatever happens afterwards, it is never sent for it again. How it ended is written down
when it is known. Where no answer came, or a process ended on the way, nobody knows
whether it took effect, and that is what is said.
"""

import threading
from dataclasses import dataclass
from http import HTTPStatus

from ferrule.clock import Clock, SystemClock
from ferrule.descriptor.tools import overrides_method
from ferrule.errors import (
    ApprovalMissing,
    Cancelled,
    ExchangeError,
    FerruleError,
    ToolRefused,
)
from ferrule.exchange import Request, Response
from ferrule.store.approvals import Outcome, Via
from ferrule.sync.tool import ToolPlan, tool_answer
from ferrule.transport.underway import Exchange
from ferrule.workspace.operations.recording import operation
from ferrule.workspace.tools import approvals
from ferrule.workspace.tools.calls import Call, at_time
from ferrule.workspace.tools.facts import KeptAnswer, ToolOutcome
from ferrule.workspace.tools.lines import Line, Lines
from ferrule.workspace.workspace import Workspace

_UNKNOWN = "It is not known whether it took effect: look there before you run it again."


@dataclass(slots=True)
class _Use:
    """The approval that a run uses, and whether it was marked as used."""

    number: int = 0
    used: bool = False


class ToolRun:
    """One run of a call; `cancel` ends it from another thread.

    `approval` is the number under which a call that asks was approved. `lines` are
    those that calls share; without them the run opens a line of its own and closes it.
    """

    def __init__(
        self,
        workspace: Workspace,
        call: Call,
        *,
        via: Via,
        asked_by: str = "",
        approval: int | None = None,
        lines: Lines | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._workspace = workspace
        self._call = call
        self._via: Via = via
        self._asked_by = asked_by
        self._approval = approval
        self._own = lines is None
        self._lines = lines or Lines(workspace, clock=clock)
        self._clock = clock or SystemClock()
        self._given_up = threading.Event()
        self._line: Line | None = None
        self._exchange: Exchange | None = None

    def cancel(self) -> None:
        """End the run: what is not sent yet is not sent. Others of the line go on."""
        self._given_up.set()
        if self._exchange is not None:
            self._exchange.cancel()
        if self._own and self._line is not None:
            self._line.client.cancel()

    def leave(self) -> None:
        """End the run, but for a write that is on its way: how that ends is noted."""
        self._given_up.set()
        exchange = self._exchange
        if exchange is not None and (self._call.tool.reads or not exchange.sent):
            exchange.cancel()

    def run(self) -> ToolOutcome:
        """Send the call and return what came of it; blocks.

        Raises:
            ApprovalMissing: when it asks and was not approved as it is now.
            Cancelled: when it was given up.
            ExchangeError: when the service refused it or no answer came.
            FerruleError: when it cannot be sent at all.
        """
        call = self._call
        with operation(
            self._workspace,
            "tool",
            f"“{call.tool.name}” of “{call.connection.key}” was run.",
            connection=call.connection.key,
            connector=call.connector.id,
            entity=call.tool.name,
            audit="" if call.tool.reads else "tool.run",
            subject=f"{call.connection.key} {call.tool.name}",
        ):
            try:
                return self._ran()
            finally:
                if self._own:
                    self._lines.close()

    def _ran(self) -> ToolOutcome:
        line, plan, call = self._as_it_is_now()
        self._line = line
        request = plan.signed(call.request)
        _refuse_hidden_method(call, request)
        use = self._allowed(call)
        try:
            response = line.client.send(
                *(request, plan.policy),
                idempotent=call.tool.idempotent,
                under_way=self._under_way,
            )
        except ExchangeError as error:
            raise self._ended(use, error) from None
        except BaseException:  # a process that is ended: it may have been sent
            self._end(use, "unknown")
            raise
        finally:
            line.account.keep(line.client)
        return self._outcome(use, plan, response)

    def _under_way(self, exchange: Exchange) -> None:
        self._exchange = exchange
        if self._given_up.is_set():
            exchange.cancel()

    def _as_it_is_now(self) -> tuple[Line, ToolPlan, Call]:
        """Return the call as the connection and its tool are now, and what sends it.

        Raises:
            ApprovalMissing: when it would be another deed than the one that was shown.
        """
        shown = self._call
        fresh = at_time(
            *(self._workspace, shown.connection.key, shown.tool.name),
            *(shown.arguments, shown.now),
        )
        line, plan = self._lines.line(fresh)
        call = fresh.planned(plan)
        if call.digest != shown.digest:
            raise ApprovalMissing(
                "What would be sent has changed since it was shown. Nothing was sent.",
                advice="Look at it again.",
            )
        return line, plan, call

    def _allowed(self, call: Call) -> _Use:
        """Return the approval that the call uses, marked as used.

        Raises:
            ApprovalMissing: when it needs one and has none that holds.
            Cancelled: when the run was given up meanwhile.
        """
        if self._given_up.is_set():
            raise Cancelled("The run was given up before anything was sent.")
        if not call.tool.asks:
            return _Use()
        number = self._approval
        if number is None and call.waived:
            number = approvals.waived(
                *(self._workspace, call),
                via=self._via,
                asked_by=self._asked_by,
                clock=self._clock,
            ).id
        if number is None:
            raise ApprovalMissing(
                f"“{call.tool.name}” asks first: it was not approved. "
                "Nothing was sent.",
                advice="Ask for approval, or waive it for this tool.",
            )
        self._workspace.approvals.use(
            *(self._workspace.project.key, number, call.digest),
            via=self._via,
            now=self._clock.now(),
        )
        return _Use(number, used=True)

    def _ended(self, use: _Use, error: ExchangeError) -> ExchangeError:
        """Write down how a run ended that brought an error, and return that error."""
        outcome = _outcome_of(error)
        self._end(use, outcome, error.message)
        if outcome == "unknown" and not self._call.tool.reads:
            error.message = f"{error.message} {_UNKNOWN}"
            error.args = (error.message,)
        return error

    def _outcome(self, use: _Use, plan: ToolPlan, response: Response) -> ToolOutcome:
        try:
            answer = tool_answer(plan, response)
        except ExchangeError as error:
            self._end(use, "failed", error.message)
            raise
        self._end(use, "done")
        return ToolOutcome(
            result=answer.result,
            status=answer.status,
            ms=round(response.elapsed_ms, 1),
            problem=answer.problem,
            approval=use.number,
            answer=KeptAnswer(answer.status, answer.content_type, answer.body),
        )

    def _end(self, use: _Use, outcome: Outcome, note: str = "") -> None:
        """Write down how an approval's use ended.

        Where that cannot be written it stays unknown, which is what a reader is told.
        """
        if not use.used:
            return
        try:
            self._workspace.approvals.end(
                use.number, outcome, via=self._via, now=self._clock.now(), note=note
            )
        except FerruleError:
            self._workspace.operations.note(
                "tool",
                f"How request {use.number} ended could not be written: {outcome}.",
                level="error",
                connection=self._call.connection.key,
            )


def _refuse_hidden_method(call: Call, request: Request) -> None:
    """Refuse what reads by its tool alone: a base address or a sign-in may say more.

    Raises:
        ToolRefused: when the request names another method beside its own.
    """
    named = overrides_method(
        (name for name, _ in request.headers), (name for name, _ in request.query)
    )
    if call.tool.reads and named:
        raise ToolRefused(
            f"“{call.tool.name}” is said to read, but its request names another "
            "method. Nothing was sent.",
            advice="Set the tool's effect to destructive: then it asks first.",
        )


def _outcome_of(error: ExchangeError) -> Outcome:
    """Return what an error means for what the request should have done."""
    if error.status is not None:
        server = error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        passing = error.cause == "transient"  # as the connector's rules say
        return "unknown" if server or passing else "failed"
    return "unknown" if error.sent else "unsent"
