"""A clock that only moves when somebody sleeps."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class FakeClock:
    """Implements ferrule.clock.Clock; `naps` are the waits, in seconds.

    Sleeps that follow one another without a look at the clock count as one nap, since
    a long wait may be taken in short pieces. `on_sleep` is called before each piece.
    """

    def __init__(self, start: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)) -> None:
        self._start = start
        self._passed = 0.0
        self._looked = True
        self._naps: list[float] = []
        self.on_sleep: Callable[[float], None] = lambda _seconds: None

    @property
    def naps(self) -> list[float]:
        """The waits so far, rounded to microseconds."""
        return [round(nap, 6) for nap in self._naps]

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        self._looked = True
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        """Return the seconds since the start."""
        self._looked = True
        return self._passed

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.on_sleep(seconds)
        self._passed += max(seconds, 0.0)
        if self._looked:
            self._naps.append(0.0)
        self._looked = False
        self._naps[-1] += max(seconds, 0.0)

    def set_back(self, seconds: float) -> None:
        """Step the wall clock back, or forward where negative: no time passes."""
        self._start -= timedelta(seconds=seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass without anybody sleeping."""
        self._passed += seconds
