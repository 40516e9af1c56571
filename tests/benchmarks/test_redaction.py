"""What masking costs after a token was renewed a thousand times in one process."""

import secrets
import time
from collections.abc import Callable

import pytest

from ferrule.redaction import Redactor

pytestmark = pytest.mark.bench
LINE = "GET https://api.example.com/items?page=2 200 in 31 ms, token abc " * 2
BODY = (b'{"id": 1, "title": "an item", "text": "' + b"x" * 900 + b'"},') * 1000


def test_a_thousand_renewals() -> None:
    """Each brings two tokens, and a line of the log is masked after it."""
    redactor = Redactor(["a-client-secret-that-stays", "another-api-key-0123"])
    began = time.perf_counter()
    for _ in range(1000):
        for _token in range(2):
            redactor.add_passing(secrets.token_urlsafe(40), "project/issues")
        redactor.text(LINE)
    whole = time.perf_counter() - began
    line = timed(lambda: redactor.text(LINE), 100)
    body = timed(lambda: redactor.raw(BODY), 5)
    print(
        f"1,000 renewals {whole:.2f} s; then a line {line * 1000:.3f} ms, "
        f"a body of {len(BODY) / 1e6:.1f} MB {body * 1000:.0f} ms"
    )
    assert whole < 5
    assert line < 0.005


def timed(call: Callable[[], object], times: int) -> float:
    """Return the seconds that one call takes."""
    began = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - began) / times
