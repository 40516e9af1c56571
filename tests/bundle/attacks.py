"""Bundles that must be refused, each with the step that refuses it and the error.

The rows of the attack table: whoever reads bundles, in any language, must refuse all
of them at the same step. `portable` is false where the refusal needs the descriptor's
own rules or a picture's, which another language may leave to the runtime.
"""

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
    BadDigest,
    BadSignature,
    BundleRejected,
    Expired,
    MalformedBundle,
    NewerSchema,
    Rollback,
    UnknownSigner,
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


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _outer(change: Callable[[dict], object]) -> Make:
    return lambda: acme.with_outer(change)


def _statement(change: Callable[[dict], object]) -> Make:
    return lambda: acme.with_statement(change)


def _predicate(**changes: object) -> Make:
    return _statement(lambda s: s["predicate"].update(changes))


def _files(change: Callable[[dict[str, bytes]], object], **predicate: object) -> Make:
    return lambda: acme.with_files(change, predicate)


def _envelope(change: Callable[[dict], object]) -> Make:
    return _outer(lambda o: change(o["dsseEnvelope"]))


def _replaced(old: str, new: str) -> Make:
    """Change the text of the file itself."""

    def make() -> bytes:
        raw = acme.bundle().decode()
        assert old in raw
        return raw.replace(old, new, 1).encode()

    return make


def _payload(old: str, new: str) -> Make:
    """Sign a statement whose text was changed."""

    def make() -> bytes:
        outer, _ = acme.opened(acme.bundle())
        text = base64.b64decode(outer["dsseEnvelope"]["payload"]).decode()
        assert old in text
        return acme.closed(outer, text.replace(old, new, 1).encode())

    return make


