"""Trust lists that must be refused, each with the words that say why; and which follow.

Like the attacks on bundles they are for every reader, in any language.
"""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from tests.bundle import acme

from ferrule.bundle import Role, SigningKey, encode_trust, seal_trust
from ferrule.bundle.dsse import sign as seal
from ferrule.bundle.trust_list import MAX_TRUST, PAYLOAD_TYPE

ONE = acme.SIGNER.public
SMALL = "MCowBQYDK2VwAyEAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
LARGE_Y = "MCowBQYDK2VwAyEA7v///////////////////////////////////////38="
NO_POINT = "MCowBQYDK2VwAyEAAgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
GOOD = acme.trust()
SEALED = seal_trust(GOOD, [acme.ROOT])


def sealed(change, keys=(acme.ROOT,)) -> bytes:
    """Return the good list with its payload changed, signed all the same."""
    payload = json.loads(encode_trust(GOOD))
    change(payload)
    return json.dumps(seal(PAYLOAD_TYPE, json.dumps(payload).encode(), keys)).encode()


def key(**changes) -> bytes:
    return sealed(lambda found: found["keys"][1].update(changes))


def delegation(**changes) -> bytes:
    return sealed(lambda found: found["delegations"][0].update(changes))


class Damaged(NamedTuple):
    """A list that is refused, and words of ours that say why."""

    name: str
    raw: bytes
    told: str


class Following(NamedTuple):
    """A list, the one that is remembered, and the version taken; None is refused."""

    name: str
    raw: bytes
    before: bytes | None
    version: int | None


def envelope(change) -> bytes:
    found = json.loads(SEALED)
    change(found)
    return json.dumps(found).encode()


def doubled(raw: bytes) -> bytes:
    """Return a list on which each signature stands twice."""
    found = json.loads(raw)
    return json.dumps(found | {"signatures": found["signatures"] * 2}).encode()


def _der(der: bytes) -> bytes:
    """Return a list in which a key has this encoding, and the id of it."""
    digest = hashlib.sha256(der).hexdigest()

    def change(found: dict) -> None:
        found["keys"][1].update(
            id=f"sha256:{digest}", public=base64.b64encode(der).decode()
        )
        found["delegations"] = []

    return sealed(change)


def _many_keys(found: dict, many: int = 257) -> None:
    for number in range(many - 2):
        public = SigningKey.from_seed(number.to_bytes(32)).public
        der = base64.b64encode(public.der).decode()
        one = {"id": public.id, "alg": "ed25519", "public": der, "label": ""}
        found["keys"].append(one)


