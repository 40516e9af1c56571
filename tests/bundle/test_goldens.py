"""The published vectors are what we say of them, and every reader agrees.

They are read from the files alone, as who writes a reader in another language does.
"""

import base64
import hashlib
import json
from datetime import datetime

import pytest
from tests.bundle import goldens, rules
from tests.bundle.readers import (
    COMMANDS,
    NO_NODE,
    NODE,
    ListQuestion,
    Question,
    compared,
    run,
)

from ferrule.bundle import (
    Accepted,
    PublicKey,
    SigningKey,
    read_trust,
)
from ferrule.bundle.dsse import pae
from ferrule.bundle.names import is_id, is_version, name_problem
from ferrule.bundle.strict import Part, octets, read
from ferrule.errors import BundleRejected, FerruleError

EXPECTED = json.loads((goldens.SAMPLES / "expected.json").read_bytes())
RULES = json.loads((goldens.SAMPLES / "rules.json").read_bytes())
BUNDLES, LISTS = EXPECTED["bundles"], EXPECTED["trustLists"]
PORTABLE = [one for one in BUNDLES if "needs" not in one]
KINDS = [
    ("base64", "base64"),
    ("json", "json"),
    ("key", "keys"),
    ("name", "names"),
    ("version", "versions"),
    ("id", "ids"),
    ("time", "times"),
]
each_reader = pytest.mark.parametrize(
    "reader",
    [
        pytest.param(
            one, marks=pytest.mark.skipif(one == "node" and not NODE, reason=NO_NODE)
        )
        for one in COMMANDS
    ],
)


def raw(name: str | None) -> bytes | None:
    return None if name is None else (goldens.SAMPLES / name).read_bytes()


def text(name: str | None) -> str | None:
    return None if name is None else base64.b64encode(raw(name)).decode()


def about(one: dict) -> dict:
    """Return of an expectation what an answer says."""
    if "step" in one:
        return {"step": one["step"]}
    if one["verdict"] == "refused":
        return {"refused": True}
    named = ("payloadDigest", "connectors", "version")
    return {name: one[name] for name in named if name in one}


def is_moment(text: str) -> bool:
    try:
        Part(text, "It", 0).moment()
    except BundleRejected:
        return False
    return True


def test_the_committed_vectors_are_those_that_are_made():
    committed = {
        f"{one.relative_to(goldens.SAMPLES)}": one.read_bytes()
        for one in goldens.SAMPLES.rglob("*")
        if one.is_file()
    }
    wanted = goldens.made()
    assert sorted(committed) == sorted(wanted)
    assert [name for name in wanted if wanted[name] != committed[name]] == []


def test_every_step_that_can_refuse_has_a_vector():
    refusing = {one["step"] for one in BUNDLES if one["verdict"] == "refused"}
    assert refusing == set(range(1, 14)) - {5}  # step 5 only computes


@pytest.mark.parametrize("one", BUNDLES, ids=lambda one: one["file"])
def test_ours_says_of_a_bundle_what_is_published(one):
    accepted = {name: Accepted(**last) for name, last in one["accepted"].items()}
    asked = Question(
        raw(one["file"]),
        read_trust(raw(one["trust"])).trust,
        accepted,
        datetime.fromisoformat(one["now"]),
    )
    assert asked.ours() == about(one)


@pytest.mark.parametrize("one", LISTS, ids=lambda one: one["file"])
def test_ours_says_of_a_trust_list_what_is_published(one):
    assert ListQuestion(raw(one["file"]), raw(one["before"])).ours() == about(one)


@each_reader
def test_another_reader_says_the_same_of_every_vector(reader):
    bundles = [
        {
            "bundle": text(one["file"]),
            "trust": goldens.trust_of(raw(one["trust"])),
            "now": one["now"],
            "accepted": one["accepted"],
            "runtime": one["runtime"],
        }
        for one in PORTABLE
    ]
    lists = [
        {"list": text(one["file"]), "before": text(one["before"])} for one in LISTS
    ]
    wanted = [*PORTABLE, *LISTS]
    found = [compared(one) for one in run(reader, [*bundles, *lists])]
    assert [
        (one["file"], answer) for one, answer in zip(wanted, found, strict=True)
    ] == [(one["file"], about(one)) for one in wanted]


