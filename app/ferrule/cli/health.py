"""`ferrule health`: how connections are, as it is known, or asked now."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import AllowHttp, Json, app
from ferrule.cli.tables import show_table

if TYPE_CHECKING:  # what they bring is not needed to list the verb
    from ferrule.workspace.health_checks import HealthLine
    from ferrule.workspace.workspace import Workspace

_BAD = frozenset({"error", "reauth_required"})


@app.command("health")
def health(
    key: Annotated[str | None, typer.Argument(metavar="[CONNECTION]")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Ask now: one request, 10 s at most.")
    ] = False,
    allow_http: AllowHttp = None,
    as_json: Json = False,
) -> int:
    """Show how connections are, by their last check; nothing is asked unless told.

    Ends with 1 where an enabled connection has an error or must sign in again.
    """
    from ferrule.workspace.health_checks import health_line

    workspace = open_workspace()
    project = workspace.project.key
    found = (
        workspace.connections.list(project)
        if key is None
        else (workspace.connections.get(project, key),)
    )
    if check:
        for one in found:
            if one.enabled:
                _check(workspace, one.key, allow_http or ())
        found = tuple(workspace.connections.get(project, one.key) for one in found)
    lines = [health_line(workspace, one) for one in found]
    if as_json:
        for line in lines:
            write_json(line.wire())
    else:
        heads = ("connection", "state", "checked", "failures", "p95", "last error")
        show_table(heads, [_row(line) for line in lines])
    bad = any(one.enabled and one.checked and one.state in _BAD for one in lines)
    return WRONG if bad else DONE


def _check(workspace: "Workspace", key: str, allow_http: Collection[str]) -> None:
    from ferrule.workspace.health_checks import check_health, probe_of

    check_health(workspace, key, probe_of(workspace, key, allow_http=allow_http))


def _row(one: "HealthLine") -> tuple[str, ...]:
    state = one.state if one.checked else "not checked"
    slow = "" if one.latency_p95_ms is None else f"{one.latency_p95_ms:,.0f} ms"
    return (
        one.key,
        state if one.enabled else "disabled",
        one.checked or "",
        str(one.failures),
        slow,
        one.error or "",
    )
