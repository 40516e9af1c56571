"""`ferrule import` of a signed bundle, and `ferrule imports`: what was imported."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ferrule.cli.asking import agreed
from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.cli.tables import show_table
from ferrule.cli.verify import tell_facts
from ferrule.errors import UsageError
from ferrule.workspace.import_facts import (
    ImportedBundle,
    ImportedConnector,
    Offer,
    OfferedConnector,
    Override,
)

if TYPE_CHECKING:  # it brings cryptography, which other verbs do without
    from ferrule.workspace.import_keeping import Chosen

imports = typer.Typer(help="What was imported from signed bundles.")
app.add_typer(imports, name="imports")
Ids = Annotated[list[str] | None, typer.Argument(metavar="ID...")]
All = Annotated[bool, typer.Option("--all", help="All of them.")]
_SUFFIX: Final = ".ferrule"
_MEDIA: Final = b'"application/vnd.ferrule.bundle'
_SNIFFED: Final = 8 * 1024 * 1024
_ALL: Final = "all"


def is_bundle(source: str) -> bool:
    """Tell whether this names a signed bundle, by its name or by what it says it is."""
    path = Path(source)
    if path.suffix.lower() == _SUFFIX:
        return True
    try:
        with path.open("rb") as opened:
            return path.is_file() and _MEDIA in opened.read(_SNIFFED)
    except (OSError, ValueError):
        return False


def import_bundle(
    path: Path,
    enable: Sequence[str],
    reason: str | None,
    *,
    yes: bool,
    as_json: bool,
) -> int:
    """Show a bundle, ask, and take it in; with a `reason` also an older one."""
    from ferrule.workspace import importing

    workspace = open_workspace()
    offer = importing.look_at(workspace, path)
    chosen = _chosen(enable, everything=_ALL in enable)
    _tell_offer(offer, back=reason is not None, as_json=as_json)
    if offer.facts is None or (offer.older and reason is None):
        return WRONG
    command = "ferrule import" if reason is None else "ferrule import --allow-older"
    override = None if reason is None else Override(reason, command)
    if not yes and not agreed(_question(offer, enable)):
        typer.echo("Nothing was changed.", err=as_json)
        return WRONG
    taken = importing.take_in(
        workspace,
        path,
        enable=chosen,
        allow_older=override,
        expected=offer.facts.payload_digest,
        command=command,
    )
    if as_json:
        write_json({"type": "imported", **taken.wire()})
    else:
        _tell_taken(taken)
    return DONE


@imports.callback(invoke_without_command=True)
def listing(context: typer.Context, as_json: Json = False) -> int:
    """List the imported bundles and their connectors."""
    if context.invoked_subcommand is not None:
        return DONE
    from ferrule.workspace import importing

    return _list(importing.imported(open_workspace()), as_json=as_json)


@imports.command("enable")
def enable(ids: Ids = None, everything: All = False, as_json: Json = False) -> int:
    """Let imported connectors be connected and run."""
    from ferrule.workspace import importing

    chosen = _chosen(ids or [], everything=everything)
    command = "ferrule imports enable"
    found = importing.enable(open_workspace(), chosen, command=command)
    return _list(found, as_json=as_json)


@imports.command("disable")
def disable(ids: Ids = None, everything: All = False, as_json: Json = False) -> int:
    """Let imported connectors be used no more; their connections stay."""
    from ferrule.workspace import importing

    chosen = _chosen(ids or [], everything=everything)
    command = "ferrule imports disable"
    found = importing.disable(open_workspace(), chosen, command=command)
    return _list(found, as_json=as_json)


@imports.command("drop")
def drop(
    bundle: Annotated[str, typer.Argument(metavar="BUNDLE")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> int:
    """Delete an imported bundle; what was accepted of it is remembered."""
    from ferrule.workspace import importing

    if not yes and not agreed(f"Delete the bundle “{bundle}” with its connectors?"):
        typer.echo("Nothing was changed.", err=as_json)
        return WRONG
    was = importing.drop(open_workspace(), bundle, command="ferrule imports drop")
    if as_json:
        write_json({"type": "dropped", **was.wire()})
    else:
        typer.echo(f"Dropped {was.bundle_id} {was.version}.")
    return DONE


@imports.command("record")
def record(as_json: Json = False) -> int:
    """List what was decided about imports: it is only ever added to."""
    from ferrule.workspace import importing

    events = importing.record(open_workspace())
    if as_json:
        for one in events:
            write_json(
                {
                    "type": one.event,
                    "at": one.at,
                    "bundle": one.bundle_id,
                    "version": one.version,
                    "payloadDigest": one.payload_digest,
                    "connectors": list(one.connectors),
                    "signers": list(one.signers),
                    "command": one.command,
                    "reason": one.reason,
                }
            )
        return DONE
    rows = [
        (e.at, e.event, ", ".join(e.connectors), e.command, e.reason or "")
        for e in events
    ]
    show_table(("when", "what", "connectors", "by", "reason"), rows)
    return DONE


def _chosen(ids: Sequence[str], *, everything: bool) -> "Chosen":
    if everything and set(ids) - {_ALL}:
        raise UsageError("Name connectors, or all of them, not both.")
    return "all" if everything else ids


def _question(offer: Offer, enable: Sequence[str]) -> str:
    on = " and enable " + ", ".join(enable) if enable else ""
    older = ", OLDER than what was accepted," if offer.older else ""
    name = offer.facts.bundle_id if offer.facts else ""
    version = offer.facts.version if offer.facts else ""
    return f"Import {name} {version}{older}{on}?"


def _tell_offer(offer: Offer, *, back: bool, as_json: bool) -> None:
    if as_json:
        write_json({"type": "offer", **offer.wire()})
        return
    failed = offer.verification.failed
    if offer.facts is not None:
        tell_facts(offer.facts)
        _tell_connectors(offer)
    elif offer.verification.claims is not None:
        typer.echo("Not verified: anybody could have written this.")
        tell_facts(offer.verification.claims)
    if offer.facts is not None and back:
        return
    if failed is not None:
        typer.echo(f"Refused at step {failed.step}, {failed.name}: {failed.detail}")
    if offer.older:
        typer.echo("To go back on purpose: --allow-older --reason TEXT")


def _tell_connectors(offer: Offer) -> None:
    rows = [(c.id, c.version, _state(c), _standing(c)) for c in offer.connectors]
    show_table(("connector", "version", "is", "will be"), rows)
    for one in offer.connectors:
        for line in _notes(one):
            typer.echo(f"  {one.id}: {line}")
    for gone in offer.gone:
        typer.echo(f"  {gone}: no longer in the bundle; what you have stays")


def _state(one: OfferedConnector) -> str:
    if one.state == "new":
        return "new"
    if one.state == "older":
        return f"older than {one.accepted}"
    if one.state == "unchanged":
        return "unchanged"
    return f"updated from {one.before} ({one.level})"


def _standing(one: OfferedConnector) -> str:
    if one.hidden_by is not None:
        return "hidden by the project's own"
    on = "enabled, as before" if one.enabled else "disabled"
    return f"{on}; once enabled it hides the shipped one" if one.hides else on


def _notes(one: OfferedConnector) -> Iterator[str]:
    if one.instead_of:
        yield f"instead of the one from {one.instead_of}"
    for place in one.breaking:
        yield f"breaks {place}"
    for line in one.more.lines():
        yield f"newly asks for {line}"
    for line in one.fewer.lines():
        yield f"no longer asks for {line}"
    if one.shares:
        yield f"would use the shared credential of {one.shares}"
    for connection in one.affected:
        if connection.hosts:
            hosts = ", ".join(connection.hosts)
            yield f"“{connection.key}” will be held: it was not shown {hosts}"
        else:
            yield f"“{connection.key}” will not run: {connection.trouble}"


def _tell_taken(taken: ImportedBundle) -> None:
    typer.echo(f"Imported {taken.bundle_id} {taken.version}.")
    off = [one.id for one in taken.connectors if not one.enabled]
    if off:
        typer.echo(f"Disabled: {', '.join(off)}.")
        typer.echo(f"Enable them: ferrule imports enable {' '.join(off)}")


def _list(found: Sequence[ImportedBundle], *, as_json: bool) -> int:
    if as_json:
        for one in found:
            write_json({"type": "import", **one.wire()})
        return DONE
    if not found:
        typer.echo("Nothing is imported. Begin with: ferrule import FILE")
        return DONE
    for one in found:
        signers = ", ".join(one.signers)
        typer.echo(f"{one.title} ({one.bundle_id} {one.version}), {one.taken_at}")
        typer.echo(f"  signed by {signers}")
        rows = [(f"  {c.id}", c.version, _shown(c)) for c in one.connectors]
        show_table(("  connector", "version", "state"), rows)
    return DONE


def _shown(one: ImportedConnector) -> str:
    if one.problem:
        return one.problem
    told = "enabled" if one.enabled else "disabled"
    by = "the project's own" if one.hidden_by == "project" else "the shipped one"
    return f"{told}, hidden by {by}" if one.hidden_by else told
