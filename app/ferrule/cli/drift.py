"""`ferrule drift`: what a live response has that the tests of a connector have not."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app

if TYPE_CHECKING:  # what they bring is not needed to list the verb
    from ferrule.workspace.drift.finding import ConnectionTests, Drift


@app.command("drift")
def drift(
    named: Annotated[str, typer.Argument(metavar="CONNECTION|DESCRIPTOR")],
    response: Annotated[
        Path, typer.Option("--response", metavar="FILE", help="The response body.")
    ],
    stream: Annotated[
        str | None,
        typer.Option("--stream", metavar="KEY", help="By default the first."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Compare a live response with the fixtures; 1 when signals would change."""
    from ferrule.cli.run import read_file
    from ferrule.descriptor.document import read_descriptor
    from ferrule.errors import DescriptorError
    from ferrule.exchange import decode
    from ferrule.sync.plan import choose_streams
    from ferrule.workspace.drift import finding as drifting

    workspace = open_workspace()
    subject = drifting.find_subject(workspace, named)
    connector = read_descriptor(subject.raw)
    chosen = choose_streams(connector, [stream] if stream else None)[0]
    key = chosen.key if connector.streams else None
    body = decode(read_file(response))
    found = drifting.find_drift(subject.document, subject.files, body, key)
    if found.blocked:
        raise DescriptorError(
            f"Nothing can be compared: {found.blocked}", pointer="/fieldMapping"
        )
    tests: list[ConnectionTests] = []
    if found.fixes:
        made = drifting.fixed(subject.document, found.fixes, key)
        tests = drifting.connection_tests(workspace, connector.id, made, subject.files)
    _show(found, tests, as_json=as_json)
    return WRONG if found.harmful else DONE


def _show(found: "Drift", tests: "list[ConnectionTests]", *, as_json: bool) -> None:
    if as_json:
        write_json(found.wire() | {"tests": [_tests_line(one) for one in tests]})
        return
    for change in found.changes:
        mark = "harmful " if change.harmful else "harmless"
        typer.echo(f"{mark} {change.told}")
        if change.uses:
            typer.echo(f"         used by {', '.join(change.uses)}")
        if change.fix is not None:
            typer.echo(f"         fix: {change.fix.told}")
    typer.echo(
        f"{len(found.harmful)} harmful, {len(found.harmless)} harmless "
        f"({found.live} items against {found.known} of the tests)"
    )
    if found.fixes:
        typer.echo(f"With the fixes it would be version {found.next_version}.")
    for one in tests:
        told = f"{one.passed} of {len(one.results)} tests"
        typer.echo(f"With the fixes, connection {one.connection}: {told}.")


def _tests_line(one: "ConnectionTests") -> dict[str, object]:
    return {
        "connection": one.connection,
        "passed": one.passed,
        "of": len(one.results),
    }
