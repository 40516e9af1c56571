"""The gateway as an ASGI application: what services call (seed 001, section 7).

In this order: path, browser, Host, method, announced size; then who is called; then
the body, counted; its signature; how often; what it says; and, written down for good,
202. No answer tells more than its word, and each comes within four seconds.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol

from ferrule.clock import Clock
from ferrule.errors import FerruleError
from ferrule.redaction import live
from ferrule.store.delivery_records import NewDelivery
from ferrule.webhook.gateway import answers
from ferrule.webhook.gateway.answers import Notice, Told
from ferrule.webhook.gateway.bound import Bound
from ferrule.webhook.gateway.callee import Callee, Judgement
from ferrule.webhook.gateway.limits import (
    ANSWER_S,
    PER_MINUTE,
    Gone,
    MinuteLog,
    Patience,
    RefusedCall,
    announced,
    read_body,
    refuse_browsers,
)
from ferrule.webhook.gateway.writing import Draft, Written
from ferrule.webhook.incoming import Incoming, values_of
from ferrule.webhook.reading import Call

__all__ = ["Find", "Gateway", "Notice", "Page", "Rules"]

PATHS: Final = (
    re.compile(r"/api/webhooks/([^/]+)/([^/]+)\Z"),
    re.compile(r"/api/v1/webhooks/([^/]+)/([^/]+)\Z"),
)
"""Seed 001, section 7, and seed 002, “Webhook Ingress”: connector, then project."""
_NAME: Final = re.compile(r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*\Z")
_LONGEST: Final = 128
_MOST_WARNINGS: Final = 10  # a minute
_TOO_SLOW: Final = RefusedCall(408, "too_slow")
_BUSY: Final = RefusedCall(503, "busy", ((b"retry-after", b"5"),))
_NOT_NOW: Final = RefusedCall(503, "not_now", ((b"retry-after", b"30"),))
log = logging.getLogger(__name__)
Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class Find(Protocol):
    """Finds who is called."""

    def known(self, name: str, project: str) -> Callee | None:
        """Return who is called, where that was looked up a moment ago."""

    def look(self, name: str, project: str) -> Callee | None:
        """Look up who is called, None for nobody; it may take time.

        Raises:
            FerruleError: when it cannot be called now, such as without its secret.
        """


class Keeps(Protocol):
    """Writes calls down; see `writing.Writer`."""

    async def keep(self, draft: Draft, size: int) -> Written | None:
        """Return what became of a call, once it is on the disk."""

    def note(self, call: NewDelivery) -> None:
        """Let a call be written down for which nobody waits."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a person allowed: unsigned calls from elsewhere, and how many a minute."""

    allow_unsigned: bool = False
    per_minute: int = PER_MINUTE


Page = Callable[[], tuple[str, bytes]]
"""Gives a media type and a body: `/metrics`."""


