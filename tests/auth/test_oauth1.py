"""OAuth 1.0a: published signatures, what is signed, and what is refused."""

import hashlib
import hmac
import json
import re
import subprocess
import sys
from base64 import b64decode, b64encode
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
from authlib.oauth1.rfc5849.signature import construct_base_string
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from tests.auth.kinds import auth, field, secrets_of

from ferrule.auth import oauth1_signing as signing
from ferrule.auth.oauth1_signing import Keys, Stamp, base_string, sign
from ferrule.auth.token import TOKENS, TokenSet
from ferrule.clock import SystemClock
from ferrule.errors import (
    CredentialError,
    ExchangeError,
    ExpressionError,
    MissingSecret,
)
from ferrule.exchange import Request

SAMPLES = Path(__file__).parents[1] / "samples" / "vectors" / "oauth1.json"
PUBLISHED = json.loads(SAMPLES.read_text())
KEYS = Keys("ck", SecretStr("cs"), "tk", SecretStr("ts"))
STAMP = Stamp("1", "n")
NETSUITE = auth(
    "oauth1",
    "consumerKey",
    "consumerSecret",
    "tokenId",
    "tokenSecret",
    signature="HMAC-SHA256",
    realm="{{account|upper}}",
)
FOUR = secrets_of(consumerKey="ck", consumerSecret="cs", tokenId="tk", tokenSecret="ts")
LEGS = {
    "requestUrl": "https://api.example.com/request",
    "authoriseUrl": "https://api.example.com/authorise",
    "tokenUrl": "https://api.example.com/token",
}


def request_of(vector):
    return Request(
        vector["method"],
        vector["url"],
        query=tuple(map(tuple, vector.get("query", []))),
        body=vector.get("form"),
        body_type="form" if "form" in vector else None,
    )


def header_of(request):
    """Return the members of the Authorization header, decoded."""
    text = request.header("Authorization")
    assert text.startswith("OAuth ")
    pairs = re.findall(r'([a-z_]+)="([^"]*)"', text)
    return {name: unquote(value) for name, value in pairs}


@pytest.mark.parametrize("vector", PUBLISHED["signatures"], ids=lambda one: one["id"])
def test_a_published_signature_is_made(vector):
    consumer, secret = vector["consumer"]
    token, token_secret = vector.get("token", ("", ""))
    signed = sign(
        request_of(vector),
        vector["signature"],
        Keys(consumer, SecretStr(secret), token, SecretStr(token_secret)),
        extra=tuple(map(tuple, vector.get("extra", []))),
        realm=vector.get("realm", ""),
        stamp=Stamp(*vector["stamp"]),
        version=vector.get("version", "1.0"),
    )
    members = header_of(signed)
    assert members["oauth_signature"] == vector["expect"]
    assert members.get("realm", "") == vector.get("realm", "")
    assert "realm" not in dict(signed.query)


def test_the_published_base_string_is_made():
    base = PUBLISHED["base"]
    protocol = tuple(map(tuple, base["protocol"]))
    assert base_string(request_of(base), protocol) == base["expect"]


