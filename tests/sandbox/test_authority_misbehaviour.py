"""What the authorization server does wrong when it is told to."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.sandbox.conftest import ORIGIN
from tests.sandbox.flows import DEMO, Flow, led
from tests.support.authority import visit
from tests.support.commands import Ferrule

from ferrule.sandbox.authority.misbehaviour import KNOWN


@pytest.fixture
def flow(caller) -> Flow:
    return Flow(caller)


@pytest.fixture
def ferrule(tmp_path: Path) -> Ferrule:
    return Ferrule(tmp_path / "home", tmp_path)


def approved(caller, name: str) -> dict[str, str]:
    return Flow(caller, misbehave=name).approved()


def own(caller, name: str):
    """Ask for a token of the client's own."""
    form = {**DEMO, "grant_type": "client_credentials"}
    return Flow(caller).post(f"/oauth/token?misbehave={name}", form)


def token(caller, name: str):
    answer = own(caller, name)
    assert answer.status == 200
    return json.loads(answer.body)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("wrong_state", {"state": "somebody-elses"}),
        ("no_state", {"state": None}),
        ("wrong_iss", {"iss": "https://attacker.example.com"}),
        ("no_iss", {"iss": None}),
        ("wrong_code", {"code": "not-yours"}),
        ("error_and_code", {"error": "access_denied"}),
        ("html_error", {"error": "server_error", "code": None}),
    ],
)
def test_a_redirect_goes_wrong_in_one_way(caller, name, changed):
    back = approved(caller, name)
    good = {"state": "s-1", "iss": ORIGIN, "error": None}
    for key, value in {**good, **changed}.items():
        assert back.get(key) == value
    assert ("code" in back) is (changed.get("code", "") is not None)


def test_two_codes_differ(caller):
    flow = Flow(caller, misbehave="code_twice")
    location = dict(flow.decide(flow.address()).headers)["location"]
    first, second = parse_qs(urlsplit(location).query)["code"]
    assert first != second


def test_a_fragment_stands_where_the_query_should(caller):
    flow = Flow(caller, misbehave="fragment")
    parts = urlsplit(dict(flow.decide(flow.address()).headers)["location"])
    assert parts.query == ""
    assert "code=" in parts.fragment


def test_markup_stands_in_an_error(caller):
    assert "<script>" in approved(caller, "html_error")["error_description"]


def test_a_denial_goes_wrong_too(caller):
    flow = Flow(caller, misbehave="wrong_state")
    back = led(flow.decide(flow.address(), "deny"))
    assert (back["error"], back["state"]) == ("access_denied", "somebody-elses")


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("no_expires_in", {"expires_in": None}),
        ("expires_in_30", {"expires_in": 30}),
        ("expires_in_0", {"expires_in": 0}),
        ("expires_in_negative", {"expires_in": -5}),
        ("expires_in_huge", {"expires_in": 10**12}),
        ("expires_in_text", {"expires_in": "soon"}),
        ("token_type_mac", {"token_type": "mac"}),
        ("no_access_token", {"access_token": None}),
        ("empty_access_token", {"access_token": ""}),
        ("narrow_scope", {"scope": "issues:read"}),
    ],
)
def test_a_token_goes_wrong_in_one_way(caller, name, changed):
    found, good = token(caller, name), token(caller, "")
    assert set(good) - set(found) == {k for k, v in changed.items() if v is None}
    for key, value in changed.items():
        assert found.get(key) == value


def test_a_token_of_30_seconds_is_over_after_30_seconds(caller):
    access = token(caller, "expires_in_30")["access_token"]
    longer = token(caller, "")["access_token"]
    caller.clock.seconds += 31
    assert Flow(caller).opens(access) == 401
    assert Flow(caller).opens(longer) == 200


def test_a_refresh_token_is_left_out(caller):
    flow = Flow(caller)
    code = flow.approved()["code"]
    flow.misbehave = "no_refresh_token"
    assert "refresh_token" not in flow.exchanged(code)[1]


@pytest.mark.parametrize(
    ("name", "status", "text"),
    [
        ("html", 200, "<!DOCTYPE html>"),
        ("redirect", 308, ""),
        ("redirect_302", 302, ""),
        ("server_error", 500, "something broke"),
        ("json_401", 401, "Unauthorized"),
        ("error_200", 200, "bad_verification_code"),
        ("array", 200, "[1,2]"),
        ("throttled", 429, "Too Many"),
    ],
)
def test_something_else_stands_where_the_token_should(caller, name, status, text):
    answer = own(caller, name)
    assert answer.status == status
    assert text in answer.body.decode()
    assert ("location" in dict(answer.headers)) is (300 <= status < 400)


def test_json_without_error_is_what_it_says(caller):
    assert "error" not in json.loads(own(caller, "json_401").body)


