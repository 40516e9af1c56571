"""Trust lists that must be refused, each with the words that say why."""

import json

from tests.bundle import acme

from ferrule.bundle import encode_trust, seal_trust
from ferrule.bundle.dsse import sign as seal
from ferrule.bundle.trust_list import MAX_TRUST, PAYLOAD_TYPE

ONE = acme.SIGNER.public
SMALL = "MCowBQYDK2VwAyEAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
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


DAMAGED = [
    (b"", "not strict JSON"),
    (b"{}", "lacks the member"),
    (SEALED[:-3], "not strict JSON"),
    (b" " * (MAX_TRUST + 1), "limit"),
    (sealed(lambda found: found.update(more=1)), "unknown member"),
    (sealed(lambda found: found.update(trustFormat=2)), "does not know"),
    (sealed(lambda found: found.update(version=0)), "not 1 or more"),
    (sealed(lambda found: found.update(version=True)), "whole number"),
    (sealed(lambda found: found.update(expiresAt="2027-01-31")), "not a time"),
    (sealed(lambda found: found["root"].update(threshold=2)), "cannot give"),
    (sealed(lambda found: found["root"].update(keyids=[])), "cannot give"),
    (sealed(lambda found: found["keys"].pop()), "does not hold"),
    (sealed(lambda found: found["keys"].append(found["keys"][0])), "twice"),
    (key(alg="hmac"), "only algorithm"),
    (key(alg="Ed25519"), "only algorithm"),
    (key(id="sha256:" + "0" * 64), "not the id of its key"),
    (key(public=SMALL), "small order"),
    (key(public="AAAA"), "not a public key"),
    (key(public="AA"), "base64"),
    (key(label="a\x1b[2J"), "cannot be shown"),
    (key(notBefore="soon"), "not a time"),
    (key(revoked="2025-01-01T00:00:00Z"), "unknown member"),
    (delegation(connectors=["*"]), "not a pattern"),
    (delegation(connectors=[]), "at least one"),
    (delegation(threshold=0), "cannot give"),
    (delegation(keyids=[ONE.id, ONE.id]), "twice"),
    (sealed(lambda _: None, [acme.SIGNER]), "its own root"),
    (sealed(lambda _: None, [acme.STRANGER]), "its own root"),
    (acme.bundle(), "lacks the member"),
]
