"""Keys are named, kept and refused as they should be."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pydantic import SecretStr

from ferrule.bundle import (
    PublicKey,
    SigningKey,
    export_public,
    fingerprint,
    read_public,
)
from ferrule.errors import CredentialError, StoreError

PRIME = 2**255 - 19
D = -121665 * pow(121666, -1, PRIME) % PRIME

# The eight points of small order in canonical form, then the other encodings that
# decoders accept for them (y + p, or the sign of x = 0 set).
SMALL = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]
NOT_CANONICAL = [
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]


def doubled(x, y):
    """Add a point of the curve to itself (RFC 8032, 5.1.4, affine)."""
    product = D * x * x * y * y % PRIME
    return (
        2 * x * y * pow(1 + product, -1, PRIME) % PRIME,
        (y * y + x * x) * pow(1 - product, -1, PRIME) % PRIME,
    )


def root(square):
    found = pow(square, (PRIME + 3) // 8, PRIME)
    if (found * found - square) % PRIME:
        found = found * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    assert (found * found - square) % PRIME == 0
    return found


@pytest.mark.parametrize("encoded", SMALL)
def test_the_list_of_small_points_is_right(encoded):
    y = int.from_bytes(bytes.fromhex(encoded), "little") % 2**255
    point = (root((y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME), y)
    for _ in range(3):
        point = doubled(*point)
    assert point == (0, 1)


@pytest.mark.parametrize("encoded", SMALL + NOT_CANONICAL)
def test_a_key_that_anybody_can_forge_is_refused(encoded):
    with pytest.raises(StoreError, match="cannot be trusted"):
        PublicKey(bytes.fromhex(encoded))


@pytest.mark.parametrize("encoded", SMALL[:4])
def test_such_a_key_is_refused_in_a_file_too(encoded):
    key = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(encoded))
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(StoreError, match="cannot be trusted"):
        read_public(pem)


def test_bytes_that_are_no_point_are_refused():
    with pytest.raises(StoreError, match="not a point"):
        PublicKey(b"\x02" + bytes(31))
    with pytest.raises(StoreError, match="32 bytes"):
        PublicKey(bytes(31))


def test_true_keys_are_not_refused():
    for _ in range(20):
        key = SigningKey.generate()
        assert key.public.holds(key.sign(b"message"), b"message")
        assert not key.public.holds(key.sign(b"message"), b"another")


def test_a_key_is_named_by_its_der():
    key = SigningKey.from_seed(bytes(range(32))).public
    assert key.der.hex() == "302a300506032b6570032100" + key.raw.hex()
    assert key.id == (
        "sha256:a050837d85070582ccf7394b0988847cc312cb88259b894899f6f239cf1791a5"
    )
    assert key.fingerprint == "a050 837d 8507 0582 ccf7 394b 0988 847c"
    assert fingerprint(key.id) == key.fingerprint


def test_a_key_file_comes_back_as_the_key():
    key = SigningKey.generate()
    written = export_public(key)
    assert written.startswith(b"-----BEGIN PUBLIC KEY-----\n")
    assert read_public(written) == key.public == PublicKey.from_der(key.public.der)
    assert export_public(key.public) == written


def _pem(private) -> bytes:
    return private.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )


def test_other_files_are_refused_for_what_they_are():
    private = ed25519.Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(StoreError, match="private key"):
        read_public(pem)
    with pytest.raises(StoreError, match="not an Ed25519 key"):
        read_public(_pem(rsa.generate_private_key(65537, 2048)))
    with pytest.raises(StoreError, match="not a public key file"):
        read_public(b"hello")
    with pytest.raises(StoreError, match="too large"):
        read_public(b"x" * 20_000)
    with pytest.raises(StoreError):
        PublicKey.from_der(b"hello")
    with pytest.raises(StoreError):
        PublicKey.from_der(SigningKey.generate().public.der + b"\0")


def test_a_signing_key_survives_the_vault_as_one_line():
    key = SigningKey.generate()
    kept = key.to_vault()
    assert "\n" not in kept.get_secret_value()
    assert SigningKey.from_vault(kept).public == key.public


@pytest.mark.parametrize(
    "text", ["", "hello", "AAAA", base64.b64encode(bytes(48)).decode(), "é"]
)
def test_a_damaged_signing_key_is_a_clear_error(text):
    with pytest.raises(CredentialError, match="cannot be read") as refused:
        SigningKey.from_vault(SecretStr(text))
    assert refused.value.__cause__ is None


def test_another_kind_of_private_key_is_refused():
    der = rsa.generate_private_key(65537, 2048).private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )
    with pytest.raises(CredentialError):
        SigningKey.from_vault(SecretStr(base64.b64encode(der).decode()))


def test_a_signing_key_does_not_show_itself():
    key = SigningKey.from_seed(bytes(range(32)))
    secret = key.to_vault().get_secret_value()
    shown = f"{key!r} {key} {key.to_vault()!r}"
    assert secret not in shown
    assert bytes(range(32)).hex() not in shown
    assert key.public.id in shown