BASES = [
    # what the address is normalised to (3.4.1.2)
    (Request("GET", "HTTP://EXAMPLE.COM:80/r%20v/X"), "http://example.com/r%20v/X", ""),
    (Request("GET", "https://a.example:443"), "https://a.example/", ""),
    (Request("GET", "https://a.example:8443/x"), "https://a.example:8443/x", ""),
    (Request("GET", "http://[::1]:80/x"), "http://[::1]/x", ""),
    (Request("GET", "https://a.example/ä b"), "https://a.example/%C3%A4%20b", ""),
    (Request("GET", "https://u:p@a.example/"), "https://a.example/", ""),
    # which parameters there are (3.4.1.3.1)
    (Request("GET", "https://a.example/?b=1+2&a"), "https://a.example/", "a=&b=1%202"),
    (
        Request("GET", "https://a.example/", query=(("a", "x!*'()"), ("a", "~"))),
        "https://a.example/",
        "a=x%21%2A%27%28%29&a=~",
    ),
    (
        Request("GET", "https://a.example/", query=(("realm", "r"), ("ö", "%41"))),
        "https://a.example/",
        "%C3%B6=%2541&realm=r",
    ),
    (
        Request("POST", "https://a.example/", body={"z": [1, 2]}, body_type="form"),
        "https://a.example/",
        "z=1&z=2",
    ),
    (
        Request(
            "POST",
            "https://a.example/",
            body="a=b%20c",
            body_type="text",
            headers=(
                ("Content-Type", "Application/X-WWW-Form-Urlencoded; charset=utf-8"),
            ),
        ),
        "https://a.example/",
        "a=b%20c",
    ),
    (
        Request("POST", "https://a.example/", body={"a": "b"}, body_type="json"),
        "https://a.example/",
        "",
    ),
    (
        Request("POST", "https://a.example/", body={"a": "b"}, body_type="multipart"),
        "https://a.example/",
        "",
    ),
]


@pytest.mark.parametrize(("request_", "address", "parameters"), BASES)
def test_what_is_signed_is_what_is_sent(request_, address, parameters):
    method, signed_address, signed_parameters = base_string(request_, ()).split("&")
    assert method == request_.method
    assert unquote(signed_address) == address
    assert unquote(signed_parameters) == parameters


def test_parameters_are_sorted_by_their_encoded_form():
    """`é` and `Z` change places by encoding, and values decide between equal names."""
    query = (("é", "1"), ("Z", "1"), ("a", "é"), ("a", "z"), ("a", "10"), ("a", "9"))
    signed = unquote(base_string(Request("GET", "https://a.example/", query), ()))
    names = signed.split("&", 2)[2]
    assert names == "%C3%A9=1&Z=1&a=%C3%A9&a=10&a=9&a=z"


@pytest.mark.parametrize(
    "path", ["/a b", "/ä", "/%41%2f", "/x;y=1,2", "/'()*!~", "/a:b@c", "/[x]", "/a+b$c"]
)
def test_the_path_is_signed_as_it_goes_over_the_wire(path):
    sent = httpx.URL(f"https://a.example{path}").raw_path.decode()
    assert (
        signing.base_address(f"https://a.example{path}") == f"https://a.example{sent}"
    )


def test_a_token_with_percent_signs_is_encoded_once():
    """Authlib's own base string decodes it first, and no service accepts that."""
    signed = unquote(
        base_string(Request("GET", "https://a.example"), (("oauth_token", "a%2Fb"),))
    )
    assert signed.endswith("oauth_token=a%252Fb")


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=8
).filter(lambda text: text != "realm" and not text.startswith("oauth_"))
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=6)


@given(query=PAIRS, form=st.dictionaries(TEXT, TEXT, max_size=4))
def test_a_base_string_is_that_of_another_implementation(query, form):
    """Authlib's, where it is right: neither `realm` nor `oauth_…` in what is sent."""
    request = Request(
        "POST",
        "https://API.example:8443/a/b",
        tuple(query),
        body=form or None,
        body_type="form" if form else None,
    )
    own = (("oauth_consumer_key", "c k"), ("oauth_nonce", "n/=+"))
    wanted = construct_base_string("post", request.url, [*query, *form.items(), *own])
    assert base_string(request, own) == wanted


def test_hmac_sha256_signs_the_base_string():
    request = Request("GET", "https://a.example/", query=(("q", "1"),))
    signed = sign(request, "HMAC-SHA256", KEYS, stamp=STAMP)
    members = header_of(signed)
    proof = members.pop("oauth_signature")
    base = base_string(request, tuple(members.items()))
    wanted = hmac.digest(b"cs&ts", base.encode(), hashlib.sha256)
    assert proof == b64encode(wanted).decode()


