"""`ferrule gateway`: receives the calls of services."""

import contextlib
import queue
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Final, Self

import typer

from ferrule.cli.ending import DONE, INTERRUPTED, PARENT_GONE, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.errors import UsageError

if TYPE_CHECKING:  # they bring the store and the descriptors
    from ferrule.exchange import Json as Value
    from ferrule.store.delivery_records import Delivery
    from ferrule.webhook.gateway.answers import Notice

_LOCAL: Final = "127.0.0.1"
_MOST_LINES: Final = 10_000
Line = Mapping[str, "Value"]


@app.command("gateway")
def gateway(
    host: Annotated[str, typer.Option("--host", help="Where it listens.")] = _LOCAL,
    port: Annotated[int, typer.Option("--port", help="0 chooses a free one.")] = 8480,
    allow_unsigned: Annotated[
        bool,
        typer.Option(
            "--allow-unsigned",
            help="Let others than this machine call connections that verify nothing.",
        ),
    ] = False,
    public_url: Annotated[
        str,
        typer.Option(
            "--public-url", metavar="URL", help="Of the tunnel or proxy before it."
        ),
    ] = "",
    per_minute: Annotated[
        int,
        typer.Option(
            "--per-minute", metavar="N", min=1, help="Calls of one connection."
        ),
    ] = 100,
    control: Annotated[
        str, typer.Option("--control", metavar="stdin", help="End with it.")
    ] = "",
    as_json: Json = False,
) -> int:
    """Receive the calls of services, until told to stop.

    A call is verified, written down, answered and mapped; see docs/webhooks.md.
    """
    from ferrule.cli.collecting import settled
    from ferrule.metrics.page import metrics_page
    from ferrule.workspace.gateway import Wanted, serve
    from ferrule.workspace.gateway_effects import Effects
    from ferrule.workspace.operations.reading import prune_log

    if control not in {"", "stdin"}:
        raise UsageError("--control can be stdin alone.")
    workspace = open_workspace()
    wanted = Wanted(
        host,
        port,
        public_url=public_url,
        allow_unsigned=allow_unsigned,
        per_minute=per_minute,
        pages={"/metrics": metrics_page(workspace.database)},
    )
    prune_log(workspace)
    settled()
    write = _write_json if as_json else _write_text
    with _Lines(write) as lines, Effects(workspace) as effects:

        def mapped(one: "Delivery") -> None:
            effects.settled(one)
            lines.put(lambda: settled_line(one))

        ended_by = serve(
            workspace,
            wanted,
            effects.map_delivery,
            announce=write_json if as_json else _announce,
            noticed=lambda one: lines.put(lambda: noticed_line(one)),
            settled=mapped,
            until_stdin_ends=control == "stdin",
        )
    if ended_by == signal.SIGINT:
        return INTERRUPTED
    return PARENT_GONE if control and not ended_by else DONE


class _Lines:
    """Writes lines in a thread of its own: who reads them slowly holds up no call."""

    def __init__(self, write: Callable[[Line], None]) -> None:
        self._write = write
        self._waiting: queue.Queue[Callable[[], Line] | None] = queue.Queue(_MOST_LINES)
        self._thread = threading.Thread(target=self._run, name="lines", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.put(None)
        self._thread.join(timeout=2)

    def put(self, line: Callable[[], Line] | None) -> None:
        """Let a line be written; where too many wait, it is left out."""
        with contextlib.suppress(queue.Full):
            self._waiting.put_nowait(line)

    def _run(self) -> None:
        while (line := self._waiting.get()) is not None:
            try:
                self._write(line())
            except OSError:
                return  # nobody reads any more


def noticed_line(notice: "Notice") -> Line:
    """Return the line of a call that was answered; docs/webhooks.md lists them."""
    line: dict[str, Value] = {
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


def settled_line(delivery: "Delivery") -> Line:
    """Return the line of a delivery that was mapped."""
    line: dict[str, Value] = {
        "type": "settled",
        "id": delivery.id,
        "connection": delivery.connection,
        "event": delivery.event_type,
        "status": delivery.status,
        "outcome": dict(delivery.outcome) or None,
        "error": delivery.error,
    }
    return {name: value for name, value in line.items() if value is not None}


def _write_json(line: Line) -> None:
    write_json(line)


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