def rules_asked() -> tuple[list[dict], list[bool]]:
    """Return what readers are asked of single rules, and whether each is good."""
    asked, wanted = [], []
    for kind, place in KINDS:
        good = [one["public"] if kind == "key" else one for one in RULES[place]["good"]]
        bad = RULES[place]["bad"]
        asked += [{"vector": kind, "of": one} for one in (*good, *bad)]
        wanted += [True] * len(good) + [False] * len(bad)
    return asked, wanted


@each_reader
def test_another_reader_keeps_every_rule_as_published(reader):
    asked, wanted = rules_asked()
    found = ["is" in one for one in run(reader, asked)]
    odd = [one for one, yes, no in zip(asked, found, wanted, strict=True) if yes != no]
    assert odd == []


@pytest.mark.parametrize("one", RULES["pae"], ids=lambda one: one["payloadType"])
def test_the_signed_bytes_are_as_published(one):
    payload = base64.b64decode(one["payload"])
    signed = pae(one["payloadType"], payload)
    assert signed == base64.b64decode(one["signed"])


def test_the_first_of_them_is_the_protocol_document_s_own():
    assert base64.b64decode(RULES["pae"][0]["signed"]) == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_base64_is_decoded_as_published():
    good = RULES["base64"]["good"]
    assert {one: octets(one).hex() for one in good} == good
    for one in RULES["base64"]["bad"]:
        with pytest.raises(ValueError):
            octets(one)


def test_keys_are_named_and_refused_as_published():
    for one in RULES["keys"]["good"]:
        key = SigningKey.from_seed(bytes.fromhex(one["seed"])).public
        assert (key.raw.hex(), key.id) == (one["public"], one["id"])
        assert key.fingerprint == one["fingerprint"]
        assert PublicKey.from_der(base64.b64decode(one["der"])) == key
    for one in RULES["keys"]["bad"]:
        with pytest.raises(FerruleError):
            PublicKey(bytes.fromhex(one))


def test_documents_are_read_and_refused_as_published():
    for one in RULES["json"]["good"]:
        read(base64.b64decode(one), limit=1 << 20, what="It")
    for one in RULES["json"]["bad"]:
        with pytest.raises(BundleRejected):
            read(base64.b64decode(one), limit=1 << 20, what="It")


def test_names_are_as_published():
    assert [one for one in RULES["names"]["good"] if name_problem(one)] == []
    assert [one for one in RULES["names"]["bad"] if not name_problem(one)] == []


@pytest.mark.parametrize(
    ("place", "take"),
    [("versions", is_version), ("ids", is_id), ("times", is_moment)],
)
def test_versions_ids_and_times_are_as_published(place, take):
    assert [one for one in RULES[place]["good"] if not take(one)] == []
    assert [one for one in RULES[place]["bad"] if take(one)] == []


def test_the_page_says_what_the_files_say():
    page = (goldens.SAMPLES.parents[2] / "docs" / "bundle-format.md").read_text("utf-8")
    key, digest = RULES["keys"]["good"][0], RULES["contentDigest"]
    small = [one for one in rules.SMALL_KEYS if int(one[-2:], 16) < 0x80]
    told = [
        key["der"],
        key["id"],
        key["fingerprint"],
        digest["lines"],
        digest["digest"],
    ]
    assert [one for one in (*told, *small) if one not in page] == []


def test_the_worked_content_digest_is_right():
    one = RULES["contentDigest"]
    digests = {
        name: hashlib.sha256(content.encode()).hexdigest()
        for name, content in one["files"].items()
    }
    lines = one["lines"].splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        digests[line.split("  ")[1]] for line in lines
    ]
    whole = hashlib.sha256(one["lines"].encode()).hexdigest()
    assert one["digest"] == f"sha256:{whole}"
