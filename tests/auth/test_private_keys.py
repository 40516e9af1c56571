"""Private keys in every form in which people have them, and what is said of others."""

import json
from base64 import b64encode

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from pydantic import SecretStr

from ferrule.auth.private_keys import ec_key, pem_of, rsa_key
from ferrule.errors import CredentialError

RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
NONE = serialization.NoEncryption()
FORMATS = serialization.PrivateFormat


def written(key, form=FORMATS.PKCS8, lock=NONE):
    return key.private_bytes(serialization.Encoding.PEM, form, lock).decode()


PKCS8 = written(RSA)
FORMS = {
    "PKCS 8": PKCS8,
    "PKCS 1": written(RSA, FORMATS.TraditionalOpenSSL),
    "OpenSSH": written(RSA, FORMATS.OpenSSH),
    "one line with \\n": PKCS8.replace("\n", "\\n"),
    "one line with \\r\\n": PKCS8.replace("\n", "\\r\\n"),
    "lines of Windows": PKCS8.replace("\n", "\r\n"),
    "one line with spaces": PKCS8.replace("\n", " "),
    "one line with nothing between": PKCS8.replace("\n", ""),
    "quoted, with spaces around": f'  "{PKCS8}"\n',
    "base64": b64encode(PKCS8.encode()).decode(),
    "a key file": json.dumps({"type": "service_account", "private_key": PKCS8}),
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_a_key_is_read_however_it_was_pasted(text):
    assert rsa_key(SecretStr(text), 2048).private_numbers() == RSA.private_numbers()


def test_a_key_on_the_curve_is_read_in_both_formats():
    for form in (FORMATS.PKCS8, FORMATS.TraditionalOpenSSL):
        key = ec_key(SecretStr(written(EC, form).replace("\n", "\\n")))
        assert key.private_numbers() == EC.private_numbers()


PUBLIC = RSA.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
LOCKED = written(RSA, lock=serialization.BestAvailableEncryption(b"x"))
OLD_LOCKED = written(
    RSA, FORMATS.TraditionalOpenSSL, serialization.BestAvailableEncryption(b"x")
)
OTHERS = [
    ("", "is empty", "-----BEGIN"),
    ("s3cret", "not PEM", "not its name"),
    ('{"private_key": 5, "s3cret": 1}', "not PEM", "Paste the text"),
    ("{s3cret", "not PEM", "Paste the text"),
    (PUBLIC.decode(), "a public key", "private key that belongs to it"),
    ("-----BEGIN CERTIFICATE-----\ns3cret\n-----END", "a certificate", "private key"),
    (LOCKED, "a key with a password", "openssl"),
    (OLD_LOCKED, "a key with a password", "openssl"),
    (PKCS8[:200], "cannot be read", "the whole text"),
    (PKCS8.replace("M", "s", 40), "cannot be read", "the whole text"),
    (written(EC), "of the kind EC", "made for this service"),
    (
        written(ed25519.Ed25519PrivateKey.generate()),
        "of the kind Ed25519",
        "made for this service",
    ),
]


@pytest.mark.parametrize(("text", "says", "advises"), OTHERS)
def test_what_is_no_rsa_key_is_told_by_what_it_is(text, says, advises):
    with pytest.raises(CredentialError, match=r"RSA key|empty") as caught:
        rsa_key(SecretStr(text))
    error = caught.value
    assert says in error.message
    assert advises in error.advice
    assert "s3cret" not in str(error)
    assert error.__cause__ is None


def test_a_short_rsa_key_is_refused_where_so_many_bits_are_asked():
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505 - what is refused
    assert rsa_key(SecretStr(written(short))).key_size == 1024
    with pytest.raises(CredentialError, match="1024 bits"):
        rsa_key(SecretStr(written(short)), 2048)


def test_a_key_on_another_curve_is_told():
    other = ec.generate_private_key(ec.SECP384R1())
    with pytest.raises(CredentialError, match="secp384r1"):
        ec_key(SecretStr(written(other)))
    with pytest.raises(CredentialError, match="of the kind RSA"):
        ec_key(SecretStr(PKCS8))


def test_text_that_is_no_pem_is_left_as_it_is():
    assert pem_of(SecretStr(" abc ")) == "abc"
    assert pem_of(SecretStr("clé privée")) == "clé privée"
    assert pem_of(SecretStr("-----BEGIN X-----abc")) == "-----BEGIN X-----abc"
