"""A service that lists things page by page, and misbehaves where it is told to.

It answers `/things` of a fault server: `?cursor=` or `?page=` names the page, `?since=`
the oldest change. Faults are put in front of it by the number of the request.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.fault_server import (
    BEHAVIOURS,
    Behaviour,
    FaultServer,
    Received,
    answer,
)

PATH = "/things"
SIZE = 3


def thing(number: int, minute: int | None = None, **members: Any) -> dict[str, Any]:
    """Return a thing that changed in a minute of the first of March 2026."""
    at = number if minute is None else minute
    time = f"2026-03-01T10:{at:02}:00Z"
    made = {"id": number, "title": f"Thing {number}", "updated_at": time}
    return {**made, "created_at": f"2026-02-01T10:{number % 60:02}:00Z", **members}


@dataclass
class Listing:
    """The service; `asked` are the queries of its requests, in order.

    `faults` names what stands in front of it: a behaviour by the number of the request,
    from 1. From request `fails_from` on every one meets `failing`. `before` is called
    with the number of each request before it is answered. `beyond` is what pages meet
    behind the one past the last.
    """

    things: list[dict[str, Any]]
    faults: dict[int, str | Behaviour] = field(default_factory=dict)
    fails_from: int | None = None
    failing: str | Behaviour = "server_error"
    beyond: str | None = None
    before: Callable[[int], None] = lambda _number: None
    asked: list[dict[str, str]] = field(default_factory=list)
    body: Callable[[list[dict[str, Any]], str | None], Any] | None = None

    def at(self, server: FaultServer) -> "Listing":
        """Answer a server's `/things` from here on."""
        server.serve(PATH, self._respond)
        return self

    def works(self) -> None:
        """Misbehave no more, and count requests anew."""
        self.faults, self.fails_from, self.asked = {}, None, []

    def _respond(self, received: Received) -> Behaviour:
        query = parse_qs(urlsplit(received.target).query)
        self.asked.append({name: values[-1] for name, values in query.items()})
        number = len(self.asked)
        self.before(number)
        late = self.fails_from is not None and number >= self.fails_from
        fault = self.failing if late else self.faults.get(number)
        if self.beyond is not None and int(self.asked[-1].get("page", 0)) > self._end:
            fault = self.beyond
        if fault is not None:
            return BEHAVIOURS[fault] if isinstance(fault, str) else fault
        return answer(json.dumps(self._page(self.asked[-1])).encode())

    @property
    def _end(self) -> int:
        return len(self.things) // SIZE + 1

    def _page(self, query: dict[str, str]) -> Any:
        """Return a page: the things after the cursor's in order of change, by three."""
        found = sorted(self.things, key=lambda one: (one["updated_at"], str(one["id"])))
        found = [one for one in found if one["updated_at"] >= query.get("since", "")]
        if "page" in query:
            first = (int(query["page"]) - 1) * SIZE
        else:
            first = len([one for one in found if _key(one) <= query.get("cursor", "")])
        part = found[first : first + SIZE]
        more = found[first + SIZE :]
        following = _key(part[-1]) if part and more else None
        if self.body is not None:
            return self.body(part, following)
        return {"items": part, "next": following}


def _key(one: dict[str, Any]) -> str:
    return f"{one['updated_at']}/{one['id']}"
