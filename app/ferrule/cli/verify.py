"""`ferrule verify`: the thirteen steps over a bundle, each in words."""

from pathlib import Path
from typing import Annotated

import typer

from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.exchange import Json as Value
from ferrule.workspace.shipping_facts import BundleFacts, Verification

_MARKS = {True: "ok  ", False: "FAIL", None: "-   "}


@app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    trust: Annotated[
        Path | None,
        typer.Option("--trust", metavar="FILE", help="By default the project's."),
    ] = None,
    accepted: Annotated[
        Path | None,
        typer.Option("--accepted", metavar="FILE", help="What was taken last."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Verify a bundle; 1 when it must not be used."""
    from ferrule.workspace import shipping

    known = shipping.trust_in(trust) if trust else shipping.trusted(open_workspace())
    taken = shipping.read_accepted(accepted) if accepted else {}
    found = shipping.verify_file(file, known, taken)
    if as_json:
        _write(found)
    else:
        _tell(found)
    return DONE if found.ok else WRONG


def _write(found: Verification) -> None:
    for step in found.steps:
        line: dict[str, Value] = {"type": "step", "step": step.step, "name": step.name}
        write_json(line | {"ok": step.ok, "detail": step.detail})
    told: dict[str, Value] = {"type": "verification", "ok": found.ok}
    told["trust"] = found.trust
    if found.facts is not None:
        told["bundle"] = found.facts.wire()
    elif found.claims is not None:
        told["claims"] = found.claims.wire()
    write_json(told)


def _tell(found: Verification) -> None:
    for step in found.steps:
        typer.echo(f"{_MARKS[step.ok]} {step.step:>2} {step.name}: {step.detail}")
    if found.facts is not None:
        typer.echo("Verified.")
        tell_facts(found.facts)
    else:
        typer.echo("Not to be used.")


def tell_facts(facts: BundleFacts) -> None:
    """Write what a bundle is, holds and asks for."""
    lines = (
        ("bundle", f"{facts.bundle_id} {facts.version}"),
        ("connectors", ", ".join(facts.connectors)),
        ("signer", ", ".join(facts.signers) or "none"),
        ("words", "; ".join(" ".join(one) for one in facts.words) or "none"),
        ("signed", f"{facts.created_at:%Y-%m-%d %H:%M} UTC"),
        ("valid", f"until {facts.expires_at:%Y-%m-%d %H:%M} UTC"),
        ("files", str(len(facts.files))),
        ("hosts", ", ".join(facts.hosts) or "none"),
        ("scopes", ", ".join(facts.scopes) or "none"),
        ("writes", ", ".join(facts.writes) or "none"),
        ("payload", facts.payload_digest),
    )
    for name, value in lines:
        typer.echo(f"  {name:<10} {value}")
