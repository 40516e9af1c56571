"""`ferrule tool`: what connections can do besides reading, listed, shown and run."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ferrule.cli.asking import at_terminal, confirmed_by_word
from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import AllowHttp, Json, app
from ferrule.cli.tables import show_table
from ferrule.errors import FerruleError, UsageError
from ferrule.exchange import Json as JsonValue
from ferrule.exchange import decode

if TYPE_CHECKING:  # what they bring is not needed to list the verb
    from ferrule.workspace.tools.calls import Call
    from ferrule.workspace.tools.facts import ToolFacts, ToolOutcome
    from ferrule.workspace.workspace import Workspace

_LARGEST: Final = 4_000_000
_LONGEST: Final = 300
tools = typer.Typer(help="Tools of connections.", no_args_is_help=True)
app.add_typer(tools, name="tool")
Key = Annotated[str, typer.Argument(metavar="CONNECTION")]
Name = Annotated[str, typer.Argument(metavar="TOOL")]


@tools.command("list")
def list_(
    key: Annotated[str | None, typer.Argument(metavar="CONNECTION")] = None,
    as_json: Json = False,
) -> int:
    """List the tools of a connection, or of all that are enabled."""
    from ferrule.workspace.tools.listing import all_tools, connection_tools
    from ferrule.workspace.tools.telling import line

    workspace = open_workspace()
    found = connection_tools(workspace, key) if key else tuple(all_tools(workspace))
    if as_json:
        for one in found:
            write_json(one.wire())
        return DONE
    rows = [
        (f.connection, f.name, f.effect, _asks(f), line(f.description, _LONGEST))
        for f in found
    ]
    show_table(("connection", "tool", "effect", "asks first", "what it does"), rows)
    return DONE


@tools.command("show")
def show(key: Key, name: Name, as_json: Json = False) -> int:
    """Show a tool: its parameters, its effect, and whether it asks first."""
    from ferrule.workspace.tools.listing import find_tool
    from ferrule.workspace.tools.telling import line

    found = find_tool(open_workspace(), key, name)
    if as_json:
        write_json(found.wire())
        return DONE
    typer.echo(line(f"{found.name}: {found.description}"))
    typer.echo(f"  {found.method}, {found.effect}; asks first: {_asks(found)}")
    if found.trouble:
        typer.echo(f"  {found.trouble}")
    rows = [
        (
            param.name,
            param.type,
            "yes" if param.required else "no",
            "" if param.default is None else json.dumps(param.default, default=str),
            line(param.description or "", _LONGEST),
        )
        for param in found.params
    ]
    show_table(("parameter", "type", "required", "default", "what it is"), rows)
    if found.result:
        typer.echo(line(f"It gives: {', '.join(found.result)}."))
    return DONE


@tools.command("run")
def run(
    key: Key,
    name: Name,
    param: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="NAME=VALUE", help="An argument."),
    ] = None,
    json_params: Annotated[
        Path | None,
        typer.Option("--json-params", metavar="FILE", help="Arguments; - for stdin."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the request and send nothing.")
    ] = False,
    wait: Annotated[
        bool,
        typer.Option(help="Wait for an approval where nobody can be asked here."),
    ] = True,
    allow_http: AllowHttp = None,
    as_json: Json = False,
) -> int:
    """Run a tool; what writes shows exactly what it would send, and asks first."""
    from ferrule.workspace.tools.calls import prepare

    workspace = open_workspace()
    given = _given(workspace, key, name, param or [], json_params)
    call = prepare(workspace, key, name, given)
    allowed = tuple(allow_http or ())
    if dry_run:
        return _shown(call, allowed, as_json=as_json)
    return _sent(workspace, call, allowed, wait=wait, as_json=as_json)


@tools.command("waive")
def waive(key: Key, name: Name, as_json: Json = False) -> int:
    """Let a tool of a connection run without asking, until the tool changes."""
    from ferrule.workspace.tools import waivers

    waivers.waive(open_workspace(), key, name, via="cli")
    if as_json:
        write_json({"type": "waiver", "connection": key, "tool": name, "waived": True})
        return DONE
    typer.echo(f"“{name}” of “{key}” is run without asking, until the tool changes.")
    typer.echo(f"To be asked again: ferrule tool unwaive {key} {name}")
    return DONE


@tools.command("unwaive")
def unwaive(key: Key, name: Name, as_json: Json = False) -> int:
    """Ask again before a tool runs."""
    from ferrule.workspace.tools import waivers

    was = waivers.unwaive(open_workspace(), key, name, via="cli")
    if as_json:
        write_json({"type": "waiver", "connection": key, "tool": name, "waived": False})
        return DONE
    said = "asks again" if was else "was not waived: it asks"
    typer.echo(f"“{name}” of “{key}” {said} before it is run.")
    return DONE


@tools.command("waivers")
def list_waivers(as_json: Json = False) -> int:
    """List the tools that run without asking, and the waivers that have ended."""
    from ferrule.workspace.tools import waivers

    found = waivers.list_waivers(open_workspace())
    if as_json:
        for one in found:
            told = one.waiver
            write_json(
                {
                    "type": "waiver",
                    "connection": told.connection,
                    "tool": told.tool,
                    "waived": one.holds,
                    "at": told.at,
                    **({"ended": one.ended} if one.ended else {}),
                }
            )
        return DONE
    rows = [
        (w.waiver.connection, w.waiver.tool, w.waiver.at[:19], w.ended or "yes")
        for w in found
    ]
    show_table(("connection", "tool", "since", "holds"), rows)
    return DONE


def _asks(facts: "ToolFacts") -> str:
    if not facts.asks:
        return "no"
    return "waived" if facts.waived else "yes"


def _given(
    workspace: "Workspace", key: str, name: str, pairs: list[str], file: Path | None
) -> dict[str, JsonValue]:
    """Return the arguments: those of the file, and over them those of `--param`."""
    from ferrule.fields.arguments import typed_argument
    from ferrule.workspace.tools.listing import find_tool

    params = {param.name: param for param in find_tool(workspace, key, name).params}
    given = _of_file(file) if file is not None else {}
    for pair in pairs:
        called, equals, text = pair.partition("=")
        if not equals or not called:
            raise UsageError(
                f"--param takes NAME=VALUE, not {called[:80]!r}.",
                advice=f"“{name}” takes: {', '.join(params) or 'nothing'}.",
            )
        spec = params.get(called)
        given[called] = text if spec is None else typed_argument(spec, text)
    return given


def _of_file(file: Path) -> dict[str, JsonValue]:
    try:
        if str(file) == "-":
            raw = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            with file.open("rb") as opened:
                raw = opened.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    if len(raw) > _LARGEST:
        raise UsageError(f"{file} is larger than {_LARGEST:,} bytes.")
    try:
        found = decode(raw)
    except FerruleError as error:
        raise UsageError(f"{file} is no JSON: {error.message}") from None
    if not isinstance(found, dict):
        raise UsageError(f"{file} must hold one JSON object of arguments.")
    return found


def _shown(call: "Call", allow_http: tuple[str, ...], *, as_json: bool) -> int:
    from ferrule.workspace.tools.preview import effect_lines, preview

    found = preview(call, allow_http)
    if as_json:
        asks = {"asks": found.asks, "waived": found.waived}
        write_json({"type": "preview", **found.wire(), **asks})
    else:
        typer.echo("\n".join(effect_lines(found)))
        typer.echo("")
        if found.trouble:
            typer.echo(found.trouble)
        asked = "It would ask first. " if found.asks and not found.waived else ""
        typer.echo(f"{asked}Nothing was sent.")
    return WRONG if found.trouble else DONE


def _sent(
    workspace: "Workspace",
    call: "Call",
    allow_http: tuple[str, ...],
    *,
    wait: bool,
    as_json: bool,
) -> int:
    """Send a call, once approved where it asks, and tell what came of it."""
    from ferrule.workspace.tools import approvals
    from ferrule.workspace.tools.lines import Lines
    from ferrule.workspace.tools.running import ToolRun

    approval = None
    if call.asks:
        call = approvals.taken_up(workspace, call, via="cli")
        approval = _approval(workspace, call, wait=wait)
        if approval is None:
            sys.stderr.write("Nothing was sent.\n")
            return WRONG
    with Lines(workspace, allow_http=allow_http) as lines:
        once = ToolRun(workspace, call, via="cli", approval=approval, lines=lines)
        _tell(once.run(), as_json=as_json)
    return DONE


def _approval(workspace: "Workspace", call: "Call", *, wait: bool) -> int | None:
    """Return the number of an approval; None where the person said no."""
    from ferrule.workspace.tools import approvals
    from ferrule.workspace.tools.preview import effect_lines, preview

    asked = approvals.ask(workspace, call, via="cli", asked_by="ferrule tool run")
    if at_terminal():
        sys.stderr.write("\n".join([*effect_lines(preview(call)), "", ""]))
        word = confirmed_by_word(call.word)
        if word is None:
            approvals.decline(workspace, asked.id, via="cli")
            return None
        if approvals.state_of(workspace, asked.id) == "waiting":
            approvals.approve(workspace, asked.id, word, via="cli")
        return asked.id
    if wait and approvals.state_of(workspace, asked.id) == "waiting":
        sys.stderr.write(
            f"It asks first. Within five minutes: ferrule approve {asked.id}\n"
        )
        sys.stderr.flush()
        approvals.waited(workspace, asked.id)
    state = approvals.state_of(workspace, asked.id)
    approvals.refuse_unless_approved(asked.id, state)
    return asked.id


def _tell(outcome: "ToolOutcome", *, as_json: bool) -> None:
    from ferrule.workspace.authoring import pretty
    from ferrule.workspace.tools.preview import visible

    if as_json:
        write_json(outcome.wire())
        return
    result = outcome.result
    text = result if isinstance(result, str) else pretty(result).rstrip()
    typer.echo(visible(text))
    if outcome.problem:
        sys.stderr.write(f"{visible(outcome.problem)}\n")
