"""`ferrule trust`: whom the project trusts to sign which connectors."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.asking import agreed
from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.cli.tables import show_table
from ferrule.exchange import Json as Value

if TYPE_CHECKING:  # they bring cryptography, which other verbs do without
    from ferrule.bundle import Trust, TrustList
    from ferrule.workspace.trusting import Changed

trust = typer.Typer(help="Whom the project trusts to sign.", no_args_is_help=True)
app.add_typer(trust, name="trust")
File = Annotated[Path, typer.Argument(metavar="FILE")]
Maybe = Annotated[Path | None, typer.Argument(metavar="FILE")]
Patterns = Annotated[
    list[str], typer.Option("--connector", metavar="PATTERN", help="An id, or acme.*")
]
Threshold = Annotated[
    int, typer.Option("--threshold", help="How many of the keys must sign.")
]
Days = Annotated[int, typer.Option("--days", help="How long the list holds.")]
KeyName = Annotated[str, typer.Argument(metavar="KEY", help="Its id or label.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask: it was compared.")]


@trust.command("init")
def init(
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="NAME", help="A root key; one is made without."),
    ] = None,
    threshold: Threshold = 1,
    days: Days = 365,
    as_json: Json = False,
) -> int:
    """Begin the project's trust list with a root that may change it."""
    from ferrule.workspace.trusting import init_trust

    made = init_trust(open_workspace(), key or (), threshold, days=days)
    return _tell(made, "Began the trust list", as_json=as_json)


