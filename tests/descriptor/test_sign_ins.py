"""Several ways to sign in: their names, and the connector with one of them."""

import pytest
from tests.auth.kinds import field
from tests.descriptor import seeds

from ferrule.descriptor.config import config_fields
from ferrule.descriptor.difference.compare import difference
from ferrule.descriptor.document import validate
from ferrule.descriptor.hosts import allowed_hosts
from ferrule.errors import UsageError


def pat(key, label=None):
    config = {"delivery": "bearer", "paramName": "", "credentialFields": [field(key)]}
    named = {"label": label} if label else {}
    return {"method": "pat", "config": config, **named}


KEY = {
    "method": "api_key",
    "config": {
        "delivery": "header",
        "paramName": "X-Key",
        "credentialFields": [field("key")],
    },
}
LOGIN = {
    "method": "session_token",
    "config": {
        "login": {"endpoint": "https://{{tenant}}.example.org/login", "method": "POST"},
        "tokenPath": "$.token",
        "deliver": {"to": "header:X", "template": "{{token}}"},
        "credentialFields": [field("password")],
    },
}


def several(*options, auth=None):
    return validate(
        seeds.seed(auth=auth or pat("bot", "Bot token"), authOptions=list(options))
    )


def test_a_method_is_called_by_its_label_or_by_what_it_is():
    connector = several(pat("user"), KEY, pat("other"), pat("bot", "Bot token"))
    assert list(connector.sign_ins) == [
        "Bot token",
        "Access token",
        "API key",
        "Access token 2",
    ]
    first = next(iter(connector.sign_ins.values()))
    assert first == connector.auth == connector.sign_in


CHOSEN = [
    (None, "bot"),
    ("Bot token", "bot"),
    ("bot TOKEN", "bot"),
    ("Access token", "user"),
    ("api key", "key"),
    ("api_key", "key"),
    ("session_token", "password"),
]


@pytest.mark.parametrize(("name", "key"), CHOSEN)
def test_the_chosen_one_is_the_only_one(name, key):
    connector = several(pat("user"), KEY, LOGIN).signing_in(name)
    assert [f.key for f in connector.sign_in.credential_fields] == [key]
    assert len(connector.sign_ins) == 1
    assert connector.signing_in(None) is connector


@pytest.mark.parametrize(
    ("name", "says"),
    [("pat", "several sign-ins"), ("OAuth", "no sign-in"), ("", "no sign-in")],
)
def test_a_name_that_is_none_or_several_is_told_with_those_there_are(name, says):
    with pytest.raises(UsageError, match=says) as caught:
        several(pat("user"), KEY).signing_in(name)
    assert "Bot token, Access token, API key" in caught.value.advice


def test_what_only_another_method_needs_is_not_asked_for():
    connector = several(LOGIN)
    assert "tenant" in {f.key for f in config_fields(connector)}
    assert "*.example.org" in allowed_hosts(connector)
    plain = connector.signing_in("Bot token")
    assert "tenant" not in {f.key for f in config_fields(plain)}
    assert "*.example.org" not in allowed_hosts(plain)


def test_a_connector_with_one_method_is_left_as_it_is():
    connector = validate(seeds.seed(auth=pat("bot")))
    assert connector.signing_in(None) is connector
    assert connector.signing_in("Access token") is connector
    with pytest.raises(UsageError):
        connector.signing_in("Bot token")


def test_another_name_of_a_method_breaks_the_connections_that_chose_it():
    old = seeds.seed(auth=pat("bot"), authOptions=[pat("user", "User token")])
    new = {**old, "authOptions": [pat("user", "Personal token")]}
    (change,) = difference(old, new)
    assert change.breaking
    assert "by its name" in change.reason
