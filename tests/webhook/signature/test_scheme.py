"""A verdict says what a person needs to see, and a signed call is one that is taken."""

import base64
import hmac

import pytest
from msgspec import structs
from pydantic import SecretStr
from tests.webhook.signature.calls import EPOCH, NOW, SECRET, call, moment, scheme

from ferrule.errors import CredentialError, MissingSecret, UsageError

BODY = b'{"a": 1}'
OLD, NEW = SecretStr("old"), SecretStr("new")
KEYED = {"format": "keyed", "separator": ",", "assign": "=", "signatureKey": "v1"}


def signed(body=BODY, secret=SECRET):
    return hmac.new(secret.get_secret_value().encode(), body, "sha256").hexdigest()


SEED = [
    ("hmac-sha256", "X-Hub-Signature-256", "sha256=", "hex"),
    ("hmac-sha1", "X-Hub-Signature", "sha1=", "hex"),
    ("hmac-sha512", "X-Signature", "sha512=", "hex"),
    ("hmac-sha256", "X-Signature", "", "hex"),
    ("hmac-sha256", "X-Shopify-Hmac-Sha256", "", "base64"),
    ("hmac-sha256", "X-Signature", "sha256=", "base64"),
    ("token", "Authorization", "Bearer ", ""),
    ("token", "Authorization", "bearer ", ""),
    ("token", "X-Gitlab-Token", "", ""),
]


@pytest.mark.parametrize(("algorithm", "name", "prefix", "encoding"), SEED)
def test_a_header_and_an_algorithm_are_enough(algorithm, name, prefix, encoding):
    """Seed 001 says no more: what is usual for the algorithm is understood."""
    bare = scheme(algorithm=algorithm, signatureHeader=name)
    octets = b"It's a secret"
    if algorithm != "token":
        octets = hmac.new(octets, BODY, algorithm.removeprefix("hmac-")).digest()
    text = octets.decode("latin-1")
    if encoding:
        text = octets.hex() if encoding == "hex" else base64.b64encode(octets).decode()
    verdict = bare.verify(call({name: prefix + text}, BODY), [SECRET], NOW)
    assert verdict.state == "valid"
    assert bare.verify(call({name: prefix}, BODY), [SECRET], NOW).state != "valid"
    signed_here = bare.sign(call({}, BODY), SECRET, NOW)
    assert bare.verify(signed_here, [SECRET], NOW).state == "valid"


def test_a_verdict_shows_what_was_signed_computed_and_received():
    shown = scheme(header={"format": "prefixed", "prefix": "v0="}).verify(
        call({"X-Sig": "v0=" + "AB" * 32}, BODY), [OLD, NEW], NOW
    )
    assert shown.canonical == BODY
    assert shown.computed == (signed(secret=OLD), signed(secret=NEW))
    assert shown.received == ("AB" * 32,)
    assert shown.secret is None
    assert shown.message == (
        "The signature is not the one that any of 2 secrets makes of this call."
    )


def test_a_verdict_without_a_signature_still_shows_what_it_would_cover():
    time = {"from": "header:T", "format": "unix", "toleranceSeconds": 1}
    timed = scheme(signedPayload="{timestamp}.{body}", timestamp=time)
    assert timed.verify(call({"T": "5"}, BODY), [OLD], NOW).canonical == b"5." + BODY
    assert timed.verify(call({}, BODY), [OLD], NOW).canonical is None


@pytest.mark.parametrize(("secret", "place"), [(OLD, 0), (NEW, 1)])
def test_while_secrets_are_rotated_each_of_them_is_taken(secret, place):
    headers = {"X-Sig": signed(secret=secret)}
    verdict = scheme().verify(call(headers, BODY), [OLD, NEW], NOW)
    assert (verdict.state, verdict.secret) == ("valid", place)


def test_octets_are_a_secret_as_they_are():
    key = bytes(range(256))
    in_base64 = scheme(secretEncoding="base64", secretPrefix="whsec_")
    headers = {"X-Sig": hmac.new(key, BODY, "sha256").hexdigest()}
    for secret in (key, SecretStr("whsec_" + base64.b64encode(key).decode())):
        verdict = in_base64.verify(call(headers, BODY), [secret], NOW)
        assert verdict.state == "valid"


def test_a_signature_that_holds_and_is_late_says_how_late():
    time = {"from": "header:T", "format": "unix", "toleranceSeconds": 300}
    timed = scheme(timestamp=time)
    headers = {"T": str(EPOCH), "X-Sig": signed()}
    for seconds, said in (
        (301, "It was signed 5 min 1 s ago; 5 min are allowed."),
        (7_200, "It was signed 2 h ago; 5 min are allowed."),
        (-301, "It was signed 5 min 1 s ahead of now; 5 min are allowed."),
    ):
        verdict = timed.verify(call(headers, BODY), [SECRET], moment(EPOCH + seconds))
        assert verdict.message == said
        assert verdict.secret == 0


def test_a_call_is_signed_in_place_of_its_old_signature():
    older = call([("A", "1"), ("x-sig", "old"), ("X-SIG", "older"), ("B", "2")], BODY)
    fresh = scheme().sign(older, SECRET, NOW)
    assert fresh.headers == (("A", "1"), ("B", "2"), ("X-Sig", signed()))
    assert fresh.body == BODY
    assert older.headers[1] == ("x-sig", "old")


