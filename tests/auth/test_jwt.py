"""Self-signed tokens: what is in them, and that others can verify them."""

from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwk, jwt
from pydantic import SecretStr
from tests.auth.kinds import auth, field, secrets_of

from ferrule.auth.jws import signature, signed_jwt
from ferrule.auth.token import TOKENS
from ferrule.errors import CredentialError, MissingSecret
from ferrule.exchange import Request

NOW = datetime(2026, 11, 21, 9, 30, 15, 250_000, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
SECRET = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
REQUEST = Request("GET", "https://a.example/")


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
ALGORITHMS = [
    ("HS256", None, SECRET, SECRET.encode()),
    ("HS512", "utf8", SECRET, SECRET.encode()),
    ("HS256", "hex", SECRET, bytes.fromhex(SECRET)),
    ("HS512", "base64", b64encode(SECRET.encode()).decode(), SECRET.encode()),
    (
        "HS256",
        "base64",
        urlsafe_b64encode(b"\xfb\xff" * 20).decode().rstrip("="),
        b"\xfb\xff" * 20,
    ),
    ("RS256", None, pem(RSA), RSA),
    ("ES256", None, pem(EC).replace("\n", "\\n"), EC),
]


def key_for(algorithm, material):
    if algorithm.startswith("HS"):
        return jwk.OctKey.import_key(material)
    return jwk.import_key(pem(material), "RSA" if algorithm == "RS256" else "EC")


def minted(kind, names=None, **given):
    return kind.renewal(secrets_of(**given), names or {}, NOW)


@pytest.mark.parametrize(("algorithm", "encoding", "key", "material"), ALGORITHMS)
def test_another_library_verifies_the_token(algorithm, encoding, key, material):
    kind = auth(
        "jwt",
        "key",
        field("issuer", "text"),
        algorithm=algorithm,
        keyField="key",
        keyEncoding=encoding,
        header={"kid": "k-{{credentials.issuer}}", "x": "{{none}}"},
        claims={"iss": "{{issuer}}", "aud": "https://a.example", "sub": "{{none}}"},
        lifetime="PT10M",
    )
    tokens = minted(kind, key=key, issuer="me")
    text = tokens.access.get_secret_value()
    token = jwt.decode(text, key_for(algorithm, material), algorithms=[algorithm])
    assert token.header == {"alg": algorithm, "typ": "JWT", "kid": "k-me"}
    assert token.claims == {
        "iss": "me",
        "aud": "https://a.example",
        "iat": SECONDS,
        "exp": SECONDS + 600,
    }
    assert tokens.obtained_at == NOW
    assert tokens.expires_at == NOW.replace(microsecond=0) + timedelta(minutes=10)
    assert not tokens.due(NOW)


def test_the_published_signature_is_made():
    """RFC 7515, appendix A.1."""
    key = (
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjA"
        "zZr1Z9CAow"
    )
    text = (
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA"
        "4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    )
    made = signature("HS256", SecretStr(key), text.encode(), "base64")
    wanted = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert urlsafe_b64encode(made).decode().rstrip("=") == wanted


def test_claims_keep_their_types_and_may_set_their_own_times():
    kind = auth(
        "jwt",
        "key",
        field("id", "text"),
        algorithm="HS256",
        keyField="key",
        claims={
            "iss": "{{id|int}}",
            "iat": '{{now|add("-PT60S")|unix}}',
            "exp": '{{now|add("PT9M")|unix}}',
            "scopes": '{{config.scopes|split(" ")}}',
            "tenant": "{{tenant}}",
        },
        lifetime="PT10M",
    )
    config = {"scopes": "a b", "tenant": "t1"}
    text = minted(kind, {"config": config}, key=SECRET, id="12345").access
    token = jwt.decode(text.get_secret_value(), key_for("HS256", SECRET.encode()))
    assert token.claims == {
        "iss": 12345,
        "iat": SECONDS - 60,
        "exp": SECONDS + 540,
        "scopes": ["a", "b"],
        "tenant": "t1",
    }


def test_a_header_cannot_name_another_algorithm():
    text = signed_jwt("HS256", SecretStr(SECRET), {}, header={"alg": "none"})
    head = text.split(".")[0]
    assert b'"alg":"HS256"' in urlsafe_b64decode(head + "==")


KEYS = [
    ("HS256", "hex", "xyz", "not hex"),
    ("HS256", "base64", "a b!", "not base64"),
    ("HS256", "base64", "abcde", "not base64"),
    ("HS256", "hex", " ", "empty"),
    ("RS256", None, "s3cret", "RSA key"),
    ("ES256", None, pem(RSA), "P-256"),
]


@pytest.mark.parametrize(("algorithm", "encoding", "key", "says"), KEYS)
def test_a_key_that_cannot_sign_is_told_and_not_shown(algorithm, encoding, key, says):
    kind = simple(algorithm=algorithm, keyEncoding=encoding)
    with pytest.raises(CredentialError, match=says) as caught:
        minted(kind, key=key)
    assert caught.value.advice
    assert "s3cret" not in str(caught.value)


def simple(**config):
    whole = {"algorithm": "HS256", "claims": {}, "lifetime": "PT1M"} | config
    return auth("jwt", "key", keyField="key", **whole)


def test_a_key_without_a_value_is_named():
    with pytest.raises(MissingSecret, match="Key"):
        minted(simple())


@pytest.mark.parametrize(
    ("how", "name", "value"),
    [
        (None, "Authorization", "Bearer {}"),
        ({"to": "header:X-Jwt", "template": "JWT {{token}}"}, "X-Jwt", "JWT {}"),
    ],
)
def test_the_token_goes_where_the_descriptor_says(how, name, value):
    kind = simple(deliver=how)
    tokens = minted(kind, key=SECRET)
    given = {**secrets_of(key=SECRET), TOKENS: tokens.dump()}
    signed = kind.authorise(REQUEST, given)
    assert signed.headers == ((name, value.format(tokens.access.get_secret_value())),)
    with pytest.raises(MissingSecret, match="no token yet"):
        kind.authorise(REQUEST, secrets_of(key=SECRET))


def test_a_template_of_the_token_that_lacks_a_value_is_told():
    kind = simple(deliver={"to": "header:X", "template": "{{other}} {{token}}"})
    given = {TOKENS: minted(kind, key=SECRET).dump()}
    with pytest.raises(MissingSecret, match="lacks a value"):
        kind.authorise(REQUEST, given)


def test_no_person_is_needed():
    kind = simple()
    assert kind.uses_tokens
    assert kind.interactive == ""
