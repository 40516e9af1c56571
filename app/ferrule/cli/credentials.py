"""`ferrule credentials`: how old they are, and one after another without a gap."""

from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.asking import agreed
from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import AllowHttp, Json, SecretRefs, app
from ferrule.cli.tables import show_table
from ferrule.errors import UsageError

if TYPE_CHECKING:  # what they bring is not needed to list the verb
    from ferrule.workspace.rotating import CredentialLine

credentials = typer.Typer(help="Credentials: their age, and rotating them.")
app.add_typer(credentials, name="credentials")
Key = Annotated[str, typer.Argument(metavar="CONNECTION")]
_DUE = {"fine": "", "soon": "soon", "due": "DUE", "unknown": "age not known"}


@credentials.callback(invoke_without_command=True)
def list_all(context: typer.Context, as_json: Json = False) -> int:
    """List the credentials of the project's connections; no value is shown."""
    if context.invoked_subcommand is not None:
        return DONE
    return _listed(as_json=as_json)


@credentials.command("list")
def list_them(as_json: Json = False) -> int:
    """List the credentials: whose they are, which projects may use them, who does."""
    return _listed(as_json=as_json)


def _listed(*, as_json: bool) -> int:
    from ferrule.workspace.rotating import credential_lines

    found = credential_lines(open_workspace())
    if as_json:
        for one in found:
            write_json({"type": "credential", **one.wire()})
        return DONE
    heads = ("connection", "connector", "method", "since", "rotation", "owner", "")
    show_table(heads, [_row(one) for one in found])
    return DONE


@credentials.command("rotate")
def rotate(
    key: Key,
    secret: SecretRefs = None,
    keep_days: Annotated[
        float,
        typer.Option(
            "--keep-old", metavar="DAYS", help="How long the old one is kept."
        ),
    ] = 1.0,
    allow_http: AllowHttp = None,
    as_json: Json = False,
) -> int:
    """Check a new credential and use it from then on; the old one is kept for a day.

    Where the check fails the old one stays in use and the new one stays pending; the
    same without --secret checks it again.
    """
    from datetime import timedelta

    from ferrule.workspace import rotating
    from ferrule.workspace.giving import read_secrets

    if not 0 <= keep_days <= 365:  # noqa: PLR2004  a year
        raise UsageError("--keep-old is a number of days from 0 to 365.")
    workspace, new = open_workspace(), read_secrets(secret or [])
    kept_for, well = timedelta(days=keep_days), True
    for step in (
        rotating.rotate(
            workspace, key, new, kept_for=kept_for, allow_http=allow_http or ()
        )
        if new
        else rotating.check_and_promote(
            workspace, key, kept_for=kept_for, allow_http=allow_http or ()
        )
    ):
        well = well and step.ok is not False
        if not as_json:
            typer.echo(f"{'✗' if step.ok is False else '✓'} {step.name}: {step.detail}")
    if as_json:
        write_json({"type": "rotated" if well else "pending", "key": key})
    else:
        typer.echo(_ended(key, well=well))
    return DONE if well else WRONG


@credentials.command("discard")
def discard(
    key: Key,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> int:
    """Forget a new credential that is pending."""
    from ferrule.workspace import rotating

    if not yes and not agreed(f"Forget the pending credential of “{key}”?"):
        typer.echo("Nothing was changed.")
        return WRONG
    rotating.discard(open_workspace(), key)
    if as_json:
        write_json({"type": "discarded", "key": key})
    else:
        typer.echo(f"The pending credential of “{key}” is forgotten.")
    return DONE


def _ended(key: str, *, well: bool) -> str:
    if well:
        return f"“{key}” uses the new credential; the old one is kept for a while."
    return (
        f"“{key}” still uses the old credential; the new one is pending. Check it "
        f"again: ferrule credentials rotate {key}. Or forget it: ferrule credentials "
        f"discard {key}."
    )


def _row(one: "CredentialLine") -> tuple[str, ...]:
    since = one.since.date().isoformat() if one.since else ""
    told = [one.problem]
    if one.pending_at:
        told.append("a new one is pending")
    if one.previous_until:
        told.append(f"the one before until {one.previous_until:%Y-%m-%d %H:%M}Z")
    if one.fell_back_at:
        told.append("which had to be used: the new one was refused")
    if one.held:
        told.append(f"held for {', '.join(one.held)}")
    notes = ", ".join(filter(None, told))
    due = _DUE[one.due.standing] if one.due else ""
    return one.key, one.connector_id, one.method, since, due, _owner(one), notes


def _owner(one: "CredentialLine") -> str:
    """Return whose a credential is, and where else it is used."""
    if not one.shared:
        return "its own"
    others = [use for use in one.uses if use != one.key]
    used = f", also used by {', '.join(others)}" if others else ""
    return f"{one.shared}, for {', '.join(one.projects)}{used}"
