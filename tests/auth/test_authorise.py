"""Auth methods put their credential where they say, and nowhere else."""

from base64 import b64encode

import pytest
from pydantic import SecretStr, TypeAdapter

from ferrule.auth import Auth, AuthKind
from ferrule.errors import ExpressionError, MissingSecret, NotSupportedYet
from ferrule.exchange import Request

ADAPTER: TypeAdapter[AuthKind] = TypeAdapter(Auth)
REQUEST = Request(
    "GET", "https://a.example", query=(("a", "1"),), headers=(("Cookie", "b=2"),)
)
SECRETS = {"token": "t0p", "user": "ann", "empty": "", "colon": "a:b", "odd": "é"}


def field(key, kind="password", **changes):
    return {"key": key, "label": key.title(), "type": kind, "required": True, **changes}


def auth(method, *fields, **config):
    return ADAPTER.validate_python(
        {"method": method, "config": {"credentialFields": list(fields), **config}}
    )


def sign(kind, request=REQUEST, secrets=None):
    given = SECRETS if secrets is None else secrets
    return kind.authorise(request, {k: SecretStr(v) for k, v in given.items()})


def basic(text):
    return "Basic " + b64encode(text.encode()).decode()


TOKEN, USER = field("token"), field("user", "text")
HEADERS = [
    (auth("api_key", TOKEN, delivery="header", paramName="X-Key"), "X-Key", "t0p"),
    (
        auth("api_key", TOKEN, delivery="bearer", paramName=""),
        "Authorization",
        "Bearer t0p",
    ),
    (
        auth("api_key", TOKEN, delivery="cookie", paramName="sid"),
        "Cookie",
        "b=2; sid=t0p",
    ),
    (
        auth(
            "api_key",
            USER,
            TOKEN,
            delivery="header",
            paramName="Authorization",
            valueTemplate="Token {{token}} {{credentials.user}}",
        ),
        "Authorization",
        "Token t0p ann",
    ),
    # Without a template it is the secret field, wherever it stands.
    (auth("api_key", USER, TOKEN, delivery="header", paramName="X"), "X", "t0p"),
    (auth("api_key", USER, delivery="header", paramName="X"), "X", "ann"),
    (auth("pat", TOKEN, delivery="header", paramName="X-Token"), "X-Token", "t0p"),
    (
        auth("pat", TOKEN, delivery="bearer", paramName="any"),
        "Authorization",
        "Bearer t0p",
    ),
    (
        auth(
            "pat",
            TOKEN,
            delivery="header",
            paramName="X",
            valueTemplate="{{token|base64}}",
        ),
        "X",
        "dDBw",
    ),
    (
        auth("basic", field("username", "text"), field("password")),
        "Authorization",
        basic("u:p"),
    ),
    (
        auth("basic", field("password"), field("username", "text")),
        "Authorization",
        basic("u:p"),
    ),
    (auth("basic", USER, TOKEN), "Authorization", basic("ann:t0p")),
    (auth("basic", TOKEN), "Authorization", basic("t0p:")),
    (
        auth("basic", TOKEN, field("empty", required=False)),
        "Authorization",
        basic("t0p:"),
    ),
    (auth("basic", field("odd"), TOKEN), "Authorization", basic("é:t0p")),
    (
        auth(
            "basic",
            USER,
            TOKEN,
            usernameTemplate="{{user}}/token",
            passwordTemplate="{{token}}",
        ),
        "Authorization",
        basic("ann/token:t0p"),
    ),
    (
        auth("basic", TOKEN, usernameTemplate="{{token}}", passwordTemplate=""),
        "Authorization",
        basic("t0p:"),
    ),
]


@pytest.mark.parametrize(("kind", "header", "value"), HEADERS)
def test_a_credential_goes_into_its_header(kind, header, value):
    signed = sign(kind, secrets={**SECRETS, "username": "u", "password": "p"})
    assert signed.header(header) == value
    assert len([n for n, _ in signed.headers if n == header]) == 1
    assert (signed.url, signed.query) == (REQUEST.url, REQUEST.query)


