"""`ferrule vault`: where secrets are kept, what opens them, and keeping it that way.

A passphrase is never an argument: it is typed at a terminal, or given by reference
(`@env:NAME`, `@file:PATH`, `@-`).
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from ferrule.cli.asking import agreed, typed
from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.credentials import HomeVault, VaultStatus
from ferrule.errors import UsageError

vault = typer.Typer(
    help="Where secrets are kept, and what opens them.", no_args_is_help=True
)
app.add_typer(vault, name="vault")
Passphrase = Annotated[
    str | None,
    typer.Option(
        "--passphrase", metavar="@env:NAME", help="The passphrase, by reference."
    ),
]
_SHORT = re.compile(r"(\d{1,5})(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_LONGEST = timedelta(days=30)
_STANDING = {
    "unlocked": "open",
    "locked": "locked",
    "empty": "ready, nothing is kept yet",
    "memory": "absent: secrets are kept until Ferrule ends",
    "broken": "damaged or not the newest",
}


@vault.command("status")
def status(as_json: Json = False) -> int:
    """Say where the key is, what is kept, what is wrong and what to do.

    Ends with 1 where secrets cannot be read or kept. Nobody is asked anything.
    """
    found = _vault().status()
    _show(found, as_json=as_json)
    return DONE if found.standing in {"unlocked", "empty"} else WRONG


@vault.command("unlock")
def unlock(
    passphrase: Passphrase = None,
    recovery: Annotated[
        str | None,
        typer.Option(
            "--recovery", metavar="@file:PATH", help="The recovery key, by reference."
        ),
    ] = None,
    remember: Annotated[
        bool,
        typer.Option(
            "--remember", help="Let the keychain open it until ferrule vault lock."
        ),
    ] = False,
    length: Annotated[
        str | None,
        typer.Option(
            "--for", metavar="TIME", help="Let it for so long: 30m, 8h, 1d or PT8H."
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Open the vault: asks for the passphrase, or tries what else opens it.

    A passphrase is asked for once in each command; with --remember, never again, and
    with --for not for that time.
    """
    time = None if length is None else _length(length)
    place = _vault()
    if recovery is not None:
        found = place.unlock_with_recovery(_secret("recovery", recovery))
    else:
        found = _opened(place, passphrase)
    if remember or time is not None:
        found = place.remember(time)
    _show(found, as_json=as_json)
    return DONE if found.standing in {"unlocked", "empty"} else WRONG


@vault.command("lock")
def lock(as_json: Json = False) -> int:
    """Let the keychain open the vault no more; the passphrase is needed again.

    Ends with 1 where it still opens by itself: FERRULE_MASTER_KEY is there.
    """
    place = _vault()
    by_keychain = "keychain" in place.status().ways
    found = place.remove("keychain") if by_keychain else place.lock()
    _show(found, as_json=as_json)
    if found.standing == "unlocked" and not as_json:
        typer.echo(f"It opens by itself, with {found.source}.")
    return WRONG if found.standing == "unlocked" else DONE


