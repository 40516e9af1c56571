"""What a sign-in brought: an access token, what renews it, and how long it holds.

A token set is kept as JSON beside the other secrets of its connection, in a field that
no descriptor can name. It never shows a secret: neither in its text nor in an error.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Final, Self

import msgspec
from pydantic import SecretStr

from ferrule.errors import CredentialError, UnreadableResponse
from ferrule.exchange import Json
from ferrule.redaction import live

TOKENS: Final = "$tokens"
"""The field of a connection's secrets that holds its token set."""
_MOST_AHEAD: Final = timedelta(minutes=5)
_SHARE: Final = 10
_FOR_EVER_S: Final = 100 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class TokenSet:
    """The tokens of one sign-in, as of `obtained_at`; times are aware, in UTC.

    `expires_at` is None where the service does not say. `captured` are configuration
    values that the service told with them, `extra` further secrets (the token secret of
    OAuth 1 as `secret`). `refused`: the service takes it no longer, nor what renews it.
    """

    access: SecretStr
    obtained_at: datetime
    refresh: SecretStr | None = None
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()
    captured: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, SecretStr] = field(default_factory=dict)
    refused: bool = False

    @property
    def secrets(self) -> tuple[SecretStr, ...]:
        """Return every secret in it that is not empty."""
        refresh = (self.refresh,) if self.refresh else ()
        every = (self.access, *refresh, *self.extra.values())
        return tuple(one for one in every if one.get_secret_value())

    def due(self, now: datetime) -> bool:
        """Tell whether it is to be renewed before it is used again.

        That is min(5 min, 10 % of its lifetime) before it expires. A clock that was set
        back by more than the margin no longer tells how old it is: then it is due too.
        One that was born expired is not, or it would be renewed for ever.
        """
        if self.expires_at is None or self.expires_at <= self.obtained_at:
            return False
        margin = min(_MOST_AHEAD, (self.expires_at - self.obtained_at) / _SHARE)
        if self.expires_at - now <= margin:
            return True
        return self.obtained_at - now > margin

    def dump(self) -> SecretStr:
        """Return it as JSON, to be kept among the secrets."""
        kept = _Kept(
            access=self.access.get_secret_value(),
            obtained_at=self.obtained_at.astimezone(UTC),
            refresh=self.refresh.get_secret_value() if self.refresh else None,
            expires_at=self.expires_at.astimezone(UTC) if self.expires_at else None,
            scopes=self.scopes,
            captured=dict(self.captured),
            extra={k: v.get_secret_value() for k, v in self.extra.items()},
            refused=self.refused,
        )
        return SecretStr(msgspec.json.encode(kept).decode())

    @classmethod
    def load(cls, secret: SecretStr) -> Self:
        """Return the token set that `dump` wrote.

        Raises:
            CredentialError: when it is none; nothing of it is told.
        """
        try:
            kept = _DECODER.decode(secret.get_secret_value())
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise _unreadable() from None
        if not kept.access:
            raise _unreadable()
        return cls(
            access=SecretStr(kept.access),
            obtained_at=kept.obtained_at.astimezone(UTC),
            refresh=SecretStr(kept.refresh) if kept.refresh else None,
            expires_at=kept.expires_at.astimezone(UTC) if kept.expires_at else None,
            scopes=kept.scopes,
            captured=kept.captured,
            extra={name: SecretStr(value) for name, value in kept.extra.items()},
            refused=kept.refused,
        )


def tokens_of(secrets: Mapping[str, SecretStr]) -> TokenSet | None:
    """Return the token set among a connection's secrets; None before the sign-in.

    Raises:
        CredentialError: when what is kept is none.
    """
    kept = secrets.get(TOKENS)
    if kept is None or not kept.get_secret_value():
        return None
    return TokenSet.load(kept)


def every_secret(secrets: Mapping[str, SecretStr]) -> Iterator[SecretStr]:
    """Yield each secret of a connection by itself, the tokens instead of their JSON.

    A token set that cannot be read is one secret.
    """
    yield from (one for name, one in secrets.items() if name != TOKENS)
    try:
        tokens = tokens_of(secrets)
    except CredentialError:
        yield secrets[TOKENS]
    else:
        yield from tokens.secrets if tokens else ()


def hide(secrets: Mapping[str, SecretStr], of: str = "") -> None:
    """Tell every secret of a connection to the redaction before it goes anywhere.

    Tokens are told as what others will follow; `of` names the credential, where known.
    """
    for name, one in secrets.items():
        if name != TOKENS:
            live.add(one)
    try:
        tokens = tokens_of(secrets)
    except CredentialError:
        live.add(secrets[TOKENS])
    else:
        for token in tokens.secrets if tokens else ():
            live.add_passing(token, of)


def expiry(obtained_at: datetime, lifetime: Json) -> datetime | None:
    """Return when a token expires that lives `lifetime` seconds from `obtained_at`.

    Some services write the number as a text. None where they do not say, say that it
    expired as it was made (then only its use tells), or name more than a century.

    Raises:
        UnreadableResponse: when it is no finite number (RFC 6749, section 5.1).
    """
    if lifetime is None:
        return None
    seconds = _number(lifetime)
    if seconds is None or not math.isfinite(seconds):
        raise UnreadableResponse(
            "The service names a lifetime of the token that is no number.",
            advice="Say in the descriptor where the seconds stand (expiresPath), or "
            "how long a token lives (lifetime).",
        )
    if not 0 < seconds <= _FOR_EVER_S:
        return None
    return obtained_at + timedelta(seconds=seconds)


_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Kept(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """How a token set is written."""

    access: str
    obtained_at: _Moment
    refresh: str | None = None
    expires_at: _Moment | None = None
    scopes: tuple[str, ...] = ()
    captured: dict[str, str] = {}
    extra: dict[str, str] = {}
    refused: bool = False


_DECODER: Final = msgspec.json.Decoder(_Kept)


def _unreadable() -> CredentialError:
    return CredentialError(
        "The tokens that are kept for this connection cannot be read.",
        advice="Sign in again.",
    )


def _number(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None