@pytest.fixture(scope="module")
def rsa_pair():
    return rsa.generate_private_key(65537, 2048)


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def test_rsa_sha1_is_verified_by_the_public_key(rsa_pair):
    kind = auth("oauth1", "consumerKey", "private_key", signature="RSA-SHA1")
    given = secrets_of(consumerKey="ck", private_key=pem(rsa_pair).replace("\n", "\\n"))
    members = header_of(kind.authorise(Request("GET", "https://a.example/"), given))
    proof = b64decode(members.pop("oauth_signature"))
    base = base_string(Request("GET", "https://a.example/"), tuple(members.items()))
    rsa_pair.public_key().verify(
        proof,
        base.encode(),
        padding.PKCS1v15(),
        hashes.SHA1(),  # noqa: S303 - RSA-SHA1
    )


def test_an_rsa_key_that_cannot_be_read_is_told_and_not_shown():
    kind = auth("oauth1", "consumerKey", "privateKey", signature="RSA-SHA1")
    given = secrets_of(consumerKey="ck", privateKey="s3cret-key")
    with pytest.raises(CredentialError, match="RSA key") as caught:
        kind.authorise(Request("GET", "https://a.example/"), given)
    assert "s3cret" not in str(caught.value)


def test_plaintext_is_both_secrets_and_goes_over_https_only():
    keys = Keys("ck", SecretStr("c&s"), "tk", SecretStr("t s"))
    signed = sign(Request("GET", "https://a.example/"), "PLAINTEXT", keys)
    assert header_of(signed)["oauth_signature"] == "c%26s&t%20s"
    for url in ("http://a.example/", "http://127.0.0.1:80/"):
        with pytest.raises(ExchangeError, match="https only"):
            sign(Request("GET", url), "PLAINTEXT", keys)


def test_token_based_sign_in_of_four_fields_with_the_account_as_realm():
    settled = NETSUITE.settled({"account": "123456_sb1"})
    signed = settled.authorise(Request("GET", "https://a.example/"), FOUR)
    members = header_of(signed)
    assert members["realm"] == "123456_SB1"
    assert members["oauth_consumer_key"] == "ck"
    assert members["oauth_token"] == "tk"
    assert members["oauth_signature_method"] == "HMAC-SHA256"
    assert signed.header("Authorization").startswith('OAuth realm="123456_SB1", ')
    bare = NETSUITE.authorise(Request("GET", "https://a.example/"), FOUR)
    assert "realm" not in header_of(bare)


def test_a_nonce_never_comes_twice_and_signing_again_replaces_the_signature():
    once = NETSUITE.authorise(Request("GET", "https://a.example/"), FOUR)
    nonces = {
        header_of(NETSUITE.authorise(once, FOUR))["oauth_nonce"] for _ in range(50)
    }
    assert len(nonces) == 50
    again = NETSUITE.authorise(once, FOUR)
    assert [name for name, _ in again.headers] == ["Authorization"]
    assert NETSUITE.signs_each


def test_the_time_is_in_whole_seconds():
    stamp = signing.fresh_stamp()
    assert abs(int(stamp.timestamp) - SystemClock().now().timestamp()) < 10
    assert len(stamp.nonce) == 32


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (("consumer_key", "consumer_secret", "token", "token_secret"), True),
        (("client-id", "client-secret", "access_token", "accessTokenSecret"), True),
        (("apiKey", "apiSecret"), False),
    ],
)
def test_fields_are_found_by_the_names_that_vendors_use(keys, names):
    kind = auth("oauth1", *keys, signature="HMAC-SHA1")
    values = dict(zip(keys, ("ck", "cs", "tk", "ts"), strict=False))
    members = header_of(
        kind.authorise(Request("GET", "https://a.example/"), secrets_of(**values))
    )
    assert members["oauth_consumer_key"] == "ck"
    assert members.get("oauth_token") == ("tk" if names else None)