@vault.command("passphrase")
def passphrase_(
    passphrase: Passphrase = None,
    new: Annotated[
        str | None,
        typer.Option("--new", metavar="@env:NAME", help="The new one, by reference."),
    ] = None,
    only: Annotated[
        bool, typer.Option("--only", help="Let nothing else open the vault.")
    ] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Let no passphrase open it any more.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Set or change the passphrase; begins a vault where nothing else keeps one."""
    place = _vault()
    if remove:
        _open_anew(place, passphrase)
        _show(place.remove("passphrase"), as_json=as_json)
        return DONE
    current = _given(passphrase)
    if current is None and place.status().standing == "locked":
        current = _typed("Passphrase of now")
    chosen = _secret("new", new) if new else _typed("New passphrase", twice=True)
    if chosen is None:
        raise UsageError(
            "No new passphrase was given, and nobody can be asked here.",
            advice="Give it by reference: --new @env:NAME.",
        )
    _show(place.set_passphrase(chosen, current, only=only), as_json=as_json)
    return DONE


@vault.command("rotate")
def rotate(
    passphrase: Passphrase = None,
    master: Annotated[
        str | None,
        typer.Option(
            "--new-master-key",
            metavar="@env:NAME",
            help="Another FERRULE_MASTER_KEY shall open it from now on.",
        ),
    ] = None,
    drop: Annotated[
        bool,
        typer.Option(
            "--drop-others", help="Drop the ways in whose key is not at hand."
        ),
    ] = False,
    as_json: Json = False,
) -> int:
    """Seal every secret with a new data key; goes on where it was interrupted."""
    place = _vault()
    _opened(place, passphrase)
    if master is not None:
        place.set_master_key(_secret("new-master-key", master))
    *_, last = place.rotate(drop=drop)
    if as_json:
        ended = {"secrets": last.done, "dropped": list(last.dropped)}
        write_json({"type": "rotated", **ended})
        return DONE
    typer.echo(f"Sealed {last.done} secrets with a new data key.")
    if last.dropped:
        typer.echo(f"Opens the vault no more: {', '.join(last.dropped)}.")
    if "recovery" in last.dropped:
        typer.echo("Make a new recovery key: ferrule vault export-recovery --out FILE")
    return DONE


@vault.command("export-recovery")
def export_recovery(
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where the key is written.")
    ],
    copy: Annotated[
        Path | None,
        typer.Option("--copy", metavar="FILE", help="A copy of the sealed file too."),
    ] = None,
    passphrase: Passphrase = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> int:
    """Write a recovery key after a fresh unlock; the one before it counts no more."""
    place = _vault()
    question = f"Write a key to {out} that opens every secret?"
    if not yes and not agreed(question):
        typer.echo("Nothing was written.")
        return WRONG
    _open_anew(place, passphrase)
    place.export_recovery(out, copy)
    if as_json:
        write_json({"type": "recovery", "out": str(out), "copy": str(copy or "")})
    else:
        typer.echo(f"Wrote the recovery key to {out}. Keep it away from the vault.")
    return DONE


@vault.command("restore")
def restore(
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="By default, the .bak copy."),
    ] = None,
    passphrase: Passphrase = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> int:
    """Put a copy of the sealed file in its place, if it opens and is whole."""
    place = _vault()
    named = source or place.path.with_name(f"{place.path.name}.bak")
    if not yes and not agreed(f"Put {named} in the place of {place.path}?"):
        typer.echo("Nothing was changed.")
        return WRONG
    aside = place.restore(source, _given(passphrase))
    if as_json:
        write_json({"type": "restored", "from": str(named), "aside": str(aside or "")})
    else:
        kept = f" What was there is {aside}." if aside else ""
        typer.echo(f"Restored the vault from {named}.{kept}")
    return DONE


def _length(text: str) -> timedelta:
    """Return a length of time a person wrote: 30m, 8h, 1d, or as ISO 8601 has it."""
    from ferrule.expression.dates import parse_duration

    found = _SHORT.fullmatch(text.strip().lower())
    try:
        given = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None
        time = given if given is not None else parse_duration(text)
    except (ValueError, OverflowError):
        time = timedelta(0)
    if not timedelta(0) < time <= _LONGEST:
        raise UsageError(
            f"--for {text!r} is no length of time from 1 minute to 30 days.",
            advice="Write it as 30m, 8h, 1d or PT8H.",
        )
    return time


def _vault() -> HomeVault:
    return open_workspace().vault


def _opened(place: HomeVault, reference: str | None) -> VaultStatus:
    return place.unlock(_given(reference))


def _open_anew(place: HomeVault, reference: str | None) -> None:
    """Unlock freshly: with the passphrase where there is one.

    Raises:
        VaultLocked: when it is missing or wrong.
    """
    given = _given(reference)
    if given is None and place.status().needs_passphrase:
        given = _typed("Passphrase of the vault")
    place.prove(given)


def _given(reference: str | None) -> SecretStr | None:
    return None if reference is None else _secret("passphrase", reference)


def _typed(question: str, *, twice: bool = False) -> SecretStr | None:
    answer = typed(question, twice=twice)
    return SecretStr(answer) if answer else None


def _secret(name: str, reference: str) -> SecretStr:
    from ferrule.workspace.giving import read_reference

    return read_reference(f"--{name}", reference)


def _show(found: VaultStatus, *, as_json: bool) -> None:
    if as_json:
        write_json(found.wire())
        return
    typer.echo(f"Vault: {_STANDING[found.standing]}")
    typer.echo(f"  file        {found.path}")
    typer.echo(f"  key from    {found.source}")
    if found.generation is not None:
        ways = ", ".join(found.ways) or "the key itself (first format)"
        typer.echo(f"  opened by   {ways}")
        typer.echo(f"  secrets     {found.secrets}, of {found.owners} owners")
        typer.echo(f"  generation  {found.generation}")
    for one in found.troubles:
        typer.echo(f"! {one.message}")
        typer.echo(f"  {one.advice}")
