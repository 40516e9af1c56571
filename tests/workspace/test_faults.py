"""Every fault of a service, met by a real sync into a real database.

Each row says what becomes of a fault that stays and of one that passes: which error,
how many requests, what was committed. In each case the next sync without faults leaves
what a sync leaves that never met any.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.support.fault_server import FaultServer
from tests.support.listing import Listing, thing
from tests.workspace.faulty import FULL, Faulty, described

THINGS = 12
GOOD = 2  # pages before the fault, of three things each
PAGES = THINGS // 3
CLEAN_RUN = ("full", "done", THINGS, THINGS, 0, 0, 0, 0, 0)


@pytest.fixture(scope="module")
def server():
    with FaultServer() as running:
        yield running


@pytest.fixture(scope="module")
def clean(server: FaultServer, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return what a sync leaves that meets no fault."""
    faulty = Faulty(tmp_path_factory.mktemp("clean"), server, listing())
    assert faulty.sync().status == "done"
    assert faulty.runs() == [CLEAN_RUN]
    assert len(faulty.listing.asked) == PAGES
    return faulty.kept()


def listing(**members: Any) -> Listing:
    return Listing([thing(number) for number in range(1, THINGS + 1)], **members)


@dataclass(frozen=True)
class Row:
    """A fault, the class of its error, how often a request meets it, and its words."""

    fault: str
    error: str
    words: str
    tries: int = 5
    status: str = "interrupted"
    descriptor: dict[str, Any] = field(default_factory=dict)


QUICK = {
    "polling": {"timeoutMs": 250},
    "resilience": {"maxAttempts": 2},
}
ROWS = [
    Row("hang_up", "ServiceUnreachable", "broke"),
    Row("reset", "ServiceUnreachable", "broke"),
    Row("reset_in_body", "ServiceUnreachable", "broke"),
    Row("truncated_length", "ServiceUnreachable", "broke"),
    Row("truncated_chunks", "ServiceUnreachable", "broke"),
    Row("no_http", "ServiceUnreachable", "does not speak HTTP"),
    Row("huge_header", "ServiceUnreachable", "does not speak HTTP"),
    Row("stall", "TimedOut", "0.25 s", 2, descriptor=QUICK),
    Row("stall_in_body", "TimedOut", "0.25 s", 2, descriptor=QUICK),
    Row("drip_head", "TimedOut", "0.25 s", 2, descriptor=QUICK),
    Row("drip_body", "TimedOut", "0.25 s", 2, descriptor=QUICK),
    Row("bad_gzip", "UnreadableResponse", "not proper gzip"),
    Row("damaged_gzip", "UnreadableResponse", "gzip"),
    Row("truncated_gzip", "UnreadableResponse", "ends before its end"),
    Row("missing_trailer", "UnreadableResponse", "ends before its end"),
    Row("gzip_bomb", "UnreadableResponse", "larger than 64 MB", 1),
    Row("brotli", "UnreadableResponse", "packed as br", 1),
    Row("many_headers", "UnreadableResponse", "10001 headers", 1),
    Row("redirect", "UnexpectedStatus", "a redirect to https://evil.example", 1),
    Row("html", "UnreadableResponse", "not JSON", 1),
    Row("text", "UnreadableResponse", "not JSON", 1),
    Row("invalid_utf8", "UnreadableResponse", "not UTF-8", 1),
    Row("bad_request", "UnexpectedStatus", "400 Bad Request", 1, "failed"),
    Row("not_found", "UnexpectedStatus", "404 Not Found", 1, "failed"),
    Row("gone", "UnexpectedStatus", "410 Gone", 1, "failed"),
    Row("unauthorised", "AuthRefused", "401 Unauthorized", 1),
    Row("forbidden", "AuthRefused", "403 Forbidden", 1),
    Row("forbidden_rate", "RateLimitError", "asks to wait"),
    Row("request_timeout", "UnexpectedStatus", "408 Request Timeout"),
    Row("too_early", "UnexpectedStatus", "425"),
    Row("server_error", "UnexpectedStatus", "500 Internal Server Error"),
    Row("443", "UnexpectedStatus", "502 Bad Gateway"),
    Row("unavailable", "UnexpectedStatus", "503 Service Unavailable"),
    Row("unavailable_7", "UnexpectedStatus", "503"),
    Row("too_many", "RateLimitError", "429 Too Many Requests"),
    Row("too_many_3", "RateLimitError", "429 Too Many Requests"),
    Row("too_many_year", "RateLimitError", "429 Too Many Requests", 1),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.fault)
def test_a_fault_that_stays_ends_the_run_and_loses_nothing(
    row: Row, server: FaultServer, clean: Any, tmp_path: Path
) -> None:
    there = listing(fails_from=GOOD + 1, failing=row.fault)
    faulty = Faulty(tmp_path, server, there, described(**row.descriptor))
    ended = faulty.sync()
    assert (ended.failure, ended.status) == (row.error, row.status)
    assert row.words in ended.error
    assert ended.advice
    assert len(there.asked) == GOOD + row.tries
    assert len(faulty.waits) == row.tries - 1
    assert (ended.counts.processed, ended.counts.created) == (3 * GOOD, 3 * GOOD)
    assert faulty.ids == list(range(1, 3 * GOOD + 1))
    assert (faulty.cursor, faulty.mark) == ("2026-03-01T10:06:00Z/6", None)
    there.works()
    again = faulty.sync(FULL)
    assert (again.status, again.failure) == ("done", None)
    goes_on = row.status == "interrupted"
    assert len(there.asked) == (PAGES - GOOD if goes_on else PAGES)
    assert faulty.kept() == clean
    if goes_on:
        assert faulty.runs() == [CLEAN_RUN]
        assert again.counts.created == THINGS
    else:
        assert again.counts.created == THINGS - 3 * GOOD


PASSING = [row for row in ROWS if row.tries > 1]


@pytest.mark.parametrize("row", PASSING, ids=lambda row: row.fault)
def test_a_fault_that_passes_costs_one_more_request_and_nothing_else(
    row: Row, server: FaultServer, clean: Any, tmp_path: Path
) -> None:
    there = listing(faults={1: row.fault, GOOD + 2: row.fault})
    faulty = Faulty(tmp_path, server, there, described(**row.descriptor))
    ended = faulty.sync()
    assert (ended.status, ended.failure) == ("done", None)
    assert len(there.asked) == PAGES + 2
    assert there.asked[GOOD + 1] == there.asked[GOOD + 2]
    assert len(faulty.waits) == 2
    assert (faulty.kept(), faulty.runs()) == (clean, [CLEAN_RUN])
