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
        found: dict[str, list[str]] = {}
        for name, value in self.headers:
            held = found.setdefault(name.lower(), [])
            if (bare := value.strip(" \t")) not in held:
                held.append(bare)
        return found
