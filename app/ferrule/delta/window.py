"""Ask for one slice of time after another."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from pydantic import Field

from ferrule.clock import rfc3339
from ferrule.delta.kind import Seen, Span, Stretch, heard
from ferrule.delta.timed import TimedDelta, read_time
from ferrule.errors import DescriptorError
from ferrule.exchange import MISSING, Json, Missing, Request
from ferrule.expression import DateFormat, Duration, Target, TemplateText
from ferrule.expression.dates import format_date, parse_duration
from ferrule.expression.target import compile_target
from ferrule.expression.template import Scope, compile_template

_SMALLEST = timedelta(seconds=1)


class Window(TimedDelta):
    """Step through time in windows, each with a start and an end, both included.

    A window begins one `granularity` after the end of the one before it; without a
    granularity it begins at that very end.
    """

    title: ClassVar[str] = "Window"
    windowed: ClassVar[bool] = True

    type: Literal["window"] = Field("window", title="Kind")
    format: DateFormat = Field(title="Format")
    start_param: Target | None = Field(
        None, title="Start goes to", description="Or use {{window.start}}"
    )
    end_param: Target | None = Field(
        None, title="End goes to", description="Or use {{window.end}}"
    )
    end: TemplateText | None = Field(None, title="End", description="Default: now")
    step: Duration | None = Field(
        None, title="Step", description="Length of a window, such as P30D"
    )
    granularity: Duration | None = Field(
        None, title="Granularity", description="Smallest step of the service's times"
    )

    @property
    def wire_format(self) -> str:
        """Return the format in which the service is sent times."""
        return self.format

    def sent(self, checkpoint: Json) -> Json | Missing:
        """Return MISSING: a window names its own start."""
        self.boundary(checkpoint)
        return MISSING

    @property
    def limits(self) -> tuple[str, ...]:
        """Return the templates of the first start and of the end."""
        return super().limits if self.end is None else (*super().limits, self.end)

    def until(self, scope: Scope) -> datetime:
        """Return the end of the last window.

        Raises:
            DescriptorError: when it tells no time.
        """
        value = compile_template(self.end or "{{now}}").render(scope)
        if value is MISSING or value is None or value == "":
            value = compile_template("{{now}}").render(scope)
        return self.told(None if value is MISSING else value, "end")

    def spans(self, stretch: Stretch) -> Iterator[Span | None]:
        """Yield the windows up to the end, the oldest first.

        Raises:
            CursorRejected: when the checkpoint is no time.
            DescriptorError: when the end tells no time, or the step leads nowhere.
        """
        last = self.until(stretch.scope)
        if stretch.after is not None and stretch.after.end >= last:
            return
        begin = self._first(stretch)
        if begin is None:
            if self.step is not None:
                raise DescriptorError(
                    "A window with a step needs a time to begin at.",
                    pointer="/delta/start",
                    advice="Set start, or leave the step out.",
                )
            yield Span(None, last)
            return
        while begin <= last:
            span = Span(begin, self._end(begin, last))
            yield span
            if span.end >= last:
                return
            begin = self._next(span)

    def framed(self, request: Request, span: Span) -> Request:
        """Return `request` with the window's start and end in their parameters."""
        ends = ((self.start_param, span.start), (self.end_param, span.end))
        for target, moment in ends:
            if target is not None and moment is not None:
                value = format_date(moment, self.format)
                request = compile_target(target).put(request, value)
        return request

    def frame(self, span: Span) -> dict[str, Json]:
        """Return `start` and `end` in the service's format."""
        ends = (("start", span.start), ("end", span.end))
        return {n: format_date(m, self.format) for n, m in ends if m is not None}

    def split(self, span: Span) -> tuple[Span, Span] | None:
        """Return the halves of a window; none is shorter than the granularity."""
        if span.start is None:
            return None
        unit = max(self._gap, _SMALLEST)
        units = (span.end - span.start) // unit
        if units < 1:
            return None
        middle = span.start + units // 2 * unit
        if middle == span.start and not self._gap:
            middle += unit
            if middle >= span.end:
                return None
        return Span(span.start, middle), Span(middle + self._gap, span.end)

    def mark(self, mark: Json, seen: Seen) -> Json:
        """Return the newest time that the service showed in this window.

        That is the time of an item, or the Date header of the window's first page.
        """
        if mark is None:
            told = heard(seen.response)
            mark = None if told is None else rfc3339(told)
        return super().mark(mark, seen)

    def settled(self, mark: Json, span: Span, shown: Json) -> Json:
        """Return the end of a whole window, as far as the service has shown its time.

        So a window that ends in the service's future, because this machine's clock is
        ahead, is read again.
        """
        before, reached = (read_time(t, ("iso8601",)) for t in (mark, shown))
        if reached is None:
            return mark
        upto = min(span.end, reached)
        return rfc3339(upto if before is None else max(before, upto))

    def _next(self, span: Span) -> datetime:
        following = span.end + self._gap
        if span.start is not None and following <= span.start:
            raise DescriptorError(
                "The step of the windows has no length.",
                pointer="/delta/step",
                advice="Write how long a window is, such as P1D.",
            )
        return following

    @property
    def _gap(self) -> timedelta:
        return parse_duration(self.granularity) if self.granularity else timedelta()

    def _first(self, stretch: Stretch) -> datetime | None:
        if stretch.after is not None:
            return self._next(stretch.after)
        begin = self.boundary(stretch.origin)
        if stretch.since is None or (begin is not None and begin >= stretch.since):
            return begin
        return stretch.since

    def _end(self, begin: datetime, last: datetime) -> datetime:
        if self.step is None:
            return last
        length, gap = parse_duration(self.step), self._gap
        if gap:  # else a time of the service could lie between two windows
            length = max(length // gap, 1) * gap
        try:
            return min(last, begin + length - gap)
        except OverflowError:
            return last
