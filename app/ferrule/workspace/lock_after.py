"""When a vault that nobody uses is to be locked.

Time is told by two clocks: the steady one of most systems stands still while the
computer sleeps, and the wall clock may be set back. Whichever says that the time is
over is believed.
"""

from typing import Final

from ferrule.clock import Clock, SystemClock

USUAL_S: Final = 15 * 60
CHOICES: Final = (
    (0, "Never"),
    (5 * 60, "5 minutes"),
    (USUAL_S, "15 minutes"),
    (60 * 60, "1 hour"),
)


class LockAfter:
    """Counts the time since the last use; 0 seconds of patience are no end."""

    def __init__(self, clock: Clock | None = None, patience_s: int = USUAL_S) -> None:
        self.patience_s = patience_s
        self._clock = clock or SystemClock()
        self.use()

    def use(self) -> None:
        """Note that somebody uses it now: the time begins anew."""
        self._steady = self._clock.monotonic()
        self._wall = self._clock.now().timestamp()

    @property
    def due(self) -> bool:
        """Whether nobody used it for as long as was chosen."""
        if not self.patience_s:
            return False
        passed = self._clock.monotonic() - self._steady
        on_the_wall = self._clock.now().timestamp() - self._wall
        return max(passed, on_the_wall) >= self.patience_s

    @property
    def why(self) -> str:
        """Why it is locked then, as a person is told it."""
        return f"nobody used it for {dict(CHOICES).get(self.patience_s, 'long')}"
