"""Trust is a list of keys with the connectors that each may sign."""

import json

import pytest
from tests.bundle import acme

from ferrule.bundle import Trust, is_pattern, matches, read_trust
from ferrule.errors import StoreError, UsageError

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


def test_a_key_without_connectors_is_no_trust():
    with pytest.raises(UsageError, match="at least one"):
        Trust().with_key(acme.SIGNER.public, ())


def test_a_trust_list_comes_back():
    both = acme.trust().with_key(acme.STRANGER.public, ["beta", "gamma-*"], "Bö")
    assert read_trust(both.encoded()) == both
    assert json.loads(acme.trust().encoded()) == {
        "keys": [
            {
                "id": acme.SIGNER.public.id,
                "alg": "ed25519",
                "public": PUBLIC,
                "connectors": ["acme.*"],
                "label": "anna@acme.example",
            }
        ]
    }


def test_adding_a_key_again_replaces_what_it_may_sign():
    again = acme.trust().with_key(acme.SIGNER.public, ["beta"])
    assert [one.connectors for one in again.keys] == [("beta",)]
    assert again.without(acme.SIGNER.public.id) == Trust()
    assert again.find(acme.SIGNER.public.id) == again.keys[0]
    assert again.find("sha256:00") is None


def entry(**changes):
    good = json.loads(acme.trust().encoded())["keys"][0]
    return json.dumps({"keys": [good | changes]}).encode()


PUBLIC = "MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
SMALL = "MCowBQYDK2VwAyEAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "not strict JSON"),
        (b'{"keys": []', "not strict JSON"),
        (b'{"keys": [], "keys": []}', "twice"),
        (b'{"keys": [], "more": 1}', "unknown member"),
        (b'{"Keys": []}', "'Keys'"),
        (entry(alg="hmac"), "only algorithm"),
        (entry(alg="Ed25519"), "only algorithm"),
        (entry(id="sha256:" + "0" * 64), "not the id of its key"),
        (entry(public=SMALL), "small order"),
        (entry(public="AAAA"), "not a public key"),
        (entry(public="AA"), "base64"),
        (entry(connectors=["*"]), "not a pattern"),
        (entry(connectors=[]), "at least one"),
        (entry(label="a\x1b[2J"), "cannot be shown"),
        (entry(notBefore="2025-01-01T00:00:00Z"), "unknown member 'notBefore'"),
    ],
)
def test_a_damaged_list_is_refused_and_says_why(raw, message):
    with pytest.raises(StoreError, match=message) as refused:
        read_trust(raw)
    assert refused.value.advice


def test_a_key_stands_there_once():
    good = json.loads(acme.trust().encoded())["keys"]
    with pytest.raises(StoreError, match="twice"):
        read_trust(json.dumps({"keys": good * 2}).encode())
