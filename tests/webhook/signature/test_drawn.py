"""Whatever is drawn: what was signed is taken, what was changed is not, no error."""

from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import structs
from pydantic import SecretStr
from tests.webhook.signature.calls import NOW, VENDORS, call, scheme_of

CONFIGS = [vendor["config"] for vendor in VENDORS.values()]
SHARED = [one for one in CONFIGS if one["algorithm"].startswith("hmac")]
SCHEMES = [scheme_of(one) for one in SHARED if "signatureFrom" not in one]
ALL = [scheme_of(config) for config in CONFIGS]
KEY = {
    "ed25519": VENDORS["standard-webhooks-v1a"]["cases"][0]["secrets"][0],
    "ecdsa-p256-sha256": VENDORS["sendgrid"]["cases"][0]["secrets"][0],
}
SECRETS = st.binary(min_size=1, max_size=80)
BODIES = st.binary(max_size=300)
NAMES = st.sampled_from(
    sorted(
        {
            name
            for vendor in VENDORS.values()
            for case in vendor["cases"]
            for name, _ in case["headers"]
        }
    )
)
VALUES = st.one_of(
    st.text(max_size=60),
    st.text("0123456789abcdef=,;.: v1ths", max_size=80),
    st.integers(-(10**18), 10**18).map(str),
    st.sampled_from(
        [
            value
            for vendor in VENDORS.values()
            for case in vendor["cases"]
            for _, value in case["headers"]
        ]
    ),
)


def ready(scheme, body):
    """Return a call that has every header that some scheme covers."""
    ids = {"webhook-id": "m1", "svix-id": "m1"}
    return call(ids, body) if scheme.config.signed_payload else call({}, body)


def timed_body(scheme, body):
    """Return a body that tells the time where the scheme looks for it there."""
    moment = scheme.moment
    if moment is None or not moment.steps:
        return body
    return b'{"webhookTimestamp":%d,"b":"%b"}' % (
        int(NOW.timestamp() * 1000),
        body.hex().encode(),
    )


@given(st.sampled_from(SCHEMES), BODIES, SECRETS)
def test_what_was_signed_is_taken(scheme, body, secret):
    incoming = ready(scheme, timed_body(scheme, body))
    signed = scheme.sign(incoming, secret, NOW)
    assert signed.body == incoming.body
    verdict = scheme.verify(signed, [b"another", secret], NOW)
    assert verdict.state == "valid"
    assert verdict.secret == (0 if secret == b"another" else 1)


@given(st.sampled_from(SCHEMES), BODIES, SECRETS, st.data())
def test_attack_one_changed_byte_of_the_body_is_noticed(scheme, body, secret, data):
    assume("{form_sorted}" not in (scheme.config.signed_payload or ""))
    incoming = ready(scheme, timed_body(scheme, body + b"."))
    signed = scheme.sign(incoming, secret, NOW)
    at = data.draw(st.integers(0, len(incoming.body) - 1))
    bit = data.draw(st.integers(1, 255))
    octets = bytearray(signed.body)
    octets[at] ^= bit
    changed = structs.replace(signed, body=bytes(octets))
    assert scheme.verify(changed, [secret], NOW).reason == "wrong_signature"


@given(st.sampled_from(SCHEMES), BODIES, SECRETS, st.data())
def test_attack_one_changed_letter_of_the_signature_is_noticed(
    scheme, body, secret, data
):
    incoming = ready(scheme, timed_body(scheme, body))
    signed = scheme.sign(incoming, secret, NOW)
    name, value = signed.headers[-1]
    at = data.draw(st.integers(0, len(value) - 1))
    letter = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    changed = value[:at] + letter + value[at + 1 :]
    assume(changed.lower() != value.lower() or scheme.config.encoding == "base64")
    assume(changed != value)
    headers = (*signed.headers[:-1], (name, changed))
    verdict = scheme.verify(structs.replace(signed, headers=headers), [secret], NOW)
    assert verdict.state != "valid"


@given(st.sampled_from(SCHEMES), BODIES, SECRETS, st.integers(1, 10**6))
def test_attack_a_time_that_was_moved_is_noticed(scheme, body, secret, apart):
    assume(scheme.moment is not None)
    signed = scheme.sign(ready(scheme, timed_body(scheme, body)), secret, NOW)
    moved = scheme.sign(signed, b"an attacker's", NOW + timedelta(seconds=apart))
    theirs = dict(moved.headers) | {"": ""}
    ours = [
        (name, value if name.lower() in names(scheme) else theirs[name])
        for name, value in signed.headers
    ]
    if scheme.moment.member:
        name, value = ours[-1]
        time = scheme.moment.written(NOW + timedelta(seconds=apart))
        ours[-1] = (name, value.replace(scheme.moment.written(NOW), time, 1))
    forged = structs.replace(signed, headers=tuple(ours), body=moved.body)
    assume(forged != signed)
    later = NOW + timedelta(seconds=apart)
    assert scheme.verify(forged, [secret], later).state != "valid"


def names(scheme):
    return {name.lower() for name in scheme.place.names}


@given(
    st.sampled_from(ALL),
    st.lists(st.tuples(NAMES, VALUES), max_size=8),
    st.one_of(BODIES, st.text(max_size=60).map(lambda text: text.encode())),
    st.text(max_size=40),
    st.text(max_size=8),
)
def test_attack_no_call_makes_a_verification_fail_with_an_error(
    scheme, headers, body, url, method
):
    algorithm = scheme.config.known_algorithm
    usual = "00ff" if scheme.config.secret_encoding == "hex" else "c2VjcmV0"
    secret = SecretStr(KEY.get(algorithm, usual))
    incoming = call(headers, body, url, method)
    verdict = scheme.verify(incoming, [secret], NOW)
    assert verdict.state in {"valid", "invalid", "malformed", "unsigned"}
    assert verdict.message
    if algorithm != "token":
        assert verdict.state != "valid"
