"""Trust is keys, and which of them together may sign which connectors."""

from datetime import timedelta

import pytest
from tests.bundle import acme

from ferrule.bundle import Delegation, Role, Trust, TrustedKey, is_pattern, matches
from ferrule.errors import UsageError

DAY, LATER = acme.NOW, acme.NOW + timedelta(days=1)

MATCHES = [
    ("acme", "acme", True),
    ("acme", "acme.issues", False),
    ("acme.*", "acme.issues", True),
    ("acme.*", "acme.issues.eu", True),
    ("acme.*", "acme", False),
    ("acme.*", "acme-issues", False),
    ("acme.*", "acmex.issues", False),
    ("acme-*", "acme-issues", True),
    ("acme_*", "acme_issues", True),
    ("acme.issues", "acme-issues", False),
]
PATTERNS = ["acme", "acme.issues", "acme.*", "acme-*", "acme_*", "a.b-*"]
NO_PATTERNS = ["", "*", "*.acme", "acme*", "acme.", ".*", "acme..*", "Acme.*", "a*b"]


@pytest.mark.parametrize(("pattern", "connector", "wanted"), MATCHES)
def test_patterns_stand_for_connectors(pattern, connector, wanted):
    assert matches(pattern, connector) is wanted


@pytest.mark.parametrize("text", PATTERNS)
def test_patterns_are_ids_or_beginnings_of_ids(text):
    assert is_pattern(text)


@pytest.mark.parametrize("text", [*NO_PATTERNS, "acme.*\n", "acme.**", "acme/*"])
def test_nothing_else_is_a_pattern(text):
    assert not is_pattern(text)
    with pytest.raises(UsageError, match="not a pattern"):
        acme.trust(text)


def test_a_key_without_connectors_signs_nothing():
    bare = Trust().with_key(acme.SIGNER.public)
    assert bare.delegation_for("acme.issues") is None
    with pytest.raises(UsageError, match="at least one"):
        Delegation((), Role((acme.SIGNER.public.id,)))


def test_adding_a_key_again_replaces_what_it_may_sign():
    again = acme.trust().with_key(acme.SIGNER.public, ["beta"])
    assert again.connectors_of(acme.SIGNER.public.id) == ("beta",)
    assert len(again.keys) == 2
    assert again.find("sha256:00") is None


ONE, TWO = acme.SIGNER.public, acme.STRANGER.public


def patterns(trust):
    return [one.connectors for one in trust.delegations]


def test_what_is_more_special_comes_first_whenever_it_was_added():
    wide_first = Trust().with_key(ONE, ["acme.*"]).with_key(TWO, ["acme.issues"])
    special_first = Trust().with_key(TWO, ["acme.issues"]).with_key(ONE, ["acme.*"])
    assert patterns(wide_first) == patterns(special_first)
    assert patterns(wide_first) == [("acme.issues",), ("acme.*",)]
    deeper = wide_first.with_key(acme.ROOT.public, ["acme.issues.*"])
    assert patterns(deeper) == [("acme.issues",), ("acme.issues.*",), ("acme.*",)]


def test_the_first_delegation_decides_alone():
    trust = Trust().with_key(ONE, ["acme.*"]).with_key(TWO, ["acme.issues"])
    assert trust.delegation_for("acme.issues").role == Role((TWO.id,))
    assert trust.delegation_for("acme.people").role == Role((ONE.id,))
    assert trust.delegation_for("acme") is None


def test_a_role_counts_different_keys():
    role = Role((ONE.id, TWO.id), 2)
    assert not role.met([ONE.id, ONE.id])
    assert not role.met([ONE.id, acme.ROOT.public.id])
    assert role.met([TWO.id, ONE.id])


@pytest.mark.parametrize(
    ("keyids", "threshold", "message"),
    [
        ((), 1, "cannot give"),
        ((ONE.id,), 2, "cannot give"),
        ((ONE.id,), 0, "cannot give"),
        ((ONE.id, ONE.id), 2, "twice"),
    ],
)
def test_a_threshold_can_be_reached(keyids, threshold, message):
    with pytest.raises(UsageError, match=message):
        Role(keyids, threshold)


def test_a_key_that_is_undelegated_takes_along_what_cannot_be_met_without_it():
    both = Trust().with_key(ONE).with_key(TWO)
    strict = both.delegated(["acme.*"], Role((ONE.id, TWO.id), 2))
    easy = both.delegated(["acme.*"], Role((ONE.id, TWO.id), 1))
    assert strict.undelegated(TWO.id).delegations == ()
    assert easy.undelegated(TWO.id).delegations[0].role == Role((ONE.id,))


@pytest.mark.parametrize(
    ("dates", "reason"),
    [
        ({}, ""),
        ({"not_before": DAY}, ""),
        ({"not_before": LATER}, "does not count before"),
        ({"not_after": LATER}, ""),
        ({"not_after": DAY}, "does not count since"),
        ({"revoked_at": LATER}, ""),
        ({"revoked_at": DAY}, "was revoked on 2025-06-01"),
    ],
)
def test_a_key_counts_within_its_dates(dates, reason):
    key = TrustedKey(ONE, "Anna", **dates)
    assert key.refusal(DAY).startswith(reason)
    assert bool(key.refusal(DAY)) == bool(reason)


def test_a_list_names_no_key_that_it_does_not_hold():
    with pytest.raises(UsageError, match="does not hold"):
        Trust(delegations=(Delegation(("acme",), Role((ONE.id,))),))
    with pytest.raises(UsageError, match="twice"):
        Trust((TrustedKey(ONE), TrustedKey(ONE, "again")))


@pytest.mark.parametrize("label", ["a\x1b[2J", "a\u202eb", "\u3164", "a" * 201])
def test_a_label_that_no_reader_would_take_is_not_written(label):
    with pytest.raises(UsageError, match="label of a key"):
        acme.trust().with_key(acme.STRANGER.public, ["beta"], label)
