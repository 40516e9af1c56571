"""Approvals: a call waits for a person, who sees exactly what would be sent.

What is run is exactly what was approved (by digest), once, before it expires. Whoever
approves types the word that stands beside the effect. A person may decline by any way
in; approving is for the window and the command line alone.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Final

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.errors import ApprovalMissing, Cancelled, ToolRefused, UsageError
from ferrule.redaction import live
from ferrule.store.approvals import (
    Approval,
    ApprovalRequest,
    ApprovalStep,
    State,
    Via,
)
from ferrule.workspace.operations.recording import operation
from ferrule.workspace.tools.calls import Call, at_time
from ferrule.workspace.tools.facts import Preview
from ferrule.workspace.tools.preview import preview, visible
from ferrule.workspace.tools.standing import standing_now
from ferrule.workspace.workspace import Workspace

__all__ = [
    "LASTS",
    "Approval",
    "ApprovalRequest",
    "ApprovalStep",
    "approve",
    "ask",
    "decline",
    "history",
    "refuse_unless_approved",
    "state_of",
    "taken_up",
    "waited",
    "waiting",
    "waived",
]

LASTS: Final = timedelta(minutes=5)
MOST_WAITING: Final = 100
_RESTS_ON: Final = "standing"
_AT: Final = "now"
_LOOKED_EVERY_S: Final = 0.2
_LONGEST_NAME: Final = 100
_BY_A_PERSON: Final = frozenset({"window", "cli"})


def ask(
    workspace: Workspace,
    call: Call,
    *,
    via: Via,
    asked_by: str = "",
    clock: Clock | None = None,
) -> Approval:
    """Ask for a call to be approved; one that waits or is approved is taken up again.

    So whoever asked and gave up waiting may ask once more, and nobody approves twice.
    """
    now = (clock or SystemClock()).now()
    known = workspace.approvals.same(workspace.project.key, call.digest, via, now)
    if known is not None:
        return known
    _refuse_too_many(workspace, now)
    shown = preview(call)
    request = _request(call, shown, now, via=via, asked_by=_plain(asked_by))
    said = f"waits for approval: {shown.method} {shown.host}{shown.path}"
    with _noted(workspace, request, said, "tool.ask"):
        return workspace.approvals.ask(request)


def _request(
    call: Call, shown: Preview, now: datetime, *, via: Via, asked_by: str
) -> ApprovalRequest:
    return ApprovalRequest(
        project=call.connection.project,
        connection=call.connection.key,
        connector_id=call.connector.id,
        tool=call.tool.name,
        tool_digest=call.tool_digest,
        digest=call.digest,
        via=via,
        asked_by=asked_by,
        effect=call.tool.deed,
        word=call.word,
        preview={**shown.wire(), _RESTS_ON: call.standing, _AT: call.now},
        asked_at=rfc3339(now),
        expires_at=rfc3339(now + LASTS),
    )


def _refuse_too_many(workspace: Workspace, now: datetime) -> None:
    """Refuse to ask a person more than anybody reads: what matters would be lost."""
    if len(workspace.approvals.waiting(workspace.project.key, now)) >= MOST_WAITING:
        raise ToolRefused(
            f"{MOST_WAITING} requests wait for approval already. Nothing was sent.",
            advice="Wait until a person has decided some of them.",
        )


def taken_up(
    workspace: Workspace, call: Call, *, via: Via, clock: Clock | None = None
) -> Call:
    """Return a call as it was asked for before, if that waits or is approved.

    Its templates know the time of then: what was shown is what is sent.
    """
    now = (clock or SystemClock()).now()
    place = (call.connection.key, call.tool.name)
    for one in workspace.approvals.list(workspace.project.key):
        asked = one.request
        if (asked.connection, asked.tool, asked.via) != (*place, via):
            continue
        if one.state(now) in {"waiting", "approved"}:
            then = str(asked.preview.get(_AT, call.now))
            earlier = at_time(workspace, *place, call.arguments, then)
            if earlier.digest == asked.digest:
                return earlier
    return call


def approve(
    workspace: Workspace,
    number: int,
    word: str,
    *,
    via: Via,
    clock: Clock | None = None,
) -> Approval:
    """Approve what waits, as the person who typed its word.

    Raises:
        NotFound: when there is no request of that number.
        UsageError: when another word was typed.
        ToolRefused: when it no longer waits, this is no way to approve, or what it
            rests on is not what it was when it was asked for: then it is declined.
    """
    if via not in _BY_A_PERSON:
        raise ToolRefused(
            "Only a person may approve.",
            advice=f"In the window, or with: ferrule approve {number}.",
        )
    found = workspace.approvals.get(workspace.project.key, number)
    if word.strip() != found.request.word:
        raise UsageError(
            f"That is not the word: nothing was approved. Type {found.request.word}."
        )
    _refuse_changed(workspace, found, via, clock)
    return _decided(workspace, found, "approved", via, clock)


def decline(
    workspace: Workspace,
    number: int,
    *,
    via: Via,
    reason: str = "",
    clock: Clock | None = None,
) -> Approval:
    """Decline what waits, or what was approved and not used yet.

    Raises:
        NotFound: when there is no request of that number.
        ToolRefused: when there is nothing to decline any more.
    """
    found = workspace.approvals.get(workspace.project.key, number)
    return _decided(
        workspace, found, "declined", via, clock, note=live.text(reason)[:500]
    )


def waived(
    workspace: Workspace, call: Call, *, via: Via, asked_by: str, clock: Clock
) -> Approval:
    """Return an approval for a call whose tool a person waived being asked for."""
    asked = ask(workspace, call, via=via, asked_by=asked_by, clock=clock)
    if asked.state(clock.now()) == "approved":
        return asked
    return workspace.approvals.decide(
        workspace.project.key, asked.id, "waived", via=via, now=clock.now()
    )


def waiting(workspace: Workspace, clock: Clock | None = None) -> tuple[Approval, ...]:
    """Return what waits for a person, the oldest first."""
    now = (clock or SystemClock()).now()
    return workspace.approvals.waiting(workspace.project.key, now)


def history(workspace: Workspace) -> tuple[Approval, ...]:
    """Return what was asked for and what became of it, the newest first."""
    return workspace.approvals.list(workspace.project.key)


def state_of(workspace: Workspace, number: int, clock: Clock | None = None) -> State:
    """Return how a request for approval stands now."""
    now = (clock or SystemClock()).now()
    return workspace.approvals.get(workspace.project.key, number).state(now)


def waited(
    workspace: Workspace,
    number: int,
    *,
    clock: Clock | None = None,
    ended: Callable[[], bool] = lambda: False,
) -> None:
    """Wait until a person has approved; blocks, at the longest until it expires.

    `ended` is asked often whether to give up.

    Raises:
        ToolRefused: when it was declined.
        ApprovalMissing: when nobody approved it in time.
        Cancelled: when it was given up.
    """
    clock = clock or SystemClock()
    while (state := state_of(workspace, number, clock)) == "waiting":
        if ended():
            raise Cancelled("Nobody waits for the approval any more.")
        clock.sleep(_LOOKED_EVERY_S)
    refuse_unless_approved(number, state)


def refuse_unless_approved(number: int, state: State) -> None:
    """Raise what a state other than approved means to whoever wants to run it.

    Raises:
        ToolRefused: when it was declined.
        ApprovalMissing: when it waits, has expired, or was used.
    """
    if state == "approved":
        return
    if state == "declined":
        raise ToolRefused("The request was declined. Nothing was sent.")
    if state == "used":
        raise ApprovalMissing(
            f"The approval {number} was used already: it holds once.", approval=number
        )
    if state == "expired":
        raise ApprovalMissing(
            f"Nobody approved the request {number} in time. Nothing was sent.",
            advice="Ask again. A person approves it within five minutes, in the window "
            "or with: ferrule approve ID.",
        )
    raise ApprovalMissing(
        f"The request {number} waits for approval. Nothing was sent.",
        approval=number,
        advice="A person approves it in Ferrule's window, or with: ferrule approve "
        f"{number}. Then run the same again.",
    )


def _refuse_changed(
    workspace: Workspace, found: Approval, via: Via, clock: Clock | None
) -> None:
    """Refuse what rests on another tool, connector, configuration or credential now."""
    asked = found.request
    now = standing_now(workspace, asked.connection, asked.tool)
    if asked.preview.get(_RESTS_ON, now) == now:
        return
    note = "The connection, its credential or the tool has changed since it was asked."
    _decided(workspace, found, "declined", via, clock, note=note)
    raise ToolRefused(
        f"{note} Nothing was approved.", advice="Have it asked for again."
    )


def _decided(
    workspace: Workspace,
    found: Approval,
    step: str,
    via: Via,
    clock: Clock | None,
    *,
    note: str = "",
) -> Approval:
    audit = "tool.approve" if step == "approved" else "tool.decline"
    said = f"was {step} (request {found.id})."
    with _noted(workspace, found.request, said, audit):
        return workspace.approvals.decide(
            workspace.project.key,
            found.id,
            "approved" if step == "approved" else "declined",
            via=via,
            now=(clock or SystemClock()).now(),
            note=note,
        )


def _noted(
    workspace: Workspace, asked: ApprovalRequest, said: str, audit: str
) -> AbstractContextManager[object]:
    return operation(
        *(workspace, "tool", f"“{asked.tool}” of “{asked.connection}” {said}"),
        connection=asked.connection,
        connector=asked.connector_id,
        entity=asked.tool,
        audit=audit,
        subject=f"{asked.connection} {asked.tool}",
    )


def _plain(name: str) -> str:
    """Return what a client says that it is called, as one short line."""
    return visible(live.text(" ".join(name.split())))[:_LONGEST_NAME]
