"""The schemes of vendors, by signatures that they or their libraries published."""

import pytest
from msgspec import structs
from pydantic import SecretStr
from tests.webhook.signature.calls import (
    VENDORS,
    call_of,
    moment,
    scheme_of,
    verdict_of,
)

CASES = [
    pytest.param(vendor["config"], case, id=f"{name}: {case['what']}")
    for name, vendor in VENDORS.items()
    for case in vendor["cases"]
]
GOOD = [
    pytest.param(vendor["config"], case, id=name)
    for name, vendor in VENDORS.items()
    for case in [next(c for c in vendor["cases"] if c["state"] == "valid")]
]
BY_KEYS = {"ed25519", "ecdsa-p256-sha256"}
IN_HEADERS = [one for one in GOOD if "signatureFrom" not in one.values[0]]
SIGNED = [one for one in GOOD if one.values[0]["algorithm"] != "token"]
SHARED = [one for one in GOOD if one.values[0]["algorithm"] not in BY_KEYS]
TIMED = [one for one in GOOD if "timestamp" in one.values[0]]
# SendGrid keeps its private key.
SIGNABLE = [one for one in GOOD if one.id != "sendgrid"]
LISTED = [
    "github",
    "bitbucket",
    "slack",
    "zoom",
    "stripe",
    "standard-webhooks",
    "standard-webhooks-v1a",
    "svix",
    "pagerduty",
    "circleci",
    "paddle",
    "box",
    "hubspot",
    "line",
    "razorpay",
    "shopify",
    "sentry",
    "linear",
    "twilio",
    "sendgrid",
    "intercom",
]


def test_every_scheme_of_the_list_has_a_good_case_and_a_bad_one():
    assert set(LISTED) <= set(VENDORS)
    for name in LISTED:
        states = [case["state"] for case in VENDORS[name]["cases"]]
        assert "valid" in states, name
        assert set(states) != {"valid"}, name


def test_every_case_names_its_source():
    for vendor in VENDORS.values():
        assert vendor["documented"].startswith("https://")
        assert all(case["source"] for case in vendor["cases"])


@pytest.mark.parametrize(("config", "case"), CASES)
def test_a_call_is_judged_as_published(config, case):
    verdict = verdict_of(config, case)
    assert (verdict.state, verdict.reason) == (case["state"], case["reason"])
    if verdict.state == "valid":
        assert verdict.secret == case.get("secret", 0)


def changed(octets):
    return octets[:-1] + bytes([octets[-1] ^ 1])


@pytest.mark.parametrize(
    ("config", "case"), [one for one in SIGNED if one in IN_HEADERS]
)
def test_attack_a_body_that_was_changed_is_refused(config, case):
    scheme = scheme_of(config)
    secrets = [SecretStr(text) for text in case["secrets"]]
    incoming = structs.replace(call_of(case), body=changed(case["body"].encode()))
    verdict = scheme.verify(incoming, secrets, moment(case["now"]))
    assert (verdict.state, verdict.reason) == ("invalid", "wrong_signature")


@pytest.mark.parametrize(("config", "case"), SHARED)
def test_attack_another_secret_is_refused(config, case):
    other = {"hex": "00ff"}.get(config.get("secretEncoding"), "MfKQ9r8GKYqrTwjUPD8I")
    verdict = verdict_of(config, {**case, "secrets": [other]})
    assert verdict.state == "invalid"
    assert verdict.reason.startswith("wrong_")


@pytest.mark.parametrize(("config", "case"), IN_HEADERS)
def test_attack_without_its_signature_a_call_is_not_taken_as_unsigned(config, case):
    names = config.get("signatureHeaders", [config.get("signatureHeader")])
    gone = {name.lower() for name in names}
    kept = [pair for pair in case["headers"] if pair[0].lower() not in gone]
    verdict = verdict_of(config, {**case, "headers": kept})
    assert (verdict.state, verdict.reason) == ("unsigned", "missing_header")


@pytest.mark.parametrize(("config", "case"), IN_HEADERS)
def test_attack_a_second_signature_header_with_another_value_is_refused(config, case):
    names = config.get("signatureHeaders", [config.get("signatureHeader")])
    twice = [*case["headers"], [names[0], "x"]]
    for headers in (twice, twice[::-1]):
        verdict = verdict_of(config, {**case, "headers": headers})
        assert (verdict.state, verdict.reason) == ("malformed", "conflicting_header")


@pytest.mark.parametrize(("config", "case"), TIMED)
def test_attack_a_call_that_is_replayed_late_or_early_is_refused(config, case):
    tolerance = config["timestamp"]["toleranceSeconds"]
    late = verdict_of(config, {**case, "now": case["now"] + 2 * tolerance + 2})
    early = verdict_of(config, {**case, "now": case["now"] - 2 * tolerance - 2})
    assert (late.state, late.reason) == ("invalid", "too_old")
    assert (early.state, early.reason) == ("invalid", "too_new")
    assert late.secret == early.secret == case.get("secret", 0)


@pytest.mark.parametrize(("config", "case"), SIGNABLE)
def test_what_is_signed_here_is_taken_here(config, case):
    scheme = scheme_of(config)
    signing = case.get("signing", case["secrets"][0])
    later = moment(case["now"] + 86_400)
    signed = scheme.sign(call_of(case), SecretStr(signing), later)
    verdict = scheme.verify(signed, [SecretStr(case["secrets"][0])], later)
    assert (verdict.state, verdict.secret) == ("valid", 0)
