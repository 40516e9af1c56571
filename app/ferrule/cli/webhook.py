"""`ferrule webhook`: the calls of services, looked at, replayed, signed and sent."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, cast, get_args

import typer

from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import AllowHttp, Json, app
from ferrule.cli.tables import show_table
from ferrule.errors import UsageError
from ferrule.exchange import Json as JsonValue

if TYPE_CHECKING:  # they open the database, which `--help` does without
    from ferrule.exchange import Response
    from ferrule.store import Delivery, DeliveryStatus

_GATEWAY: Final = "http://127.0.0.1:8480"
_SHOWN: Final = 100_000
webhooks = typer.Typer(help="Calls that services make.", no_args_is_help=True)
app.add_typer(webhooks, name="webhook")
Number = Annotated[int, typer.Argument(metavar="ID")]
Body = Annotated[
    Path | None, typer.Option("--body", metavar="FILE", help="Another body.")
]
To = Annotated[str, typer.Option("--to", metavar="URL", help="A gateway that runs.")]


@webhooks.command("list")
def list_(
    connection: Annotated[
        str | None, typer.Argument(metavar="CONNECTION", help="By default of all.")
    ] = None,
    status: Annotated[
        list[str] | None, typer.Option("--status", help="Such as dead, refused.")
    ] = None,
    many: Annotated[
        int, typer.Option("-n", metavar="N", min=1, help="The newest N.")
    ] = 50,
    as_json: Json = False,
) -> int:
    """List deliveries, newest first."""
    workspace = open_workspace()
    found = workspace.deliveries.list(
        workspace.project.key,
        connection=connection,
        statuses=_statuses(status or []),
        limit=many,
    )
    if as_json:
        for one in found:
            write_json(wire(one))
        return DONE
    rows = [
        (
            str(one.id),
            one.received_at,
            one.connection,
            one.event_type or "",
            one.verdict,
            one.status,
            f"{one.size} B",
            one.error or "",
        )
        for one in found
    ]
    heads = ("id", "received", "connection", "event", "signature", "status", "size")
    show_table((*heads, "why"), rows)
    return DONE


@webhooks.command("show")
def show(number: Number, as_json: Json = False) -> int:
    """Show a delivery: headers, body, verdict, and what came of it."""
    workspace = open_workspace()
    project = workspace.project.key
    one = workspace.deliveries.get(project, number)
    content = workspace.deliveries.content(project, number)
    body = content.body[:_SHOWN].decode("utf-8", "replace")
    if as_json:
        headers: list[JsonValue] = [list(pair) for pair in content.headers]
        write_json({**wire(one), "headers": headers, "body": body})
        return DONE
    for name, value in wire(one).items():
        typer.echo(f"{name}: {value}")
    for name, value in content.headers:
        typer.echo(f"  {name}: {value}")
    typer.echo(body)
    return DONE


@webhooks.command("replay")
def replay(number: Number, body: Body = None, as_json: Json = False) -> int:
    """Let a delivery come once more, as it was or with another body, and map it."""
    from ferrule.workspace.replaying import map_waiting
    from ferrule.workspace.replaying import replay as replayed

    workspace = open_workspace()
    again = replayed(workspace, number, body=_read(body))
    map_waiting(workspace)
    one = workspace.deliveries.get(workspace.project.key, again)
    _tell(one, as_json=as_json)
    return WRONG if one.status == "dead" else DONE


@webhooks.command("resign")
def resign(
    number: Number, body: Body = None, to: To = "", as_json: Json = False
) -> int:
    """Sign a delivery's call anew; send it to a gateway, or print it as cURL."""
    from ferrule.redaction import live
    from ferrule.workspace.replaying import curl_of, resigned, send
    from ferrule.workspace.sample_calls import path_of

    workspace = open_workspace()
    call = resigned(workspace, number, body=_read(body))
    if not to:
        shown = tuple((name, live.text(value)) for name, value in call.headers)
        typer.echo(curl_of(call.method, live.url(call.url), shown, call.body))
        return DONE
    key = workspace.deliveries.get(workspace.project.key, number).connection
    answer = send(call, to, path_of(workspace, key))
    return _answered(answer, key, as_json=as_json)


@webhooks.command("curl")
def curl(number: Number) -> int:
    """Print a delivery's call as cURL; what was masked is a variable of the shell."""
    from ferrule.workspace.replaying import curl as as_curl

    workspace = open_workspace()
    project = workspace.project.key
    found = workspace.deliveries.get(project, number)
    typer.echo(as_curl(found, workspace.deliveries.content(project, number)))
    return DONE


