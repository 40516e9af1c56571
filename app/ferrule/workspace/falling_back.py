"""Where a service refuses the current credential, the one before is tried once.

It may take a service a while to know a new key; for that long the old one is kept.
"""

from collections.abc import Sequence

from ferrule.credentials.fallback import Fallback
from ferrule.exchange import Request
from ferrule.transport.trip import Hook
from ferrule.workspace.resigning import Signed


class FallingBack:
    """Signs with the previous credential; a `ferrule.transport.renewal.Refresh`."""

    def __init__(self, plans: Sequence[Signed], fallback: Fallback) -> None:
        self._plans = plans
        self._fallback = fallback

    def due(self) -> None:
        """Return nothing: the current credential is used until it is refused."""

    def fresh(self) -> Hook | None:
        """Return what signs with the previous credential; None where there is none."""
        found = self._fallback.after_refusal()
        if found is None:
            return None
        for plan in self._plans:
            plan.echo.learn(found)
        auth = self._plans[0].auth

        def sign(request: Request) -> Request:
            return (
                auth.authorise(request, found) if request.sends_credentials else request
            )

        return sign

    def cancel(self) -> None:
        """Do nothing: nobody is asked."""


def falling_back(
    plans: Sequence[Signed], fallback: Fallback | None
) -> FallingBack | None:
    """Return what signs these plans' requests where the current credential is refused.

    None where nothing is kept of them: all are of one connection.
    """
    return FallingBack(plans, fallback) if plans and fallback else None
