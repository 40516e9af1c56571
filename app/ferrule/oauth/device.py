"""The device flow (RFC 8628): a code that a person types on any other device."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from ferrule.auth.oauth2.answer import refusal_in, refused, safe
from ferrule.auth.token import TokenSet
from ferrule.clock import Clock
from ferrule.errors import (
    Cancelled,
    ServiceUnreachable,
    SignInFailed,
    TimedOut,
    UnreadableResponse,
)
from ferrule.exchange import Json, Request, Response
from ferrule.oauth.exchange import Read, Send, ask
from ferrule.oauth.secure import check_secure
from ferrule.redaction import live

_INTERVAL_S: Final = 5.0
_SLOWER_S: Final = 5.0
_SLOWEST_S: Final = 60.0
_MOST_LIFE_S: Final = 3_600.0
_NAP_S: Final = 0.125
_OK: Final = 200
_MOST_CODE: Final = 64


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a person is shown, and what we ask with."""

    device_code: str = field(repr=False)
    user_code: str
    verification_uri: str
    complete_uri: str
    expires_at: datetime
    interval_s: float


def read_device_code(response: Response, now: datetime) -> DeviceCode:
    """Return the device code in an answer that came at `now` (section 3.2).

    Raises:
        ExchangeError: when there is none in it.
    """
    try:
        body = response.json
    except UnreadableResponse:
        body = None
    refusal = refusal_in(body)
    if refusal is not None:
        raise refused(refusal, response.status)
    if response.status != _OK or not isinstance(body, dict):
        raise UnreadableResponse(
            f"The device address answers {response.status}, not with a code.",
            status=response.status,
            advice="Check deviceUrl in the descriptor.",
        )
    code = _needed(body, "device_code")
    live.add(code)
    uri = body.get("verification_uri") or body.get("verification_url")
    complete = body.get("verification_uri_complete")
    return DeviceCode(
        code,
        safe(_needed(body, "user_code"), _MOST_CODE),
        check_secure(uri if isinstance(uri, str) else "", "verification"),
        check_secure(complete, "verification") if isinstance(complete, str) else "",
        now + timedelta(seconds=min(_seconds(body, "expires_in"), _MOST_LIFE_S)),
        min(_seconds(body, "interval", _INTERVAL_S), _SLOWEST_S),
    )


@dataclass(slots=True)
class Polling:
    """Asks until the person agreed; `cancelled` is looked at eight times a second.

    `until` is when we give up, in monotonic seconds of the clock.
    """

    send: Send
    make: Callable[[], Request]
    read: Read
    clock: Clock
    cancelled: Callable[[], bool]
    until: float
    interval_s: float

    def tokens(self) -> TokenSet:
        """Return the tokens once the person has agreed (section 3.5).

        Raises:
            SignInFailed: when leave is not given, or not in time.
            Cancelled: when it was.
            ExchangeError: for whatever else the service says.
        """
        while True:
            self._wait()
            response = self._asked()
            if response is None:
                continue
            if not self._pending(response):
                found = self.read(response, self.clock.now())
                for secret in found.secrets:
                    live.add(secret)
                return found

    def _asked(self) -> Response | None:
        """Return the answer; None, and slower from now on, when none came."""
        try:
            return ask(self.send, self.make())
        except (ServiceUnreachable, TimedOut):
            self.interval_s = min(self.interval_s * 2, _SLOWEST_S)
            return None

    def _pending(self, response: Response) -> bool:
        try:
            refusal = refusal_in(response.json)
        except UnreadableResponse:
            return False
        code = refusal.code if refusal else ""
        if code == "slow_down":
            self.interval_s += _SLOWER_S
        if code in {"access_denied", "expired_token"}:
            raise _ended(code)
        return code in {"slow_down", "authorization_pending"}

    def _wait(self) -> None:
        over = self.clock.monotonic() + self.interval_s
        if over > self.until:
            raise _ended("expired_token")
        left = self.interval_s
        while left > 0 and not self.cancelled():
            self.clock.sleep(min(left, _NAP_S))
            left -= _NAP_S
        if self.cancelled():
            raise Cancelled("The sign-in was cancelled.")


def _ended(code: str) -> SignInFailed:
    if code == "access_denied":
        return SignInFailed("Leave was not given.", advice="Sign in again and agree.")
    return SignInFailed(
        "The code was not used in time.", advice="Sign in again for a fresh code."
    )


def _needed(body: dict[str, Json], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise UnreadableResponse(f"The answer of the device address lacks {name}.")
    return value


def _seconds(body: dict[str, Json], name: str, usual: float | None = None) -> float:
    value = body.get(name, usual)
    number = value if isinstance(value, int | float | Decimal) else None
    if number is None or isinstance(value, bool) or not 0 < number < float("inf"):
        raise UnreadableResponse(f"The {name} of the device code is no time.")
    return float(number)
