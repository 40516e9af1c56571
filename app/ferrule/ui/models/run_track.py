"""One run while its child tells of it, line by line."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal

from ferrule.clock import Clock
from ferrule.exchange import Json
from ferrule.expression.dates import parse_date
from ferrule.ui.models.runs import (
    COUNTS,
    WORDS,
    Counts,
    LogLine,
    Mode,
    RunFacts,
    cursor_text,
)

_RATE_SECONDS: Final = 3.0
_RATES: Final = 60
_ANSWERS: Final = 1000
_LOG: Final = 2000
Wish = Literal["pause", "stop"]
_ASKED: Final[Mapping[Wish, str]] = {"pause": "pausing", "stop": "stopping"}
_TELL_TIME_S: Final = 120.0
_PLENTY, _UNTOLD = 2, 3


class Track:
    """One run while its child tells of it; `facts` is how it stands."""

    def __init__(
        self, connection: str, mode: Mode, clock: Clock, *, dry: bool = False
    ) -> None:
        self._clock = clock
        began = clock.monotonic()
        self.facts = RunFacts(
            connection, mode, "starting", started_at=clock.now(), began=began, dry=dry
        )
        self.log: deque[LogLine] = deque(maxlen=_LOG)
        self.errors = 0
        self.refused: dict[str, str] = {}
        self._lines = 0
        self._base = 0
        self._read = 0
        self._points: deque[tuple[float, int]] = deque()
        self._rates: deque[float] = deque(maxlen=_RATES)
        self._answers: deque[float] = deque(maxlen=_ANSWERS)
        self._budget = _UNTOLD
        self.note("start", f"{mode.title()} {'dry ' * dry}run of {connection}")

    def take(self, lines: Sequence[Json]) -> None:
        """Learn from the lines that the child printed since the last time."""
        for line in lines:
            if isinstance(line, dict):
                take = getattr(self, f"_take_{line.get('type')}", None)
                if take is not None:
                    take(line)
        if self.facts.live and self.facts.status != "starting":
            self._measure()

    def asked_to(self, wish: Wish) -> None:
        """Note that the person asked for the end of the page."""
        self.facts = replace(self.facts, status=_ASKED[wish])
        self.note("stop", f"Asked to {wish} after this page")

    def end(self, status: str, *, error: str = "", advice: str = "") -> None:
        """Note how it ended, unless the child told that already."""
        if self.facts.live:
            seconds = self._clock.monotonic() - (self.facts.began or 0.0)
            self.facts = replace(
                self.facts, status=status, seconds=seconds, error=error, advice=advice
            )
            self.note("end", error or WORDS[status])

    def note(self, kind: str, text: str) -> None:
        """Write a line of the log."""
        moment = self._clock.now().astimezone()
        self._lines += 1
        line = LogLine(self._lines, f"{moment:%H:%M:%S}", kind, text)
        self.log.append(line)

    def _take_started(self, line: dict[str, Any]) -> None:
        processed, counts = _counted(line)
        self._base = processed
        self.facts = replace(
            self.facts,
            status="running",
            number=int(line["run"]) or None,
            mode=line["mode"],
            processed=processed,
            counts=counts,
            resumed=bool(line.get("resumed")),
        )
        self._points.append((self._clock.monotonic(), 0))
        went_on = "went on from its last saved page" if line.get("resumed") else "began"
        self.note("start", f"Run {line['run']} of {line['connector']} {went_on}")

    def _take_stream(self, line: dict[str, Any]) -> None:
        self.facts = replace(
            self.facts, stream=str(line["stream"]), pages=0, total=None, part=""
        )
        since = cursor_text(line.get("checkpoint"))
        tail = f", since {since}" if since else ""
        self.note("stream", f"Stream {line['stream']} from page {line['page']}{tail}")

    def _take_batch(self, line: dict[str, Any]) -> None:
        processed, counts = _counted(line)
        items = int(line["items"])
        self._read += items
        cursor = cursor_text(line.get("cursor")) or cursor_text(line.get("mark"))
        self.facts = replace(
            self.facts,
            processed=processed,
            counts=counts,
            left_out=_skipped(line),
            part=str(line.get("slice") or ""),
            parts=line.get("slices"),
            parts_done=line.get("slicesDone"),
            pages=int(line["page"]),
            stream=str(line["stream"]),
            items_a_page=items,
            total=line.get("total"),
            cursor=cursor or self.facts.cursor,
            saved_at=self._clock.monotonic(),
            waiting="",
        )
        self._time(line.get("latencyMs"))
        part = f", {self.facts.part}" if self.facts.part else ""
        told = f"Page {line['page']} of {line['stream']}{part}: {items} items"
        self.note("page", told)

    def _take_item_error(self, line: dict[str, Any]) -> None:
        self.errors += 1
        self.note("item", f"{line.get('itemId') or 'An item'}: {line['message']}")

    def _take_waiting(self, line: dict[str, Any]) -> None:
        seconds = float(line["seconds"])
        if seconds >= 1:
            long = f"{seconds:.0f} s"
            if seconds >= _TELL_TIME_S and line.get("until"):
                long = f"until {_local(line['until'])}"
            self.facts = replace(self.facts, waiting=f"Waits {long}: {line['reason']}")
            self.note("wait", self.facts.waiting)

    def _take_budget(self, line: dict[str, Any]) -> None:
        """Show what the service says is left; note the first, a tenth, and nothing."""
        left, limit = int(line["remaining"]), line.get("limit")
        low = _level(left, limit)
        until = _local(line["resetsAt"]) if line.get("resetsAt") else ""
        self.facts = replace(self.facts, budget=(left, limit, until))
        if low < self._budget:
            of = f" of {limit:,}" if limit else ""
            tail = f", until {until}" if until else ""
            self.note("budget", f"The service has {left:,}{of} requests left{tail}")
        self._budget = low if low < self._budget or low == _PLENTY else self._budget

    def _take_notice(self, line: dict[str, Any]) -> None:
        self.note("notice", f"{line['stream']}: {line['message']}")

    def _take_stream_end(self, line: dict[str, Any]) -> None:
        self.note("stream", f"Stream {line['stream']} ended at page {line['pages']}")

    def _take_run(self, line: dict[str, Any]) -> None:
        processed, counts = _counted(line)
        seconds = float(line["seconds"])
        self.facts = replace(
            self.facts,
            status=str(line["status"]),
            number=int(line["run"]) or self.facts.number,
            processed=processed,
            counts=counts,
            left_out=_skipped(line),
            p50=line.get("latencyP50Ms"),
            p95=line.get("latencyP95Ms"),
            seconds=seconds,
            rate=(processed - self._base) / seconds if seconds else None,
            error=str(line.get("error") or ""),
            advice=str(line.get("advice") or ""),
            waiting="",
        )
        word = WORDS.get(str(line["status"]), str(line["status"]))
        self.note("end", f"{word} after {seconds:.1f} s. {self.facts.error}".strip())

    def _take_error(self, line: dict[str, Any]) -> None:
        self.refused = {
            "error": str(line.get("error", "")),
            "message": str(line.get("message", "")),
            "advice": str(line.get("advice", "")),
        }
        self.end("failed", error=self.refused["message"], advice=self.refused["advice"])

    def _time(self, answered: float | None) -> None:
        """Take how long a page was waited for."""
        if answered is not None:
            self._answers.append(float(answered))
            found = sorted(self._answers)
            self.facts = replace(
                self.facts,
                answers=tuple(self._answers)[-_RATES:],
                p50=found[(len(found) - 1) // 2],
                p95=found[-(-len(found) * 95 // 100) - 1],
            )

    def _measure(self) -> None:
        """Take the rate over the last seconds, once for every batch of lines."""
        now = self._clock.monotonic()
        self._points.append((now, self._read))
        while len(self._points) > 2 and now - self._points[0][0] > _RATE_SECONDS:  # noqa: PLR2004  two points are one rate
            self._points.popleft()
        (first, had), (last, has) = self._points[0], self._points[-1]
        if last > first:
            rate = (has - had) / (last - first)
            self._rates.append(rate)
            self.facts = replace(self.facts, rate=rate, rates=tuple(self._rates))


def _level(left: int, limit: int | None) -> int:
    if left == 0:
        return 0
    return 1 if limit and left * 10 <= limit else _PLENTY


def _local(text: str) -> str:
    return f"{parse_date(text).astimezone():%H:%M:%S}"


def _skipped(line: Mapping[str, Any]) -> int:
    return int(line["counts"].get("skipped", 0))


def _counted(line: Mapping[str, Any]) -> tuple[int, Counts]:
    counts = line["counts"]
    told = {name: int(counts[name]) for name in COUNTS}
    return int(counts["processed"]), told
