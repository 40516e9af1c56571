"""The trust list is a signed file, and each one follows the one before."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.bundle import acme
from tests.bundle.trust_lists import DAMAGED, GOOD, ONE, SEALED

from ferrule.bundle import (
    Role,
    check_fresh,
    check_successor,
    cosign_trust,
    encode_trust,
    read_trust,
    seal_trust,
)
from ferrule.errors import BadSignature, Expired, Rollback, StoreError, UsageError

TWO = acme.STRANGER.public
PUBLIC = "MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="


def test_a_trust_list_comes_back_and_its_bytes_are_always_the_same():
    later = acme.NOW + timedelta(days=30)
    both = GOOD.with_key(TWO, ["beta", "gamma-*"], "Bö").revoked(ONE.id, later)
    raw = seal_trust(both, [acme.ROOT])
    found = read_trust(raw)
    assert found.trust == both
    assert found.signed_by == {acme.ROOT.public.id}
    assert found.root_fingerprints == (acme.ROOT.public.fingerprint,)
    assert seal_trust(both, [acme.ROOT]) == raw


def test_the_payload_is_what_the_page_says():
    assert json.loads(encode_trust(GOOD)) == {
        "trustFormat": 1,
        "version": 1,
        "expiresAt": "2026-05-01T09:00:00Z",
        "root": {"keyids": [acme.ROOT.public.id], "threshold": 1},
        "keys": [
            {
                "id": acme.ROOT.public.id,
                "alg": "ed25519",
                "public": base64.b64encode(acme.ROOT.public.der).decode(),
                "label": "root",
            },
            {
                "id": ONE.id,
                "alg": "ed25519",
                "public": PUBLIC,
                "label": "anna@acme.example",
            },
        ],
        "delegations": [{"connectors": ["acme.*"], "keyids": [ONE.id], "threshold": 1}],
    }


@pytest.mark.parametrize("damaged", DAMAGED, ids=lambda one: one.name)
def test_attack_a_damaged_list_is_refused_and_says_why(damaged):
    with pytest.raises(StoreError, match=damaged.told) as refused:
        read_trust(damaged.raw)
    assert refused.value.advice


def test_attack_a_statement_is_no_trust_list():
    outer = json.loads(acme.bundle())
    with pytest.raises(StoreError, match="not a trust list"):
        read_trust(json.dumps(outer["dsseEnvelope"]).encode())


def test_a_list_without_a_root_cannot_be_written():
    with pytest.raises(UsageError, match="root"):
        encode_trust(replace(GOOD, root=None))


def following(change=lambda trust: trust, keys=(acme.ROOT,), version=2):
    return read_trust(seal_trust(change(replace(GOOD, version=version)), keys))


def test_the_next_list_is_signed_by_both_roots():
    old = read_trust(SEALED)
    check_successor(old, following())
    check_successor(old, old)
    moved = replace(GOOD, version=2, root=Role((ONE.id,)))
    check_successor(old, read_trust(seal_trust(moved, [acme.ROOT, acme.SIGNER])))


def test_attack_a_new_root_that_the_old_one_did_not_sign():
    moved = replace(GOOD, version=2, root=Role((ONE.id,)))
    with pytest.raises(BadSignature, match="did not sign"):
        check_successor(
            read_trust(SEALED), read_trust(seal_trust(moved, [acme.SIGNER]))
        )


def test_attack_a_new_root_that_does_not_sign_itself():
    moved = replace(GOOD, version=2, root=Role((ONE.id,)))
    with pytest.raises(StoreError, match="its own root"):
        read_trust(seal_trust(moved, [acme.ROOT]))


@pytest.mark.parametrize("version", [1, 3, 5])
def test_attack_an_older_another_or_a_later_list(version):
    def other(trust):
        return trust.with_key(TWO, ["beta"])

    with pytest.raises(Rollback, match="comes next"):
        check_successor(read_trust(SEALED), following(other, version=version))
    newer = following(version=2)
    with pytest.raises(Rollback, match="version 1; 3 comes next"):
        check_successor(newer, read_trust(SEALED))


def test_a_threshold_of_the_root_counts_different_keys():
    two = replace(GOOD, root=Role((acme.ROOT.public.id, ONE.id), 2))
    half = seal_trust(two, [acme.ROOT])
    with pytest.raises(StoreError, match="enough keys"):
        read_trust(half)
    assert read_trust(half, whole=False).signed_by == {acme.ROOT.public.id}
    whole = cosign_trust(half, [acme.SIGNER])
    assert read_trust(whole).trust == two
    assert cosign_trust(half, [acme.ROOT]) == half
    assert cosign_trust(whole, [acme.SIGNER]) == whole


def test_attack_a_revoked_root_key_signs_nothing():
    gone = GOOD.revoked(acme.ROOT.public.id, acme.NOW)
    with pytest.raises(StoreError, match="its own root"):
        read_trust(seal_trust(gone, [acme.ROOT]))


def test_attack_an_expired_list():
    check_fresh(GOOD, acme.NOW)
    with pytest.raises(Expired, match="trust list expired"):
        check_fresh(GOOD, acme.EXPIRES)
