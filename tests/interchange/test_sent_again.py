"""What is lifted goes out again: the draft's request is the one that was pasted."""

import json
from typing import Any

import pytest
from tests.interchange.checking import check

from ferrule.descriptor.config import read_config
from ferrule.descriptor.document import validate
from ferrule.exchange import Request
from ferrule.expression.template import Scope
from ferrule.interchange import curl

JSON = "Content-Type: application/json"


def sent(line: str, **config: Any) -> Request:
    """Return the request that the draft of a line sends with its own secrets."""
    read = check(curl.read(line.encode()))
    connector = validate(read.documents[0])
    polling = connector.polling
    assert polling is not None
    known = read_config(connector, config)
    scope = Scope({"config": known}, known)
    request = polling.build(polling.endpoint, polling.method, scope, connector.base_url)
    secrets = {one.key: one.value for one in read.secrets}
    return connector.auth.authorise(request, secrets)


def test_a_bearer_token() -> None:
    request = sent("curl -H 'Authorization: Bearer abc123def456' https://a.example/x")
    assert request.url == "https://a.example/x"
    assert request.header("Authorization") == "Bearer abc123def456"


def test_another_scheme() -> None:
    request = sent("curl -H 'Authorization: Token abc123def456' https://a.example/x")
    assert request.header("Authorization") == "Token abc123def456"


def test_user_and_password_with_another_key() -> None:
    line = "curl -u ada:lovelace1815 -H 'X-Api-Key: k1k2k3k4' https://a.example/x"
    request = sent(line)
    assert request.header("Authorization") == "Basic YWRhOmxvdmVsYWNlMTgxNQ=="
    assert request.header("X-Api-Key") == "k1k2k3k4"


def test_a_cookie_and_a_key_in_the_query() -> None:
    request = sent("curl -b 'sid=s1s2s3s4; a=b' 'https://a.example/x?api_key=q1q2&p=1'")
    assert request.header("Cookie") == "sid=s1s2s3s4; a=b"
    assert sorted(request.query) == [("api_key", "q1q2"), ("p", "1")]


def test_a_token_in_the_path() -> None:
    token = "12345678:AAFabcdefghijklmnopqrstuvwx"
    request = sent(f"curl https://a.example/bot{token}/getUpdates?offset=1")
    assert request.url == f"https://a.example/bot{token.replace(':', '%3A')}/getUpdates"
    assert request.query == (("offset", "1"),)


def test_a_secret_alone_in_a_form() -> None:
    request = sent("curl -d token=abcd1234efgh https://a.example/x")
    assert request.content() == (
        "application/x-www-form-urlencoded",
        b"token=abcd1234efgh",
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('{"auth": {"key": "k-0123456789abcdef"}, "n": 1}', None),
        ('{"list": ["x", {"token": "t0k3n"}]}', None),
        ('{"a": "{{"}', None),
        ('{"n": {{n}}, "t": "{{t}}"}', '{"n": 5, "t": "b"}'),
    ],
)
def test_a_body_is_the_same_again(given: str, expected: str | None) -> None:
    line = f"curl -H '{JSON}' -d '{given}' https://a.example/x"
    config = {"n": "5", "t": "b"} if expected else {}
    body = sent(line, **config).body
    wanted: Any = json.loads(expected or given)
    if expected:
        wanted["n"] = "5"
    assert body == wanted


def test_queries_come_back_as_they_were() -> None:
    request = sent(
        "curl -G https://a.example/x -d 'tag[]=a' -d 'tag[]=b' "
        "--data-urlencode 'q=a & b = c%' -d empty= -d 'brace={{x}}'",
        x="1",
    )
    assert request.query == (
        ("tag[]", "a"),
        ("tag[]", "b"),
        ("q", "a & b = c%"),
        ("empty", ""),
        ("brace", "1"),
    )


def test_a_path_comes_back_as_it_was() -> None:
    line = "curl 'https://a.example/a%20b/ü/{id}/:x;y=1' -X POST"
    request = sent(line, id="7/8")
    assert request.method == "POST"
    assert request.url == "https://a.example/a%20b/%C3%BC/7/8/:x;y=1"
