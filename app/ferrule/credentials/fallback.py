"""The credential before the current one, for when the service refuses the current."""

from collections.abc import Callable
from contextlib import suppress

from ferrule.clock import Clock, SystemClock
from ferrule.credentials.succession import flagged, previous
from ferrule.credentials.vault import Ref, Secrets, Vault
from ferrule.errors import FerruleError


class Fallback:
    """Gives the previous credential of an owner once: one for each run or check.

    The vault is opened when it is asked, and not before.
    """

    def __init__(
        self, vault: Callable[[], Vault], ref: Ref, clock: Clock | None = None
    ) -> None:
        self._vault = vault
        self._ref = ref
        self._clock = clock or SystemClock()
        self._used = False

    def after_refusal(self) -> Secrets | None:
        """Return the previous secrets, once, and note that they were needed.

        None where there are none any more, where the vault does not open, or where they
        were given already: then the refusal counts.
        """
        if self._used:
            return None
        self._used = True
        now = self._clock.now()
        try:
            found = previous(self._vault().get(self._ref), now)
        except FerruleError:
            return None
        if found is not None:
            with suppress(FerruleError):  # the flag only; the work goes on
                self._vault().update(self._ref, lambda kept: flagged(kept, now))
        return found
