"""One call of a service as it arrived, before anybody has looked into it."""

from datetime import datetime
from functools import cached_property

import msgspec


class Incoming(msgspec.Struct, frozen=True, dict=True):
    """A call as its bytes came: nothing is decoded, trimmed or put in order.

    `url` is what the service called (scheme, host, path and query), not what a proxy
    made of it. `headers` keep their order, case and repetitions; their text is the
    bytes as Latin-1, as ASGI servers hand them on. `received_at` is aware UTC.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    received_at: datetime

    @cached_property
    def values(self) -> dict[str, list[str]]:
        """Every header's different values by lower-case name, without outer blanks."""
        return values_of(self.headers)


def values_of(headers: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    """Return different values by lower-case name, without their outer blanks."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        bare, lower = value.strip(" \t"), name.lower()
        held = found.get(lower)
        if held is None:
            found[lower] = [bare]
        elif bare not in held:
            held.append(bare)
    return found