def test_who_follows_a_redirect_is_counted(caller):
    location = dict(own(caller, "redirect").headers)["location"]
    Flow(caller).post(location.removeprefix(ORIGIN), DEMO)
    assert caller.control()["authority"]["seen"]["elsewhere"] == 1


def test_a_form_stands_where_json_should(caller):
    answer = own(caller, "form_encoded")
    assert "form" in dict(answer.headers)["content-type"]
    assert parse_qs(answer.body.decode())["token_type"] == ["Bearer"]


def test_only_refreshing_meets_invalid_grant(caller):
    flow = Flow(caller, misbehave="invalid_grant")
    found = flow.signed_in()
    assert flow.refreshed(found["refresh_token"]) == (400, {"error": "invalid_grant"})
    flow.misbehave = ""
    assert flow.refreshed(found["refresh_token"])[0] == 200


def test_a_lost_answer_has_used_the_refresh_token_up(caller):
    flow = Flow(caller)
    found = flow.signed_in()
    flow.misbehave = "answer_lost"
    assert flow.refreshed(found["refresh_token"])[0] == 502
    flow.misbehave = ""
    assert flow.refreshed(found["refresh_token"])[0] == 400
    assert caller.control()["authority"]["seen"]["reuse"] == 1


@pytest.mark.parametrize(
    "path", ["/oauth/authorize", "/oauth/token", "/oauth/device", "/oauth/revoke"]
)
def test_slow_takes_its_time_everywhere(flow, path):
    assert flow.post(f"{path}?misbehave=slow", DEMO).delay_ms == 3_000
    assert flow.post(path, DEMO).delay_ms == 0


@pytest.mark.parametrize("path", ["/oauth/device", "/oauth/revoke"])
def test_the_other_endpoints_go_wrong_too(flow, path):
    assert flow.post(f"{path}?misbehave=html", DEMO).body.startswith(b"<!DOCTYPE")


@pytest.mark.parametrize(
    ("name", "member", "value"),
    [
        ("wrong_issuer", "issuer", "https://attacker.example.com"),
        ("plain_only", "code_challenge_methods_supported", ["plain"]),
        ("no_pkce", "code_challenge_methods_supported", None),
    ],
)
def test_metadata_go_wrong(caller, name, member, value):
    caller.control(authority={"misbehave": [name]})
    found = caller.json("/.well-known/oauth-authorization-server")
    assert found.get(member) == value


def test_metadata_are_left_out(caller):
    caller.control(authority={"misbehave": ["no_metadata"]})
    assert caller.get("/.well-known/oauth-authorization-server").status == 404


def test_several_go_wrong_at_once(caller):
    found = token(caller, "expires_in_0,token_type_mac")
    assert (found["expires_in"], found["token_type"]) == (0, "mac")


def test_what_is_switched_on_goes_wrong_until_it_is_switched_off(caller):
    caller.control(authority={"misbehave": ["wrong_iss"]})
    assert Flow(caller).approved()["iss"] != ORIGIN
    caller.control(authority={"misbehave": []})
    assert Flow(caller).approved()["iss"] == ORIGIN


def test_an_unknown_name_is_told_with_the_known_ones(caller):
    for answer in (
        own(caller, "fire"),
        caller.get("/oauth/authorize?misbehave=fire"),
        caller.ask("POST", "/_control", {"authority": {"misbehave": ["fire"]}}),
    ):
        assert answer.status == 404
        assert all(name in answer.body.decode() for name in KNOWN)


def test_the_consent_page_says_that_it_misbehaves(caller):
    page = caller.get(Flow(caller, misbehave="wrong_iss").address()).body
    assert b"wrong_iss" in page
    assert b"on purpose" in page
    assert b"on purpose" not in caller.get(Flow(caller).address()).body


def test_the_guide_tells_of_each():
    guide = Path("docs/signing-in.md").read_text("utf-8")
    assert [name for name in KNOWN if f"`{name}`" not in guide] == []


def test_the_command_names_what_is_tried_first(ferrule):
    said = ferrule("sandbox", "--help").out
    named = ("wrong_state", "wrong_iss", "error_and_code", "slow", "html", "redirect")
    for name in (*named, "no_expires_in", "expires_in_30"):
        assert name in KNOWN
        assert name in said


def test_the_command_starts_with_what_is_wrong(ferrule):
    process = ferrule.start(
        *("sandbox", "--items", "1", "--control", "stdin"),
        *("--misbehave", "no_metadata", "--misbehave", "html"),
    )
    try:
        url = json.loads(process.stdout.readline())["url"]
        assert visit(f"{url}/.well-known/oauth-authorization-server") == 404
    finally:
        process.communicate(timeout=10)


def test_the_command_refuses_what_is_no_misbehaviour(ferrule):
    said = ferrule("sandbox", "--misbehave", "fire")
    assert said.code == 2
    assert "no misbehaviour 'fire'" in said.err
    assert "wrong_state" in said.err
