"""`ferrule gateway`: receives the calls of services."""

import signal
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ferrule.cli.ending import DONE, INTERRUPTED, PARENT_GONE
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.errors import UsageError

if TYPE_CHECKING:  # they bring the store, the descriptors and the server
    from ferrule.store.delivery_records import Delivery
    from ferrule.workspace.gateway import Wanted
    from ferrule.workspace.workspace import Workspace

_LOCAL: Final = "127.0.0.1"
Host = Annotated[str, typer.Option("--host", help="Where it listens.")]
Port = Annotated[int, typer.Option("--port", help="0 chooses a free one.")]
AllowUnsigned = Annotated[
    bool,
    typer.Option(
        "--allow-unsigned",
        help="Let others than this machine call connections that verify nothing.",
    ),
]
PublicUrl = Annotated[
    str,
    typer.Option(
        "--public-url", metavar="URL", help="Of the tunnel or proxy before it."
    ),
]
PerMinute = Annotated[
    int,
    typer.Option("--per-minute", metavar="N", min=1, help="Calls of one connection."),
]
Control = Annotated[
    str, typer.Option("--control", metavar="stdin", help="End with it.")
]


@app.command("gateway")
def gateway(
    host: Host = _LOCAL,
    port: Port = 8480,
    allow_unsigned: AllowUnsigned = False,
    public_url: PublicUrl = "",
    per_minute: PerMinute = 100,
    control: Control = "",
    as_json: Json = False,
) -> int:
    """Receive the calls of services, until told to stop.

    A call is verified, written down, answered and mapped; see docs/webhooks.md.
    """
    from ferrule.metrics.page import metrics_page
    from ferrule.workspace.gateway import Wanted

    if control not in {"", "stdin"}:
        raise UsageError("--control can be stdin alone.")
    workspace = open_workspace()
    wanted = Wanted(
        *(host, port, public_url, allow_unsigned, per_minute),
        until_stdin_ends=bool(control),
        pages={"/metrics": metrics_page(workspace.database)},
    )
    ended_by = _served(workspace, wanted, as_json=as_json)
    if ended_by == signal.SIGINT:
        return INTERRUPTED
    return PARENT_GONE if control and not ended_by else DONE


def _served(workspace: "Workspace", wanted: "Wanted", *, as_json: bool) -> int:
    """Answer calls until the process is told to stop; return the signal, or 0."""
    from ferrule.cli.collecting import settled
    from ferrule.cli.gateway_lines import GatewayLines
    from ferrule.workspace.gateway import Told, serve
    from ferrule.workspace.gateway_effects import Effects
    from ferrule.workspace.operations.reading import prune_log

    prune_log(workspace)
    settled()
    with GatewayLines(as_json=as_json) as lines, Effects(workspace) as effects:

        def mapped(delivery: "Delivery") -> None:
            effects.settled(delivery)
            lines.settled(delivery)

        told = Told(lines.announce, lines.noticed, mapped)
        return serve(workspace, wanted, effects.map_delivery, told)