@pytest.mark.parametrize(
    ("given", "lacks"),
    [
        ({"consumerSecret": "cs"}, "consumerKey"),
        ({"consumerKey": "ck"}, "consumerSecret"),
    ],
)
def test_a_key_that_is_not_there_is_named(given, lacks):
    kind = auth("oauth1", "consumerKey", "consumerSecret", signature="HMAC-SHA1")
    with pytest.raises(MissingSecret, match=lacks):
        kind.authorise(Request("GET", "https://a.example/"), secrets_of(**given))


def three_legged(*more):
    return auth(
        "oauth1", "consumerKey", "consumerSecret", *more, signature="HMAC-SHA1", **LEGS
    )


TWO = secrets_of(consumerKey="ck", consumerSecret="cs")


def test_three_legged_is_for_a_browser_until_there_is_a_token():
    kind = three_legged()
    assert kind.interactive == "browser"
    assert NETSUITE.interactive == ""
    with pytest.raises(MissingSecret, match="Not signed in yet"):
        kind.authorise(Request("GET", "https://a.example/"), TWO)
    tokens = TokenSet(
        SecretStr("at"), SystemClock().now(), extra={"secret": SecretStr("as")}
    )
    signed = kind.authorise(
        Request("GET", "https://a.example/"), {**TWO, TOKENS: tokens.dump()}
    )
    members = header_of(signed)
    assert members["oauth_token"] == "at"
    proof = members.pop("oauth_signature")
    base = base_string(Request("GET", "https://a.example/"), tuple(members.items()))
    wanted = b64encode(hmac.digest(b"cs&as", base.encode(), "sha1")).decode()
    assert proof == wanted


def test_a_token_that_was_pasted_needs_no_browser():
    optional = [field(key, required=False) for key in ("token", "tokenSecret")]
    kind = three_legged(*optional)
    given = {**TWO, **secrets_of(token="tk", tokenSecret="ts")}
    members = header_of(kind.authorise(Request("GET", "https://a.example/"), given))
    assert members["oauth_token"] == "tk"


def test_the_legs_are_signed_with_their_own_parameters():
    kind = three_legged()
    back = "http://127.0.0.1:4711/oauth/callback"
    first = kind.sign(
        Request("POST", LEGS["requestUrl"]), TWO, extra=(("oauth_callback", back),)
    )
    members = header_of(first)
    assert members["oauth_callback"] == back
    assert "oauth_token" not in members
    temporary = TokenSet(
        SecretStr("tmp"), SystemClock().now(), extra={"secret": SecretStr("tmps")}
    )
    last = kind.sign(
        Request("POST", LEGS["tokenUrl"]),
        TWO,
        tokens=temporary,
        extra=(("oauth_verifier", "v1"),),
    )
    members = header_of(last)
    assert (members["oauth_token"], members["oauth_verifier"]) == ("tmp", "v1")


def test_a_realm_cannot_end_its_quotes_or_split_the_header():
    kind = NETSUITE.settled({"account": 'a", oauth_x="b\\'})
    text = kind.authorise(Request("GET", "https://a.example/"), FOUR).header(
        "Authorization"
    )
    assert text.startswith('OAuth realm="A\\", OAUTH_X=\\"B\\\\", oauth_consumer_key')
    with pytest.raises(ExpressionError):
        NETSUITE.settled({"account": "a\r\nX: y"}).authorise(
            Request("GET", "https://a.example/"), FOUR
        )


def test_authlib_is_imported_only_by_a_signature_and_brings_no_client():
    program = (
        "import sys; from ferrule.auth import Auth, oauth1_signing\n"
        "assert not [m for m in sys.modules if m.startswith(('authlib', 'joserfc'))]\n"
        "from ferrule.auth.oauth1_digests import DIGESTS\n"
        "assert 'authlib' in sys.modules and len(DIGESTS) == 4\n"
        "assert not [m for m in sys.modules if m.startswith(('httpx', 'requests'))]\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