def _flip(text: str) -> str:
    raw = bytearray(base64.b64decode(text))
    raw[len(raw) // 2] ^= 1
    return _b64(bytes(raw))


def _change_file(outer: dict, name: str, change: Callable[[bytes], bytes]) -> None:
    entry = next(one for one in outer["files"] if one["name"] == name)
    entry["content"] = _b64(change(base64.b64decode(entry["content"])))


def _swap(outer: dict) -> None:
    first, second = outer["files"][:2]
    first["content"], second["content"] = second["content"], first["content"]


def _set_signature(envelope: dict, **members: object) -> None:
    envelope["signatures"] = [members]


def _claiming(keyid: str) -> Make:
    def make() -> bytes:
        raw = json.loads(acme.bundle(keys=(acme.STRANGER,)))
        raw["dsseEnvelope"]["signatures"][0]["keyid"] = keyid
        return acme.written(raw)

    return make


def _bringing_its_key() -> bytes:
    raw = json.loads(acme.bundle(keys=(acme.STRANGER,)))
    key = _b64(acme.STRANGER.public.der)
    raw["verificationMaterial"] = {"publicKey": key}
    raw["dsseEnvelope"]["publicKey"] = key
    return acme.written(raw)


def _keyed_with_the_public_key(envelope: dict) -> None:
    mac = hmac.new(acme.SIGNER.public.raw, b"anything", hashlib.sha512).digest()
    _set_signature(envelope, sig=_b64(mac), alg="HS512")


def _other_type() -> bytes:
    outer, _ = acme.opened(acme.bundle())
    payload = base64.b64decode(outer["dsseEnvelope"]["payload"])
    kind = "application/vnd.acme.invoice+json"
    return acme.written(outer | {"dsseEnvelope": seal(kind, payload, (acme.SIGNER,))})


def _named(name: str) -> Make:
    return _files(lambda files: files.update({name: b"x"}))


def _descriptor(name: str = "acme.issues", **changes: object) -> Make:
    wanted = acme.descriptor(name, acme.VERSIONS[name], **changes)
    return _files(lambda f: f.update({f"connectors/{name}.json": acme.written(wanted)}))


def _manifest(**changes: object) -> Make:
    wanted = acme.manifest(acme.VERSIONS, **changes)
    return _files(lambda f: f.update({"bundle.json": acme.written(wanted)}))


def _icon(body: str) -> Make:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{body}</svg>'.encode()
    return _files(lambda files: files.update({"icons/acme.svg": svg}))


def _issues(version: str) -> Make:
    versions = acme.VERSIONS | {"acme.issues": version}
    return lambda: acme.bundle(acme.folder(versions))


def _accepted(connector_id: str) -> Accepted:
    """Return what a server recorded of a connector of the good bundle."""
    good = inspect(acme.bundle()).statement
    return Accepted(acme.VERSIONS[connector_id], good.digest_of(connector_id))


_SWAPPED_KEYID = acme.SIGNER.public.id
_README = "docs/README.md"

CHANGED = [
    Attack(
        "a byte of the payload",
        6,
        BadSignature,
        _envelope(lambda e: e.update(payload=_flip(e["payload"]))),
    ),
    Attack(
        "a byte of the signature",
        6,
        BadSignature,
        _envelope(
            lambda e: e["signatures"][0].update(sig=_flip(e["signatures"][0]["sig"]))
        ),
    ),
    Attack(
        "a byte of a file",
        11,
        BadDigest,
        _outer(lambda o: _change_file(o, _README, lambda raw: b"X" + raw[1:])),
    ),
    Attack(
        "a byte appended to a file",
        11,
        BadDigest,
        _outer(lambda o: _change_file(o, _README, lambda raw: raw + b"\n")),
    ),
    Attack(
        "files extra",
        11,
        BadDigest,
        _outer(
            lambda o: o["files"].append({"name": "docs/more.md", "content": "eA=="})
        ),
    ),
    Attack("files missing", 11, BadDigest, _outer(lambda o: o["files"].pop())),
    Attack(
        "files twice", 11, BadDigest, _outer(lambda o: o["files"].append(o["files"][0]))
    ),
    Attack("files swapped", 11, BadDigest, _outer(_swap)),
    Attack(
        "a file in another base64",
        11,
        MalformedBundle,
        _outer(lambda o: o["files"][0].update(content=o["files"][0]["content"] + "\n")),
    ),
    Attack(
        "a size that is not the file's",
        11,
        BadDigest,
        _statement(lambda s: s["predicate"]["files"][0].update(size=1)),
    ),
]

UNSIGNED = [
    Attack(
        "no signatures",
        6,
        MalformedBundle,
        _envelope(lambda e: e.update(signatures=[])),
    ),
    Attack(
        "no list of signatures",
        2,
        MalformedBundle,
        _envelope(lambda e: e.pop("signatures")),
    ),
    Attack(
        "17 signatures",
        6,
        MalformedBundle,
        _envelope(lambda e: e.update(signatures=e["signatures"] * 17)),
    ),
    Attack(
        "a plain descriptor",
        2,
        MalformedBundle,
        lambda: acme.written(acme.descriptor("acme.issues", "1.2.0")),
    ),
    Attack(
        "an envelope alone",
        2,
        MalformedBundle,
        lambda: acme.written(json.loads(acme.bundle())["dsseEnvelope"]),
    ),
    Attack(
        "an attacker's key under a trusted id",
        6,
        BadSignature,
        _claiming(_SWAPPED_KEYID),
    ),
    Attack(
        "an attacker's key under its own id",
        6,
        UnknownSigner,
        _claiming(acme.STRANGER.public.id),
    ),
    Attack("an attacker's key in the bundle", 6, UnknownSigner, _bringing_its_key),
    Attack("nobody trusted", 6, UnknownSigner, acme.bundle, trust=acme.nobody()),
    Attack(
        "the algorithm none",
        6,
        UnknownSigner,
        _envelope(lambda e: _set_signature(e, sig="", alg="none")),
    ),
    Attack(
        "an HMAC keyed with the public key",
        6,
        UnknownSigner,
        _envelope(_keyed_with_the_public_key),
    ),
    Attack(
        "an algorithm beside the envelope",
        2,
        MalformedBundle,
        _outer(lambda o: o.update(alg="ed25519")),
    ),
    Attack(
        "a trusted key for another connector",
        8,
        UnknownSigner,
        acme.bundle,
        trust=acme.trust("acme.issues"),
    ),
    Attack(
        "a trusted key for a longer name",
        8,
        UnknownSigner,
        acme.bundle,
        trust=acme.trust("acme.issues.*", "acme-*"),
    ),
]

OTHER_KINDS = [
    Attack("another payload type", 3, MalformedBundle, _other_type),
    Attack(
        "the payload type in capitals",
        3,
        MalformedBundle,
        _envelope(lambda e: e.update(payloadType=e["payloadType"].upper())),
    ),
    Attack(
        "another statement type",
        7,
        MalformedBundle,
        _statement(lambda s: s.update(_type="https://in-toto.io/Statement/v0.1")),
    ),
    Attack(
        "another predicate",
        7,
        MalformedBundle,
        _statement(lambda s: s.update(predicateType="https://slsa.dev/provenance/v1")),
    ),
    Attack(
        "a later predicate",
        7,
        NewerSchema,
        _statement(
            lambda s: s.update(
                predicateType="https://ferrule.dev/attestation/connector/v2"
            )
        ),
    ),
    Attack(
        "a later format number", 7, NewerSchema, _predicate(bundleFormat=2, more=True)
    ),
    Attack(
        "a later media type",
        2,
        NewerSchema,
        _outer(lambda o: o.update(mediaType="application/vnd.ferrule.bundle.v2+json")),
    ),
    Attack("a later runtime", 7, NewerSchema, _predicate(minRuntime="99.0.0")),
]

NAMES = [
    Attack(f"the name {name!a}", 10, MalformedBundle, _named(name))
    for name in (
        "../up.json",
        "docs/../../up",
        "/etc/passwd",
        "docs\\a.md",
        "C:a.md",
        "docs/a\x00.md",
        "docs/a.md\n",
        "docs/readme.md",
        "docs/a/b/c.md",
        "docs//a.md",
        "docs/.hidden",
        "docs/a..b",
        "connectors/\u0430cme.issues.json",
        "connectors/acme.json/x",
        "connectors/Acme.json",
        "migrations/acme.issues/1_view.sql",
        "somewhere/else.txt",
        "docs/" + "a" * 134,
        "connectors/" + "a" * 129 + ".json",
        "docs/l\u0131ne.md",
    )
]

PARSING = [
    Attack(
        "a member twice",
        1,
        MalformedBundle,
        _replaced('{"dsseEnvelope"', '{"files":[],"dsseEnvelope"'),
    ),
    Attack(
        "a member twice, once escaped",
        1,
        MalformedBundle,
        _replaced('{"dsseEnvelope"', '{"\\u0066iles":[],"dsseEnvelope"'),
    ),
    Attack(
        "Files beside files", 2, MalformedBundle, _outer(lambda o: o.update(Files=[]))
    ),
    Attack(
        "signatures with a long s beside signatures",
        2,
        MalformedBundle,
        _envelope(lambda e: e.update({"\u017fignatures": []})),
    ),
    Attack(
        "Payload beside payload",
        2,
        MalformedBundle,
        _envelope(lambda e: e.update(Payload="e30=")),
    ),
    Attack(
        "files with a long s",
        2,
        MalformedBundle,
        _outer(lambda o: o.update({"file\u017f": []})),
    ),
    Attack(
        "a member twice in the statement",
        7,
        MalformedBundle,
        _payload('{"_type"', '{"predicate":{},"_type"'),
    ),
    Attack(
        "an unknown member in the predicate", 7, MalformedBundle, _predicate(more=1)
    ),
    Attack(
        "a predicate without dates",
        7,
        MalformedBundle,
        _statement(lambda s: s["predicate"].pop("expiresAt")),
    ),
    Attack(
        "a size as a fraction",
        7,
        MalformedBundle,
        _payload('"size":', '"size":0.5,"x":'),
    ),
    Attack(
        "a pre-release version", 7, MalformedBundle, _predicate(version="1.0.0-rc1")
    ),
    Attack(
        "a version with leading zeros", 7, MalformedBundle, _predicate(version="1.02.0")
    ),
    Attack(
        "a version with other digits",
        7,
        MalformedBundle,
        _predicate(version="1.0.\u0663"),
    ),
    Attack(
        "an id of look-alike letters",
        7,
        MalformedBundle,
        _predicate(connectors=[{"id": "\u0430cme.issues", "version": "1.2.0"}]),
    ),
    Attack("an id with a line end", 7, MalformedBundle, _predicate(bundleId="acme\n")),
    Attack("no connectors", 7, MalformedBundle, _predicate(connectors=[])),
    Attack(
        "a connector twice",
        7,
        MalformedBundle,
        _predicate(connectors=[{"id": "acme.issues", "version": "1.2.0"}] * 2),
    ),
    Attack(
        "a date that is none",
        7,
        MalformedBundle,
        _predicate(createdAt="2025-02-30T00:00:00Z"),
    ),
    Attack(
        "a date with an offset",
        7,
        MalformedBundle,
        _predicate(createdAt="2025-02-03T00:00:00+00:00"),
    ),
    Attack(
        "permissions that cannot be shown",
        7,
        MalformedBundle,
        _predicate(permissions={"hosts": ["a\u202ebc"], "scopes": [], "writes": []}),
    ),
    Attack(
        "permissions of look-alike letters",
        7,
        MalformedBundle,
        _predicate(
            permissions={"hosts": ["\u0430pi.example"], "scopes": [], "writes": []}
        ),
    ),
    Attack(
        "a digest in capitals",
        7,
        MalformedBundle,
        _statement(lambda s: s["subject"][0]["digest"].update(sha256="A" * 64)),
    ),
    Attack(
        "a subject twice",
        10,
        MalformedBundle,
        _statement(lambda s: s["subject"].append(s["subject"][0])),
    ),
    Attack(
        "subjects unlike files",
        10,
        MalformedBundle,
        _statement(lambda s: s["subject"].pop()),
    ),
    Attack(
        "base64 in two alphabets",
        4,
        MalformedBundle,
        _envelope(lambda e: e.update(payload="-_+/")),
    ),
    Attack(
        "base64 with white space",
        4,
        MalformedBundle,
        _envelope(lambda e: e.update(payload=e["payload"] + "\n")),
    ),
    Attack(
        "base64 with junk",
        4,
        MalformedBundle,
        _envelope(
            lambda e: e["signatures"][0].update(sig="!" + e["signatures"][0]["sig"])
        ),
    ),
    Attack(
        "base64 without padding",
        4,
        MalformedBundle,
        _envelope(lambda e: e.update(payload="e30")),
    ),
    Attack(
        "base64 with unused bits",
        4,
        MalformedBundle,
        _envelope(lambda e: e.update(payload="e31=")),
    ),
]

BOMBS = [
    Attack("9 MiB", 1, MalformedBundle, lambda: b" " * (9 * 1024 * 1024)),
    Attack(
        "depth 100,000", 1, MalformedBundle, lambda: b"[" * 100_000 + b"]" * 100_000
    ),
    Attack(
        "depth 65 in the ignored member",
        1,
        MalformedBundle,
        _outer(
            lambda o: o.update(
                verificationMaterial={"x": json.loads("[" * 63 + "]" * 63)}
            )
        ),
    ),
    Attack(
        "a million values",
        1,
        MalformedBundle,
        lambda: b'{"x":[' + b"0," * 1_000_000 + b"0]}",
    ),
    Attack(
        "a number of 5000 digits",
        1,
        MalformedBundle,
        _replaced('{"dsseEnvelope"', '{"n":' + "9" * 5000 + ',"dsseEnvelope"'),
    ),
    Attack(
        "NaN",
        1,
        MalformedBundle,
        _replaced('{"dsseEnvelope"', '{"n":NaN,"dsseEnvelope"'),
    ),
    Attack(
        "a number out of range",
        1,
        MalformedBundle,
        _replaced('{"dsseEnvelope"', '{"n":1e999,"dsseEnvelope"'),
    ),
    Attack(
        "half a surrogate pair",
        1,
        MalformedBundle,
        _replaced('{"dsseEnvelope"', '{"\\ud800":1,"dsseEnvelope"'),
    ),
    Attack(
        "a byte order mark", 1, MalformedBundle, lambda: b"\xef\xbb\xbf" + acme.bundle()
    ),
    Attack(
        "not UTF-8",
        1,
        MalformedBundle,
        lambda: acme.bundle().replace(b"docs/", b"d\xf6cs/"),
    ),
    Attack("trailing text", 1, MalformedBundle, lambda: acme.bundle() + b"{}"),
    Attack("nothing", 1, MalformedBundle, lambda: b""),
    Attack(
        "257 files",
        2,
        MalformedBundle,
        _outer(lambda o: o.update(files=o["files"][:1] * 257)),
    ),
]

DATES = [
    Attack("expired", 9, Expired, _predicate(expiresAt="2025-06-01T12:00:00Z")),
    Attack("from the future", 9, Expired, _predicate(createdAt="2025-06-01T12:05:01Z")),
    Attack(
        "ends before it begins",
        9,
        Expired,
        _predicate(createdAt="2025-06-01T12:04:00Z", expiresAt="2025-06-01T12:03:00Z"),
    ),
]

ROLLBACK = [
    Attack(
        "1.9.0 after 1.10.0",
        13,
        Rollback,
        _issues("1.9.0"),
        accepted={"acme.issues": Accepted("1.10.0", "sha256:" + "0" * 64)},
    ),
    Attack(
        "0.9.9 after 1.0.0",
        13,
        Rollback,
        _issues("0.9.9"),
        accepted={"acme.issues": Accepted("1.0.0", "sha256:" + "0" * 64)},
    ),
    Attack(
        "other content under a known version",
        13,
        Rollback,
        acme.bundle,
        accepted={"acme.people": Accepted("1.0.0", "sha256:" + "0" * 64)},
    ),
    Attack(
        "other migrations under a known version",
        13,
        Rollback,
        lambda: acme.bundle(
            acme.folder() | {"migrations/acme.issues/001_view.sql": b"drop table t;\n"}
        ),
        accepted={"acme.issues": _accepted("acme.issues")},
    ),
]


def _both(threshold: int) -> Trust:
    """Return a trust in which both keys must, or either may, sign what is Acme's."""
    known = acme.nobody().with_key(acme.SIGNER.public).with_key(acme.STRANGER.public)
    role = Role((acme.SIGNER.public.id, acme.STRANGER.public.id), threshold)
    return known.delegated(["acme.*"], role)


def _dated(**dates: datetime) -> Trust:
    """Return a trust whose signer's key counts at other times only."""
    trust = acme.trust()
    keys = [
        replace(one, **dates) if one.key == acme.SIGNER.public else one
        for one in trust.keys
    ]
    return replace(trust, keys=tuple(keys))


def _signed_twice() -> bytes:
    """Return a bundle on which one signature stands twice."""

    def double(outer: dict) -> None:
        outer["dsseEnvelope"]["signatures"] *= 2

    return acme.with_outer(double)


_DAY = timedelta(days=1)

TRUST = [
    Attack(
        "one signature where two are needed",
        8,
        UnknownSigner,
        acme.bundle,
        trust=_both(2),
    ),
    Attack(
        "one key twice where two are needed",
        8,
        UnknownSigner,
        _signed_twice,
        trust=_both(2),
    ),
    Attack(
        "a wide delegation behind a special one",
        8,
        UnknownSigner,
        acme.bundle,
        trust=acme.trust().with_key(acme.STRANGER.public, ["acme.people"]),
    ),
    Attack(
        "a revoked key",
        8,
        UnknownSigner,
        acme.bundle,
        trust=acme.trust().revoked(acme.SIGNER.public.id, acme.NOW),
    ),
    Attack(
        "a revoked key that says it signed before",
        8,
        UnknownSigner,
        acme.bundle,
        trust=acme.trust().revoked(acme.SIGNER.public.id, acme.CREATED + _DAY),
    ),
    Attack(
        "a key before its time",
        8,
        UnknownSigner,
        acme.bundle,
        trust=_dated(not_before=acme.NOW + _DAY),
    ),
    Attack(
        "a key after its time",
        8,
        UnknownSigner,
        acme.bundle,
        trust=_dated(not_after=acme.NOW),
    ),
    Attack(
        "an expired trust list",
        9,
        Expired,
        acme.bundle,
        trust=replace(acme.trust(), expires_at=acme.NOW),
    ),
]

CONTENTS = [
    Attack(
        "a descriptor with another id",
        12,
        MalformedBundle,
        _descriptor(id="acme.other"),
    ),
    Attack(
        "a descriptor with another version",
        12,
        MalformedBundle,
        _descriptor(version="1.2.1"),
    ),
    Attack(
        "a manifest with another version",
        12,
        MalformedBundle,
        _manifest(version="2.4.0"),
    ),
    Attack("a manifest with another id", 12, MalformedBundle, _manifest(id="acme2")),
    Attack(
        "a manifest with fewer connectors",
        12,
        MalformedBundle,
        _manifest(connectors=[]),
    ),
    Attack(
        "a manifest that is missing",
        12,
        MalformedBundle,
        _files(lambda f: f.pop("bundle.json")),
    ),
    Attack(
        "a descriptor that is missing",
        12,
        MalformedBundle,
        _files(lambda f: f.pop("connectors/acme.people.json")),
    ),
    Attack(
        "a descriptor that is not listed",
        12,
        MalformedBundle,
        _named("connectors/acme.more.json"),
    ),
    Attack(
        "a migration of no connector",
        12,
        MalformedBundle,
        _named("migrations/acme/001_a.sql"),
    ),
    Attack(
        "a member twice in a descriptor",
        12,
        MalformedBundle,
        _files(
            lambda f: f.update(
                {
                    "connectors/acme.issues.json": b'{"id":"a",'
                    + f["connectors/acme.issues.json"].lstrip(b"{")
                }
            )
        ),
    ),
    Attack(
        "a member twice in the evidence",
        12,
        MalformedBundle,
        _files(lambda f: f.update({"evidence.json": b'{"a":1,"a":2}'})),
    ),
    Attack(
        "a host that was not stated",
        12,
        MalformedBundle,
        _descriptor(permissions={"hosts": ["api.acme.example", "evil.example"]}),
    ),
    Attack(
        "a later descriptor",
        12,
        NewerSchema,
        _descriptor(schemaVersion=3),
        portable=False,
    ),
    Attack(
        "an unknown member in a descriptor",
        12,
        MalformedBundle,
        _descriptor(surprise=1),
        portable=False,
    ),
    Attack(
        "a host in an API version",
        12,
        MalformedBundle,
        _descriptor(
            apiVersions=[
                {
                    "id": "2",
                    "label": "2",
                    "status": "stable",
                    "overrides": {"permissions": {"hosts": ["evil.example"]}},
                }
            ]
        ),
        portable=False,
    ),
    Attack(
        "a writing tool that was not stated",
        12,
        MalformedBundle,
        _descriptor(
            tools=[
                {
                    "name": "wipe",
                    "description": "Wipe",
                    "effect": "destructive",
                    "params": [],
                    "request": {
                        "endpoint": "https://api.acme.example/wipe",
                        "method": "DELETE",
                    },
                }
            ]
        ),
        portable=False,
    ),
    Attack(
        "a pattern that is not RE2",
        12,
        MalformedBundle,
        _descriptor(
            fieldMapping=acme.descriptor("a", "1.0.0")["fieldMapping"]
            | {
                "signalTypeRules": [
                    {
                        "when": "$.title",
                        "operator": "matches",
                        "value": "(?=a)a+$",
                        "then": "x",
                    }
                ]
            }
        ),
        portable=False,
    ),
    Attack(
        "an icon with a script",
        12,
        MalformedBundle,
        _icon("<script>alert(1)</script>"),
        portable=False,
    ),
]

ATTACKS = [
    *CHANGED,
    *UNSIGNED,
    *OTHER_KINDS,
    *NAMES,
    *PARSING,
    *BOMBS,
    *DATES,
    *ROLLBACK,
    *TRUST,
    *CONTENTS,
]