@webhooks.command("pin")
def pin(
    number: Number,
    name: Annotated[str, typer.Option("--name", help="What it shows.")] = "",
) -> int:
    """Keep a delivery as a sample and test of the project's own connector."""
    from ferrule.workspace.dead_letters import pin as pinned

    typer.echo(pinned(open_workspace(), number, name))
    return DONE


@webhooks.command("sample")
def sample(
    key: Annotated[str, typer.Argument(metavar="CONNECTION")],
    name: Annotated[str, typer.Argument(metavar="[SAMPLE]")] = "",
    to: To = _GATEWAY,
    listed: Annotated[bool, typer.Option("--list", help="List them.")] = False,
    as_json: Json = False,
) -> int:
    """Send a signed call in the service's shape to a gateway that runs."""
    from ferrule.workspace.sample_calls import samples_of, send_sample

    workspace = open_workspace()
    if listed:
        rows = [(one.path.stem, one.title) for one in samples_of(workspace, key)]
        if as_json:
            for stem, title in rows:
                write_json({"sample": stem, "title": title})
        else:
            show_table(("sample", "what it is"), rows)
        return DONE
    sent = send_sample(workspace, key, to, name)
    return _answered(sent.response, key, as_json=as_json)


@webhooks.command("subscribe")
def subscribe(
    key: Annotated[str, typer.Argument(metavar="CONNECTION")],
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="How the service reaches us."),
    ] = None,
    renews: Annotated[
        bool, typer.Option("--renew", help="Ask it to go on calling.")
    ] = False,
    allow_http: AllowHttp = None,
    as_json: Json = False,
) -> int:
    """Ask a service to call a connection; its secret is kept in the vault."""
    from ferrule.workspace import subscribing

    workspace = open_workspace()
    hosts = tuple(allow_http or ())
    if renews == (url is not None):
        raise UsageError("Give the address with --url, or --renew.")
    if url is not None:
        one = subscribing.subscribe(workspace, key, url, allow_http=hosts)
    else:
        one = subscribing.renew(workspace, key, allow_http=hosts)
    if as_json:
        line: dict[str, JsonValue] = {
            "connection": one.connection,
            "url": one.url,
            "id": one.subscription_id,
            "expiresAt": one.expires_at,
        }
        write_json(line)
        return DONE
    until = f" until {one.expires_at}" if one.expires_at else ""
    typer.echo(f"The service calls {one.url}{until}.")
    return DONE


@webhooks.command("unsubscribe")
def unsubscribe(
    key: Annotated[str, typer.Argument(metavar="CONNECTION")],
    allow_http: AllowHttp = None,
) -> int:
    """Ask a service to stop calling a connection."""
    from ferrule.workspace import subscribing

    hosts = tuple(allow_http or ())
    asked = subscribing.unsubscribe(open_workspace(), key, allow_http=hosts)
    told = "The service was asked to stop." if asked else "It is forgotten here alone."
    typer.echo(told)
    return DONE


def wire(one: "Delivery") -> dict[str, JsonValue]:
    """Return a delivery as a line of JSON."""
    members: dict[str, JsonValue] = {
        "id": one.id,
        "connection": one.connection,
        "connector": one.connector_id,
        "receivedAt": one.received_at,
        "event": one.event_type,
        "deliveryId": one.delivery_id,
        "verdict": one.verdict,
        "reason": one.reason,
        "status": one.status,
        "size": one.size,
        "attempts": one.attempts,
        "error": one.error,
        "outcome": dict(one.outcome) or None,
        "duplicateOf": one.duplicate_of,
        "replayOf": one.replay_of,
        "correlationId": one.correlation_id,
    }
    return {name: value for name, value in members.items() if value is not None}


def _statuses(given: list[str]) -> "list[DeliveryStatus]":
    from ferrule.store.delivery_records import DeliveryStatus as Statuses

    for one in given:
        if one not in get_args(Statuses):
            raise UsageError(
                f"There is no status “{one}”.",
                advice=f"There are: {', '.join(get_args(Statuses))}.",
            )
    return cast("list[DeliveryStatus]", given)


def _read(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None


def _tell(one: "Delivery", *, as_json: bool) -> None:
    if as_json:
        write_json(wire(one))
        return
    counts = [f"{n} {name}" for name, n in one.outcome.items() if isinstance(n, int)]
    typer.echo(f"#{one.id}  {one.status}  {', '.join(counts)}  {one.error or ''}")


def _answered(answer: "Response", key: str, *, as_json: bool) -> int:
    said = answer.body.decode("utf-8", "replace")
    if as_json:
        write_json({"connection": key, "status": answer.status, "said": said})
    else:
        typer.echo(f"{answer.status}  {said}")
    return DONE if answer.status < 400 else WRONG  # noqa: PLR2004  RFC 9110, 15.5
