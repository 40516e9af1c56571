"""A key is read in every form that services show it in."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pydantic import SecretStr
from tests.webhook.signature.calls import NOW, call, scheme

from ferrule.errors import CredentialError, MissingSecret

BODY = b"{}"
OURS = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CURVE = ec.derive_private_key(7, ec.SECP256R1())
OTHER_CURVE = ec.derive_private_key(7, ec.SECP384R1())
SPKI = PublicFormat.SubjectPublicKeyInfo
KINDS = {"ed25519": OURS, "ecdsa-p256-sha256": CURVE}


def public(key, encoding=Encoding.DER):
    return key.public_key().public_bytes(encoding, SPKI)


def private(key, encoding=Encoding.DER):
    return key.private_bytes(encoding, PrivateFormat.PKCS8, NoEncryption())


def bare(key):
    if key is OURS:
        return key.public_key().public_bytes_raw()
    point = PublicFormat.UncompressedPoint
    return key.public_key().public_bytes(Encoding.X962, point)


def scalar(key):
    number = 7
    return key.private_bytes_raw() if key is OURS else number.to_bytes(32)


def forms(octets):
    """Yield a key that is not PEM as a person may have it."""
    yield octets
    yield SecretStr(octets.hex())
    yield SecretStr(octets.hex().upper())
    yield SecretStr(base64.b64encode(octets).decode())
    yield SecretStr(base64.urlsafe_b64encode(octets).decode().rstrip("="))
    yield SecretStr(f"\n{base64.b64encode(octets).decode()}\n")


def pem_forms(pem):
    text = pem.decode()
    yield pem
    yield SecretStr(text)
    yield SecretStr(text.replace("\n", "\\n"))
    yield SecretStr(text.replace("\n", "\r\n"))
    yield SecretStr(base64.b64encode(pem).decode())


def signature(key):
    if key is OURS:
        return key.sign(BODY)
    return key.sign(BODY, ec.ECDSA(SHA256()))


@pytest.mark.parametrize("algorithm", KINDS)
def test_a_public_key_may_be_pem_der_or_bare_in_hex_or_base64(algorithm):
    key = KINDS[algorithm]
    headers = {"X-Sig": signature(key).hex()}
    verifies = scheme(algorithm=algorithm)
    secrets = [*forms(public(key)), *forms(bare(key))]
    secrets += pem_forms(public(key, Encoding.PEM))
    if key is CURVE:
        secrets += forms(
            key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        )
    for secret in secrets:
        verdict = verifies.verify(call(headers, BODY), [secret], NOW)
        assert (verdict.state, verdict.computed) == ("valid", ())
        changed = verifies.verify(call(headers, BODY + b" "), [secret], NOW)
        assert changed.reason == "wrong_signature"


@pytest.mark.parametrize("algorithm", KINDS)
def test_a_private_key_may_be_pem_der_or_bare_too(algorithm):
    key = KINDS[algorithm]
    signs = scheme(algorithm=algorithm, encoding="base64")
    secrets = [*forms(private(key)), *forms(scalar(key))]
    secrets += pem_forms(private(key, Encoding.PEM))
    if key is OURS:
        secrets += forms(scalar(key) + bare(key))
    for secret in secrets:
        fresh = signs.sign(call({}, BODY), secret, NOW)
        assert signs.verify(fresh, [public(key)], NOW).state == "valid"


@pytest.mark.parametrize("algorithm", KINDS)
@pytest.mark.parametrize(
    "secret", [b"x", b"-----BEGIN PUBLIC KEY-----\nx", b"\x04" * 65]
)
def test_what_is_no_key_is_told_and_not_shown(algorithm, secret):
    broken = scheme(algorithm=algorithm)
    with pytest.raises(CredentialError, match="is not a public"):
        broken.verify(call({"X-Sig": "00"}), [secret], NOW)
    with pytest.raises(CredentialError, match="is not a private"):
        broken.sign(call(), secret, NOW)


@pytest.mark.parametrize("algorithm", KINDS)
def test_a_key_of_another_kind_is_no_key(algorithm):
    broken = scheme(algorithm=algorithm)
    for kind, key in {**KINDS, "": OTHER_CURVE}.items():
        if kind == algorithm:
            continue
        with pytest.raises(CredentialError, match="is not a public"):
            broken.verify(call({"X-Sig": "00"}), [public(key)], NOW)
        with pytest.raises(CredentialError, match="is not a private"):
            broken.sign(call(), private(key), NOW)


def test_a_private_key_does_not_verify_and_a_public_one_does_not_sign():
    shown = scheme(algorithm="ecdsa-p256-sha256")
    with pytest.raises(CredentialError, match="is not a public"):
        shown.verify(call({"X-Sig": "00"}), [private(CURVE, Encoding.PEM)], NOW)
    with pytest.raises(CredentialError, match="is not a private"):
        shown.sign(call(), public(CURVE, Encoding.PEM), NOW)


def test_an_empty_key_is_told():
    for secret in (b"", SecretStr(""), SecretStr("whpk_")):
        with pytest.raises(MissingSecret):
            scheme(algorithm="ed25519", secretPrefix="whpk_").verify(
                call(), [secret], NOW
            )


def test_a_signature_on_the_curve_may_be_its_two_numbers():
    r, s = utils.decode_dss_signature(signature(CURVE))
    pair = r.to_bytes(32) + s.to_bytes(32)
    shown = scheme(algorithm="ecdsa-p256-sha256", encoding="base64")
    for octets, state in ((pair, "valid"), (pair[::-1], "invalid")):
        headers = {"X-Sig": base64.b64encode(octets).decode()}
        verdict = shown.verify(call(headers, BODY), [public(CURVE)], NOW)
        assert verdict.state == state


def test_one_of_several_public_keys_is_enough():
    shown = scheme(algorithm="ed25519")
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    headers = {"X-Sig": signature(OURS).hex()}
    verdict = shown.verify(call(headers, BODY), [public(other), public(OURS)], NOW)
    assert (verdict.state, verdict.secret) == ("valid", 1)
