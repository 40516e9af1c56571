"""What a client makes of every fault: the error, the attempts, the time it takes."""

import time
from collections.abc import Callable

import pytest
from tests.support.clock import FakeClock
from tests.support.fault_server import BODY, FaultServer, answer

from ferrule import errors
from ferrule.exchange import Request
from ferrule.redaction import MASK, Redactor
from ferrule.resilience import Policy
from ferrule.resilience.buckets import Bucket
from ferrule.transport import Client, HostPolicy, Retrying, Throttled

ONCE = Policy(max_attempts=1)

BACKOFF = [1.0, 2.0, 4.0, 8.0]


def get(url: str, **fields: object) -> Request:
    return Request("GET", url, **fields)


@pytest.mark.parametrize("behaviour", ["ok", "bom"])
def test_a_good_answer_is_returned_whole(
    client: Client, server: FaultServer, behaviour: str
) -> None:
    response = client.send(get(server.url(behaviour), query=(("q", "a b&c"),)))
    assert response.status == 200
    assert response.json == {"items": [{"id": 1, "name": "café"}]}
    assert response.url == server.url(behaviour) + "?q=a%20b%26c"
    assert response.elapsed_ms > 0
    assert ("content-type", "application/json") in response.headers
    assert server.received[-1].target == f"/{behaviour}?q=a%20b%26c"


@pytest.mark.parametrize(
    ("behaviour", "body"),
    [("gzip", BODY * 200), ("two_members", b"[1,2]"), ("empty", b"")],
)
def test_a_packed_body_is_unpacked(
    client: Client, server: FaultServer, behaviour: str, body: bytes
) -> None:
    assert client.send(get(server.url(behaviour))).body == body


@pytest.mark.parametrize(
    ("behaviour", "status"), [("no_content", 204), ("not_modified", 304)]
)
def test_an_answer_without_a_body_is_an_answer(
    client: Client, server: FaultServer, behaviour: str, status: int
) -> None:
    response = client.send(get(server.url(behaviour)))
    assert (response.status, response.body, response.json) == (status, b"", None)


def test_what_is_sent_is_what_was_asked(client: Client, server: FaultServer) -> None:
    request = Request(
        "POST",
        server.url("ok"),
        headers=(("X-Api-Key", "k"), ("Accept", "text/plain"), ("X-Name", "Zoë")),
        body={"a": 1},
        body_type="json",
    )
    client.send(request)
    seen = server.received[-1]
    assert (seen.method, seen.body) == ("POST", b'{"a":1}')
    wanted = {
        "x-api-key": "k",
        "accept": "text/plain",
        "accept-encoding": "gzip",
        "content-type": "application/json",
    }
    assert wanted.items() <= seen.headers.items()
    assert seen.headers["user-agent"].startswith("ferrule/")
    assert seen.headers["x-name"].encode("latin-1").decode() == "Zoë"


# behaviour, error, attempts, a piece of the message
FAULTS = [
    ("reset", errors.ServiceUnreachable, 5, "broke"),
    ("hang_up", errors.ServiceUnreachable, 5, "broke"),
    ("reset_in_body", errors.ServiceUnreachable, 5, "broke"),
    ("truncated_length", errors.ServiceUnreachable, 5, "broke"),
    ("truncated_chunks", errors.ServiceUnreachable, 5, "broke"),
    ("no_http", errors.ServiceUnreachable, 5, "does not speak HTTP"),
    ("huge_header", errors.ServiceUnreachable, 5, "does not speak HTTP"),
    ("truncated_gzip", errors.UnreadableResponse, 5, "ends before its end"),
    ("missing_trailer", errors.UnreadableResponse, 5, "ends before its end"),
    ("bad_gzip", errors.UnreadableResponse, 5, "not proper gzip"),
    ("damaged_gzip", errors.UnreadableResponse, 5, "gzip"),
    ("gzip_bomb", errors.UnreadableResponse, 1, "larger than 2 MB"),
    ("big_body", errors.UnreadableResponse, 1, "larger than 2 MB"),
    ("brotli", errors.UnreadableResponse, 1, "packed as br"),
    ("packed_twice", errors.UnreadableResponse, 1, "packed as gzip, gzip"),
    ("many_headers", errors.UnreadableResponse, 1, "10001 headers"),
    ("redirect", errors.UnexpectedStatus, 1, "https://evil.example/steal"),
    ("relative_redirect", errors.UnexpectedStatus, 1, "/ok"),
    ("bad_request", errors.UnexpectedStatus, 1, "400 Bad Request"),
    ("unauthorised", errors.AuthRefused, 1, "401 Unauthorized"),
    ("forbidden", errors.AuthRefused, 1, "403 Forbidden"),
    ("not_found", errors.UnexpectedStatus, 1, "404 Not Found"),
    ("gone", errors.UnexpectedStatus, 1, "410 Gone"),
    ("request_timeout", errors.UnexpectedStatus, 5, "408"),
    ("too_early", errors.UnexpectedStatus, 5, "425"),
    ("server_error", errors.UnexpectedStatus, 5, "500"),
    ("unavailable", errors.UnexpectedStatus, 5, "503"),
    ("too_many", errors.RateLimitError, 5, "429"),
    ("too_many_garbage", errors.RateLimitError, 5, "429"),
]


