"""Envelopes behave as the DSSE project's published vectors say."""

import json
from pathlib import Path

import pytest
from tests.bundle.readers import NO_NODE, NODE, run

from ferrule.bundle import PublicKey, SigningKey
from ferrule.bundle.dsse import Envelope, Signature, pae, read_envelope, sign, verify
from ferrule.bundle.strict import Part
from ferrule.errors import BadSignature, BundleRejected, MalformedBundle

# Published by the DSSE project, https://github.com/secure-systems-lab/dsse
SAMPLES = Path(__file__).parents[1] / "samples" / "vectors" / "dsse.json"
PUBLISHED = json.loads(SAMPLES.read_text(encoding="utf-8"))
KEYS = {
    name: SigningKey.from_seed(bytes.fromhex(pair["seed"]))
    for name, pair in PUBLISHED["keys"].items()
}


def verdict(vector) -> str:
    try:
        sealed = read_envelope(Part(vector["envelope"], "envelope", 2))
        if vector["envelope"]["payloadType"] not in vector["supportedPayloadTypes"]:
            return "reject"
        sealed.expect_type(vector["envelope"]["payloadType"])
        keys = [KEYS[name].public for name in vector["trustedKeys"]]
        verify(sealed.decoded(), keys, threshold=vector["threshold"])
    except BundleRejected:
        return "reject"
    return "accept"


def test_there_are_nine_vectors():
    assert len(PUBLISHED["vectors"]) == 9


@pytest.mark.parametrize("vector", PUBLISHED["vectors"], ids=lambda one: one["id"])
def test_published_vectors_have_their_verdict(vector):
    assert verdict(vector) == vector["expect"]


@pytest.mark.parametrize(
    "vector",
    [one for one in PUBLISHED["vectors"] if one["expect"] == "accept"],
    ids=lambda one: one["id"],
)
def test_published_vectors_have_their_signed_bytes(vector):
    envelope = read_envelope(Part(vector["envelope"], "envelope", 2)).decoded()
    assert envelope.message.hex() == vector["pae"]


@pytest.mark.parametrize(
    "reader",
    [
        pytest.param("node", marks=pytest.mark.skipif(NODE is None, reason=NO_NODE)),
        "independent",
    ],
)
def test_other_readers_say_the_same_of_the_published_vectors(reader):
    public = {name: pair["public"] for name, pair in PUBLISHED["keys"].items()}
    asked = [
        {
            "envelope": one["envelope"],
            "keys": [public[name] for name in one["trustedKeys"]],
            "threshold": one["threshold"],
            "types": one["supportedPayloadTypes"],
        }
        for one in PUBLISHED["vectors"]
    ]
    found = run(reader, [{"vector": "envelope", "of": one} for one in asked])
    assert [one.get("is") for one in found] == [
        one["pae"] if one["expect"] == "accept" else None
        for one in PUBLISHED["vectors"]
    ]


@pytest.mark.parametrize(("name", "pair"), PUBLISHED["keys"].items())
def test_published_seeds_give_their_public_keys(name, pair):
    assert KEYS[name].public == PublicKey(bytes.fromhex(pair["public"]))


def test_the_encoding_is_that_of_the_protocol_document():
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_lengths_are_in_bytes():
    assert pae("é", "ü".encode()) == "DSSEv1 2 é 2 ü".encode()


def test_signing_gives_the_published_signature():
    vector = PUBLISHED["vectors"][0]
    envelope = sign(
        vector["envelope"]["payloadType"],
        read_envelope(Part(vector["envelope"], "", 2)).decoded().payload,
        [KEYS["A"]],
    )
    assert envelope["payload"] == vector["envelope"]["payload"]
    published = vector["envelope"]["signatures"][0]["sig"]
    assert [one["sig"] for one in envelope["signatures"]] == [published]


def test_signatures_stand_in_the_order_of_key_ids():
    forth = sign("t", b"p", [KEYS["A"], KEYS["B"]])
    assert forth == sign("t", b"p", [KEYS["B"], KEYS["A"]])
    ids = [one["keyid"] for one in forth["signatures"]]
    assert ids == sorted(ids)


def enveloped(*signatures: bytes) -> Envelope:
    return Envelope("t", b"p", tuple(Signature(None, one) for one in signatures))


def test_one_key_counts_once_however_often_it_signed():
    signature = KEYS["A"].sign(pae("t", b"p"))
    keys = [KEYS["A"].public, KEYS["A"].public]
    assert verify(enveloped(signature, signature), keys) == {KEYS["A"].public.id}
    with pytest.raises(BadSignature, match="1 of 2"):
        verify(enveloped(signature, signature), keys, threshold=2)


def test_signatures_that_do_not_hold_are_passed_over():
    good = KEYS["B"].sign(pae("t", b"p"))
    keys = [key.public for key in KEYS.values()]
    assert verify(enveloped(b"", b"\0" * 64, good), keys) == {KEYS["B"].public.id}


@pytest.mark.parametrize("count", [0, 17])
def test_one_to_sixteen_signatures_are_looked_at(count):
    signature = KEYS["A"].sign(pae("t", b"p"))
    with pytest.raises(MalformedBundle) as refused:
        verify(enveloped(*[signature] * count), [KEYS["A"].public])
    assert refused.value.step == 6


@pytest.mark.parametrize(
    "envelope",
    [
        {"payload": "", "payloadType": "t"},
        {"payload": 1, "payloadType": "t", "signatures": []},
        {"payload": "", "payloadType": None, "signatures": []},
        {"payload": "", "payloadType": "t", "signatures": {}},
        {"payload": "", "payloadType": "t", "signatures": [{"keyid": "k"}]},
        {"payload": "", "payloadType": "t", "signatures": [{"sig": "", "keyid": 1}]},
        {"payload": "", "payloadType": "t", "signatures": [{"sig": "", "Sig": ""}]},
        {"payload": "", "payloadType": "t", "signatures": [], "PayloadType": "t"},
    ],
)
def test_an_envelope_of_another_shape_is_refused(envelope):
    with pytest.raises(MalformedBundle):
        read_envelope(Part(envelope, "envelope", 2))


def test_members_that_the_protocol_does_not_know_are_ignored():
    envelope = sign("t", b"p", [KEYS["A"]]) | {"later": {"x": 1}}
    envelope["signatures"][0]["cert"] = "x"
    sealed = read_envelope(Part(envelope, "envelope", 2))
    assert verify(sealed.decoded(), [KEYS["A"].public])
