"""The history: every exchange of the Builder, kept in a ring of limited size.

Secrets are masked before anything is written. The body's file comes first, then its
row; a body that nothing points at is swept. Nothing is read at the start, and a body
only when it is asked for, so that neither size nor content can delay the program.
"""

import json
import threading
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.exchange import Response
from ferrule.redaction import Redactor, live
from ferrule.workspace.history.bodies import Bodies, made_private
from ferrule.workspace.history.facts import (
    Exchange,
    HistoryRules,
    Kept,
    Usage,
    Where,
)
from ferrule.workspace.history.index import HistoryIndex
from ferrule.workspace.history.masking import masked, masked_where
from ferrule.workspace.home import Home, write_whole

__all__ = ["Exchange", "History", "HistoryRules", "Kept", "Usage", "Where"]

_EVICTED_AT_ONCE: Final = 50


class History:
    """The kept exchanges of one data directory; every method may block."""

    def __init__(
        self, home: Home, *, clock: Clock | None = None, redactor: Redactor = live
    ) -> None:
        self._home = home
        self._clock = clock or SystemClock()
        self._redactor = redactor
        self._lock = threading.Lock()
        self._swept = False
        self._rules: HistoryRules | None = None
        self.index = HistoryIndex(self.folder / "index.db")
        self.bodies = Bodies(self.folder / "bodies")

    @property
    def folder(self) -> Path:
        """Return where everything stands."""
        return self._home.path / "history"

    def keep(self, exchange: Exchange, where: Where) -> Kept | None:
        """Keep an exchange; return None where the rules say that it is not kept.

        Raises:
            StoreError: when it cannot be written.
        """
        if not self.keeps(where):
            return None
        with self._lock:
            self._make()
            clean = masked(exchange, self._redactor)
            if len(clean.body) > self._room():
                return None
            kept = Kept(
                number=0,
                at=rfc3339(self._clock.now()),
                where=masked_where(where, self._redactor),
                method=clean.method,
                url=clean.url,
                request_headers=clean.request_headers,
                request_body=clean.request_body,
                status=clean.status,
                headers=clean.headers,
                body=self.bodies.write(clean.body),
                size=len(clean.body),
                elapsed_ms=clean.elapsed_ms,
            )
            kept = replace(kept, number=self.index.add(kept))
            if not self.bodies.has(kept.body):  # another process evicted it meanwhile
                self.bodies.write(clean.body)
            self._evict(kept.number)
        return kept

    def keeps(self, where: Where) -> bool:
        """Tell whether exchanges of that place are kept."""
        rules = self.rules()
        return rules.on and not (where.connection and _name(where) in rules.off)

    def listed(self, project: str, connector: str = "", draft: str = "") -> list[Kept]:
        """Return what is kept, the newest first; of one connector or draft if named."""
        return self.index.rows(project, connector, draft) if self._is_there() else []

    def find(self, number: int) -> Kept | None:
        """Return one exchange."""
        return self.index.row(number) if self._is_there() else None

    def group(self, kept: Kept) -> list[Kept]:
        """Return the exchanges that came before this one in the same wish, and it."""
        return self.index.group(kept)

    def response(self, kept: Kept) -> Response:
        """Return the kept answer with its body.

        Raises:
            NotFound: when the body is gone.
            StoreError: when it cannot be read.
        """
        return Response(
            status=kept.status,
            headers=kept.headers,
            body=self.bodies.read(kept.body),
            url=kept.url,
            elapsed_ms=kept.elapsed_ms,
        )

    def pin(self, kept: Kept) -> None:
        """Make an exchange the sample of its stream, in place of another; kept on."""
        self.index.pin(kept)

    def unpin(self, kept: Kept) -> None:
        """Let an exchange be evicted again."""
        self.index.unpin(kept.number)
        with self._lock:
            self._evict(0)

    def pinned(self, where: Where) -> Kept | None:
        """Return the pinned sample of a stream.

        A `where` with a draft finds what was pinned for that draft; without one, what
        was pinned for any draft of its connector.
        """
        return self.index.pinned(where) if self._is_there() else None

    def begin_opening(self, kept: Kept) -> bool:
        """Note that a body is about to be shown unasked; False where that failed.

        A body that ended the program while it was being shown is not shown again
        unasked.
        """
        if self.index.is_opening(kept.number):
            return False
        self.index.set_opening(kept.number, on=True)
        return True

    def end_opening(self, kept: Kept) -> None:
        """Note that a body was shown."""
        self.index.set_opening(kept.number, on=False)

    def delete(self, kept: Kept) -> None:
        """Delete one exchange, its body where no other has the same."""
        with self._lock:
            self.bodies.drop(self.index.delete([kept.number]))

    def clear(self, *, pinned: bool = False) -> None:
        """Delete everything, pinned samples only where told."""
        if not self._is_there():
            return
        with self._lock:
            self.bodies.drop(self.index.clear(pinned=pinned))
            self.bodies.sweep(self.index.bodies())

    def usage(self) -> Usage:
        """Return how much is kept."""
        return self.index.usage() if self._is_there() else Usage(0, 0, 0)

    def rules(self) -> HistoryRules:
        """Return how much may be kept."""
        if self._rules is None:
            self._rules = _read_rules(self.folder / "rules.json")
        return self._rules

    def set_rules(self, rules: HistoryRules) -> None:
        """Keep more or less from now on; what is too much goes at once."""
        found = asdict(rules) | {"off": sorted(rules.off)}
        with self._lock:
            self._make()
            write_whole(self.folder / "rules.json", json.dumps(found).encode())
            self._rules = rules
            self._evict(0)

    def switch(self, where: Where, *, on: bool) -> None:
        """Keep exchanges of one connection, or do not from now on."""
        rules = self.rules()
        name = frozenset({_name(where)})
        off = rules.off - name if on else rules.off | name
        self.set_rules(replace(rules, off=off))

    def sweep(self) -> int:
        """Delete bodies that nothing points at; return how many."""
        return self.bodies.sweep(self.index.bodies()) if self._is_there() else 0

    def close(self) -> None:
        """Close the index."""
        self.index.close()

    def _make(self) -> None:
        self._home.made()
        made_private(self.folder)
        if not self._swept:
            self._swept = True
            self.sweep()

    def _is_there(self) -> bool:
        return (self.folder / "index.db").exists()

    def _room(self) -> int:
        """Return how large a body may be: what pinned samples leave of the ring."""
        rules = self.rules()
        pinned = sum(kept.size for kept in self._pinned_rows())
        return max(rules.max_bytes - pinned, 0)

    def _pinned_rows(self) -> list[Kept]:
        return self.index.pins() if self._is_there() else []

    def _evict(self, newest: int) -> None:
        """Delete the oldest until the rest fits; never pinned ones, nor `newest`."""
        if not self._is_there():
            return
        rules = self.rules()
        while True:
            usage = self.index.usage()
            fits = usage.size <= rules.max_bytes and usage.count <= rules.max_count
            if fits:
                return
            surplus = max(usage.count - rules.max_count, 1)
            oldest = self.index.oldest(min(surplus, _EVICTED_AT_ONCE))
            numbers = [kept.number for kept in oldest if kept.number != newest]
            if not numbers:
                return
            self.bodies.drop(self.index.delete(numbers))


def _name(where: Where) -> str:
    return f"{where.project}/{where.connection}"


def _read_rules(path: Path) -> HistoryRules:
    """Return the rules of a file; what makes no sense in it is as if it were not."""
    try:
        found = json.loads(path.read_bytes())
        return HistoryRules(
            on=bool(found.get("on", True)),
            max_bytes=max(int(found["max_bytes"]), 0),
            max_count=max(int(found["max_count"]), 0),
            off=frozenset(map(str, found.get("off", ()))),
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return HistoryRules()
