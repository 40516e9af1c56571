"""Verification is ordered and total: every attack fails at its step."""

import hashlib
import json
import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bundle import acme
from tests.bundle.attacks import ATTACKS

from ferrule.bundle import STEPS, Accepted, Trust, explain, open_bundle
from ferrule.errors import BundleRejected

GOOD = acme.bundle()
OPENED = open_bundle(GOOD, acme.trust(), now=acme.NOW)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.name)
def test_an_attack_is_refused_at_its_step(attack):
    raw = attack.make()
    with pytest.raises(BundleRejected) as refused:
        open_bundle(raw, attack.trust, now=acme.NOW, accepted=attack.accepted)
    assert (type(refused.value), refused.value.step) == (attack.error, attack.step)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 900


def test_names_of_attacks_are_unique():
    assert len({one.name for one in ATTACKS}) == len(ATTACKS)


def test_a_good_bundle_says_what_it_is():
    assert [str(one) for one in OPENED.statement.connectors] == [
        "acme.issues@v1.2.0",
        "acme.people@v1.0.0",
    ]
    assert [one.label for one in OPENED.signers] == ["anna@acme.example"]
    assert OPENED.permissions.hosts == ("api.acme.example",)
    assert OPENED.files["icons/acme.svg"] == acme.SVG
    assert not OPENED.repeated
    assert [one.ok for one in OPENED.report] == [True] * 13


def test_what_was_verified_cannot_be_changed_afterwards():
    with pytest.raises(TypeError):
        OPENED.files["icons/acme.svg"] = b""


@pytest.mark.parametrize(
    "now",
    [
        acme.CREATED - timedelta(minutes=5),
        acme.CREATED,
        acme.EXPIRES - timedelta(seconds=1),
    ],
)
def test_dates_hold_up_to_their_edges(now):
    assert open_bundle(GOOD, acme.trust(), now=now)


def test_the_same_bundle_again_is_no_error():
    accepted = {
        one.id: Accepted(one.version, OPENED.statement.digest_of(one.id))
        for one in OPENED.statement.connectors
    }
    again = open_bundle(GOOD, acme.trust(), now=acme.NOW, accepted=accepted)
    assert again.repeated
    assert again.report[-1].detail == "accepted before, nothing changes"


@pytest.mark.parametrize("last", ["1.1.9", "1.2.0", "0.99.0"])
def test_an_update_is_accepted(last):
    same = last == "1.2.0"
    digest = OPENED.statement.digest_of("acme.issues") if same else "sha256:00"
    accepted = {"acme.issues": Accepted(last, digest)}
    opened = open_bundle(GOOD, acme.trust(), now=acme.NOW, accepted=accepted)
    assert not opened.repeated
    assert opened.unchanged == ({"acme.issues"} if same else set())


def test_an_unchanged_connector_comes_again_in_a_later_bundle():
    accepted = {
        one.id: Accepted(one.version, OPENED.statement.digest_of(one.id))
        for one in OPENED.statement.connectors
    }
    versions = {**acme.VERSIONS, "acme.issues": "1.3.0"}
    later = acme.bundle(acme.folder(versions))
    opened = open_bundle(later, acme.trust(), now=acme.NOW, accepted=accepted)
    assert opened.unchanged == {"acme.people"}


def test_a_connectors_digest_is_that_of_what_sha256sum_prints():
    own = ("connectors/acme.issues.json", "migrations/acme.issues/")
    names = [name for name in sorted(OPENED.files) if name.startswith(own)]
    lines = [f"{hashlib.sha256(OPENED.files[n]).hexdigest()}  {n}\n" for n in names]
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    assert OPENED.statement.digest_of("acme.issues") == f"sha256:{digest}"


def test_several_keys_may_trust_different_connectors():
    raw = acme.bundle(keys=(acme.SIGNER, acme.STRANGER))
    trust = acme.trust("acme.issues").with_key(
        acme.STRANGER.public, ["acme.people"], "Bo"
    )
    opened = open_bundle(raw, trust, now=acme.NOW)
    assert {one.label for one in opened.signers} == {"anna@acme.example", "Bo"}


def test_a_trusted_signature_among_strangers_is_enough():
    raw = acme.bundle(keys=(acme.SIGNER, acme.STRANGER))
    assert len(open_bundle(raw, acme.trust(), now=acme.NOW).signers) == 1


def test_key_ids_decide_nothing():
    outer = json.loads(GOOD)
    del outer["dsseEnvelope"]["signatures"][0]["keyid"]
    assert open_bundle(acme.written(outer), acme.trust(), now=acme.NOW)


def test_a_report_tells_all_steps_of_a_good_bundle():
    report = explain(GOOD, acme.trust(), now=acme.NOW)
    assert [(one.step, one.name) for one in report] == list(STEPS.items())
    assert all(one.ok and one.detail for one in report)


def test_a_report_stops_at_the_first_failure():
    report = explain(GOOD, Trust(), now=acme.NOW)
    assert [one.ok for one in report] == [True] * 5 + [False] + [None] * 7
    assert "No key that you trust" in report[5].detail
    assert {one.detail for one in report[6:]} == {"not run"}


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[]", b"{}", b"null", b"PK\x03\x04"])
def test_a_report_can_be_had_of_anything(raw):
    report = explain(raw, acme.trust(), now=acme.NOW)
    assert len(report) == 13
    assert [one.ok for one in report].count(False) == 1


def test_the_recorded_version_must_be_one():
    with pytest.raises(Exception, match=r"MAJOR\.MINOR\.PATCH"):
        Accepted("1.2", "sha256:00")


def unchanged(raw: bytes) -> bool:
    """Tell whether `raw` is refused, or accepted with exactly the signed content."""
    try:
        opened = open_bundle(raw, acme.trust(), now=acme.NOW)
    except BundleRejected:
        return True
    return (opened.files, opened.payload_digest, opened.statement) == (
        OPENED.files,
        OPENED.payload_digest,
        OPENED.statement,
    )


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, len(GOOD) - 1), byte=st.integers(0, 255))
def test_any_byte_changed_never_brings_other_content(at, byte):
    assert unchanged(GOOD[:at] + bytes([byte]) + GOOD[at + 1 :])


def test_any_bit_flipped_never_brings_other_content():
    chosen = random.Random(1).sample(range(len(GOOD) * 8), 2000)  # noqa: S311 - no secret
    for bit in chosen:
        raw = bytearray(GOOD)
        raw[bit // 8] ^= 1 << bit % 8
        assert unchanged(bytes(raw)), f"bit {bit}"


@settings(max_examples=200, deadline=None)
@given(start=st.integers(0, len(GOOD)), length=st.integers(0, 400), put=st.binary())
def test_any_stretch_replaced_never_brings_other_content(start, length, put):
    assert unchanged(GOOD[:start] + put + GOOD[start + length :])
