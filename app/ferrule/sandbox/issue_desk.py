"""One issue at a time: looked at, commented on, closed, opened again, deleted.

What is written is kept until the process ends or the tracker is reset, and the lists
show it. `Idempotency-Key` is honoured: the same key gives the same answer once more.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from ferrule.sandbox.answer import Answer, Asked, refusal
from ferrule.sandbox.dataset import Row
from ferrule.sandbox.tracker import Tracker

_ISSUE: Final = re.compile(r"/repos/sample/workshop/issues/([0-9]{1,9})(/comments)?")
_LONGEST: Final = 10_000
ABOUT: Final[Mapping[str, str]] = {
    "GET /repos/sample/workshop/issues/NUMBER": "one issue",
    "PATCH /repos/sample/workshop/issues/NUMBER": "state: open or closed",
    "DELETE /repos/sample/workshop/issues/NUMBER": "deletes it",
    "POST /repos/sample/workshop/issues/NUMBER/comments": "body: a comment",
}


class _Change(msgspec.Struct, forbid_unknown_fields=True):
    state: str


class _Comment(msgspec.Struct, forbid_unknown_fields=True):
    body: str


def answer(tracker: Tracker, asked: Asked, path: str) -> Answer | None:
    """Return what is said to a request about one issue; None for any other place."""
    found = _ISSUE.fullmatch(path)
    if found is None or (found[2] and asked.method not in _OF_COMMENTS):
        return None
    deeds = _OF_COMMENTS if found[2] else _OF_ISSUE
    deed = deeds.get(asked.method)
    if deed is None:
        allow = ", ".join(deeds)
        raise refusal(405, f"{asked.method} is not among {allow}", ("allow", allow))
    row = tracker.issue(int(found[1]))
    if row is None:
        raise refusal(404, f"no issue {found[1]}")
    return _once(tracker, asked, lambda: deed(tracker, row, asked))


def _once(tracker: Tracker, asked: Asked, deed: Callable[[], Answer]) -> Answer:
    """Do a deed, or say again what was said to the same key."""
    key = asked.headers.get("idempotency-key", "")
    if not key:
        return deed()
    if key not in tracker.said:
        tracker.said[key] = deed()
    return tracker.said[key]


def _shown(_tracker: Tracker, row: Row, _asked: Asked) -> Answer:
    return _told(row)


def _changed(tracker: Tracker, row: Row, asked: Asked) -> Answer:
    try:
        change = msgspec.json.decode(asked.body, type=_Change)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refusal(422, str(error)) from None
    if change.state not in {"open", "closed"}:
        raise refusal(422, "state must be open or closed")
    return _told(tracker.turn(row, change.state))


def _deleted(tracker: Tracker, row: Row, _asked: Asked) -> Answer:
    tracker.remove([row.id])
    return Answer(204, b"", ())


def _commented(tracker: Tracker, row: Row, asked: Asked) -> Answer:
    try:
        comment = msgspec.json.decode(asked.body, type=_Comment)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refusal(422, str(error)) from None
    if not 0 < len(comment.body) <= _LONGEST:
        raise refusal(422, f"body must have 1 to {_LONGEST} characters")
    return _told(tracker.say(row, comment.body), 201)


def _told(row: Row, status: int = 200) -> Answer:
    return Answer(status, row.raw)


_OF_ISSUE: Final = {"GET": _shown, "PATCH": _changed, "DELETE": _deleted}
_OF_COMMENTS: Final = {"POST": _commented}
