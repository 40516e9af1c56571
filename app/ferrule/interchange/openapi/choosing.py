"""Which operations can become streams, and which should be ticked at first."""

from dataclasses import dataclass

from ferrule.interchange.kind import Operation
from ferrule.interchange.openapi.item import path_of
from ferrule.interchange.openapi.operation import Described
from ferrule.interchange.openapi.paging import delta_of, pagination_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an operation can be a stream, whether it should, and why."""

    streamable: bool
    suggested: bool
    reason: str


def verdict(one: Described) -> Verdict:
    """Judge one operation."""
    if one.method not in {"get", "post"}:
        return Verdict(False, False, "It changes something, or brings no items.")
    if not one.answer:
        return Verdict(False, False, "It does not describe a JSON answer.")
    if one.operation.get("deprecated") is True:
        return Verdict(True, False, "It is deprecated.")
    if one.method == "post":
        return _posted(one)
    if one.shape is None:
        return Verdict(True, False, "It brings one object, not a list.")
    return Verdict(True, True, "It brings a list.")


def _posted(one: Described) -> Verdict:
    if one.shape is None:
        return Verdict(False, False, "It sends something and brings no list.")
    if one.reads:
        return Verdict(True, True, "It only asks, and brings a list.")
    return Verdict(True, False, "It brings a list, but may change something.")


def line_of(one: Described) -> Operation:
    """Return an operation as a line in a chooser."""
    judged = verdict(one)
    listed = judged.streamable and one.shape is not None
    paging = pagination_of(one).section["type"] if listed else "none"
    param = delta_of(one, None).used if listed else ()
    return Operation(
        id=one.id,
        method=one.method.upper(),
        path=one.path,
        title=one.title,
        group=one.group,
        streamable=judged.streamable,
        suggested=judged.suggested,
        reason=judged.reason,
        pagination="" if paging == "none" else str(paging),
        incremental=param[0] if param else "",
        items=path_of(one.shape.way) if one.shape else "",
        deprecated=one.operation.get("deprecated") is True,
    )
