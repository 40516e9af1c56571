"""The vectors for several vendors, good ones and bad ones, each by its own name."""

import pytest
from pydantic import SecretStr
from tests.webhook.signature.calls import SAMPLES, call_of, moment, scheme_of

from ferrule.exchange import decode

VECTORS = decode((SAMPLES / "vectors" / "webhooks.json").read_bytes())
REASONS = {
    "ok": {"valid"},
    "signature_mismatch": {"wrong_signature"},
    "no_supported_signature": {"no_known_version"},
    "timestamp_out_of_tolerance": {"too_old", "too_new"},
    "ambiguous_param": {"conflicting_time"},
    "ambiguous_header": {"conflicting_header"},
    "missing_header": {"missing_header"},
    "malformed": {"wrong_prefix"},
}


@pytest.mark.parametrize("case", VECTORS["vectors"], ids=lambda case: case["name"])
def test_a_vector_is_judged_as_it_says(case):
    scheme = scheme_of(VECTORS["schemes"][case["scheme"]])
    secrets = [SecretStr(case["secret"])]
    verdict = scheme.verify(call_of(case), secrets, moment(case["now"]))
    assert verdict.reason in REASONS[case["expect"].split(":")[0]]
    assert (verdict.state == "valid") == (case["expect"] == "ok")
