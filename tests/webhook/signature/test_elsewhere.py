"""Signatures outside of headers, signed members of a body, and signed digests of it."""

import base64
import hashlib
import hmac
import json

import pytest
from pydantic import SecretStr
from tests.webhook.signature.calls import NOW, SECRET, call, scheme, scheme_of

KEY = SECRET.get_secret_value().encode()
BODY = b'{"id": 1, "amount": 10.50}'
OF_BODY = {
    "signatureFrom": "$.sig",
    "algorithm": "hmac-sha256",
    "signedPayload": "{$.id}|{$.amount}|{$.none}|{$.yes}",
}


def mac(text: bytes) -> bytes:
    return hmac.digest(KEY, text, "sha256")


def in_body(**members):
    told = {"id": 7, "amount": "1.0", "yes": True, "sig": mac(b"7|1.0||true").hex()}
    return json.dumps({**told, **members}).encode()


def reason(described, incoming):
    return described.verify(incoming, [SECRET], NOW).reason


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (in_body(), "valid"),
        (in_body(unsigned="whatever"), "valid"),
        (in_body(id=8), "wrong_signature"),
        (in_body(id="7"), "valid"),
        (in_body(yes=False), "wrong_signature"),
        (in_body(none=""), "valid"),
        (in_body(none={}), "missing_part"),
        (in_body(sig=""), "missing_header"),
        (in_body(sig=None), "missing_header"),
        (in_body(sig=["a"]), "missing_header"),
        (in_body(sig="no hex"), "malformed_signature"),
        (b"[]", "missing_header"),
        (b"no json", "missing_header"),
        (b"", "missing_header"),
    ],
)
def test_a_signature_in_the_body_covers_the_members_that_are_named(body, told):
    assert reason(scheme_of(OF_BODY), call({}, body)) == told


def test_a_number_is_signed_as_it_was_written():
    body = b'{"id": 7, "amount": 1.50, "yes": true, "sig": "%s"}'
    body = body % mac(b"7|1.50||true").hex().encode()
    assert reason(scheme_of(OF_BODY), call({}, body)) == "valid"


def test_attack_of_two_members_of_one_name_what_is_mapped_is_what_is_signed():
    """JSON of two `id`: one of them is read, for the signature and for the mapping."""
    twice = in_body().replace(b'{"id": 7', b'{"id": 8, "id": 7')
    assert reason(scheme_of(OF_BODY), call({}, twice)) == "valid"
    other = in_body().replace(b'"sig"', b'"id": 8, "sig"')
    assert reason(scheme_of(OF_BODY), call({}, other)) == "wrong_signature"


def test_attack_several_signatures_in_a_body_are_refused():
    several = {**OF_BODY, "signatureFrom": "$..sig"}
    body = in_body(more={"sig": "00" * 32})
    assert reason(scheme_of(several), call({}, body)) == "conflicting_header"


def test_a_token_may_stand_in_the_address_or_in_the_body():
    token = SECRET.get_secret_value()
    for source, incoming in (
        ("query:key", call({}, b"{}", f"https://h.example/in?key={token}")),
        ("$.auth.token", call({}, json.dumps({"auth": {"token": token}}).encode())),
    ):
        described = scheme_of({"signatureFrom": source, "algorithm": "token"})
        assert reason(described, incoming) == "valid"
        assert reason(described, call({}, b"{}")) == "missing_header"
        other = described.verify(incoming, [SecretStr("another")], NOW)
        assert other.reason == "wrong_token"
        assert token not in other.message


def digest_of(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


BY_DIGEST = {"signedPayload": "{header:Content-Digest}"}
BY_DIGEST |= {"bodyDigest": "header:Content-Digest"}


@pytest.mark.parametrize(
    "form", ["sha-256=:{}:", "SHA-256={}", "{}"], ids=["RFC 9530", "RFC 3230", "bare"]
)
def test_a_signed_digest_covers_the_body(form):
    told = form.format(digest_of(BODY))
    headers = {"Content-Digest": told, "X-Sig": mac(told.encode()).hex()}
    described = scheme(**BY_DIGEST)
    assert reason(described, call(headers, BODY)) == "valid"
    assert reason(described, call(headers, BODY + b" ")) == "wrong_signature"
    assert reason(described, call(headers, b"")) == "wrong_signature"


@pytest.mark.parametrize("told", ["", "sha-512=:AAAA:", "MD5=AAAA", "00" * 16, "%"])
def test_attack_what_is_no_digest_covers_nothing(told):
    headers = {"Content-Digest": told, "X-Sig": mac(told.encode()).hex()}
    assert reason(scheme(**BY_DIGEST), call(headers, BODY)) == "wrong_signature"


def test_attack_two_digests_are_refused_or_both_hold():
    query = {"signedPayload": "{url}", "bodyDigest": "query:d"}
    right, wrong = (hashlib.sha256(one).hexdigest() for one in (BODY, b""))
    for order in ((right, wrong), (wrong, right)):
        url = "https://h.example/in?d={}&d={}".format(*order)
        headers = {"X-Sig": mac(url.encode()).hex()}
        described = scheme(**query)
        assert reason(described, call(headers, BODY, url)) == "wrong_signature"


@pytest.mark.parametrize(
    ("config", "incoming"),
    [
        (OF_BODY, call({}, in_body(sig="old"))),
        (
            {**BY_DIGEST, "signatureHeader": "X-Sig", "algorithm": "hmac-sha256"},
            call({}, BODY),
        ),
        (
            {"signatureFrom": "query:s", "algorithm": "hmac-sha256"},
            call({}, BODY, "https://h.example/in?a=1&s=old"),
        ),
    ],
)
def test_what_is_signed_here_is_taken_here(config, incoming):
    described = scheme_of(config)
    signed = described.sign(incoming, SECRET, NOW)
    assert reason(described, signed) == "valid"
    assert reason(described, incoming) != "valid"
