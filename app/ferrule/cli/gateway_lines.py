"""What `ferrule gateway` prints: a line for each answer, and for each that was mapped.

docs/webhooks.md lists their members.
"""

import contextlib
import queue
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Final, Self

import typer

from ferrule.cli.ending import write_json
from ferrule.exchange import Json
from ferrule.store.delivery_records import Delivery
from ferrule.webhook.gateway.answers import Notice

_MOST_LINES: Final = 10_000
Line = Mapping[str, Json]


class GatewayLines:
    """Writes lines in a thread of its own: who reads them slowly holds up no call."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._write = write_json if as_json else _write_text
        self._waiting: queue.Queue[Callable[[], Line] | None] = queue.Queue(_MOST_LINES)
        self._thread = threading.Thread(target=self._run, name="lines", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._put(None)
        self._thread.join(timeout=2)

    def announce(self, line: dict[str, Json]) -> None:
        """Write where the gateway listens, and who is called where; at once."""
        if self._as_json:
            write_json(line)
        else:
            _announce(line)

    def noticed(self, notice: Notice) -> None:
        """Let a call that was answered be told of."""
        self._put(lambda: noticed_line(notice))

    def settled(self, delivery: Delivery) -> None:
        """Let a delivery that was mapped be told of."""
        self._put(lambda: settled_line(delivery))

    def _put(self, line: Callable[[], Line] | None) -> None:
        """Let a line be written; where too many wait, it is left out."""
        with contextlib.suppress(queue.Full):
            self._waiting.put_nowait(line)

    def _run(self) -> None:
        while (line := self._waiting.get()) is not None:
            try:
                self._write(line())
            except OSError:
                return  # nobody reads any more


def noticed_line(notice: Notice) -> Line:
    """Return the line of a call that was answered."""
    line: dict[str, Json] = {
        "type": "delivery",
        "http": notice.status,
        "what": notice.what,
        "ms": round(notice.seconds * 1000, 2),
    }
    if notice.connection:
        line |= {"connection": notice.connection, "connector": notice.connector_id}
    if notice.judged is not None:
        line |= {"verdict": notice.judged.state, "reason": notice.judged.reason}
    if notice.call is not None:
        line |= {
            "event": notice.call.event_type,
            "size": len(notice.call.body),
            "correlationId": notice.call.correlation_id,
        }
    if notice.kept is not None:
        line |= {
            "id": notice.kept.id,
            "status": notice.kept.status,
            "duplicateOf": notice.kept.duplicate_of,
        }
    return {name: value for name, value in line.items() if value is not None}


def settled_line(delivery: Delivery) -> Line:
    """Return the line of a delivery that was mapped."""
    line: dict[str, Json] = {
        "type": "settled",
        "id": delivery.id,
        "connection": delivery.connection,
        "event": delivery.event_type,
        "status": delivery.status,
        "outcome": dict(delivery.outcome) or None,
        "error": delivery.error,
    }
    return {name: value for name, value in line.items() if value is not None}


def _announce(line: Line) -> None:
    typer.echo(f"The gateway listens on {line['url']}. Ctrl-C ends it.")
    found = line["connections"]
    if not isinstance(found, list) or not found:
        typer.echo("No connection of this project is called by its service yet.")
        return
    base = line.get("publicUrl") or line["url"]
    for one in found:
        if isinstance(one, dict):
            note = "" if one["verification"] != "none" else "  (not verified)"
            refused = "  refused: see --allow-unsigned" if one["refused"] else ""
            typer.echo(f"  {one['connection']}: {base}{one['path']}{note}{refused}")
    sys.stdout.flush()


def _write_text(line: Line) -> None:
    words = [str(line.get("http", "   ")), str(line.get("what", line.get("status")))]
    names = ("connection", "event", "verdict", "error")
    words += [str(line[name]) for name in names if line.get(name)]
    if "id" in line:
        words.append(f"#{line['id']}")
    typer.echo("  ".join(words))