def test_a_key_can_go_into_the_query_and_the_body():
    query = sign(auth("api_key", TOKEN, delivery="query", paramName="key"))
    assert query.query == (("a", "1"), ("key", "t0p"))
    again = sign(auth("api_key", TOKEN, delivery="query", paramName="a"))
    assert again.query == (("a", "t0p"),)
    body = sign(auth("api_key", TOKEN, delivery="body", paramName="auth.key"))
    assert body.body == {"auth": {"key": "t0p"}}


def test_further_values_are_sent_too():
    also = [
        {"to": "header:X-User", "template": "{{user}}"},
        {"to": "query:u", "template": "u-{{user}}"},
    ]
    signed = sign(
        auth("api_key", TOKEN, USER, delivery="bearer", paramName="", also=also)
    )
    assert signed.header("X-User") == "ann"
    assert signed.query[-1] == ("u", "u-ann")


def test_none_changes_nothing():
    kind = ADAPTER.validate_python({"method": "none"})
    assert sign(kind) is REQUEST
    assert kind.credential_fields == ()


MISSING = [
    (auth("pat", field("gone"), delivery="bearer", paramName=""), "“Gone” (gone)"),
    (auth("pat", field("empty"), delivery="bearer", paramName=""), "“Empty” (empty)"),
    (auth("pat", delivery="bearer", paramName=""), "asks for no credential"),
    (auth("api_key", delivery="query", paramName="a"), "asks for no credential"),
    (
        auth("api_key", TOKEN, delivery="query", paramName="a", valueTemplate="{{x}}"),
        "lacks a value",
    ),
    (auth("basic", field("colon"), TOKEN), "colon"),
    (auth("basic", field("gone"), TOKEN), "“Gone” (gone)"),
]


@pytest.mark.parametrize(("kind", "message"), MISSING)
def test_a_missing_secret_is_told_by_its_field(kind, message):
    with pytest.raises(MissingSecret) as caught:
        sign(kind)
    assert message in caught.value.message
    assert "t0p" not in str(caught.value)


def test_a_secret_cannot_split_a_header_and_is_not_shown():
    kind = auth("pat", TOKEN, delivery="bearer", paramName="")
    with pytest.raises(ExpressionError) as caught:
        sign(kind, secrets={"token": "s3cret\r\nX: y"})
    assert "s3cret" not in str(caught.value)


CONFIGURED = [
    auth(
        "api_key",
        TOKEN,
        delivery="header",
        paramName="X",
        valueTemplate="{{tenant}}:{{token}}",
    ),
    auth(
        "api_key",
        TOKEN,
        delivery="query",
        paramName="k",
        also=[{"to": "header:X", "template": "{{config.tenant}}:{{token}}"}],
    ),
    auth(
        "pat",
        TOKEN,
        delivery="header",
        paramName="X",
        valueTemplate="{{tenant}}:{{token}}",
    ),
]


@pytest.mark.parametrize("kind", CONFIGURED)
def test_a_template_knows_the_configuration_of_its_connection(kind):
    signed = sign(kind.settled({"tenant": "acme", "token": "not this"}))
    assert signed.header("X") == "acme:t0p"  # a credential wins over its namesake
    with pytest.raises(MissingSecret, match="lacks a value"):
        sign(kind)


def test_a_user_name_may_hold_the_configuration():
    kind = auth(
        "basic",
        USER,
        TOKEN,
        usernameTemplate="{{tenant}}/{{user}}",
        passwordTemplate="{{token}}",
    )
    signed = sign(kind.settled({"tenant": "acme"}))
    assert signed.header("Authorization") == basic("acme/ann:t0p")


def test_settling_leaves_the_method_of_the_descriptor_as_it_is():
    kind = CONFIGURED[0]
    kind.settled({"tenant": "acme"})
    with pytest.raises(MissingSecret):
        sign(kind)


def test_a_method_without_behaviour_says_what_it_needs():
    kind = auth("ssh_key", TOKEN)
    with pytest.raises(NotSupportedYet, match="native connector"):
        sign(kind)
