"""Secrets that are made here fit the scheme they were made for."""

import pytest
from tests.webhook.signature.calls import NOW, VENDORS, call, scheme_of

from ferrule.auth.webhook_secret import ALGORITHMS
from ferrule.webhook.signature import (
    fresh_secret,
    standard_headers,
    standard_webhooks,
)

BASES = [{}, {"secretEncoding": "base64", "secretPrefix": "whsec_"}]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("base", [*BASES, {"secretEncoding": "hex"}])
def test_a_fresh_secret_signs_and_verifies(algorithm, base):
    scheme = scheme_of({"signatureHeader": "X-Sig", "algorithm": algorithm} | base)
    one, other = fresh_secret(scheme.config), fresh_secret(scheme.config)
    signed = scheme.sign(call(), one.signing, NOW)
    assert scheme.verify(signed, [one.verifying], NOW).state == "valid"
    assert scheme.verify(signed, [other.verifying], NOW).state == "invalid"


def test_a_message_of_our_own_is_a_standard_webhook():
    secret = fresh_secret(standard_webhooks().config)
    assert secret.signing.get_secret_value().startswith("whsec_")
    headers = standard_headers(b"{}", "msg_1", secret.signing, NOW)
    names = ["webhook-id", "webhook-timestamp", "webhook-signature"]
    assert [name for name, _ in headers] == names
    theirs = scheme_of(VENDORS["standard-webhooks"]["config"])
    assert theirs.verify(call(headers), [secret.verifying], NOW).state == "valid"


def test_the_published_message_is_signed_to_the_letter():
    """github.com/standard-webhooks/standard-webhooks, libraries/go/webhook_test.go."""
    case = VENDORS["standard-webhooks"]["cases"][0]
    found = standard_headers(
        case["body"].encode(),
        dict(case["headers"])["webhook-id"],
        type(fresh_secret(standard_webhooks().config).signing)(case["secrets"][0]),
        NOW.fromtimestamp(case["now"], NOW.tzinfo),
    )
    assert dict(found) == dict(case["headers"])
