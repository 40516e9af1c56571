"""Who may come in: four ways to sign in with published sample credentials, and a limit.

Nothing here is secret: the index of the service prints the credentials.
"""

import base64
import math
from dataclasses import replace
from typing import Final

import msgspec

from ferrule.clock import Clock
from ferrule.sandbox.answer import Asked, refusal

KEY: Final = "sample-key"
TOKEN: Final = "sample-token"  # noqa: S105  # published sample, not a secret
USER: Final = "sample"
PASSWORD: Final = "sample-password"  # noqa: S105  # published sample, not a secret
SAMPLES: Final = {
    "key-header": f"header X-Api-Key: {KEY}",
    "key-query": f"parameter api_key={KEY}",
    "bearer": f"header Authorization: Bearer {TOKEN}",
    "basic": f"header Authorization: Basic, user {USER}, password {PASSWORD}",
}
_BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def admit(mode: str, asked: Asked) -> Asked:
    """Return the request without its credential, so that no link repeats it.

    Raises:
        Refused: 401 unless the credential of `mode` is right; 404 for another mode.
    """
    if mode not in SAMPLES:
        raise refusal(404, f"no way to sign in {mode!r}; known: {', '.join(SAMPLES)}")
    if not _holds(mode, asked):
        challenge = "Basic" if mode == "basic" else "Bearer"
        raise refusal(
            401,
            f"needs {SAMPLES[mode]}",
            ("www-authenticate", f'{challenge} realm="sandbox"'),
        )
    rest = {name: value for name, value in asked.params.items() if name != "api_key"}
    return replace(asked, params=rest)


def _holds(mode: str, asked: Asked) -> bool:
    if mode == "key-header":
        return asked.headers.get("x-api-key") == KEY
    if mode == "key-query":
        return asked.params.get("api_key") == KEY
    scheme, _, value = asked.headers.get("authorization", "").partition(" ")
    expected = _BASIC if mode == "basic" else TOKEN
    return scheme.lower() == mode and value.strip() == expected


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many requests in so many seconds."""

    requests: int = 20
    seconds: float = 5.0


class Gate:
    """A fixed window of requests; outside it 429 with `Retry-After`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.reset(Limit())

    def reset(self, limit: Limit) -> None:
        """Begin a new window under `limit`."""
        self.limit = limit
        self._opened = self._clock.monotonic()
        self._count = 0

    def enter(self) -> None:
        """Count a request.

        Raises:
            Refused: 429 when the window is full.
        """
        now = self._clock.monotonic()
        if now >= self._opened + self.limit.seconds:
            self._opened, self._count = now, 0
        self._count += 1
        if self._count > self.limit.requests:
            wait = math.ceil(self._opened + self.limit.seconds - now)
            raise refusal(
                429,
                f"more than {self.limit.requests} requests in {self.limit.seconds:g} s",
                ("retry-after", str(max(wait, 1))),
            )
