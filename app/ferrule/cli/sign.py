"""`ferrule sign`: check a provider's connectors, then sign them as one bundle."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.exchange import Json as Value
from ferrule.workspace.shipping_facts import Finding, ShippedBundle

_MARKS = {True: "ok  ", False: "FAIL", None: "note"}


@app.command("sign")
def sign(
    provider: Annotated[str, typer.Argument(metavar="PROVIDER|FOLDER")],
    key: Annotated[
        list[str],
        typer.Option("--key", metavar="NAME", help="Several sign together."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE")],
    connector: Annotated[
        list[str] | None,
        typer.Option("--connector", metavar="ID", help="By default all of them."),
    ] = None,
    days: Annotated[int, typer.Option("--days", help="How long it is valid.")] = 365,
    with_fixtures: Annotated[
        bool, typer.Option("--with-fixtures", help="Put the recorded samples in.")
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", metavar="FILE", help="By default the last one exported here."
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Check and sign; nothing is written when a check fails."""
    from ferrule.workspace import shipping

    workspace = open_workspace()
    folder = shipping.read_folder(shipping.find_folder(workspace, provider))
    ids = connector or _all_ids(folder)
    findings = shipping.check_bundle(
        workspace, folder, ids, against=against, with_fixtures=with_fixtures
    )
    _tell_findings(findings, as_json=as_json)
    if any(finding.ok is False for finding in findings):
        return WRONG
    made = shipping.sign_bundle(
        workspace, folder, ids, key, out, valid_days=days, with_fixtures=with_fixtures
    )
    _tell(made, as_json=as_json)
    return DONE


def _all_ids(folder: dict[str, bytes]) -> list[str]:
    prefix, suffix = "connectors/", ".json"
    return [
        name.removeprefix(prefix).removesuffix(suffix)
        for name in folder
        if name.startswith(prefix) and name.endswith(suffix)
    ]


def _tell_findings(findings: Sequence[Finding], *, as_json: bool) -> None:
    for one in findings:
        if as_json:
            line: dict[str, Value] = {
                "type": "check",
                "section": one.section,
                "ok": one.ok,
                "message": one.message,
            }
            write_json(line | ({"pointer": one.pointer} if one.pointer else {}))
        else:
            place = f" ({one.pointer})" if one.pointer else ""
            typer.echo(f"{_MARKS[one.ok]} {one.section:<11} {one.message}{place}")


def _tell(made: ShippedBundle, *, as_json: bool) -> None:
    if as_json:
        write_json(
            {
                "type": "bundle",
                "file": str(made.path),
                "payloadDigest": made.payload_digest,
                "signer": made.signer,
                "connectors": list(made.connectors),
                "files": made.files,
                "size": made.size,
                "expiresAt": made.expires_at.isoformat(),
            }
        )
        return
    typer.echo(f"Signed {', '.join(made.connectors)}")
    typer.echo(f"  file     {made.path} ({made.size:,} bytes, {made.files} files)")
    typer.echo(f"  payload  {made.payload_digest}")
    typer.echo(f"  signer   {made.signer}")
    typer.echo(f"  valid    until {made.expires_at:%Y-%m-%d}")
    if made.left_out:
        typer.echo(f"  left out {len(made.left_out)} files (fixtures and others)")
