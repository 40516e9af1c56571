"""Whatever is sent to the authorization server, it answers without a bug of its own."""

from urllib.parse import quote, urlencode

from hypothesis import given
from hypothesis import strategies as some
from tests.sandbox.conftest import ORIGIN, Caller, StillClock
from tests.sandbox.flows import BACK, DEMO, PKCE, Flow

from ferrule.sandbox.answer import Asked
from ferrule.sandbox.api import Api
from ferrule.sandbox.tracker import Tracker

PLACES = [
    "/oauth/authorize",
    "/oauth/token",
    "/oauth/device",
    "/oauth/device/verify",
    "/oauth/revoke",
    "/oauth/elsewhere",
    "/oauth1/request_token",
    "/oauth1/authorize",
    "/oauth1/access_token",
    "/.well-known/oauth-authorization-server",
    "/oauth/nothing",
    "/secure/user",
    "/secure/link/issues",
]
NAMES = [
    "response_type",
    "client_id",
    "client_secret",
    "redirect_uri",
    "state",
    "scope",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "grant_type",
    "refresh_token",
    "device_code",
    "user_code",
    "token",
    "token_type_hint",
    "client_assertion",
    "client_assertion_type",
    "decision",
    "oauth_token",
    "oauth_consumer_key",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_nonce",
    "oauth_timestamp",
    "oauth_callback",
    "oauth_verifier",
]
VALUES = [
    *DEMO.values(),
    *PKCE.values(),
    BACK,
    "code",
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "issues:read profile",
    "approve",
    "HMAC-SHA1",
    "demo-token",
    "0",
    "a.b.c",
    "",
]
pairs = some.lists(
    some.tuples(
        some.sampled_from(NAMES) | some.text(max_size=5),
        some.sampled_from(VALUES) | some.text(max_size=20),
    ),
    max_size=8,
)
parts = pairs.map(lambda found: urlencode(found, errors="replace")) | some.text(
    max_size=40
).map(lambda text: quote(text, safe="%&=+", errors="replace"))
headers = some.fixed_dictionaries(
    {},
    optional={
        "content-type": some.sampled_from(
            ["application/x-www-form-urlencoded", "application/json", "text/plain", ""]
        ),
        "authorization": pairs.map(
            lambda found: "OAuth " + ",".join(f'{k}="{quote(v)}"' for k, v in found)
        )
        | some.sampled_from(["Basic", "Basic x", "Basic /w==", "Bearer é", "OAuth x"])
        | some.text(some.characters(max_codepoint=255), max_size=20),
    },
)


@given(
    method=some.sampled_from(["GET", "POST", "HEAD", "PUT"]),
    place=some.sampled_from(PLACES),
    query=parts,
    body=parts.map(str.encode) | some.binary(max_size=30),
    headers=headers,
)
def test_no_request_is_answered_with_a_bug(method, place, query, body, headers):
    clock = StillClock()
    caller = Caller(Api(Tracker(5), clock=clock), clock)
    asked = Asked(method, place, {}, headers, body, ORIGIN, query)
    assert 200 <= caller.api.answer(asked).status < 500


@given(changes=some.dictionaries(some.sampled_from(NAMES), some.text(max_size=30)))
def test_no_changed_parameter_of_a_good_request_is_a_bug(changes):
    clock = StillClock()
    flow = Flow(Caller(Api(Tracker(5), clock=clock), clock))
    kept = {k: v.encode(errors="replace").decode() for k, v in changes.items()}
    assert flow.caller.get(flow.address(**kept)).status < 500
    form = {**DEMO, "grant_type": "client_credentials", **kept}
    assert flow.post("/oauth/token", form).status < 500
    assert flow.post("/oauth/device", {**DEMO, **kept}).status < 500
    assert flow.post("/oauth/revoke", {**DEMO, "token": "x", **kept}).status < 500
