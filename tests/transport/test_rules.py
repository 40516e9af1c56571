"""What a client does when a rule of the descriptor reads an answer its own way."""

from collections.abc import Callable

import pytest
from tests.support.clock import FakeClock
from tests.support.fault_server import BODY, FaultServer, answer

from ferrule import errors
from ferrule.exchange import Json, Request
from ferrule.redaction import MASK, Redactor
from ferrule.resilience import Policy, Resilience, policy_of
from ferrule.transport import Client, Retrying, Throttled

OPENS = Callable[..., Client]
BUSY = answer(b'{"error":{"code":"busy","wait":4}}')
IS_BUSY: Json = {"when": "$.error.code", "operator": "equals", "value": "busy"}


def policy(*rules: dict[str, Json], **members: Json) -> Policy:
    return policy_of(Resilience.model_validate({"rules": rules, **members}))


def get(url: str) -> Request:
    return Request("GET", url)


def test_an_answer_is_ignored(client: Client, server: FaultServer) -> None:
    rules = policy({"status": [404, 410], "action": "ignore"})
    for behaviour, status in (("not_found", 404), ("gone", 410)):
        response = client.send(get(server.url(behaviour)), rules)
        assert (response.status, response.ignored) == (status, True)
    assert not client.send(get(server.url("ok")), rules).ignored


def test_an_answer_is_taken_for_a_good_one(client: Client, server: FaultServer) -> None:
    response = client.send(
        get(server.url("not_found")), policy({"status": ["4xx"], "action": "success"})
    )
    assert (response.status, response.ignored) == (404, False)
    assert response.json == {"message": "Not Found"}


def test_a_200_with_an_error_in_it_is_asked_again(
    client: Client, server: FaultServer, clock: FakeClock
) -> None:
    rules = policy({"when": IS_BUSY, "action": "retry"})
    response = client.send(get(server.play(BUSY, BUSY, "ok")), rules)
    assert response.body == BODY
    assert clock.naps == [1.0, 2.0]


def test_a_200_with_an_error_in_it_waits_as_its_body_asks(
    open_client: OPENS, server: FaultServer, clock: FakeClock
) -> None:
    told: list[object] = []
    waits: Json = [{"type": "from", "source": "$.error.wait", "as": "seconds"}]
    rules = policy({"when": IS_BUSY, "action": "rate_limited"}, backoff=waits)
    client = open_client(on_notice=told.append)
    assert client.send(get(server.play(BUSY, "ok")), rules).body == BODY
    assert clock.naps == [4.0]
    assert [type(notice) for notice in told] == [Throttled]


def test_what_a_rule_takes_for_throttling_ends_as_throttling(
    client: Client, server: FaultServer
) -> None:
    rules = policy({"when": IS_BUSY, "action": "rate_limited"}, maxAttempts=2)
    with pytest.raises(errors.RateLimitError, match="200 OK after 2 attempts"):
        client.send(get(server.play(BUSY)), rules)


def test_a_failure_is_not_asked_again(
    client: Client, server: FaultServer, clock: FakeClock
) -> None:
    url = server.play("server_error")
    with pytest.raises(errors.UnexpectedStatus, match="500 Internal Server Error"):
        client.send(get(url), policy({"status": ["5xx"], "action": "fail"}))
    assert server.hits[url.removeprefix(server.origin)] == 1
    assert clock.naps == []


def test_a_failed_200_says_that_a_rule_says_so(
    client: Client, server: FaultServer
) -> None:
    with pytest.raises(errors.UnexpectedStatus) as caught:
        client.send(get(server.play(BUSY)), policy({"when": IS_BUSY, "action": "fail"}))
    assert "answered 200 OK" in caught.value.message
    assert "rule" in caught.value.advice
    assert caught.value.status == 200


# cause, a word of the advice
CAUSES = [
    ("config", "configured"),
    ("transient", "later"),
    ("system", "status page"),
    (None, "query and body"),
]


