import json

import pytest
from pydantic import TypeAdapter

from ferrule.auth import Auth
from ferrule.exchange import Json, Request
from ferrule.suggestion.drafted_request import (
    address_of,
    auth_of,
    is_secret,
    request_parts,
)

URL = "https://api.example.com/v1/issues"
CANARY = "c4n4ry-5ecret-0123456789"


@pytest.mark.parametrize(
    ("request_", "method", "delivery"),
    [
        (
            Request("GET", URL, (), (("Authorization", f"Bearer {CANARY}"),)),
            "pat",
            "bearer",
        ),
        (
            Request("GET", URL, (), (("authorization", f"token {CANARY}"),)),
            "pat",
            "header",
        ),
        (Request("GET", URL, (), (("Authorization", CANARY),)), "pat", "header"),
        (
            Request("GET", URL, (), (("Authorization", f"Basic {CANARY}"),)),
            "basic",
            None,
        ),
        (Request("GET", URL, (), (("X-Api-Key", CANARY),)), "api_key", "header"),
        (Request("GET", URL, (("api_key", CANARY),)), "api_key", "query"),
        (Request("GET", f"{URL}?access_token={CANARY}"), "api_key", "query"),
        (Request("GET", URL, (), (("Cookie", CANARY),)), "none", None),
        (None, "none", None),
    ],
)
def test_sign_in_becomes_fields_without_the_secret(
    request_: Request | None, method: str, delivery: str | None
):
    auth = auth_of(request_)
    TypeAdapter(Auth).validate_python(auth, by_alias=True, by_name=False)
    config = auth.get("config")
    assert auth["method"] == method
    assert (config.get("delivery") if isinstance(config, dict) else None) == delivery
    whole = json.dumps([auth, request_parts(request_, [])])
    assert CANARY not in whole


def test_a_scheme_of_its_own_stays():
    auth = auth_of(Request("GET", URL, (), (("Authorization", f"token {CANARY}"),)))
    config = auth["config"]
    assert isinstance(config, dict)
    assert config["valueTemplate"] == "token {{token}}"


def test_what_paging_fills_is_left_out():
    query = (("state", "all"), ("page", "1"), ("label", "a"), ("label", "b"))
    parts = request_parts(Request("GET", f"{URL}?x=1", query), ["page"])
    assert parts == {
        "endpoint": "/v1/issues",
        "method": "GET",
        "query": {"x": "1", "state": "all", "label": ["a", "b"]},
    }
    body: Json = {"filter": {"a": 1, "cursor": "x"}, "page": {"size": 3}}
    posted = Request("POST", URL, body=body, body_type="json")
    parts = request_parts(posted, ["body:filter.cursor", "body:page.size"])
    assert parts["body"] == {"filter": {"a": 1}, "page": {}}


def test_headers_that_a_client_adds_are_left_out():
    headers = (
        ("Accept", "application/json"),
        ("User-Agent", "curl/8"),
        ("Sec-Fetch-Mode", "cors"),
        ("X-Session-Token", CANARY),
        ("Notion-Version", "2025-09-03"),
        ("bad header", "x"),
    )
    parts = request_parts(Request("GET", URL, (), headers), [])
    assert parts["headers"] == {
        "Accept": "application/json",
        "Notion-Version": "2025-09-03",
    }


def test_secrets_in_a_body_are_left_out():
    body: Json = {"auth": {"client_secret": CANARY}, "q": "x", "t": f"Bearer {CANARY}"}
    parts = request_parts(Request("POST", URL, body=body, body_type="json"), [])
    assert CANARY not in json.dumps(parts)
    assert parts["bodyType"] == "json"


def test_braces_that_are_no_template_do_not_stay():
    parts = request_parts(Request("GET", URL, (("q", "{{x"), ("r", "{{y}}"))), [])
    assert "query" not in parts


@pytest.mark.parametrize(
    ("url", "origin", "path"),
    [
        (
            "https://u:p@api.example.com:8443/a b/größe",
            "https://api.example.com:8443",
            "/a%20b/gr%C3%B6%C3%9Fe",
        ),
        ("https://api.example.com", "https://api.example.com", "/"),
        ("http://[::1]:80/x", "http://[::1]:80", "/x"),
        ("http://[", "https://api.example.com", "/"),
        ("ftp://x/y", "https://api.example.com", "/"),
        ("https://api.example.com/{{x}}", "https://api.example.com", "/%7B%7Bx%7D%7D"),
    ],
)
def test_an_address_is_taken_apart(url: str, origin: str, path: str):
    address = address_of(Request("GET", url))
    assert (address.origin, address.path) == (origin, path)


@pytest.mark.parametrize(
    "name", ["page_token", "nextPageToken", "sort", "monkey", "syncToken"]
)
def test_paging_is_no_secret(name: str):
    assert not is_secret(name, "abc")


@pytest.mark.parametrize(
    "name", ["token", "X-API-Key", "client_secret", "Authorization", "sig"]
)
def test_secrets_are_known_by_name(name: str):
    assert is_secret(name, "abc")