@pytest.mark.parametrize(("behaviour", "error", "attempts", "words"), FAULTS)
def test_every_fault_becomes_its_error_after_its_attempts(
    open_client: Callable[..., Client],
    server: FaultServer,
    clock: FakeClock,
    behaviour: str,
    error: type[errors.ExchangeError],
    attempts: int,
    words: str,
) -> None:
    url = server.play(behaviour)
    client = open_client(max_body=2_000_000)
    with pytest.raises(error) as caught:
        client.send(get(url))
    assert type(caught.value) in {error, *error.__subclasses__()}
    assert words in caught.value.message
    assert caught.value.advice
    assert (caught.value.method, caught.value.url) == ("GET", url)
    assert sum(server.hits[path] for path in [url.removeprefix(server.origin)]) == (
        attempts
    )
    assert clock.naps == BACKOFF[: attempts - 1]


@pytest.mark.parametrize("behaviour", ["reset", "truncated_gzip", "server_error"])
def test_a_fault_that_passes_is_not_seen(
    client: Client, server: FaultServer, behaviour: str
) -> None:
    assert client.send(get(server.play(behaviour, behaviour, "ok"))).body == BODY


STALLS = ["stall", "stall_in_body", "drip_head", "drip_body"]


@pytest.mark.parametrize("behaviour", STALLS)
def test_the_deadline_holds_against_every_way_to_be_slow(
    open_client: Callable[..., Client], server: FaultServer, behaviour: str
) -> None:
    client = open_client(policy=ONCE)
    started = time.perf_counter()
    with pytest.raises(errors.TimedOut, match=r"within 0\.2 s") as caught:
        client.send(get(server.url(behaviour), timeout_ms=200))
    assert 0.19 < time.perf_counter() - started < 0.6
    assert "waiting for the answer" in caught.value.message


def test_a_late_answer_is_asked_for_again(client: Client, server: FaultServer) -> None:
    url = server.play("stall", "ok")
    assert client.send(get(url, timeout_ms=200)).body == BODY


def test_waits_asked_for_are_obeyed(
    open_client: Callable[..., Client], server: FaultServer, clock: FakeClock
) -> None:
    told: list[object] = []
    client = open_client(on_notice=told.append)
    client.send(get(server.play("too_many_3", "unavailable_7", "too_many_date", "ok")))
    assert clock.naps == [3.0, 7.0, 10.0]
    assert [type(notice) for notice in told] == [Throttled] * 3
    assert [n.asked_by for n in told if isinstance(n, Throttled)] == ["service"] * 3


def test_retries_are_told(open_client: Callable[..., Client], server: FaultServer):
    told: list[object] = []
    open_client(on_notice=told.append).send(get(server.play("server_error", "ok")))
    assert told == [Retrying(1, 5, 1.0, "127.0.0.1 answered 500.")]


def test_throttling_that_does_not_end_says_how_long_to_wait(
    client: Client, server: FaultServer, clock: FakeClock
) -> None:
    with pytest.raises(errors.RateLimitError) as caught:
        client.send(get(server.play("too_many_3")))
    assert caught.value.retry_after == 3
    assert clock.naps == [3.0] * 4


def test_a_pause_of_an_hour_is_waited_for_and_uses_no_attempt(
    open_client: Callable[..., Client], server: FaultServer, clock: FakeClock
) -> None:
    told: list[object] = []
    client = open_client(on_notice=told.append, policy=ONCE)
    assert client.send(get(server.play("too_many_hour", "ok"))).body == BODY
    assert clock.naps == [3600.0]
    assert isinstance(told[0], Throttled)
    assert told[0].paused


def test_a_year_is_not_waited_for(client: Client, server: FaultServer) -> None:
    with pytest.raises(errors.RateLimitError) as caught:
        client.send(get(server.url("too_many_year")))
    assert caught.value.retry_after == 31_536_000


@pytest.mark.parametrize(
    ("behaviour", "nap"), [("forbidden_rate", 30.0), ("forbidden_secondary", 5.0)]
)
def test_a_403_about_rate_is_throttling(
    client: Client, server: FaultServer, clock: FakeClock, behaviour: str, nap: float
) -> None:
    client.send(get(server.play(behaviour, "ok")))
    assert clock.naps == [nap]


@pytest.mark.parametrize(
    ("behaviour", "attempts"),
    [
        ("reset", 1),
        ("truncated_gzip", 1),
        ("server_error", 1),
        ("too_many", 5),
        ("too_early", 5),
    ],
)
def test_what_may_have_had_an_effect_is_not_sent_twice(
    client: Client, server: FaultServer, behaviour: str, attempts: int
) -> None:
    url = server.play(behaviour)
    request = Request("POST", url, body={"a": 1}, body_type="json")
    with pytest.raises(errors.ExchangeError):
        client.send(request, idempotent=False)
    assert server.hits[url.removeprefix(server.origin)] == attempts


