"""A reader in another language, written from docs/bundle.md, comes to the same verdict.

It needs `node` (20 or later); without it these tests are skipped and say so.
"""

import base64
import hashlib
import json
import random
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.bundle import acme
from tests.bundle.attacks import ATTACKS
from tests.bundle.trust_lists import DAMAGED, GOOD, SEALED

from ferrule import __version__
from ferrule.bundle import Role, encode_trust, explain, open_bundle, seal_trust

NODE = shutil.which("node")
READER = Path(__file__).with_name("verify.mjs")

pytestmark = pytest.mark.skipif(
    NODE is None,
    reason="NOT CHECKED IN ANOTHER LANGUAGE: node is not on this machine",
)


def question(raw, trust=None, accepted=None) -> bytes:
    known = {
        connector: {"version": last.version, "digest": last.digest}
        for connector, last in (accepted or {}).items()
    }
    asked = {
        "bundle": base64.b64encode(raw).decode(),
        "trust": json.loads(encode_trust(trust or acme.trust())),
        "now": acme.NOW.isoformat(),
        "accepted": known,
        "runtime": __version__,
    }
    return json.dumps(asked).encode()


def answers(questions) -> list[dict]:
    done = subprocess.run(
        [NODE, READER], input=b"\n".join(questions), capture_output=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_good_bundle_is_accepted_with_the_same_content():
    raw = acme.bundle(with_fixtures=True)
    opened = open_bundle(raw, acme.trust(), now=acme.NOW)
    (answer,) = answers([question(raw)])
    assert answer == {
        "payloadDigest": opened.payload_digest,
        "files": {
            name: hashlib.sha256(content).hexdigest()
            for name, content in opened.files.items()
        },
    }


def test_every_attack_is_refused_at_the_same_step():
    portable = [one for one in ATTACKS if one.portable]
    asked = [question(one.make(), one.trust, one.accepted) for one in portable]
    found = answers(asked)
    assert {
        one.name: answer.get("step")
        for one, answer in zip(portable, found, strict=True)
    } == {one.name: one.step for one in portable}


def asked_list(raw: bytes, before: bytes | None = None) -> bytes:
    known = None if before is None else base64.b64encode(before).decode()
    return json.dumps(
        {"list": base64.b64encode(raw).decode(), "before": known}
    ).encode()


def test_every_damaged_trust_list_is_refused():
    found = answers([asked_list(raw) for raw, _ in DAMAGED])
    taken = [
        told
        for (_, told), answer in zip(DAMAGED, found, strict=True)
        if "why" not in answer
    ]
    assert taken == []


def test_a_trust_list_follows_the_one_before():
    later = replace(GOOD, version=2)
    moved = replace(later, root=Role((acme.SIGNER.public.id,)))
    cases = [
        (SEALED, None, 1),
        (SEALED, SEALED, 1),
        (seal_trust(later, [acme.ROOT]), SEALED, 2),
        (seal_trust(moved, [acme.ROOT, acme.SIGNER]), SEALED, 2),
        (seal_trust(moved, [acme.SIGNER]), SEALED, None),
        (seal_trust(replace(GOOD, version=3), [acme.ROOT]), SEALED, None),
        (SEALED, seal_trust(later, [acme.ROOT]), None),
    ]
    found = answers([asked_list(raw, before) for raw, before, _ in cases])
    assert [one.get("version") for one in found] == [wanted for *_, wanted in cases]


def _verdict(raw: bytes) -> int | None:
    report = explain(raw, acme.trust(), now=acme.NOW)
    return next((one.step for one in report if one.ok is False), None)


def test_both_come_to_the_same_verdict_on_damaged_bundles():
    good, chosen = acme.bundle(), random.Random(2)  # noqa: S311 - no secret
    damaged = []
    for _ in range(300):
        raw = bytearray(good)
        at = chosen.randrange(len(raw))
        raw[at : at + chosen.choice([0, 1, 2])] = chosen.randbytes(
            chosen.choice([0, 1])
        )
        damaged.append(bytes(raw))
    found = [answer.get("step") for answer in answers(map(question, damaged))]
    assert found == [_verdict(raw) for raw in damaged]
