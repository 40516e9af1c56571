"""Whatever is read: no other error, a clean draft, and no secret but apart."""

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.interchange.checking import check, told

from ferrule.interchange import (
    FORMATS,
    Imported,
    InterchangeError,
    curl,
    openapi,
    read_any,
    sample,
    url,
)

SETTINGS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
READERS = [known.read for known in FORMATS if known.read]
CANARY = "cnry0123456789zQx"

words = st.sampled_from(
    [
        "curl",
        "-X",
        "-H",
        "-d",
        "--data-raw",
        "--data-urlencode",
        "--json",
        "-F",
        "-u",
        "-G",
        "--url",
        "-b",
        "-A",
        "-x",
        "--next",
        ";",
        "|",
        "&&",
        ">",
        "'",
        '"',
        "$'",
        "\\",
        "^",
        "`",
        "{{",
        "}}",
        "{{a}}",
        "$A",
        "${B}",
        "%CD%",
        "@f",
        "=",
        "&",
        "?",
        "#",
        ":",
        "/",
        "//",
        "GET",
        "POST",
        "https://a.example.com/x?y=1",
        "http://[::1",
        "{a,b}",
        "[1-3]",
        "Authorization:Bearer",
        "Cookie:a=b",
        "Content-Type:application/json",
        '{"a":"{{b}}"}',
        '{"token":"x1234567890abcdef"}',
        "a=1&b=2",
        "key=v",
        "%zz",
        "é",
        "\ud7ff",
    ]
)
lines = st.lists(words | st.text(max_size=8), max_size=14).map(" ".join)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner)
    ),
    max_leaves=12,
)


def read_or_refuse(reader: Any, raw: bytes) -> Imported | None:
    """Return what is read, None where it is refused: by our own error alone."""
    try:
        read = reader(raw)
    except InterchangeError as error:
        refused = f"{error} {error.left_out}"
    else:
        return check(read)
    assert CANARY not in refused
    return None


@pytest.mark.parametrize("reader", READERS)
@SETTINGS
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_text_is_read_or_refused(reader: Any, raw: bytes) -> None:
    read_or_refuse(reader, raw)


@SETTINGS
@given(lines)
def test_any_words_of_a_shell_are_read_or_refused(line: str) -> None:
    read_or_refuse(curl.read, f"curl https://a.example.com/x {line}".encode())
    read_or_refuse(read_any, line.encode())


@SETTINGS
@given(lines, st.text(max_size=30), st.text(max_size=30), json_values)
def test_any_parts_of_a_request_become_a_clean_draft(
    path: str, name: str, value: str, body: Any
) -> None:
    quoted = [
        word.replace("'", "'\\''").replace("\0", "") for word in (path, name, value)
    ]
    data = json.dumps(body).replace("'", "'\\''")
    head, key, text = quoted
    line = (
        f"curl 'https://a.example.com/{head}?{key}={text}' -H '{key}: {text}' "
        f"-b '{key}={text}' -u '{key}:{text}' --data-raw '{data}' -F '{key}={text}'"
    )
    read_or_refuse(curl.read, line.encode())


@SETTINGS
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_address_is_read_or_refused(path: str, query: str) -> None:
    read_or_refuse(url.read, f"https://a.example.com/{path}?{query}".encode())


@SETTINGS
@given(json_values, json_values, json_values)
def test_any_sample_is_read_or_refused(one: Any, two: Any, three: Any) -> None:
    read_or_refuse(sample.read, json.dumps(one).encode())
    request = {"path": one, "query": two, "headers": two, "body": three, "method": one}
    exchange = {"request": request, "response": {"status": 200, "body": three}}
    whole = {"origin": one, "secrets": two, "exchanges": [exchange, three]}
    read_or_refuse(sample.read, json.dumps(whole).encode())


names = st.sampled_from(
    [
        "id",
        "page",
        "cursor",
        "limit",
        "since",
        "type",
        "properties",
        "items",
        "$ref",
        "allOf",
        "oneOf",
        "anyOf",
        "enum",
        "default",
        "example",
        "required",
        "name",
        "in",
        "schema",
        "get",
        "post",
        "parameters",
        "responses",
        "200",
        "content",
        "application/json",
        "description",
        "headers",
        "Link",
        "data",
        "next",
        "query",
        "path",
        "url",
        "updated_at",
        "created",
        "title",
        "next_cursor",
        "has_more",
        "security",
        "deprecated",
        "<<",
        "a.b",
    ]
)
texts = st.text(max_size=12) | st.sampled_from(
    [
        "query",
        "path",
        "header",
        "object",
        "array",
        "string",
        "integer",
        "date-time",
        "#/components/schemas/A",
        "#/paths/~1a",
        "#/components/responses/B",
        "#",
        "{{x}}",
        "$.a",
        "{id}",
        "page",
    ]
)
parts: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | texts,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(names | texts, inner, max_size=6)
    ),
    max_leaves=20,
)