def test_a_refused_connection_is_tried_again_even_for_a_write(
    open_client: Callable[..., Client], clock: FakeClock
) -> None:
    policy = HostPolicy(confirmed=frozenset({"127.0.0.1"}))
    request = Request("POST", "http://127.0.0.1:1/", body="x", body_type="text")
    with pytest.raises(errors.ServiceUnreachable, match="was refused") as caught:
        open_client(hosts=policy).send(request, idempotent=False)
    assert "(5 attempts)" in caught.value.message
    assert clock.naps == BACKOFF


def test_one_exchange_returns_any_status_at_once(
    client: Client, server: FaultServer, clock: FakeClock
) -> None:
    assert client.exchange(get(server.url("server_error"))).status == 500
    assert client.exchange(get(server.url("redirect"))).status == 302
    with pytest.raises(errors.ServiceUnreachable):
        client.exchange(get(server.url("reset")))
    assert clock.naps == []


def test_connections_are_kept_and_used_again(
    client: Client, server: FaultServer
) -> None:
    before = server.connections
    for _ in range(5):
        client.send(get(server.url("ok")))
    assert server.connections == before + 1


def test_all_buckets_must_grant(
    open_client: Callable[..., Client], server: FaultServer, clock: FakeClock
) -> None:
    told: list[object] = []
    buckets = (Bucket(2, burst=2), Bucket(0.5, burst=3))
    client = open_client(limits=buckets, on_notice=told.append)
    for _ in range(5):
        client.send(get(server.url("ok")))
    assert clock.naps == [0.5, 1.5, 2.0]
    assert [n.asked_by for n in told if isinstance(n, Throttled)] == ["limit"] * 2


def test_off_host_requests_never_leave(client: Client, server: FaultServer) -> None:
    before = server.connections
    for url in ("https://evil.example/", f"http://127.0.0.1:{server.port + 1}/"):
        with pytest.raises(errors.OffHost) as caught:
            client.send(get(url))
        assert caught.value.url == url
    assert server.connections == before


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ((("Authorization", "Bearer abc\n"),), "line break"),
        ((("Host", "evil.example"),), "not for a descriptor"),
        ((("Content-Length", "5"),), "not for a descriptor"),
        ((("X-Bell", "\x07"),), "control character"),
        ((("Naïve", "x"),), "cannot be sent"),
    ],
)
def test_headers_that_would_break_out_are_refused(
    client: Client, server: FaultServer, headers: tuple, words: str
) -> None:
    with pytest.raises(errors.ExchangeError, match=words) as caught:
        client.send(get(server.url("ok"), headers=headers))
    assert "abc" not in str(caught.value)


def test_no_secret_is_in_an_error(
    open_client: Callable[..., Client], server: FaultServer
) -> None:
    secret = "s3cr3t/value+1"
    body = f'{{"message":"no token {secret}", "password": "other-one"}}'.encode()
    url = server.play(answer(body, "404 Not Found"))
    client = open_client(redactor=Redactor([secret]))
    query = (("q", secret), ("api_key", "unknown-to-the-registry"), ("page", "2"))
    with pytest.raises(errors.UnexpectedStatus) as caught:
        client.send(get(url, query=query))
    error = caught.value
    shown = f"{error} {error.url} {error.snippet} {error!r} {error.args}"
    for part in (secret, "s3cr3t", "unknown-to", "other-one"):
        assert part not in shown
    assert error.url == f"{url}?q={MASK}&api_key={MASK}&page=2"
    assert f"no token {MASK}" in error.snippet


def test_a_snippet_is_short_and_never_half_a_secret(client: Client) -> None:
    assert len(client.snippet(b"<html>" * 1000)) == 512
    secret = "abcdefghijklmnopqrstuvwxyz"
    with Client(HostPolicy(), redactor=Redactor([secret])) as other:
        text = other.snippet(b"x" * 500 + secret.encode())
    assert "abcdef" not in text


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ("bad_request", "query and body"),
        ("unauthorised", "give it again"),
        ("forbidden", "scopes"),
        ("not_found", "check the base address"),
        ("too_many", "rate limit"),
        ("server_error", "try again later"),
        ("redirect", "not followed"),
    ],
)
def test_an_error_says_what_to_do(
    open_client: Callable[..., Client], server: FaultServer, behaviour: str, words: str
) -> None:
    with pytest.raises(errors.ExchangeError) as caught:
        open_client(policy=ONCE).send(get(server.url(behaviour)))
    assert words in caught.value.advice


def test_an_html_page_is_told_when_it_is_read_as_json(
    client: Client, server: FaultServer
) -> None:
    response = client.send(get(server.url("html")))
    with pytest.raises(errors.UnreadableResponse, match="HTML"):
        _ = response.json
    assert "Please sign in" in client.snippet(response.body)


def test_cookies_are_not_kept(client: Client, server: FaultServer) -> None:
    url = server.play(answer(set_cookie="session=1; Path=/"))
    for _ in range(2):
        client.send(get(url))
    assert "cookie" not in server.received[-1].headers
