"""The signed time of a call: where it stands, what it tells, how far it may be off.

The window is symmetric: a time in the future is as wrong as one in the past. It is
looked at after the signature, because before that anybody may have written it.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import msgspec

from ferrule.auth.webhook_secret import SignedTime
from ferrule.errors import FerruleError
from ferrule.exchange import Json, decode, encode
from ferrule.expression.dates import format_date, parse_date
from ferrule.expression.getting import keys_of
from ferrule.expression.grammar import parse
from ferrule.expression.jsonpath import compile_path
from ferrule.webhook.incoming import Incoming
from ferrule.webhook.signature.header import Members, only_value
from ferrule.webhook.signature.verdict import Reason, Refused

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = 1_000_000
_UNITS: Final = {"unix": 1_000_000, "unix_ms": 1_000}
_MOST_DIGITS: Final = 16
_LONGEST: Final = 64
_MINUTES_FROM: Final = 120

Find: TypeAlias = Callable[[Incoming, Members], list[Json]]


class SignedMoment(msgspec.Struct, frozen=True):
    """The compiled place of a signed time.

    One of the last three says where it is put in a call of our own: a member of a
    keyed header, a header, or the steps to a member of the body.
    """

    config: SignedTime
    find: Find
    member: str = ""
    header: str = ""
    steps: tuple[int | str, ...] = ()

    def text(self, incoming: Incoming, members: Members) -> str:
        """Return the time as it was sent, to the letter.

        Raises:
            Refused: when it is missing, or there twice with different values.
        """
        found = self.find(incoming, members)
        if not found:
            raise _refused("missing_time", f"There is no time at {self.config.from_}.")
        if not all(_alike(other, found[0]) for other in found[1:]):
            raise _refused(
                "conflicting_time", f"{self.config.from_} tells several times."
            )
        return self._plain(found[0])

    def _plain(self, value: Json) -> str:
        if isinstance(value, str) and len(value) <= _LONGEST:
            return value
        if type(value) is int and 0 <= value < 10**_MOST_DIGITS:
            return str(value)
        raise _refused(
            "malformed_time", f"What stands at {self.config.from_} is no time."
        )

    def check(self, text: str, now: datetime) -> None:
        """Refuse a time that is not within the tolerance of `now`.

        Raises:
            Refused: when it is not, or cannot be read.
        """
        apart = (now - _EPOCH) // _MICROSECOND - self._microseconds(text)
        if abs(apart) <= self.config.tolerance_seconds * _SECOND:
            return
        allowed = f"{_span(self.config.tolerance_seconds)} are allowed."
        if apart > 0:
            told = f"It was signed {_span(apart // _SECOND)} ago; {allowed}"
            raise Refused("invalid", "too_old", told)
        told = f"It was signed {_span(-apart // _SECOND)} ahead of now; {allowed}"
        raise Refused("invalid", "too_new", told)

    def _microseconds(self, text: str) -> int:
        unit = _UNITS.get(self.config.format)
        if unit is None:
            return _since_epoch(text)
        if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
            return int(text) * unit
        raise _refused("malformed_time", f"{text!r} is not a time in digits.")

    def written(self, now: datetime) -> str:
        """Return `now` as the scheme writes it, without parts of a second."""
        return str(self._value(now))

    def _value(self, now: datetime) -> str | int:
        return format_date(now.replace(microsecond=0), self.config.format)

    def stamped(self, body: bytes, now: datetime) -> bytes:
        """Return `body` with `now` in it, where the time that it tells is too far off.

        It stays as it is when there is no such place.
        """
        if not self.steps:
            return body
        try:
            found = _in_body(self.config.from_)(body)
            self.check(self._plain(found[0] if found else None), now)
        except Refused:
            return self._replaced(body, now)
        return body

    def _replaced(self, body: bytes, now: datetime) -> bytes:
        try:
            document = decode(body)
        except FerruleError:
            return body
        here: Any = document
        for step in self.steps[:-1]:
            here = _below(here, step)
        last = self.steps[-1]
        before = _below(here, last)
        if before is None:
            return body
        value = self._value(now)
        here[last] = str(value) if isinstance(before, str) else value
        return encode(document)


def _alike(one: Json, other: Json) -> bool:
    """Tell whether two values are the same word or whole number; `true` is no 1."""
    plain = type(one) is type(other) and isinstance(one, str | int | None)
    return plain and one == other


def _below(here: Any, step: int | str) -> Any:  # noqa: ANN401 - one step into JSON
    if isinstance(here, dict):
        return here.get(step)
    if isinstance(here, list) and isinstance(step, int) and step < len(here):
        return here[step]
    return None


def _since_epoch(text: str) -> int:
    try:
        return (parse_date(text, "iso8601") - _EPOCH) // _MICROSECOND
    except ValueError as error:
        raise _refused("malformed_time", f"{error}.") from None


def _refused(reason: Reason, message: str) -> Refused:
    return Refused("malformed", reason, message)


def _span(seconds: int) -> str:
    if seconds < _MINUTES_FROM:
        return f"{seconds} s"
    minutes, rest = divmod(seconds, 60)
    if minutes >= _MINUTES_FROM:
        return f"{minutes // 60} h"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def _in_body(text: str) -> Callable[[bytes], list[Json]]:
    path = compile_path(text)

    def find(body: bytes) -> list[Json]:
        try:
            return path.values(decode(body))
        except FerruleError:
            return []

    return find


def _in_query(name: str, url: str) -> list[Json]:
    try:
        query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:  # an address that is none
        return []
    return [value for key, value in query if key == name]


def _of_header(config: SignedTime, name: str) -> SignedMoment:
    def find(incoming: Incoming, _: Members) -> list[Json]:
        value = only_value(incoming.values, name)
        return [] if value is None else [value]

    return SignedMoment(config, find, header=name)


def compile_moment(config: SignedTime) -> SignedMoment:
    """Return the compiled place of a signed time."""
    kind, _, name = config.from_.partition(":")
    name = name.strip()
    if kind == "header":
        return _of_header(config, name)
    if kind == "param":
        return SignedMoment(
            config, lambda _, members: [*members.get(name, [])], member=name
        )
    if kind == "query":
        return SignedMoment(config, lambda call, _: _in_query(name, call.url))
    find = _in_body(config.from_)
    path = compile_path(config.from_)
    steps = keys_of(parse(config.from_)) if path.singular else ()
    return SignedMoment(config, lambda call, _: find(call.body), steps=steps)