@SETTINGS
@given(parts, parts, parts, parts, texts, st.booleans())
def test_any_parts_of_a_document_are_read_or_refused(
    parameters: Any, schema: Any, components: Any, rest: Any, path: str, listed: bool
) -> None:
    answer = {"type": "array", "items": schema} if listed else schema
    content = {"application/json": {"schema": answer, "example": rest}}
    operation = {
        "parameters": parameters if listed else [parameters],
        "security": rest,
        "summary": path,
        "responses": {"200": {"content": content, "headers": rest}},
        "requestBody": {"content": content},
    }
    document = {
        "openapi": "3.0.0",
        "info": rest,
        "servers": [{"url": path, "variables": rest}, rest],
        "security": parameters,
        "paths": {f"/a/{path}": {"get": operation, "post": operation}, "/b": rest},
        "components": {"schemas": {"A": components}, "securitySchemes": components},
    }
    raw = json.dumps(document).encode()
    listing = openapi.operations(raw)
    able = [one.id for one in listing.operations if one.streamable]
    read_or_refuse(lambda content: openapi.read(content, able), raw)
    read_or_refuse(openapi.read, raw)


PLACES = [
    "-H 'Authorization: Bearer {}'",
    "-H 'Authorization: Token token={}'",
    "-H 'Authorization: {}'",
    "-H 'Authorization: AWS4-HMAC-SHA256 Signature={}'",
    "-H 'X-Api-Key: {}'",
    "-H 'X-Vendor-Access-Token: {}'",
    "-H 'Ocp-Apim-Subscription-Key: {}'",
    "-H 'Private-Token: {}'",
    "-H 'Proxy-Authorization: Basic {}'",
    "-H 'Cookie: session={}; a=b'",
    "-b 'sid={}'",
    "-u ada:{}",
    "-u {}:x",
    "--oauth2-bearer {}",
    "--digest -u ada:{}",
    "--ntlm -u ada:{}",
    "--aws-sigv4 aws:amz -u AKIA:{}",
    "-U proxy:{}",
    "-x http://ada:{}@proxy.example.com",
    "-E cert.pem:{} --pass {}",
    "-d 'password={}&a=1'",
    "-d 'a=1' -d 'client_secret={}'",
    "--data-urlencode 'api_key={}'",
    "-G -d 'access_token={}'",
    "--url-query 'apikey={}'",
    "-F 'token={}'",
    '--json \'{"auth": {"secretKey": "{}"}}\'',
    '--json \'[{"api_token": "{}"}]\'',
    "-H 'Content-Type: text/xml' -d '<a password=\"{}\"/>'",
    "-H 'Content-Type: text/plain' -d 'token={}'",
    "-e 'https://x.example.com/?token={}'",
    "-A {}",
    "-H 'Authorization: Bearer {}' -H 'X-Note: {}' --url-query 'n={}'",
    '-u ada:{} --json \'{"note": "see {} there"}\'',
]
URLS = [
    "https://api.example.com/items?token={}",
    "https://api.example.com/items?apiKey={}&page=1",
    "https://api.example.com/items?sig={}",
    "https://ada:{}@api.example.com/items",
    "https://api.example.com/items",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("address", URLS)
def test_a_canary_is_in_no_document_and_no_report(place: str, address: str) -> None:
    line = f"curl '{address}' {place}".replace("{}", CANARY)
    read = read_or_refuse(curl.read, line.encode())
    assert read is not None
    assert CANARY not in told(read)
    assert CANARY not in str(read)
    for one in read.secrets:
        assert CANARY not in one.place


@SETTINGS
@given(
    st.sampled_from(PLACES),
    st.from_regex(re.compile(r"[A-Za-z0-9+/=_.~-]{12,40}"), fullmatch=True),
)
def test_no_secret_of_any_form_is_in_a_document(place: str, secret: str) -> None:
    value = f"9z{secret}"
    line = f"curl 'https://api.example.com/items' {place}".replace("{}", value)
    read = read_or_refuse(curl.read, line.encode())
    assert read is None or value not in told(read)


def test_a_canary_in_a_description_of_an_api_is_nowhere() -> None:
    secret = {"name": "api_key", "in": "query", "required": True, "example": CANARY}
    secret["schema"] = {"type": "string", "default": CANARY, "enum": [CANARY]}
    item = {"type": "object", "properties": {"token": {"example": CANARY}}}
    answer = {"application/json": {"schema": {"type": "array", "items": item}}}
    responses = {"200": {"content": answer}}
    document = {
        "openapi": "3.0.0",
        "info": {"title": "T", "description": f"Use Bearer {CANARY}."},
        "servers": [{"url": f"https://ada:{CANARY}@api.example.com/x"}],
        "paths": {"/a": {"get": {"parameters": [secret], "responses": responses}}},
    }
    read = check(openapi.read(json.dumps(document).encode()))
    assert CANARY not in told(read)
