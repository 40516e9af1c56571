"""Where a value of the tree stands in the raw text, and the way back.

Offsets count characters of the text as it is shown: without a byte order mark.
"""

from collections.abc import Callable

from ferrule.ui.models.json_ends import Ends, Entry, OddError
from ferrule.ui.models.json_value import Steps

_BOM = b"\xef\xbb\xbf"
Span = tuple[int, int]


def span_of(
    raw: bytes, steps: Steps, stopped: Callable[[], bool] = lambda: False
) -> Span | None:
    """Return where the value at a place begins and ends in the text.

    None where there is no such place, the body is no JSON, or `stopped` says so. Of
    members of one name the last counts, as it does in the tree.
    """
    ends = Ends(raw.removeprefix(_BOM))
    at = ends.blank(0)
    try:
        for step in steps:
            found = _entry(ends, at, step, stopped)
            if found is None:
                return None
            at = found.start
        return _counted(ends.body, at, ends.whole_end(at))
    except (OddError, ValueError, RecursionError):
        return None


def steps_at(
    raw: bytes, offset: int, stopped: Callable[[], bool] = lambda: False
) -> Steps | None:
    """Return the place of the innermost value around an offset of the text.

    None where the body is no JSON, or `stopped` says so.
    """
    ends = Ends(raw.removeprefix(_BOM))
    place = _byte_of(ends.body, offset)
    at = ends.blank(0)
    steps: Steps = ()
    try:
        while ends.mark(at) in {b"[", b"{"}:
            found = _around(ends, at, place, stopped)
            if found is None:
                break
            steps += (found.step,)
            at = found.start
            if place < at:
                break
    except (OddError, ValueError, RecursionError):
        return None
    return None if stopped() else steps


def _entry(
    ends: Ends, at: int, step: str | int, stopped: Callable[[], bool]
) -> Entry | None:
    found = None
    if ends.mark(at) not in {b"[", b"{"}:
        return None
    for entry in ends.entries(at):
        if stopped():
            return None
        if entry.step == step:
            found = entry
            if isinstance(step, int):
                break
    return found


def _around(
    ends: Ends, at: int, place: int, stopped: Callable[[], bool]
) -> Entry | None:
    """Return the entry whose name or value is around a place, or touches it."""
    for entry in ends.entries(at):
        if stopped() or place < entry.begin:
            return None
        if place <= entry.end:
            return entry
    return None


def _counted(body: bytes, start: int, end: int) -> Span:
    """Return offsets in bytes as offsets in characters."""
    first = len(body[:start].decode("utf-8", "replace"))
    return first, first + len(body[start:end].decode("utf-8", "replace"))


def _byte_of(body: bytes, offset: int) -> int:
    if body.isascii():
        return offset
    return len(body.decode("utf-8", "replace")[:offset].encode())
