"""Templates of a sign-in know the configuration, whoever sends the request."""

import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from tests.oauth.parties import connector, document, oauth2
from tests.support.clock import FakeClock

from ferrule.auth.token import TOKENS
from ferrule.descriptor.problems import lint
from ferrule.exchange import Request
from ferrule.sync.plan import Place, plan_streams
from ferrule.workspace.clients import open_session

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
HERE = Request("GET", "https://login.example.com/issues")
CONFIG = {"baseUrl": "https://login.example.com", "other": "https://acme.example"}
KEY = {"key": "key", "label": "Key", "type": "password", "required": True}
GIVEN = {"key": SecretStr("a-key-of-32-bytes-or-a-few-more-x")}
DELIVER = {"to": "header:X-Token", "template": "{{other}} {{config.other}} {{token}}"}
PLACED = "https://acme.example https://acme.example "


def jwt():
    return {
        "method": "jwt",
        "config": {
            "algorithm": "HS256",
            "keyField": "key",
            "claims": {"aud": "{{other}}"},
            "lifetime": "PT10M",
            "credentialFields": [KEY],
            "deliver": DELIVER,
        },
    }


def api_key(**config):
    usual = {"delivery": "header", "paramName": "X-Token", "credentialFields": [KEY]}
    return {"method": "api_key", "config": usual | config}


def test_a_session_signs_with_the_configuration_of_its_connection():
    session = open_session(connector(jwt()), CONFIG, GIVEN, clock=FakeClock())
    signed = session.fresh()(HERE).header("X-Token")
    assert signed.startswith(PLACED + "eyJ")


def test_a_statement_may_claim_the_configuration():
    minted = connector(jwt()).sign_in.renewal(GIVEN, {"config": CONFIG}, NOW)
    claims = minted.access.get_secret_value().split(".")[1]
    told = json.loads(urlsafe_b64decode(claims + "=="))
    assert told["aud"] == "https://acme.example"


def test_requests_for_a_token_hold_the_configuration():
    auth = oauth2(
        authoriseParams={"tenant": "{{other}}"},
        tokenParams={"tenant": "{{config.other}}"},
        tokenHeaders={"X-Tenant": "{{other}}"},
        refreshParams={"tenant": "{{other}}"},
    )
    given = {"clientId": SecretStr("app")}
    asker = connector(auth).sign_in.asker(given, {"config": CONFIG})
    url = asker.authorise_address("http://127.0.0.1/cb", "state", "challenge")
    assert "tenant=https%3A%2F%2Facme.example" in url
    for request in (
        asker.code_request("code", "verifier", "http://127.0.0.1/cb", NOW),
        asker.refresh_request("refresh", NOW),
    ):
        assert request.body["tenant"] == "https://acme.example"
        assert request.header("X-Tenant") == "https://acme.example"


def test_a_run_signs_with_the_configuration_of_its_connection():
    one = connector(jwt())
    held = open_session(one, CONFIG, GIVEN, clock=FakeClock()).secrets()
    assert TOKENS in held
    (plan,) = plan_streams(one, Place("p", "c"), CONFIG, held)
    assert plan.auth.authorise(HERE, held).header("X-Token").startswith(PLACED)


def test_so_does_one_without_tokens():
    one = connector(api_key(valueTemplate="{{config.other}} {{key}}"))
    (plan,) = plan_streams(one, Place("p", "c"), CONFIG, GIVEN)
    signed = plan.auth.authorise(HERE, GIVEN)
    assert signed.header("X-Token").startswith("https://acme.example a-key")


@pytest.mark.parametrize("name", ["other", "config.other"])
def test_a_declared_value_in_a_credential_template_is_no_lint_error(name):
    auth = api_key(valueTemplate=f"{{{{{name}}}}} {{{{key}}}}")
    found = lint(document(auth))
    assert [one for one in found if one.rule == "FD011"] == []


def test_one_that_nobody_declares_is_told():
    auth = api_key(valueTemplate="{{tenant}} {{key}}")
    found = lint(document(auth))
    assert [one.pointer for one in found if one.rule == "FD011"] == [
        "/auth/config/valueTemplate"
    ]