@trust.command("add")
def add(
    file: File,
    connector: Annotated[
        list[str] | None,
        typer.Option("--connector", metavar="PATTERN", help="What it signs alone."),
    ] = None,
    label: Annotated[str, typer.Option("--label", help="Who it is.")] = "",
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Add a public key after its fingerprint was compared with its owner."""
    from ferrule.workspace.shipping import fingerprint_of, read_key_file, words_of
    from ferrule.workspace.trusting import trust_key

    pem = read_key_file(file)
    key_id, fingerprint = fingerprint_of(pem)
    typer.echo(f"Fingerprint: {fingerprint}", err=as_json)
    typer.echo(f"In words: {' '.join(words_of(key_id))}", err=as_json)
    question = "Does its owner tell you the same, by another way than the file came?"
    if not yes and not agreed(question):
        typer.echo("Nothing was changed.")
        return WRONG
    workspace = open_workspace()
    made = trust_key(workspace, pem, connector or (), label)
    who = label or fingerprint
    does = f"trusts {who} for {', '.join(connector)}" if connector else f"knows {who}"
    return _tell(made, f"{workspace.project.name} {does}", as_json=as_json)


@trust.command("delegate")
def delegate(
    connector: Patterns,
    to: Annotated[
        list[str], typer.Option("--to", metavar="KEY", help="An id or a label.")
    ],
    threshold: Threshold = 1,
    as_json: Json = False,
) -> int:
    """Let keys sign connectors, alone or so many together."""
    from ferrule.workspace import trusting

    made = trusting.delegate(open_workspace(), connector, to, threshold)
    return _tell(made, f"Delegated {', '.join(connector)}", as_json=as_json)


@trust.command("revoke")
def revoke(key: KeyName, as_json: Json = False) -> int:
    """Let a key's signatures count no more, whenever they were made."""
    from ferrule.workspace import trusting

    made = trusting.revoke(open_workspace(), key)
    return _tell(made, f"Revoked {key}", as_json=as_json)


@trust.command("remove")
def remove(key: KeyName, as_json: Json = False) -> int:
    """Delegate nothing to a key any more."""
    from ferrule.workspace import trusting

    made = trusting.untrust(open_workspace(), key)
    return _tell(made, f"Nothing is delegated to {key}", as_json=as_json)


@trust.command("renew")
def renew(days: Days = 365, as_json: Json = False) -> int:
    """Let the list hold for longer."""
    from ferrule.workspace import trusting

    made = trusting.renew(open_workspace(), days)
    return _tell(made, "Renewed the list", as_json=as_json)


@trust.command("sign")
def sign(
    file: File,
    key: Annotated[str, typer.Option("--key", metavar="NAME")],
    as_json: Json = False,
) -> int:
    """Sign a list that waits for further signatures of its root."""
    from ferrule.workspace import trusting

    made = trusting.cosign(open_workspace(), file, key)
    return _tell(made, f"Signed with {key}", as_json=as_json)


@trust.command("accept")
def accept(
    file: Maybe = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="It need not follow the one before.")
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Take in a list whose root you compared; by default the project's own."""
    from ferrule.workspace import trusting
    from ferrule.workspace.signing_keys import words_of

    workspace = open_workspace()
    found = trusting.look(workspace, file)
    if found is None:
        typer.echo("The project has no trust list.", err=True)
        return WRONG
    root = found.trust.root
    for one in found.trust.signers(root.keyids if root else ()):
        typer.echo(f"Root: {one.key.fingerprint}", err=as_json)
        typer.echo(f"In words: {' '.join(words_of(one.key.id))}", err=as_json)
    question = "Did you compare this with who keeps the list, by another way?"
    if not yes and not agreed(question):
        typer.echo("Nothing was changed.")
        return WRONG
    taken = trusting.accept(workspace, file, anew=anew)
    if as_json:
        write_json({"type": "trust", **_wire(taken.trust)})
    else:
        typer.echo(f"Version {taken.trust.version} of the trust list is in use.")
    return DONE


@trust.command("show")
def show(file: Maybe = None, as_json: Json = False) -> int:
    """Show keys, delegations and the root of a trust list."""
    from ferrule.workspace.trusting import look

    found = look(open_workspace(), file)
    if found is None:
        typer.echo("The project trusts nobody yet. Begin with: ferrule trust add FILE")
        return DONE
    if as_json:
        signed: list[Value] = list[Value](sorted(found.signed_by))
        write_json({"type": "trust", **_wire(found.trust), "signedBy": signed})
        return DONE
    _show(found)
    return DONE


def _show(found: "TrustList") -> None:
    from ferrule.workspace.signing_keys import words_of

    one = found.trust
    root = one.root.threshold if one.root else 0
    typer.echo(f"Version {one.version}, holds until {one.expires_at:%Y-%m-%d}.")
    typer.echo(f"Root, {root} of: {', '.join(found.root_fingerprints)}")
    rows = [(str(k), k.key.fingerprint, _standing(one, k.key.id)) for k in one.keys]
    show_table(("key", "fingerprint", "may"), rows)
    typer.echo("")
    spoken = [(str(k), " ".join(words_of(k.key.id))) for k in one.keys]
    show_table(("key", "fingerprint in words"), spoken)
    delegated = [
        (
            " ".join(d.connectors),
            f"{d.role.threshold} of",
            ", ".join(str(one.find(k) or k) for k in d.role.keyids),
        )
        for d in one.delegations
    ]
    if delegated:
        typer.echo("")
        show_table(("connectors", "signed by", "keys"), delegated)


def _standing(one: "Trust", key_id: str) -> str:
    key = one.find(key_id)
    if key is not None and key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    root = one.root is not None and key_id in one.root.keyids
    may = (["change the list"] if root else []) + list(one.connectors_of(key_id))
    return " ".join(may) or "nothing"


def _tell(made: "Changed", done: str, *, as_json: bool) -> int:
    if as_json:
        told: dict[str, Value] = {"file": str(made.path), "missing": made.missing}
        write_json({"type": "trust", **_wire(made.trust), **told})
        return DONE
    if made.missing:
        many = "signature" if made.missing == 1 else "signatures"
        typer.echo(f"{done}: {made.missing} {many} of the root missing.")
        typer.echo(f"Have it signed: ferrule trust sign {made.path} --key NAME")
        return DONE
    until = f"{made.trust.expires_at:%Y-%m-%d}"
    typer.echo(f"{done}. Version {made.trust.version}, holds until {until}.")
    return DONE


def _wire(one: "Trust") -> dict[str, Value]:
    from ferrule.bundle import trust_wire

    return trust_wire(one)
