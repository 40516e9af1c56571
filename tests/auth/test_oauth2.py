"""OAuth 2 without a network: where the token goes, and what is asked."""

import pytest
from pydantic import SecretStr
from tests.auth.oauth2_parts import (
    FIELDS,
    NOW,
    OLD,
    TOKEN,
    auth,
    other,
    secrets,
)

from ferrule.auth.token import TOKENS, TokenSet
from ferrule.errors import (
    DescriptorError,
    ExpressionError,
    MissingSecret,
)
from ferrule.exchange import Request

# --- into a request


def test_the_token_goes_into_the_authorization_header():
    signed = auth().authorise(Request("GET", "https://a.example"), secrets(OLD))
    assert signed.header("Authorization") == "Bearer old"


def test_the_token_goes_where_the_descriptor_says():
    deliver = {"to": "header:X-Token", "template": "{{clientId}} {{token}}"}
    signed = auth(deliver=deliver).authorise(
        Request("GET", "https://a.example"), secrets(OLD)
    )
    assert signed.headers == (("X-Token", "app old"),)


def test_without_a_token_it_says_that_nobody_signed_in():
    with pytest.raises(MissingSecret, match="Not signed in yet"):
        auth().authorise(Request("GET", "https://a.example"), secrets())


@pytest.mark.parametrize(
    ("kind", "needs"),
    [
        (auth(), "browser"),
        (other("device_code", deviceUrl="https://login.example.com/d"), "browser"),
        (other("client_credentials"), ""),
        (other("jwt_bearer"), ""),
        (other("refresh_token"), ""),
    ],
)
def test_whether_a_person_is_needed_follows_from_the_grant(kind, needs):
    assert kind.uses_tokens
    assert kind.interactive == needs
    assert not kind.needs


# --- asking


def renewed(kind, tokens=OLD, **names):
    return kind.renewal(secrets(tokens), names, NOW)


def test_a_refresh_names_the_client_and_the_old_token():
    asked = renewed(auth())
    assert (asked.method, asked.url, asked.body_type) == ("POST", TOKEN, "form")
    assert asked.header("Accept") == "application/json"
    assert asked.body == {
        "client_id": "app",
        "client_secret": "s3cret",
        "grant_type": "refresh_token",
        "refresh_token": "r1",
    }


def test_a_refresh_goes_to_its_own_address_with_its_own_parameters():
    kind = auth(
        refreshUrl="https://login.example.com/{{config.tenant}}/refresh",
        refreshParams={"resource": "{{tenant}}", "left": "{{nobody}}"},
        tokenParams={"audience": "only of a code"},
        tokenHeaders={"accept": "text/json", "X-App": "{{clientId}}"},
        tokenBody="json",
        clientAuth="basic",
    )
    asked = renewed(kind, config={"tenant": "t1"})
    assert asked.url == "https://login.example.com/t1/refresh"
    assert asked.body_type == "json"
    assert asked.body == {
        "grant_type": "refresh_token",
        "refresh_token": "r1",
        "resource": "t1",
    }
    assert asked.headers == (
        ("Authorization", "Basic YXBwOnMzY3JldA=="),
        ("accept", "text/json"),
        ("X-App", "app"),
    )


def test_basic_is_form_encoded_first():
    """RFC 6749, section 2.3.1."""
    kind = auth(clientAuth="basic")
    given = {
        k: SecretStr(v) for k, v in {"clientId": "a:b", "clientSecret": "c d"}.items()
    }
    asked = kind.renewal(given | {TOKENS: OLD.dump()}, {}, NOW)
    assert asked.header("Authorization") == "Basic YSUzQWI6Yytk"


def test_a_relative_token_address_is_joined_to_the_base_url():
    asked = renewed(auth(tokenUrl="/oauth/token"), baseUrl="https://a.example/api")
    assert asked.url == "https://a.example/api/oauth/token"


def test_a_base_url_may_be_a_template_itself():
    kind = auth(tokenUrl="{{baseUrl}}/token")
    config = {"tenant": "t1"}
    asked = renewed(kind, baseUrl="https://{{tenant}}.example.com/", config=config)
    assert asked.url == "https://t1.example.com/token"


def test_an_address_that_lacks_a_value_says_so():
    with pytest.raises(ExpressionError, match="needs a value for tenant"):
        renewed(auth(tokenUrl="https://{{tenant}}.example.com/token"))


@pytest.mark.parametrize("tenant", ["../admin", "a?b=c", "a#b", "a b"])
def test_a_value_cannot_change_the_structure_of_an_address(tenant):
    kind = auth(tokenUrl="https://login.example.com/{{tenant}}/token")
    try:
        url = renewed(kind, config={"tenant": tenant}).url
    except ExpressionError:
        return
    assert url.startswith("https://login.example.com/a%")
    assert url.endswith("/token")


@pytest.mark.parametrize(
    "tokens", [None, TokenSet(SecretStr("old"), NOW)], ids=["none", "no refresh token"]
)
def test_without_a_refresh_token_only_a_person_can_help(tokens):
    assert renewed(auth(), tokens) is None


def test_a_client_asks_for_a_token_of_its_own_every_time():
    asked = renewed(other("client_credentials", tokenParams={"audience": "x"}), None)
    assert asked.body == {
        "client_id": "app",
        "client_secret": "s3cret",
        "grant_type": "client_credentials",
        "scope": "read write",
        "audience": "x",
    }


def test_the_newest_refresh_token_wins_over_the_pasted_one():
    refresh = {**FIELDS[1], "key": "refresh_token"}
    kind = other("refresh_token", credentialFields=[*FIELDS, refresh])
    pasted = kind.renewal(secrets(refresh_token="pasted"), {}, NOW)
    assert pasted.body["refresh_token"] == "pasted"
    newest = kind.renewal(secrets(OLD, refresh_token="pasted"), {}, NOW)
    assert newest.body["refresh_token"] == "r1"


def test_a_connector_without_a_device_address_has_no_device_flow():
    with pytest.raises(DescriptorError, match="no device flow"):
        auth().asker(secrets(), {}).device_request(NOW)


def test_without_a_client_id_nothing_is_asked():
    with pytest.raises(MissingSecret, match="client id"):
        auth().renewal({TOKENS: OLD.dump()}, {}, NOW)
