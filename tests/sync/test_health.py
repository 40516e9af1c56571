"""What the answer of a health check means: the error rules come first."""

import pytest
from tests.sync.scripted import document

from ferrule.descriptor.document import validate
from ferrule.exchange import Json, Response, encode
from ferrule.sync.health import action_of, is_refused, judge_health


def connector(*rules: dict[str, Json], **members: Json):
    return validate(document(resilience={"rules": list(rules)}, **members))


def answer(status: int, body: Json = None, **headers: str) -> Response:
    named = tuple((n.replace("_", "-"), v) for n, v in headers.items())
    return Response(status, named, encode(body) if body is not None else b"")


GONE = {"status": [404], "action": "success"}
IDLE = {"status": [503], "action": "ignore", "message": "Asleep until Monday."}
PLAN = {"status": [403], "action": "fail", "message": "The plan has no API."}
OFF = {"when": {"when": "$.ok", "operator": "equals", "value": False}, "action": "fail"}

# rules, answer, healthy, in a few words
CASES = [
    ((), answer(200), True, "200"),
    ((), answer(500), False, "500, expected 200"),
    ((GONE,), answer(404), True, "404: a rule of the connector says success"),
    ((IDLE,), answer(503), True, "503: Asleep until Monday."),
    ((PLAN,), answer(403), False, "403: The plan has no API."),
    ((OFF,), answer(200, {"ok": False}), False, "a rule of the connector says fail"),
    ((OFF,), answer(200, {"ok": True}), True, "200"),
]


@pytest.mark.parametrize(("rules", "response", "healthy", "words"), CASES)
def test_rules_come_before_the_expected_status(
    rules: tuple, response: Response, words: str, *, healthy: bool
) -> None:
    found, said = judge_health(connector(*rules), response)
    assert found is healthy
    assert words in said


def test_the_rules_of_the_polling_hold_too() -> None:
    made = validate(document(polling={"resilience": {"rules": [GONE]}}))
    assert judge_health(made, answer(404))[0]


# rules, answer, whether the credential is refused
REFUSED = [
    ((), answer(401), True),
    ((), answer(403), True),
    ((), answer(403, retry_after="3"), False),
    ((), answer(429), False),
    ((), answer(200), False),
    (({"status": [403], "action": "success"},), answer(403), False),
    (({"status": [404], "action": "refresh_auth"},), answer(404), True),
    ((PLAN,), answer(403), True),
]


@pytest.mark.parametrize(("rules", "response", "refused"), REFUSED)
def test_what_says_that_the_credential_is_not_accepted(
    rules: tuple, response: Response, *, refused: bool
) -> None:
    assert is_refused(connector(*rules), response) is refused


def test_throttling_tells_nothing_about_the_credential() -> None:
    limited = answer(403, x_ratelimit_remaining="0")
    assert action_of(connector(), limited) == "rate_limited"
