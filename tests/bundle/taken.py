"""Bundles that must be taken in, though something about them is unusual.

Who refuses one of them reads more into docs/bundle-format.md than it says.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.bundle import acme

from ferrule.bundle import Accepted, Role, Trust, inspect


@dataclass(frozen=True)
class Taken:
    name: str
    make: Callable[[], bytes]
    trust: Trust = field(default_factory=acme.trust)
    accepted: Mapping[str, Accepted] = field(default_factory=dict)
    now: datetime = acme.NOW


def _outer(change: Callable[[dict], object]) -> Callable[[], bytes]:
    return lambda: acme.with_outer(change)


def _statement(change: Callable[[dict], object]) -> Callable[[], bytes]:
    return lambda: acme.with_statement(change)


def _other_alphabet(outer: dict) -> None:
    envelope = outer["dsseEnvelope"]
    payload = base64.b64decode(envelope["payload"])
    envelope["payload"] = base64.urlsafe_b64encode(payload).decode()
    for one in envelope["signatures"]:
        raw = base64.b64decode(one["sig"])
        one["sig"] = base64.urlsafe_b64encode(raw).decode()


def _among_strangers(outer: dict) -> None:
    other = {"keyid": acme.SIGNER.public.id, "sig": "AAAA"}
    one = outer["dsseEnvelope"]["signatures"][0]
    outer["dsseEnvelope"]["signatures"] = [other] * 15 + [{"sig": one["sig"]}]


def _escaped() -> bytes:
    return acme.bundle().replace(b'"files"', b'"\\u0066ile\\u0073"', 1)


def _both() -> Trust:
    known = acme.nobody().with_key(acme.SIGNER.public).with_key(acme.STRANGER.public)
    role = Role((acme.SIGNER.public.id, acme.STRANGER.public.id), 2)
    return known.delegated(["acme.*"], role)


def _key_from_now() -> Trust:
    trust = acme.trust()
    later = timedelta(seconds=1)
    dated = (
        replace(one, not_before=acme.NOW, not_after=acme.NOW + later)
        for one in trust.keys
    )
    return replace(trust, keys=tuple(dated))


def _size_of_nothing() -> bytes:
    raw = acme.with_files(lambda files: files.update({"docs/empty": b""}))
    outer = json.loads(raw)
    payload = base64.b64decode(outer["dsseEnvelope"]["payload"])
    return acme.closed(outer, payload.replace(b'"size": 0', b'"size": -0'))


def _longest() -> bytes:
    def longest(statement: dict) -> None:
        statement["predicate"]["toolVersion"] = "~" * 200
        statement["predicate"]["permissions"]["scopes"] = ["", " " * 500]

    outer = json.loads(acme.with_statement(longest))
    outer["dsseEnvelope"]["signatures"][0]["keyid"] = "~" * 200
    return acme.written(outer)


def _many_files() -> bytes:
    def add(files: dict[str, bytes]) -> None:
        files.update({f"docs/{number}": b"" for number in range(256 - len(files))})

    return acme.with_files(add)


_NEAR = {"acme.x": "1.0.0", "acme.x.json": "1.0.0"}


def _files_of(versions: Mapping[str, str]) -> dict[str, bytes]:
    kept = ("bundle.json", "connectors/")
    plain = {n: c for n, c in acme.folder(versions).items() if n.startswith(kept)}
    listing = acme.manifest(versions, docs=[], fixtures=[])
    return plain | {"bundle.json": acme.written(listing)}


def near() -> bytes:
    """Return a bundle in which one id and `.json` is another id."""
    return acme.bundle(_files_of(_NEAR))


def known(raw: bytes, connector: str, version: str) -> dict[str, Accepted]:
    digest = inspect(raw).statement.digest_of(connector)
    return {connector: Accepted(version, digest)}


TAKEN = [
    Taken("a plain bundle", acme.bundle),
    Taken("8 MiB of bundle", lambda: acme.bundle().ljust(8 * 1024 * 1024)),
    Taken("256 files", _many_files),
    Taken("the longest texts", _longest),
    Taken("recorded exchanges", lambda: acme.bundle(with_fixtures=True)),
    Taken(
        "two signatures where two are needed",
        lambda: acme.bundle(keys=(acme.SIGNER, acme.STRANGER)),
        trust=_both(),
    ),
    Taken("base64 in the other alphabet", _outer(_other_alphabet)),
    Taken("16 signatures of which one holds", _outer(_among_strangers)),
    Taken(
        "members of the envelope that nobody knows",
        _outer(lambda o: o["dsseEnvelope"].update(more={"Sig": 1}, keyid=2)),
    ),
    Taken(
        "material for other tools",
        _outer(lambda o: o.update(verificationMaterial={"publicKey": "AAAA"})),
    ),
    Taken("names with escapes", _escaped),
    Taken(
        "a statement that is not canonical",
        _statement(lambda s: s["predicate"]["files"].reverse()),
    ),
    Taken(
        "five minutes ahead",
        _statement(lambda s: s["predicate"].update(createdAt="2025-06-01T12:05:00Z")),
    ),
    Taken(
        "the last second",
        acme.bundle,
        trust=replace(acme.trust(), expires_at=acme.EXPIRES + timedelta(days=1)),
        now=acme.EXPIRES - timedelta(seconds=1),
    ),
    Taken("a key from this second on", acme.bundle, trust=_key_from_now()),
    Taken(
        "1.10.0 after 1.9.0",
        lambda: acme.bundle(acme.folder(acme.VERSIONS | {"acme.issues": "1.10.0"})),
        accepted={"acme.issues": Accepted("1.9.0", "sha256:" + "0" * 64)},
    ),
    Taken(
        "the same connector again",
        acme.bundle,
        accepted=known(acme.bundle(), "acme.issues", "1.2.0"),
    ),
    Taken(
        "an id that goes on as .json", near, accepted=known(near(), "acme.x", "1.0.0")
    ),
    Taken(
        "the same runtime",
        _statement(lambda s: s["predicate"].update(minRuntime="0.1.0")),
    ),
    Taken(
        "sizes of nothing written as -0",
        _size_of_nothing,
    ),
]