def test_a_call_is_signed_under_the_first_of_several_headers():
    several = scheme(signatureHeaders=["X-One", "X-Two"])
    fresh = several.sign(call({"X-Two": "old"}, BODY), SECRET, NOW)
    assert fresh.headers == (("X-One", signed()),)


def test_the_time_of_a_signed_call_is_set_in_its_header():
    time = {"from": "header:T", "format": "unix_ms", "toleranceSeconds": 1}
    timed = scheme(signedPayload="{timestamp}{body}", timestamp=time)
    fresh = timed.sign(call({"t": "1"}, BODY), SECRET, NOW)
    text = f"{EPOCH}000"
    assert fresh.headers == (("T", text), ("X-Sig", signed(text.encode() + BODY)))


def test_the_time_of_a_signed_call_is_set_beside_its_signature():
    time = {"from": "param:t", "format": "iso8601", "toleranceSeconds": 1}
    timed = scheme(header=KEYED, signedPayload="{timestamp}.{body}", timestamp=time)
    fresh = timed.sign(call({}, BODY), SECRET, NOW)
    text = "2026-02-03T04:05:06Z"
    mac = signed(f"{text}.".encode() + BODY)
    assert fresh.headers == (("X-Sig", f"t={text},v1={mac}"),)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("$.at", b'{"at":1,"n":1.10}', b'{"at":%d,"n":1.10}' % EPOCH),
        ("$.at", b'{"at":"1"}', b'{"at":"%d"}' % EPOCH),
        ("$.a[0].at", b'{"a":[{"at":1}]}', b'{"a":[{"at":%d}]}' % EPOCH),
    ],
)
def test_the_time_of_a_signed_call_is_set_in_its_body(path, before, after):
    time = {"from": path, "format": "unix", "toleranceSeconds": 60}
    timed = scheme(timestamp=time)
    fresh = timed.sign(call({}, before), SECRET, NOW)
    assert fresh.body == after
    assert timed.verify(fresh, [SECRET], NOW).state == "valid"


@pytest.mark.parametrize(
    "body",
    [b'{ "at" : %d }' % EPOCH, b"{}", b"no json", b'{"a":[]}', b'{"at":null}', b"[1]"],
)
def test_a_body_whose_time_is_near_or_not_there_stays_as_it_is(body):
    time = {"from": "$.at", "format": "unix", "toleranceSeconds": 60}
    assert scheme(timestamp=time).sign(call({}, body), SECRET, NOW).body == body


def test_a_call_that_lacks_what_is_covered_cannot_be_signed():
    named = scheme(signedPayload="{header:X-Id}.{body}")
    with pytest.raises(UsageError, match="X-Id"):
        named.sign(call({}, BODY), SECRET, NOW)
    time = {"from": "$.at", "format": "unix", "toleranceSeconds": 60}
    timed = scheme(signedPayload="{timestamp}.{body}", timestamp=time)
    with pytest.raises(UsageError, match=r"\$\.at"):
        timed.sign(call({}, BODY), SECRET, NOW)


def test_a_token_is_put_where_it_is_looked_for():
    bearer = {"format": "prefixed", "prefix": "Bearer "}
    token = scheme(signatureHeader="Authorization", algorithm="token", header=bearer)
    fresh = token.sign(call({}, BODY), SECRET, NOW)
    assert fresh.headers == (("Authorization", "Bearer It's a secret"),)
    verdict = token.verify(fresh, [SECRET], NOW)
    assert verdict.state == "valid"
    assert (verdict.canonical, verdict.computed, verdict.received) == (None, (), ())


def test_a_token_beyond_ascii_is_compared_as_the_bytes_that_came():
    token = scheme(algorithm="token")
    secret = SecretStr("schlüssel")
    as_a_server_says_it = "schlüssel".encode().decode("latin-1")
    fresh = token.sign(call(), secret, NOW)
    assert fresh.headers == (("X-Sig", as_a_server_says_it),)
    assert token.verify(fresh, [secret], NOW).state == "valid"
    other = call({"X-Sig": "schlussel"})
    assert token.verify(other, [secret], NOW).reason == "wrong_token"


def test_a_secret_that_is_not_as_the_scheme_says_is_told_and_not_shown():
    for encoding, text in (("base64", "no base64!"), ("hex", "xyz0")):
        odd = scheme(secretEncoding=encoding)
        with pytest.raises(CredentialError, match=f"is not {encoding}") as caught:
            odd.verify(call({"X-Sig": "00"}), [SecretStr(text)], NOW)
        assert text not in str(caught.value)


def test_secrets_are_checked_before_a_call_has_come():
    in_hex = scheme(secretEncoding="hex")
    in_hex.check([SecretStr("00ff"), b"octets"])
    with pytest.raises(CredentialError, match="is not hex"):
        in_hex.check([SecretStr("00ff"), SecretStr("00f")])
    with pytest.raises(MissingSecret):
        in_hex.check([])


def test_headers_of_an_incoming_call_are_read_once_and_not_carried_over():
    incoming = call([("A", " 1\t"), ("a", "1"), ("b", "2")])
    assert incoming.values == {"a": ["1"], "b": ["2"]}
    other = structs.replace(incoming, headers=(("C", "3"),))
    assert other.values == {"c": ["3"]}
