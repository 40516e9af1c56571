"""`ferrule approve`: what waits for a person, looked at and decided."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.asking import at_terminal, confirmed_by_word
from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.cli.tables import show_table
from ferrule.clock import SystemClock
from ferrule.errors import UsageError
from ferrule.exchange import Json as JsonValue

if TYPE_CHECKING:  # what they bring is not needed to list the verb
    from ferrule.store import Approval
    from ferrule.workspace.workspace import Workspace

_OUTCOMES = {
    "done": "done",
    "failed": "the service refused it",
    "unsent": "nothing was sent",
    "unknown": "not known whether it took effect",
}


@app.command("approve")
def approve(
    number: Annotated[int | None, typer.Argument(metavar="ID")] = None,
    decline: Annotated[bool, typer.Option("--decline", help="Say no.")] = False,
    reason: Annotated[
        str, typer.Option("--reason", help="Why not; told to whoever asked.")
    ] = "",
    word: Annotated[
        str | None,
        typer.Option("--word", help="The word to type, where there is no terminal."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="List what was decided, too.")
    ] = False,
    as_json: Json = False,
) -> int:
    """List what waits for approval; or look at one request and decide it."""
    workspace = open_workspace()
    if number is None:
        return _listed(workspace, everything=everything, as_json=as_json)
    if decline:
        return _declined(workspace, number, reason, as_json=as_json)
    return _approved(workspace, number, word, as_json=as_json)


def _listed(workspace: "Workspace", *, everything: bool, as_json: bool) -> int:
    from ferrule.workspace.tools.approvals import history, waiting

    now = SystemClock().now()
    found = history(workspace) if everything else waiting(workspace)
    if as_json:
        for one in found:
            write_json(_wire(one, now))
        return DONE
    if not found:
        typer.echo("Nothing waits for approval.")
        return DONE
    rows = [
        (
            str(one.id),
            one.request.connection,
            one.request.tool,
            _effect(one),
            _asker(one),
            _state(one, now),
        )
        for one in found
    ]
    show_table(("id", "connection", "tool", "effect", "asked by", "state"), rows)
    return DONE


def _approved(
    workspace: "Workspace", number: int, word: str | None, *, as_json: bool
) -> int:
    from ferrule.workspace.tools import approvals

    found = workspace.approvals.get(workspace.project.key, number)
    if not as_json:
        _show(found)
    if word is None:
        if approvals.state_of(workspace, number) == "waiting":
            word = _asked(found)
            if word is None:
                typer.echo("Nothing was approved.")
                return WRONG
        word = word or found.request.word  # what no longer waits says so itself
    done = approvals.approve(workspace, number, word, via="cli")
    if as_json:
        write_json(_wire(done, SystemClock().now()))
    else:
        typer.echo(f"Approved: it may be sent once, until {done.request.expires_at}.")
    return DONE


def _asked(found: "Approval") -> str | None:
    if not at_terminal():
        raise UsageError(
            "There is no terminal to type the word on.",
            advice=f"Add --word {found.request.word}.",
        )
    return confirmed_by_word(found.request.word)


def _declined(
    workspace: "Workspace", number: int, reason: str, *, as_json: bool
) -> int:
    from ferrule.workspace.tools import approvals

    done = approvals.decline(workspace, number, via="cli", reason=reason)
    if as_json:
        write_json(_wire(done, SystemClock().now()))
    else:
        typer.echo(f"Declined: request {number} is not sent.")
    return DONE


def _show(one: "Approval") -> None:
    from ferrule.workspace.tools.preview import visible

    asked, preview = one.request, one.request.preview
    typer.echo(visible(f"{asked.tool} of {asked.connection}, {asked.effect}"))
    typer.echo(f"  asked by {_asker(one)} at {asked.asked_at}")
    typer.echo("")
    typer.echo(f"{preview.get('method')} {preview.get('url')}")
    typer.echo(f"  host: {preview.get('host')}")
    headers = preview.get("headers")
    for pair in headers if isinstance(headers, list) else ():
        if isinstance(pair, list):
            typer.echo(f"  {': '.join(map(str, pair))}")
    if preview.get("body"):
        typer.echo("")
        typer.echo(str(preview["body"]))
    if preview.get("bodyLeftOut"):
        typer.echo(f"… and {preview['bodyLeftOut']} characters more")
    typer.echo("")


def _effect(one: "Approval") -> str:
    shown = one.request.preview
    return f"{shown.get('method')} {shown.get('host')}{shown.get('path')}"


def _asker(one: "Approval") -> str:
    via, name = one.request.via, one.request.asked_by
    return f"{via} ({name})" if name else via


def _state(one: "Approval", now: datetime) -> str:
    state = one.state(now)
    outcome = one.outcome
    return f"{state}: {_OUTCOMES[outcome]}" if outcome else state


def _wire(one: "Approval", now: datetime) -> dict[str, JsonValue]:
    asked = one.request
    steps: list[JsonValue] = [
        {
            "step": s.step,
            "at": s.at,
            "via": s.via,
            **({"note": s.note} if s.note else {}),
        }
        for s in one.steps
    ]
    return {
        "type": "approval",
        "id": one.id,
        "connection": asked.connection,
        "connector": asked.connector_id,
        "tool": asked.tool,
        "effect": asked.effect,
        "askedBy": asked.asked_by,
        "via": asked.via,
        "askedAt": asked.asked_at,
        "expiresAt": asked.expires_at,
        "word": asked.word,
        "state": one.state(now),
        **({"outcome": one.outcome} if one.outcome else {}),
        "preview": asked.preview,
        "steps": steps,
    }
