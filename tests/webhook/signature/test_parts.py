"""The parts of a call that a signature covers, and the places of its time."""

import hmac
from datetime import timedelta

import pytest
from pydantic import SecretStr
from tests.webhook.signature.calls import EPOCH, NOW, SECRET, call, scheme

BODY = b'{"a": 1}'


def signed(body=BODY):
    return hmac.new(b"It's a secret", body, "sha256").hexdigest()


def covered(template, **parts):
    """Return the text that a signature of a call covers."""
    return scheme(signedPayload=template).verify(call(**parts), [SECRET], NOW).canonical


@pytest.mark.parametrize(
    ("form", "joined"),
    [
        (b"b=2&a=1", b"a1b2"),
        (b"a=2&a=1&a=2", b"a1a2"),  # as Twilio's libraries: each value once, sorted
        (b"B=1&a=2&A=3", b"A3B1a2"),
        (b"a=&b=+x%20y%2B", b"ab x y+"),
        (b"caf%C3%A9=%E2%98%83", "café☃".encode()),
        (b"", b""),
        (b"\xff=%ff", "\ufffd\ufffd".encode()),
    ],
)
def test_a_form_is_joined_in_the_order_of_its_names(form, joined):
    assert covered("{form_sorted}", body=form) == joined


def test_parts_are_the_bytes_that_came():
    headers = {"X-Id": "caf\xe9"}  # as a server hands the byte E9 on
    text = covered("{method} {header:x-id}\n{body}", headers=headers, method="post")
    assert text == b"POST caf\xe9\n{}"
    assert covered("{url}", url="https://a.example/☃") == "https://a.example/☃".encode()
    assert covered("é{body}") == "é{}".encode()


def test_blanks_around_the_members_of_a_header_do_not_count():
    keyed = {"format": "keyed", "separator": ";", "assign": "=", "signatureKey": "v1"}
    spaced = {"X-Sig": f" ; v0 = 00 ;  v1 =  {signed()} ; "}
    verdict = scheme(header=keyed).verify(call(spaced, BODY), [SECRET], NOW)
    assert verdict.state == "valid"


def timed(where, form="unix"):
    return scheme(timestamp={"from": where, "format": form, "toleranceSeconds": 60})


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (b"%d" % EPOCH, "valid"),
        (b'"%d"' % EPOCH, "valid"),
        (b"true", "malformed_time"),
        (b"-1", "malformed_time"),
        (b"1e9", "malformed_time"),
        (b"%d.0" % EPOCH, "malformed_time"),
        (b"1" + b"0" * 16, "malformed_time"),
        (b"1" + b"0" * 4000, "malformed_time"),
        (b'"' + b"0" * 65 + b'"', "malformed_time"),
        (b"null", "malformed_time"),
        (b"[1]", "malformed_time"),
        (b"{}", "malformed_time"),
    ],
)
def test_a_time_in_the_body_is_a_whole_number_or_a_text_of_digits(told, reason):
    body = b'{"at":' + told + b"}"
    verdict = timed("$.at").verify(call({"X-Sig": signed(body)}, body), [SECRET], NOW)
    assert verdict.reason == reason


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"a":1}', b"\xff", b"[" * 999])
def test_a_body_that_tells_no_time_has_none(body):
    verdict = timed("$.at").verify(call({"X-Sig": signed(body)}, body), [SECRET], NOW)
    assert verdict.reason == "missing_time"


@pytest.mark.parametrize("other", [b"1", b"true", b"[]", b'"%d"' % EPOCH])
def test_several_times_in_a_body_are_none(other):
    body = b'{"a":[{"at":%d},{"at":%b}]}' % (EPOCH, other)
    verdict = timed("$..at").verify(call({"X-Sig": signed(body)}, body), [SECRET], NOW)
    assert verdict.reason == "conflicting_time"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (f"https://a.example/?t={EPOCH}", "valid"),
        (f"https://a.example/?t={EPOCH}&t={EPOCH}", "valid"),
        (f"https://a.example/?t={EPOCH}&t=1", "conflicting_time"),
        ("https://a.example/", "missing_time"),
        ("https://a.example/?t=", "malformed_time"),
        ("https://[", "missing_time"),
    ],
)
def test_a_time_in_the_address_is_read_from_its_query(url, reason):
    incoming = call({"X-Sig": signed()}, BODY, url)
    assert timed("query:t").verify(incoming, [SECRET], NOW).reason == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-02-03T04:05:06Z", "valid"),
        ("2026-02-03T05:05:06+01:00", "valid"),
        ("20260203T040506.5Z", "valid"),
        ("2026-02-03T04:05:06", "valid"),  # without a zone it is UTC
        ("2026-02-03T05:05:06", "too_new"),
        ("2026-02-03", "too_old"),
        (str(EPOCH), "malformed_time"),
        ("0001-01-01T00:00:00+23:59", "malformed_time"),
        ("yesterday", "malformed_time"),
    ],
)
def test_a_time_in_words_is_iso_8601(text, reason):
    incoming = call({"T": text, "X-Sig": signed()}, BODY)
    verdict = timed("header:T", "iso8601").verify(incoming, [SECRET], NOW)
    assert verdict.reason == reason


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("unix", str(EPOCH)),
        ("unix_ms", f"{EPOCH}000"),
        ("iso8601", "2026-02-03T04:05:06Z"),
    ],
)
def test_a_time_of_our_own_has_no_parts_of_a_second(form, text):
    now = NOW + timedelta(microseconds=123_456)
    assert timed("header:T", form).sign(call(), SECRET, now).headers[0] == ("T", text)


def test_a_secret_that_was_broken_into_lines_is_whole_again():
    whole = scheme(secretEncoding="base64")
    headers = {"X-Sig": hmac.new(b"secret", BODY, "sha256").hexdigest()}
    for text in ("c2Vj\ncmV0", " c2VjcmV0\n"):
        verdict = whole.verify(call(headers, BODY), [SecretStr(text)], NOW)
        assert verdict.state == "valid"


@pytest.mark.parametrize("algorithm", ["ed25519", "ecdsa-p256-sha256"])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
def test_an_empty_signature_of_a_key_pair_is_none(algorithm, encoding):
    keys = {
        "ed25519": bytes(31) + b"\x01",
        "ecdsa-p256-sha256": bytes.fromhex(
            "036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        ),  # the curve's base point
    }
    empty = scheme(algorithm=algorithm, encoding=encoding)
    verdict = empty.verify(call({"X-Sig": ""}), [keys[algorithm]], NOW)
    assert verdict.reason == "malformed_signature"
