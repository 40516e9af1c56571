"""What the gateway answers, and what is noted of it.

A caller that proved nothing is told a word and no more. One that did gets the number by
which the call is found again.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from ferrule.store.delivery_records import Kept, NewDelivery
from ferrule.webhook.gateway.callee import UNREADABLE, Callee, Judgement
from ferrule.webhook.gateway.limits import RefusedCall
from ferrule.webhook.questions import Answer

JSON: Final = "application/json"
_NO_SNIFFING: Final = (b"x-content-type-options", b"nosniff")
_AT_ONCE: Final = 128
_drawn: Final[list[str]] = []
_CLOSING: Final = frozenset({408, 413, 415, 503})
_NO_CONTENT: Final = 204  # without a length (RFC 9110, 8.6)


class Notice(msgspec.Struct, frozen=True, gc=False):
    """One call that was answered: for counts, logs and whoever watches.

    `what` is accepted, ignored, duplicate, conflict, challenge, or why it was refused:
    the verdict's reason, or a word such as too_large. The rest is there as far as it
    got: `call` and `kept` where it was written down.
    """

    status: int
    what: str
    seconds: float
    connection: str = ""
    connector_id: str = ""
    judged: Judgement | None = None
    call: NewDelivery | None = None
    kept: Kept | None = None


class Told(msgspec.Struct, frozen=True, gc=False):
    """An answer; nothing is noted of one without `what`."""

    status: int
    body: bytes
    what: str = ""
    callee: Callee | None = None
    judged: Judgement | None = None
    call: NewDelivery | None = None
    kept: Kept | None = None
    media_type: str = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def messages(self) -> Iterator[Mapping[str, Any]]:
        """Yield the messages of ASGI."""
        headers = [
            (b"content-type", self.media_type.encode()),
            (b"content-length", b"%d" % len(self.body)),
            _NO_SNIFFING,
            *self.headers,
        ]
        if self.status in _CLOSING:
            headers.append((b"connection", b"close"))
        elif self.status == _NO_CONTENT:
            del headers[:2]
        start = "http.response.start"
        yield {"type": start, "status": self.status, "headers": headers}
        yield {"type": "http.response.body", "body": self.body}

    def notice(self, seconds: float) -> Notice:
        """Return what is noted of an answer that took so long."""
        callee = self.callee
        return Notice(
            self.status,
            self.what,
            seconds,
            callee.connection if callee is not None else "",
            callee.connector_id if callee is not None else "",
            self.judged,
            self.call,
            self.kept,
        )


def new_correlation() -> str:
    """Return a number that no other call has; the system is asked now and then."""
    if not _drawn:
        drawn = os.urandom(16 * _AT_ONCE)
        _drawn.extend(drawn[n : n + 16].hex() for n in range(0, len(drawn), 16))
    return _drawn.pop()


def refused(why: RefusedCall) -> Told:
    """Return the answer to a call that is not taken."""
    return Told(why.status, _word("error", why.word), why.word, headers=why.headers)


def turned_away(callee: Callee, judged: Judgement, call: NewDelivery) -> Told:
    """Return the answer to a call that is not signed as it should be."""
    malformed = judged.state == "malformed" or call.reason == UNREADABLE
    status = 400 if malformed else 401
    asked = ((b"www-authenticate", b"Bearer"),) if status == 401 else ()  # noqa: PLR2004  RFC 9110, 11.6.1
    body = _word("error", "malformed" if status == 400 else "unauthorised")  # noqa: PLR2004  as above
    return Told(status, body, call.reason, callee, judged, call, headers=asked)


def answered(answer: Answer, callee: Callee, judged: Judgement | None = None) -> Told:
    """Return the answer to a question."""
    return Told(
        *(200, answer.body, "challenge", callee, judged),
        media_type=answer.media_type,
        headers=answer.headers,
    )


def kept(callee: Callee, judged: Judgement, call: NewDelivery, stored: Kept) -> Told:
    """Return the answer to a call that was written down: 202, 200 for a duplicate.

    Where the connector says what its service wants to hear, it is that for both.
    """
    if stored.status == "refused":
        return turned_away(callee, judged, call)
    if stored.status == "duplicate":
        what = "conflict" if stored.conflict else "duplicate"
        status, body = 200, _word("status", "duplicate")
    else:
        what = "ignored" if stored.status == "ignored" else "accepted"
        number = call.correlation_id.encode()
        status, body = 202, b'{"status":"accepted","id":"%s"}' % number
    own, kind = callee.reader.thanks, JSON
    if own is not None:
        status, body, kind = own.status, own.body, own.media_type
    return Told(status, body, what, callee, judged, call, stored, media_type=kind)


def _word(name: str, word: str) -> bytes:
    return b'{"%s":"%s"}' % (name.encode(), word.encode())
