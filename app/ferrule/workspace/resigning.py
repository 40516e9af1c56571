"""Signatures that hold for one sending: every attempt of a request is signed anew.

A nonce that comes twice is refused (RFC 5849, section 3.3), and so is a time that is
long ago: a request that waited for its turn, or is repeated, goes with its own.
"""

from collections.abc import Sequence
from typing import Protocol

from ferrule.auth import AuthKind, Secrets
from ferrule.exchange import Request
from ferrule.sync.echo import EchoGuard
from ferrule.transport.trip import Hook


class Signed(Protocol):
    """The plan of a stream or a tool: how its requests are signed."""

    @property
    def auth(self) -> AuthKind:
        """The method, settled with the configuration."""

    @property
    def secrets(self) -> Secrets:
        """What it signs with."""

    @property
    def echo(self) -> EchoGuard:
        """What knows the secrets that may come back."""


class Resigning:
    """Signs each attempt; it is a `ferrule.transport.renewal.Refresh`."""

    def __init__(self, plan: Signed) -> None:
        self._plan = plan

    def due(self) -> Hook:
        """Return what signs: it always is."""
        return self._signed

    def fresh(self) -> Hook:
        """Return what signs: one more time, in case it was the nonce or the time."""
        return self._signed

    def cancel(self) -> None:
        """Do nothing: nobody is asked."""

    def _signed(self, request: Request) -> Request:
        if not request.sends_credentials:
            return request
        return self._plan.auth.authorise(request, self._plan.secrets)


def resigning(plans: Sequence[Signed]) -> Resigning | None:
    """Return what signs the requests of these plans anew; None where that is no need.

    All are of one connection.
    """
    if plans and plans[0].auth.signs_each:
        return Resigning(plans[0])
    return None