class Gateway:
    """Answers calls; one for a process."""

    def __init__(
        self,
        bound: Bound,
        find: Find,
        writer: Keeps,
        clock: Clock,
        *,
        rules: Rules | None = None,
        notice: Callable[[Notice], None] = lambda _: None,
        pages: Mapping[str, Page] | None = None,
    ) -> None:
        self._bound = bound
        self._find = find
        self._writer = writer
        self._clock = clock
        self._rules = rules or Rules()
        self._notice = notice
        self._pages = pages or {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._verified: dict[str, MinuteLog] = {}
        self._refused: dict[str, MinuteLog] = {}
        self._warnings = MinuteLog(_MOST_WARNINGS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        began = time.perf_counter()
        patience = Patience(self._loop, ANSWER_S)
        slow = _TOO_SLOW  # until the body is there
        try:
            call = await self._read(scope, receive)
            slow = _BUSY
            told = call if isinstance(call, Told) else await self._received(*call)
        except Gone:
            return
        except asyncio.CancelledError:
            if not patience.forgive():
                raise
            told = answers.refused(slow)
        except Exception as error:  # noqa: BLE001  each has its answer
            told = answers.refused(self._refusal_of(error))
        finally:
            patience.done()
        for message in told.messages():
            await send(message)
        if told.what:
            self._notice(told.notice(time.perf_counter() - began))

    async def _read(
        self, scope: Scope, receive: Receive
    ) -> Told | tuple[Callee, Call, tuple[str, str]]:
        """Return a call and who is called, or the answer of a page."""
        path, method = scope["path"], scope["method"]
        names = _names(path)
        if names is None and path not in self._pages:
            raise RefusedCall(404, "not_found")
        came, headers = self._clock.now(), _texts(scope)
        values = values_of(headers)
        refuse_browsers(values)
        origin = self._bound.origin_of(values.get("host", []))
        if names is None:
            if self._bound.is_public(origin):
                raise RefusedCall(404, "not_found")
            return self._page(path, method)
        if method not in {"POST", "GET"}:
            raise _wrong_method()
        length = announced(values)
        if values.get("content-encoding", ["identity"]) != ["identity"]:
            raise RefusedCall(415, "packed")
        callee = self._find.known(*names) or await self._looked_up(*names)
        self._refuse_method(callee, method)
        body = await read_body(receive, length, waits="expect" in values)
        incoming = Incoming(method, _url(origin, scope), headers, body, came)
        vars(incoming)["values"] = values  # they are not read again
        return callee, Call(incoming), names

    def _refuse_method(self, callee: Callee, method: str) -> None:
        """Refuse what this callee is not called by."""
        if method == "GET" and not callee.reader.has_unsigned_question:
            raise _wrong_method()
        if callee.is_open and self._bound.is_exposed and not self._rules.allow_unsigned:
            raise RefusedCall(403, "unsigned_not_allowed")

    async def _looked_up(self, name: str, project: str) -> Callee:
        found = await asyncio.to_thread(self._find.look, name, project)
        if found is None:
            raise RefusedCall(404, "not_found")
        return found

    async def _received(
        self, callee: Callee, call: Call, names: tuple[str, str]
    ) -> Told:
        if callee.reader.asks_unsigned(call):
            self._admit(self._refused, callee)
            answer = callee.reader.answer(call)
            if answer is None:
                raise RefusedCall(400, "malformed")
            return answers.answered(answer, callee)
        if call.incoming.method != "POST":
            raise _wrong_method()
        judged = callee.judge(call.incoming)
        if judged.state == "valid" or callee.is_open:
            return await self._verified_call(callee, call, judged)
        self._admit(self._refused, callee)
        fresh = await asyncio.to_thread(self._find.look, *names)
        if fresh is not None and fresh is not callee:  # its secret may be a new one
            again = fresh.judge(call.incoming)
            if again.state == "valid":
                return await self._verified_call(fresh, call, again)
        return self._turned_away(callee, call, judged)

    async def _verified_call(
        self, callee: Callee, call: Call, judged: Judgement
    ) -> Told:
        self._admit(self._verified, callee)
        if callee.reader.has_question and (answer := callee.answer(call)) is not None:
            return answers.answered(answer, callee, judged)
        written = await self._writer.keep(
            lambda: callee.accepted(call, judged, answers.new_correlation()),
            len(call.incoming.body),
        )
        if written is None:
            raise RefusedCall(404, "not_found")
        return answers.kept(callee, judged, written.call, written.kept)

    def _turned_away(self, callee: Callee, call: Call, judged: Judgement) -> Told:
        """Refuse a call, and write it down so that a person sees why."""
        written = callee.refused(call, judged, answers.new_correlation())
        self._writer.note(written)
        return answers.turned_away(callee, judged, written)

    def _admit(self, logs: dict[str, MinuteLog], callee: Callee) -> None:
        """Count a call; those that are not verified never use up the others' room."""
        kept = logs.get(callee.connection)
        if kept is None:
            kept = logs[callee.connection] = MinuteLog(self._rules.per_minute)
        wait = kept.admit(self._clock.monotonic())
        if wait:
            after = str(int(wait) + 1).encode()
            raise RefusedCall(429, "too_many", ((b"retry-after", after),))

    def _refusal_of(self, error: Exception) -> RefusedCall:
        """Return why a call is not taken; what is no matter of the caller is logged."""
        if isinstance(error, RefusedCall):
            return error
        if self._warnings.admit(self._clock.monotonic()):
            return _NOT_NOW
        if isinstance(error, FerruleError):
            log.warning("%s", live.text(str(error)))
        else:
            log.error("A call could not be answered.", exc_info=error)
        return _NOT_NOW

    def _page(self, path: str, method: str) -> Told:
        if method != "GET":
            raise RefusedCall(405, "wrong_method", ((b"allow", b"GET"),))
        kind, body = self._pages[path]()
        fresh = ((b"cache-control", b"no-store"),)
        return Told(200, body, media_type=kind, headers=fresh)


@lru_cache(maxsize=1024)
def _names(path: str) -> tuple[str, str] | None:
    for pattern in PATHS:
        match = pattern.match(path)
        if match is not None:
            name, project = match.groups()
            fits = len(name) <= _LONGEST and len(project) <= _LONGEST
            if fits and _NAME.match(name) and _NAME.match(project):
                return name, project
    return None


def _texts(scope: Scope) -> tuple[tuple[str, str], ...]:
    """Return the headers as text; their bytes are Latin-1 (RFC 9110, 5.5)."""
    return tuple(
        [  # a list first is faster
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in scope["headers"]
        ]
    )


def _url(origin: str, scope: Scope) -> str:
    """Return the address that was called, to the letter."""
    query = scope["query_string"].decode("latin-1")
    path = scope["raw_path"].decode("latin-1")
    return f"{origin}{path}?{query}" if query else f"{origin}{path}"


def _wrong_method() -> RefusedCall:
    return RefusedCall(405, "wrong_method", ((b"allow", b"POST"),))
