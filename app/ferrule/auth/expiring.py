"""When a token expires, in whichever way a service tells it."""

from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Final

from ferrule.auth.token import expiry
from ferrule.exchange import Json
from ferrule.expression.dates import parse_date

_A_DATE: Final = 10**9  # in seconds: longer than any session, and long ago
_IN_MS: Final = 10**11


def moment_told(told: Json, now: datetime) -> datetime | None:
    """Return when a token expires that came at `now`; None: it does not tell.

    A number is seconds from now or, where it is too large for that, since 1970, in
    seconds or milliseconds; a text is such a number, RFC 3339 or an HTTP date.

    Raises:
        UnreadableResponse: when it is none of these.
    """
    number = _number(told)
    try:
        if number is not None and number >= _IN_MS:
            return parse_date(number, "unix_ms")
        if number is not None and number >= _A_DATE:
            return parse_date(number, "unix")
        if number is None and isinstance(told, str):
            return _date(told)
    except ValueError:
        pass  # it is told as any other lifetime that is none
    return expiry(now, told)


def _number(told: Json) -> int | Decimal | None:
    if isinstance(told, bool) or not isinstance(told, int | float | Decimal | str):
        return None
    try:
        number = Decimal(str(told).strip())
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def _date(text: str) -> datetime:
    try:
        return parse_date(text)
    except ValueError:
        found = parsedate_to_datetime(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
