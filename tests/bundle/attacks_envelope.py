"""Attacks on files, envelope, signatures and on who may sign."""

import json
from dataclasses import replace

from tests.bundle import acme
from tests.bundle.forging import (
    DAY,
    README,
    SWAPPED_KEYID,
    Attack,
    both,
    bringing_its_key,
    change_file,
    claiming,
    dated,
    envelope,
    flip,
    keyed_with_the_public_key,
    other_s,
    other_type,
    outer,
    over_the_payload_alone,
    predicate,
    set_signature,
    signature,
    signed_twice,
    statement,
    swap,
    written_again,
)

from ferrule.errors import (
    BadDigest,
    BadSignature,
    Expired,
    MalformedBundle,
    NewerSchema,
    UnknownSigner,
)

CHANGED = [
    Attack(
        "a byte of the payload",
        6,
        BadSignature,
        envelope(lambda e: e.update(payload=flip(e["payload"]))),
    ),
    Attack(
        "a byte of the signature",
        6,
        BadSignature,
        envelope(
            lambda e: e["signatures"][0].update(sig=flip(e["signatures"][0]["sig"]))
        ),
    ),
    Attack(
        "a byte of a file",
        11,
        BadDigest,
        outer(lambda o: change_file(o, README, lambda raw: b"X" + raw[1:])),
    ),
    Attack(
        "a byte appended to a file",
        11,
        BadDigest,
        outer(lambda o: change_file(o, README, lambda raw: raw + b"\n")),
    ),
    Attack(
        "files extra",
        11,
        BadDigest,
        outer(lambda o: o["files"].append({"name": "docs/more.md", "content": "eA=="})),
    ),
    Attack("files missing", 11, BadDigest, outer(lambda o: o["files"].pop())),
    Attack(
        "files twice", 11, BadDigest, outer(lambda o: o["files"].append(o["files"][0]))
    ),
    Attack("files swapped", 11, BadDigest, outer(swap)),
    Attack(
        "a file in another base64",
        11,
        MalformedBundle,
        outer(lambda o: o["files"][0].update(content=o["files"][0]["content"] + "\n")),
    ),
    Attack(
        "a size that is not the file's",
        11,
        BadDigest,
        statement(lambda s: s["predicate"]["files"][0].update(size=1)),
    ),
]


UNSIGNED = [
    Attack(
        "no signatures",
        6,
        MalformedBundle,
        envelope(lambda e: e.update(signatures=[])),
    ),
    Attack(
        "no list of signatures",
        2,
        MalformedBundle,
        envelope(lambda e: e.pop("signatures")),
    ),
    Attack(
        "17 signatures",
        6,
        MalformedBundle,
        envelope(lambda e: e.update(signatures=e["signatures"] * 17)),
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
        claiming(SWAPPED_KEYID),
    ),
    Attack(
        "an attacker's key under its own id",
        6,
        UnknownSigner,
        claiming(acme.STRANGER.public.id),
    ),
    Attack("an attacker's key in the bundle", 6, UnknownSigner, bringing_its_key),
    Attack("nobody trusted", 6, UnknownSigner, acme.bundle, trust=acme.nobody()),
    Attack(
        "the algorithm none",
        6,
        UnknownSigner,
        envelope(lambda e: set_signature(e, sig="", alg="none")),
    ),
    Attack(
        "an HMAC keyed with the public key",
        6,
        UnknownSigner,
        envelope(keyed_with_the_public_key),
    ),
    Attack(
        "an algorithm beside the envelope",
        2,
        MalformedBundle,
        outer(lambda o: o.update(alg="ed25519")),
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
    Attack("another payload type", 3, MalformedBundle, other_type),
    Attack(
        "the payload type in capitals",
        3,
        MalformedBundle,
        envelope(lambda e: e.update(payloadType=e["payloadType"].upper())),
    ),
    Attack(
        "another statement type",
        7,
        MalformedBundle,
        statement(lambda s: s.update(_type="https://in-toto.io/Statement/v0.1")),
    ),
    Attack(
        "another predicate",
        7,
        MalformedBundle,
        statement(lambda s: s.update(predicateType="https://slsa.dev/provenance/v1")),
    ),
    Attack(
        "a later predicate",
        7,
        NewerSchema,
        statement(
            lambda s: s.update(
                predicateType="https://ferrule.dev/attestation/connector/v2"
            )
        ),
    ),
    Attack(
        "a later format number", 7, NewerSchema, predicate(bundleFormat=2, more=True)
    ),
    Attack(
        "a later media type",
        2,
        NewerSchema,
        outer(lambda o: o.update(mediaType="application/vnd.ferrule.bundle.v2+json")),
    ),
    Attack("a later runtime", 7, NewerSchema, predicate(minRuntime="99.0.0")),
]


SIGNATURES = [
    Attack("a signature with a larger S", 6, BadSignature, signature(other_s)),
    Attack("a signature cut short", 6, BadSignature, signature(lambda one: one[:63])),
    Attack(
        "a signature over the payload alone", 6, BadSignature, over_the_payload_alone
    ),
    Attack("a statement written again", 6, BadSignature, written_again),
    Attack(
        "a key id with a dotless i",
        2,
        MalformedBundle,
        envelope(lambda e: e["signatures"][0].update({"key\u0131d": "x"})),
    ),
    Attack(
        "a key id with the sign for kelvin",
        2,
        MalformedBundle,
        envelope(lambda e: e["signatures"][0].update({"\u212aeyid": "x"})),
    ),
    Attack(
        "a key id that cannot be shown",
        2,
        MalformedBundle,
        envelope(lambda e: e["signatures"][0].update(keyid="a\x1b[2J")),
    ),
]


TRUST = [
    Attack(
        "one signature where two are needed",
        8,
        UnknownSigner,
        acme.bundle,
        trust=both(2),
    ),
    Attack(
        "one key twice where two are needed",
        8,
        UnknownSigner,
        signed_twice,
        trust=both(2),
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
        trust=acme.trust().revoked(acme.SIGNER.public.id, acme.CREATED + DAY),
    ),
    Attack(
        "a key before its time",
        8,
        UnknownSigner,
        acme.bundle,
        trust=dated(not_before=acme.NOW + DAY),
    ),
    Attack(
        "a key after its time",
        8,
        UnknownSigner,
        acme.bundle,
        trust=dated(not_after=acme.NOW),
    ),
    Attack(
        "an expired trust list",
        9,
        Expired,
        acme.bundle,
        trust=replace(acme.trust(), expires_at=acme.NOW),
    ),
]
