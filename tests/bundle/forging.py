"""Ways to forge a bundle, signed again or not, and what an attack is."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.bundle import acme

from ferrule.bundle import Accepted, Role, Trust, inspect
from ferrule.bundle.dsse import sign as seal
from ferrule.errors import (
    BundleRejected,
)

Make = Callable[[], bytes]


@dataclass(frozen=True)
class Attack:
    name: str
    step: int
    error: type[BundleRejected]
    make: Make
    trust: Trust = field(default_factory=acme.trust)
    accepted: Mapping[str, Accepted] = field(default_factory=dict)
    portable: bool = True


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def outer(change: Callable[[dict], object]) -> Make:
    return lambda: acme.with_outer(change)


def statement(change: Callable[[dict], object]) -> Make:
    return lambda: acme.with_statement(change)


def predicate(**changes: object) -> Make:
    return statement(lambda s: s["predicate"].update(changes))


def with_files(
    change: Callable[[dict[str, bytes]], object], **predicate: object
) -> Make:
    return lambda: acme.with_files(change, predicate)


def envelope(change: Callable[[dict], object]) -> Make:
    return outer(lambda o: change(o["dsseEnvelope"]))


def replaced(old: str, new: str) -> Make:
    """Change the text of the file itself."""

    def make() -> bytes:
        raw = acme.bundle().decode()
        assert old in raw
        return raw.replace(old, new, 1).encode()

    return make


def payload(old: str, new: str) -> Make:
    """Sign a statement whose text was changed."""

    def make() -> bytes:
        outer, _ = acme.opened(acme.bundle())
        text = base64.b64decode(outer["dsseEnvelope"]["payload"]).decode()
        assert old in text
        return acme.closed(outer, text.replace(old, new, 1).encode())

    return make


def flip(text: str) -> str:
    raw = bytearray(base64.b64decode(text))
    raw[len(raw) // 2] ^= 1
    return b64(bytes(raw))


def change_file(outer: dict, name: str, change: Callable[[bytes], bytes]) -> None:
    entry = next(one for one in outer["files"] if one["name"] == name)
    entry["content"] = b64(change(base64.b64decode(entry["content"])))


def swap(outer: dict) -> None:
    first, second = outer["files"][:2]
    first["content"], second["content"] = second["content"], first["content"]


def set_signature(envelope: dict, **members: object) -> None:
    envelope["signatures"] = [members]


def claiming(keyid: str) -> Make:
    def make() -> bytes:
        raw = json.loads(acme.bundle(keys=(acme.STRANGER,)))
        raw["dsseEnvelope"]["signatures"][0]["keyid"] = keyid
        return acme.written(raw)

    return make


def bringing_its_key() -> bytes:
    raw = json.loads(acme.bundle(keys=(acme.STRANGER,)))
    key = b64(acme.STRANGER.public.der)
    raw["verificationMaterial"] = {"publicKey": key}
    raw["dsseEnvelope"]["publicKey"] = key
    return acme.written(raw)


def keyed_with_the_public_key(envelope: dict) -> None:
    mac = hmac.new(acme.SIGNER.public.raw, b"anything", hashlib.sha512).digest()
    set_signature(envelope, sig=b64(mac), alg="HS512")


def other_type() -> bytes:
    outer, _ = acme.opened(acme.bundle())
    payload = base64.b64decode(outer["dsseEnvelope"]["payload"])
    kind = "application/vnd.acme.invoice+json"
    return acme.written(outer | {"dsseEnvelope": seal(kind, payload, (acme.SIGNER,))})


def named(name: str) -> Make:
    return with_files(lambda files: files.update({name: b"x"}))


def descriptor(name: str = "acme.issues", **changes: object) -> Make:
    wanted = acme.descriptor(name, acme.VERSIONS[name], **changes)
    return with_files(
        lambda f: f.update({f"connectors/{name}.json": acme.written(wanted)})
    )


def manifest(**changes: object) -> Make:
    wanted = acme.manifest(acme.VERSIONS, **changes)
    return with_files(lambda f: f.update({"bundle.json": acme.written(wanted)}))


def icon(body: str) -> Make:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{body}</svg>'.encode()
    return with_files(lambda files: files.update({"icons/acme.svg": svg}))


def issues(version: str) -> Make:
    versions = acme.VERSIONS | {"acme.issues": version}
    return lambda: acme.bundle(acme.folder(versions))


def accepted(connector_id: str) -> Accepted:
    """Return what a server recorded of a connector of the good bundle."""
    good = inspect(acme.bundle()).statement
    return Accepted(acme.VERSIONS[connector_id], good.digest_of(connector_id))


SWAPPED_KEYID = acme.SIGNER.public.id


README = "docs/README.md"


def both(threshold: int) -> Trust:
    """Return a trust in which both keys must, or either may, sign what is Acme's."""
    known = acme.nobody().with_key(acme.SIGNER.public).with_key(acme.STRANGER.public)
    role = Role((acme.SIGNER.public.id, acme.STRANGER.public.id), threshold)
    return known.delegated(["acme.*"], role)


def dated(**dates: datetime) -> Trust:
    """Return a trust whose signer's key counts at other times only."""
    trust = acme.trust()
    keys = [
        replace(one, **dates) if one.key == acme.SIGNER.public else one
        for one in trust.keys
    ]
    return replace(trust, keys=tuple(keys))


def signed_twice() -> bytes:
    """Return a bundle on which one signature stands twice."""

    def double(outer: dict) -> None:
        outer["dsseEnvelope"]["signatures"] *= 2

    return acme.with_outer(double)


DAY = timedelta(days=1)


def signature(change: Callable[[bytes], bytes]) -> Make:
    def make() -> bytes:
        outer, _ = acme.opened(acme.bundle())
        one = outer["dsseEnvelope"]["signatures"][0]
        one["sig"] = b64(change(base64.b64decode(one["sig"])))
        return acme.written(outer)

    return make


ORDER = 2**252 + 27742317777372353535851937790883648493  # RFC 8032, section 5.1


def other_s(signature: bytes) -> bytes:
    """Return another signature that the bare equation of Ed25519 would take."""
    number = int.from_bytes(signature[32:], "little") + ORDER
    return signature[:32] + number.to_bytes(32, "little")


def over_the_payload_alone() -> bytes:
    outer, _ = acme.opened(acme.bundle())
    payload = base64.b64decode(outer["dsseEnvelope"]["payload"])
    outer["dsseEnvelope"]["signatures"][0]["sig"] = b64(acme.SIGNER.sign(payload))
    return acme.written(outer)


def written_again() -> bytes:
    """Return a bundle whose statement says the same in other bytes."""
    outer, statement = acme.opened(acme.bundle())
    outer["dsseEnvelope"]["payload"] = b64(acme.written(statement))
    return acme.written(outer)


def many_names(statement: dict) -> None:
    names = [f"docs/{number}" for number in range(257)]
    digest = {"sha256": "0" * 64}
    statement["subject"] = [{"name": name, "digest": digest} for name in names]
    sized = [{"name": name, "size": 1} for name in names]
    statement["predicate"]["files"] = sized


ASKED = {"hosts": ["api.acme.example"], "scopes": [], "writes": []}
