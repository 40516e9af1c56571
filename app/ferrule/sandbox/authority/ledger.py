"""What the authorization server has issued, and to whom.

Lifetimes are measured on a clock that never steps back. A refresh token works once; one
that comes again ends every token of its family (RFC 9700, section 4.14.2), and so does
a code that comes again (RFC 6749, section 4.1.2).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, TokenMixin
from authlib.oauth2.rfc8628 import DeviceCredentialMixin

from ferrule.clock import Clock
from ferrule.sandbox.authority.parties import Client
from ferrule.sandbox.authority.seal import Claims

LIFETIME: Final = 3600
CODE_LIFETIME: Final = 60
DEVICE_LIFETIME: Final = 600
DEVICE_INTERVAL: Final = 5


@dataclass(slots=True, eq=False)
class Family:
    """All tokens that came of one approval."""

    client_id: str
    login: str
    revoked: bool = False


@dataclass(slots=True, eq=False)
class Token(TokenMixin):
    """An access token with its refresh token, if it has one."""

    access: str
    refresh: str
    scope: str
    family: Family
    expires_at: float
    spent: bool = False
    withdrawn: bool = False

    def check_client(self, client: Client) -> bool:
        """Tell whether it was issued to `client`."""
        return self.family.client_id == client.client_id

    def get_scope(self) -> str:
        """Return what it allows."""
        return self.scope


@dataclass(slots=True, eq=False)
class Code(AuthorizationCodeMixin):
    """An authorization code and what it was issued for."""

    code: str
    redirect_uri: str
    scope: str
    code_challenge: str | None
    family: Family
    expires_at: float
    spent: bool = False
    code_challenge_method: str = "S256"

    def get_redirect_uri(self) -> str:
        """Return the address that the token request has to repeat."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """Return what was allowed."""
        return self.scope


@dataclass(slots=True, eq=False)
class Device(DeviceCredentialMixin):
    """A device that waits for a person (RFC 8628)."""

    device_code: str
    user_code: str
    scope: str
    family: Family
    clock: Clock
    expires_at: float
    interval: float = DEVICE_INTERVAL
    polled_at: float | None = None
    approved: bool | None = None

    def get_client_id(self) -> str:
        """Return who asked."""
        return self.family.client_id

    def get_scope(self) -> str:
        """Return what is allowed."""
        return self.scope

    def get_user_code(self) -> str:
        """Return what the person types."""
        return self.user_code

    def is_expired(self) -> bool:
        """Tell whether the person took too long."""
        return self.clock.monotonic() >= self.expires_at

    def too_soon(self) -> bool:
        """Note a poll; tell whether it came before the interval was over.

        Each that did makes the interval 5 s longer (RFC 8628, section 3.5).
        """
        now, before = self.clock.monotonic(), self.polled_at
        self.polled_at = now
        early = before is not None and now - before < self.interval
        if early:
            self.interval += DEVICE_INTERVAL
        return early


@dataclass(slots=True)
class Ledger:
    """Everything issued; `seen` counts what was asked and what went wrong.

    `seen` has `token` and one more for each grant, `reuse`, `device`, `revoke` and
    `elsewhere` (a token request that followed a redirect). `closed` are the kinds of
    tokens of an earlier start that are not taken any more.
    """

    clock: Clock
    lifetime: int = LIFETIME
    tokens: list[Token] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    closed: set[str] = field(default_factory=set)
    _codes: dict[str, Code] = field(default_factory=dict)
    _devices: dict[str, Device] = field(default_factory=dict)

    def open(self, family: Family, scope: str, access: str, refresh: str) -> Token:
        """Enter a new token of `family`."""
        until = self.clock.monotonic() + self.lifetime
        token = Token(access, refresh, scope, family, until)
        self.tokens.append(token)
        return token

    def by_access(self, access: str) -> Token | None:
        """Return the token that is valid now."""
        return next((token for token in self.valid() if token.access == access), None)

    def valid(self) -> Iterator[Token]:
        """Yield the tokens that open the door now."""
        now = self.clock.monotonic()
        for token in self.tokens:
            if not (token.withdrawn or token.family.revoked) and now < token.expires_at:
                yield token

    def adopt(self, claims: Claims, *, access: str = "", refresh: str = "") -> None:
        """Enter a token that was issued before this process began."""
        left = claims.until - self.clock.now().timestamp()
        until = self.clock.monotonic() + (left if access else 0)
        family = Family(claims.client, claims.login)
        self.tokens.append(Token(access, refresh, claims.scope, family, until))

    def find(self, text: str) -> Token | None:
        """Return the token with this access or refresh token, dead or alive."""
        found = (t for t in self.tokens if text and text in {t.access, t.refresh})
        return next(found, None)

    def use_refresh(self, refresh: str) -> Token | None:
        """Return the token that `refresh` renews, None where it is not good.

        One that was used before revokes its family.
        """
        token = next(
            (t for t in self.tokens if t.refresh and t.refresh == refresh), None
        )
        if token is None or token.family.revoked:
            return None
        if token.spent:
            self._reused(token.family)
            return None
        return token

    def enter_code(self, code: Code) -> None:
        """Note a code."""
        self._codes[code.code] = code

    def use_code(self, text: str, client_id: str) -> Code | None:
        """Return the code if it is good; one that was used revokes what came of it."""
        code = self._codes.get(text)
        if code is None or code.family.client_id != client_id:
            return None
        if code.spent:
            self._reused(code.family)
            return None
        return code if self.clock.monotonic() < code.expires_at else None

    def enter_device(self, device: Device) -> None:
        """Note a device."""
        self._devices[device.device_code] = device

    def device(self, device_code: str) -> Device | None:
        """Return a device by what it polls with."""
        return self._devices.get(device_code)

    def shown(self, user_code: str) -> Device | None:
        """Return the device that shows `user_code`; case and dashes do not count."""
        wanted = _letters(user_code)
        found = (d for d in self._devices.values() if _letters(d.user_code) == wanted)
        return next(found, None)

    def end_device(self, device: Device) -> None:
        """Forget a device that has its token."""
        self._devices.pop(device.device_code, None)

    def expire(self) -> None:
        """Let every access token be over; refresh tokens go on working."""
        self.closed.add("at")
        for token in self.tokens:
            token.expires_at = self.clock.monotonic()

    def revoke_all(self) -> None:
        """Take every approval back."""
        self.closed.update(("at", "rt"))
        for token in self.tokens:
            token.family.revoked = True

    def _reused(self, family: Family) -> None:
        self.seen["reuse"] += 1
        family.revoked = True


def _letters(code: str) -> str:
    return "".join(filter(str.isalnum, code)).upper()
