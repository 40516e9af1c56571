"""The exported edge function trusts what our engine trusts: calls, bundles, lists."""

import base64
import hmac
import json
from dataclasses import replace
from random import Random, SystemRandom

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from tests.bundle import acme
from tests.bundle.attacks import ATTACKS
from tests.interop import drawn_calls, signed_calls
from tests.interop.asking import NEEDED, RUNTIMES, edge_function
from tests.webhook.signature.calls import SAMPLES

from ferrule import __version__
from ferrule.bundle import Role, open_bundle, seal_trust

pytestmark = NEEDED
SIGNATURES = "edge function: webhook signatures"
DRAWN = 5_000


@pytest.fixture(scope="module", params=RUNTIMES)
def ask(request, tmp_path_factory):
    return edge_function(request, tmp_path_factory.mktemp("edge"))


def test_published_calls_are_judged_alike(ask, interop_table):
    cases = list(signed_calls.published())
    found = map(signed_calls.told, ask([case.question for case in cases]))
    interop_table.same(
        [(case.what, one) for case, one in zip(cases, found, strict=True)],
        [(case.what, case.judged()) for case in cases],
        what=SIGNATURES,
    )
    assert len(cases) > 100


def test_drawn_calls_are_judged_alike(ask, interop_table):
    seed = SystemRandom().randrange(2**32)
    cases = drawn_calls.drawn(Random(seed), DRAWN)  # noqa: S311 - draws cases
    wanted = [case.judged() for case in cases]
    found = map(signed_calls.told, ask([case.question for case in cases]))
    interop_table.same(
        [(seed, case, one) for case, one in zip(cases, found, strict=True)],
        [(seed, case, one) for case, one in zip(cases, wanted, strict=True)],
        what="edge function: drawn calls",
    )
    assert {reason for _, reason in wanted} >= drawn_calls.REACHED


def _signed_otherwise():
    """Yield schemes that the vectors lack: (scheme, secret, header, good body)."""
    body = b'{"a": "\xc3\xa9"}'
    ours = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = ours.public_key().public_bytes_raw()
    curve = ec.derive_private_key(7, ec.SECP256R1())
    pem = curve.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    ecdsa = curve.sign(body, ec.ECDSA(hashes.SHA256()))
    sha512 = hmac.digest(b"\x00\xffkey", body, "sha512")
    base = {"signatureHeader": "X-Sig"}
    yield (
        base | {"algorithm": "ed25519", "secretEncoding": "hex"},
        public.hex(),
        ours.sign(body).hex(),
        body,
    )
    yield (
        base | {"algorithm": "ecdsa-p256-sha256", "encoding": "base64"},
        pem.decode(),
        base64.b64encode(ecdsa).decode(),
        body,
    )
    yield (
        base
        | {
            "algorithm": "hmac-sha512",
            "encoding": "base64",
            "secretEncoding": "base64",
            "header": {
                "format": "keyed",
                "separator": ",",
                "assign": "=",
                "signatureKey": "v1",
            },
        },
        base64.b64encode(b"\x00\xffkey").decode(),
        f"v0=AAAA,v1={base64.b64encode(sha512).decode()}",
        body,
    )
    yield base | {"algorithm": "token"}, "open sesame", "open sesame", body


def test_other_algorithms_hold_and_notice_a_change(ask, interop_table):
    asked, wanted = [], []
    for scheme, secret, header, body in _signed_otherwise():
        is_token = scheme["algorithm"] == "token"
        for content, shown, good in (
            (body, header, True),
            (body + b" ", header, is_token),
            (body, "00" * 64, False),
            (body, "", False),
        ):
            wanted.append(good)
            encoded = base64.b64encode(content).decode()
            asked.append(
                {
                    "ask": "webhook",
                    "scheme": scheme,
                    "secrets": [secret],
                    "headers": [["X-Sig", shown]],
                    "body": encoded,
                    "now": 0,
                }
            )
    interop_table.same(
        [one.get("state") == "valid" for one in ask(asked)],
        wanted,
        what=SIGNATURES,
    )


def question(raw, trust, accepted=None) -> dict:
    rooted = replace(trust, root=Role((acme.ROOT.public.id,)))
    known = {
        connector: {"version": last.version, "digest": last.digest}
        for connector, last in (accepted or {}).items()
    }
    return {
        "ask": "bundle",
        "bundle": base64.b64encode(raw).decode(),
        "trust": base64.b64encode(seal_trust(rooted, [acme.ROOT])).decode(),
        "now": acme.NOW.isoformat(),
        "runtime": __version__,
        "accepted": known,
    }


def test_a_good_bundle_is_verified(ask, interop_table):
    raw = acme.bundle(with_fixtures=True)
    opened = open_bundle(raw, acme.trust(), now=acme.NOW)
    (found,) = ask([question(raw, acme.trust())])
    interop_table.same(
        [found["payloadDigest"]],
        [opened.payload_digest],
        what="edge function: published bundles",
    )


def test_every_attack_is_refused_at_the_same_step(ask, interop_table):
    portable = [one for one in ATTACKS if one.portable]
    asked = [question(one.make(), one.trust, one.accepted) for one in portable]
    found = zip(portable, ask(asked), strict=True)
    interop_table.same(
        [(one.name, answer.get("step")) for one, answer in found],
        [(one.name, one.step) for one in portable],
        what="edge function: attacks on bundles",
    )


GOLDEN = SAMPLES / "bundles"
JUDGED = ("step", "payloadDigest", "connectors")


def _held(name: str) -> str:
    return base64.b64encode((GOLDEN / name).read_bytes()).decode()


def test_the_published_bundles_are_judged_as_published(ask, interop_table):
    """Those that the runtime's own rules refuse are accepted here: `needs`."""
    cases = json.loads((GOLDEN / "expected.json").read_bytes())["bundles"]
    asked = [
        {
            "ask": "bundle",
            "bundle": _held(case["file"]),
            "trust": _held(case["trust"]),
            "now": case["now"],
            "runtime": case["runtime"],
            "accepted": case["accepted"],
        }
        for case in cases
    ]
    wanted = [
        {"step": None} if "needs" in case else {name: case.get(name) for name in JUDGED}
        for case in cases
    ]
    found = [
        {name: answer.get(name) for name in want}
        for answer, want in zip(ask(asked), wanted, strict=True)
    ]
    files = [case["file"] for case in cases]
    interop_table.same(
        zip(files, found, strict=True),
        zip(files, wanted, strict=True),
        what="edge function: published bundles",
    )
    assert len(cases) > 50


def test_the_published_trust_lists_are_read_as_published(ask, interop_table):
    cases = json.loads((GOLDEN / "expected.json").read_bytes())["trustLists"]
    alone = [case for case in cases if case["before"] is None]
    found = ask([{"ask": "trust", "list": _held(case["file"])} for case in alone])
    interop_table.same(
        [not isinstance(one, dict) for one in found],
        [case["verdict"] == "accepted" for case in alone],
        what="edge function: published trust lists",
    )