@pytest.mark.parametrize(("cause", "word"), CAUSES)
def test_the_person_is_told_what_the_rule_says_and_what_the_service_says(
    open_client: OPENS, server: FaultServer, cause: Json, word: str
) -> None:
    client = open_client(redactor=Redactor(["s3cr3t-token-1"]))
    url = server.play(answer(b'{"why":"no s3cr3t-token-1 here"}', "400 Bad Request"))
    rule: dict[str, Json] = {
        "messageContains": "here",
        "action": "fail",
        "message": "The workspace is archived.",
        "cause": cause,
    }
    with pytest.raises(errors.UnexpectedStatus) as caught:
        client.send(get(url), policy(rule))
    error = caught.value
    wanted = "The workspace is archived. (127.0.0.1 answered 400 Bad Request)."
    assert error.message == wanted
    assert error.snippet == f'{{"why":"no {MASK} here"}}'
    assert error.cause == cause
    assert word in error.advice


@pytest.mark.parametrize("how", ["shrink_page", "split_window"])
def test_less_may_be_asked_for(client: Client, server: FaultServer, how: str) -> None:
    url = server.play("server_error")
    with pytest.raises(errors.AskForLess) as caught:
        client.send(get(url), policy({"status": [500], "action": how}))
    assert caught.value.how == how
    assert server.hits[url.removeprefix(server.origin)] == 1


@pytest.mark.parametrize("behaviour", ["unauthorised", "forbidden"])
def test_a_refused_credential_stays_one_when_a_rule_says_fail(
    client: Client, server: FaultServer, behaviour: str
) -> None:
    rules = policy({"status": ["4xx"], "action": "fail", "message": "Ask an owner."})
    with pytest.raises(errors.AuthRefused, match="Ask an owner"):
        client.send(get(server.url(behaviour)), rules)


def test_a_credential_may_be_refused_by_any_status(
    client: Client, server: FaultServer
) -> None:
    rules = policy({"status": [404], "action": "refresh_auth"})
    with pytest.raises(errors.AuthRefused, match="404"):
        client.send(get(server.url("not_found")), rules)


def test_a_stream_has_its_own_attempts_and_waits(
    client: Client, server: FaultServer, clock: FakeClock
) -> None:
    rules = policy(maxAttempts=3, backoff=[{"type": "constant", "delayMs": 250}])
    with pytest.raises(errors.UnexpectedStatus, match="after 3 attempts"):
        client.send(get(server.url("server_error")), rules)
    assert clock.naps == [0.25, 0.25]


def test_the_attempts_of_the_stream_are_told(
    open_client: OPENS, server: FaultServer
) -> None:
    told: list[object] = []
    client = open_client(on_notice=told.append)
    client.send(get(server.play("server_error", "ok")), policy(maxAttempts=9))
    assert told == [Retrying(1, 9, 1.0, "127.0.0.1 answered 500.")]


def test_a_wait_that_is_too_long_fails_at_once(
    client: Client, server: FaultServer, clock: FakeClock
) -> None:
    waits: Json = [
        {
            "type": "from",
            "source": "header:Retry-After",
            "as": "seconds",
            "giveUpAfterMs": 2000,
        }
    ]
    with pytest.raises(errors.RateLimitError) as caught:
        client.send(get(server.url("too_many_3")), policy(backoff=waits))
    assert caught.value.retry_after == 3
    assert clock.naps == []


def test_a_write_is_repeated_when_a_rule_says_it_was_not_done(
    client: Client, server: FaultServer
) -> None:
    request = Request("POST", server.play(BUSY, "ok"), body={"a": 1}, body_type="json")
    rules = policy({"when": IS_BUSY, "action": "rate_limited"})
    assert client.send(request, rules, idempotent=False).body == BODY
    request = Request("POST", server.play(BUSY, "ok"), body={"a": 1}, body_type="json")
    with pytest.raises(errors.UnexpectedStatus):
        client.send(
            request, policy({"when": IS_BUSY, "action": "retry"}), idempotent=False
        )


def test_what_holds_for_the_connection_holds_where_nothing_else_is_said(
    open_client: OPENS, server: FaultServer
) -> None:
    client = open_client(policy=policy({"status": [404], "action": "ignore"}))
    assert client.send(get(server.url("not_found"))).ignored
