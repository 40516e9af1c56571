"""`ferrule log`: what was done in the project, by a query; export and prune."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperCommand

from ferrule.cli.ending import DONE, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.clock import SystemClock

if TYPE_CHECKING:  # it opens the database, which `--help` does without
    from ferrule.store.operation_query import Wanted
    from ferrule.store.operations import StoredOperation
    from ferrule.workspace.workspace import Workspace

_POLL_S = 0.5
_EPILOG = (
    "QUERY: connector:github level:error since:1h text words. Names: level, operation "
    "(op), connector, connection, correlation (id), entity, outcome, since, until. A "
    "value is the whole name: connector:github* is all that begin with github. "
    "-operation:health leaves lines out. Times are UTC. `ferrule log export FILE "
    "[QUERY]` writes JSON lines; `ferrule log prune` deletes what is older than 30 "
    "days, errors than 90."
)
_OPTION: Final = re.compile(r"-(?:-.*|h|f|n\d*|fn\d*)\Z", re.DOTALL)


class _QueryCommand(TyperCommand):
    """A command whose words may begin with a hyphen: `-operation:health`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  typer has a Context of its own
        """Read the arguments; what is no option of ours is a word of the query."""
        end = args.index("--") if "--" in args else len(args)
        words = [one for one in args[:end] if _is_left_out(one)]
        given = [one for one in args[:end] if not _is_left_out(one)]
        return super().parse_args(ctx, [*given, "--", *words, *args[end + 1 :]])


def _is_left_out(word: str) -> bool:
    return word.startswith("-") and not _OPTION.match(word)


@app.command("log", cls=_QueryCommand, epilog=_EPILOG)
def log(
    query: Annotated[list[str] | None, typer.Argument(metavar="[QUERY]...")] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on as lines come; Ctrl-C ends.")
    ] = False,
    many: Annotated[
        int, typer.Option("-n", metavar="N", min=1, help="The newest N lines.")
    ] = 50,
    days: Annotated[
        int, typer.Option("--days", min=1, help="Of prune: how long lines are kept.")
    ] = 30,
    error_days: Annotated[
        int, typer.Option("--error-days", min=1, help="Of prune: the same of errors.")
    ] = 90,
    as_json: Json = False,
) -> int:
    """Show what was done, the newest last; or `export FILE`, or `prune`."""
    words = query or []
    workspace = open_workspace()
    if words[:1] == ["prune"] and len(words) == 1:
        return _prune(workspace, days, error_days, as_json=as_json)
    if words[:1] == ["export"] and len(words) > 1:
        wanted = _wanted(words[2:])
        return _export(workspace, Path(words[1]), wanted, as_json=as_json)
    wanted = _wanted(words)
    return _show(workspace, wanted, many, follow=follow, as_json=as_json)


def _wanted(words: list[str]) -> "Wanted":
    """Return what the words ask for; what is wrong is shown with its place."""
    from ferrule.workspace.operations.query import QueryError, read_query

    text = " ".join(words)
    try:
        return read_query(text)
    except QueryError as error:
        shown = f"{error.advice}\n  {text}\n  {' ' * error.column}^".lstrip()
        raise QueryError(error.message, column=error.column, advice=shown) from None


def _show(
    workspace: "Workspace",
    wanted: "Wanted",
    many: int,
    *,
    follow: bool,
    as_json: bool,
) -> int:
    from ferrule.workspace.operations import reading

    clock, last = SystemClock(), reading.latest_line(workspace)
    found = reading.log_page(workspace, wanted, limit=many).lines
    _tell(reversed(found), as_json)
    if not found and (meant := reading.meant(workspace, wanted)):
        typer.echo(meant, err=True)
    while follow:
        clock.sleep(_POLL_S)
        lines = reading.log_after(workspace, last, wanted)
        _tell(lines, as_json)
        last = lines[-1].id if lines else last
    return DONE


def _tell(lines: "Iterable[StoredOperation]", as_json: bool) -> None:  # noqa: FBT001  one of two forms
    for line in lines:
        if as_json:
            write_json({"type": "operation", **line.wire()})
        else:
            typer.echo(text_of(line))


def text_of(line: "StoredOperation") -> str:
    """Return a line as one of text, its parts where the eye finds them again."""
    about = line.connection or line.connector or line.entity
    took = "" if line.duration_ms is None else f" ({line.duration_ms:,.0f} ms)"
    tie = f" [{line.correlation}]" if line.correlation else ""
    message = "".join(c if c.isprintable() else "�" for c in _flat(line.message))
    at = f"{line.at[:19].replace('T', ' ')}Z"
    head = f"{at} {line.level:<7} {line.operation:<10} {about:<20}"
    return f"{head} {message}{took}{tie}"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _export(
    workspace: "Workspace", path: Path, wanted: "Wanted", *, as_json: bool
) -> int:
    from ferrule.workspace.operations.reading import export_log

    many = export_log(workspace, path, wanted)
    if as_json:
        write_json({"type": "exported", "file": str(path), "lines": many})
    else:
        typer.echo(f"Wrote {many} lines to {path}.")
    return DONE


def _prune(workspace: "Workspace", days: int, error_days: int, *, as_json: bool) -> int:
    from ferrule.workspace.operations.reading import prune_log
    from ferrule.workspace.operations.recording import operation

    kept = f"Kept are {days} days, errors {error_days}."
    with operation(workspace, "log", subject="log", audit="log.prune") as doing:
        many = prune_log(workspace, days=days, error_days=error_days)
        doing.message = f"{many} lines of the log were deleted. {kept}"
    if as_json:
        write_json({"type": "pruned", "lines": many})
    else:
        typer.echo(f"Deleted {many} lines.")
    return DONE