DAMAGED = [
    Damaged("nothing", b"", "not strict JSON"),
    Damaged("an empty object", b"{}", "lacks the member"),
    Damaged("a list cut off", SEALED[:-3], "not strict JSON"),
    Damaged("over 1 MiB", SEALED.ljust(MAX_TRUST + 1), "limit"),
    Damaged(
        "a list with a member more",
        sealed(lambda found: found.update(more=1)),
        "unknown member",
    ),
    Damaged(
        "a later list", sealed(lambda found: found.update(trustFormat=2)), "not know"
    ),
    Damaged(
        "version 0", sealed(lambda found: found.update(version=0)), "not 1 or more"
    ),
    Damaged(
        "a version that is true",
        sealed(lambda found: found.update(version=True)),
        "whole number",
    ),
    Damaged(
        "a version with a point",
        sealed(lambda found: found.update(version=1.0)),
        "whole number",
    ),
    Damaged(
        "a version that some languages round",
        sealed(lambda found: found.update(version=2**53)),
        "not 1 or more",
    ),
    Damaged(
        "a date without time",
        sealed(lambda found: found.update(expiresAt="2027-01-31")),
        "not a time",
    ),
    Damaged(
        "the end of a day as 24:00",
        sealed(lambda found: found.update(expiresAt="2027-01-31T24:00:00Z")),
        "not a time",
    ),
    Damaged(
        "a root of more than it has",
        sealed(lambda found: found["root"].update(threshold=2)),
        "cannot give",
    ),
    Damaged(
        "a root of nobody",
        sealed(lambda found: found["root"].update(keyids=[])),
        "cannot give",
    ),
    Damaged(
        "a key that is not there",
        sealed(lambda found: found["keys"].pop()),
        "does not hold",
    ),
    Damaged(
        "a key twice",
        sealed(lambda found: found["keys"].append(found["keys"][0])),
        "twice",
    ),
    Damaged("a key of another algorithm", key(alg="hmac"), "only algorithm"),
    Damaged("an algorithm in capitals", key(alg="Ed25519"), "only algorithm"),
    Damaged(
        "a key under another id", key(id="sha256:" + "0" * 64), "not the id of its key"
    ),
    Damaged("a key of small order", key(public=SMALL), "small order"),
    Damaged("a key with a large y", key(public=LARGE_Y), "canonical"),
    Damaged("a key that is no point", key(public=NO_POINT), "not a point"),
    Damaged("a key that is too short", key(public="AAAA"), "not a public key"),
    Damaged("a key with a byte more", _der(acme.SIGNER.public.der + b"\0"), "public"),
    Damaged(
        "a key for another purpose",
        _der(acme.SIGNER.public.der.replace(b"\x2b\x65\x70", b"\x2b\x65\x6e")),
        "not an Ed25519 key",
    ),
    Damaged("a key in half base64", key(public="AA"), "base64"),
    Damaged("a label with a control", key(label="a\x1b[2J"), "cannot be shown"),
    Damaged("a label turned round", key(label="a\u202eb"), "cannot be shown"),
    Damaged("a label of 201", key(label="a" * 201), "longer than 200"),
    Damaged("a date in words", key(notBefore="soon"), "not a time"),
    Damaged(
        "a key with a member more",
        key(revoked="2025-01-01T00:00:00Z"),
        "unknown member",
    ),
    Damaged("a pattern for everything", delegation(connectors=["*"]), "not a pattern"),
    Damaged(
        "a pattern inside a word", delegation(connectors=["acm*"]), "not a pattern"
    ),
    Damaged(
        "a pattern with two signs", delegation(connectors=["acme.-*"]), "not a pattern"
    ),
    Damaged("a delegation of nothing", delegation(connectors=[]), "at least one"),
    Damaged("a threshold of none", delegation(threshold=0), "cannot give"),
    Damaged("one key named twice", delegation(keyids=[ONE.id, ONE.id]), "twice"),
    Damaged(
        "a list signed by another of its keys",
        sealed(lambda _: None, [acme.SIGNER]),
        "its own root",
    ),
    Damaged(
        "a list signed by a stranger",
        sealed(lambda _: None, [acme.STRANGER]),
        "its own root",
    ),
    Damaged(
        "a list signed by a root that it revokes",
        seal_trust(GOOD.revoked(acme.ROOT.public.id, acme.NOW), [acme.ROOT]),
        "its own root",
    ),
    Damaged(
        "one root key twice where two are needed",
        doubled(
            seal_trust(
                replace(GOOD, root=Role((acme.ROOT.public.id, ONE.id), 2)), [acme.ROOT]
            )
        ),
        "its own root",
    ),
    Damaged(
        "a list without signatures",
        envelope(lambda found: found.update(signatures=[])),
        "0 signatures",
    ),
    Damaged(
        "a list with 17 signatures",
        envelope(lambda found: found.update(signatures=found["signatures"] * 17)),
        "17 signatures",
    ),
    Damaged(
        "a list with a key id that cannot be shown",
        envelope(lambda found: found["signatures"][0].update(keyid="\u202e")),
        "cannot be shown",
    ),
    Damaged(
        "a list with Payload beside payload",
        envelope(lambda found: found.update(Payload="e30=")),
        "unknown member",
    ),
    Damaged(
        "a list of another payload type",
        json.dumps(
            seal("application/vnd.in-toto+json", encode_trust(GOOD), [acme.ROOT])
        ).encode(),
        "not a trust list",
    ),
    Damaged("257 keys", sealed(_many_keys), "over 256"),
    Damaged("a bundle as a list", acme.bundle(), "lacks the member"),
    Damaged(
        "a statement as a list",
        json.dumps(json.loads(acme.bundle())["dsseEnvelope"]).encode(),
        "not a trust list",
    ),
]

_LATER = replace(GOOD, version=2)
_MOVED = replace(_LATER, root=Role((ONE.id,)))
_OVER = replace(GOOD, expires_at=acme.CREATED)
_NEXT = seal_trust(_LATER, [acme.ROOT])

FOLLOWING = [
    Following("the first list", SEALED, None, 1),
    Following("the same list again", SEALED, SEALED, 1),
    Following(
        "the same list signed by others as well",
        seal_trust(GOOD, [acme.ROOT, acme.STRANGER]),
        SEALED,
        1,
    ),
    Following("the next list", _NEXT, SEALED, 2),
    Following("a list of 1 MiB", SEALED.ljust(MAX_TRUST), None, 1),
    Following("256 keys", sealed(lambda found: _many_keys(found, 256)), None, 1),
    Following("a label of 200", key(label="\U0001f600" * 200), None, 1),
    Following("a label of nothing", key(label=""), None, 1),
    Following(
        "no delegations",
        sealed(lambda found: found.update(delegations=[])),
        None,
        1,
    ),
    Following(
        "a root before its time",
        sealed(lambda found: found["keys"][0].update(notBefore="9999-12-31T23:59:59Z")),
        None,
        1,
    ),
    Following(
        "a root that moves, signed by both",
        seal_trust(_MOVED, [acme.ROOT, acme.SIGNER]),
        SEALED,
        2,
    ),
    Following("a list after an expired one", _NEXT, seal_trust(_OVER, [acme.ROOT]), 2),
    Following(
        "a root that moves, signed by the new one",
        seal_trust(_MOVED, [acme.SIGNER]),
        SEALED,
        None,
    ),
    Following(
        "a root that moves, signed by the old one",
        seal_trust(_MOVED, [acme.ROOT]),
        SEALED,
        None,
    ),
    Following(
        "a list after a gap",
        seal_trust(replace(GOOD, version=3), [acme.ROOT]),
        SEALED,
        None,
    ),
    Following("an older list", SEALED, _NEXT, None),
    Following(
        "another list of the same version",
        seal_trust(
            replace(GOOD, expires_at=acme.EXPIRES + timedelta(days=1)), [acme.ROOT]
        ),
        SEALED,
        None,
    ),
]
