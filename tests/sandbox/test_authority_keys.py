"""Clients that sign in with a key instead of a secret (RFC 7523)."""

import time

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from tests.sandbox.conftest import ORIGIN
from tests.sandbox.flows import Flow

KIND = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEYS = {"RS256": RSAKey.generate_key(2048), "ES256": ECKey.generate_key("P-256")}


def asserted(algorithm: str, **changes) -> dict[str, str]:
    claims = {
        "iss": "ferrule-demo",
        "sub": "ferrule-demo",
        "aud": f"{ORIGIN}/oauth/token",
        "exp": int(time.time()) + 60,
        "jti": "one",
        **changes,
    }
    kept = {name: value for name, value in claims.items() if value is not None}
    text = jwt.encode({"alg": algorithm}, kept, KEYS[algorithm], [algorithm])
    return {"client_assertion_type": KIND, "client_assertion": text}


@pytest.fixture(params=KEYS)
def algorithm(request) -> str:
    return request.param


@pytest.fixture
def flow(caller, algorithm) -> Flow:
    key = KEYS[algorithm].as_pem(private=False).decode()
    caller.control(authority={"key": key})
    return Flow(caller, {"client_id": "ferrule-demo"})


def asked(flow: Flow, assertion: dict[str, str]) -> tuple[int, str]:
    status, told = flow.token(grant_type="client_credentials", **assertion)
    return status, told.get("error", "")


@pytest.mark.parametrize("audience", [ORIGIN, f"{ORIGIN}/oauth/token"])
def test_a_signed_assertion_stands_for_the_secret(flow, algorithm, audience):
    assert asked(flow, asserted(algorithm, aud=audience)) == (200, "")


def test_an_assertion_works_once(flow, algorithm):
    assertion = asserted(algorithm)
    assert asked(flow, assertion)[0] == 200
    assert asked(flow, assertion)[1] == "invalid_client"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://elsewhere.example"},
        {"exp": 1_000},
        {"exp": None},
        {"jti": None},
        {"iss": "ferrule-public"},
        {"sub": "nobody", "iss": "nobody"},
        {"sub": "ferrule-public", "iss": "ferrule-public"},
    ],
)
def test_a_wrong_claim_is_refused(flow, algorithm, changes):
    status, error = asked(flow, asserted(algorithm, **changes))
    assert status in {400, 401}
    assert error == "invalid_client"


def test_another_key_is_refused(flow, algorithm):
    flow.caller.control(
        authority={"key": ECKey.generate_key("P-256").as_pem(private=False).decode()}
    )
    assert asked(flow, asserted(algorithm))[1] == "invalid_client"


@pytest.mark.parametrize("key", ["", "no key"])
def test_without_a_registered_key_none_works(flow, algorithm, key):
    flow.caller.control(authority={"key": key})
    assert asked(flow, asserted(algorithm))[1] == "invalid_client"


@pytest.mark.parametrize("text", ["", "a.b.c", "x"])
def test_a_malformed_assertion_is_refused(flow, text):
    told = {"client_assertion_type": KIND, "client_assertion": text}
    assert asked(flow, told)[1] == "invalid_client"
