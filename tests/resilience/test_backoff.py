"""Each kind of back-off, on its own."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter
from tests.resilience.answers import answer

from ferrule.exchange import Json, Response
from ferrule.resilience import AskedBackoff, Backoff, ExponentialBackoff
from ferrule.resilience.backoff import Failed, Wait

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KIND: TypeAdapter[Backoff] = TypeAdapter(Backoff)


def waits(document: Json, jitter: float = 0.0) -> list[float]:
    kind = KIND.validate_python(document)
    found = [kind.wait(Failed(n, None, NOW), lambda: jitter) for n in range(1, 6)]
    return [wait.seconds for wait in found if wait is not None]


EXPONENTIAL: dict[str, Json] = {"type": "exponential", "baseMs": 100}

# back-off, jitter, waits of five attempts
TABLE = [
    (EXPONENTIAL, 0.0, [0.1, 0.2, 0.4, 0.8, 1.6]),
    (EXPONENTIAL, 1.0, [0.125, 0.25, 0.5, 1.0, 2.0]),
    ({**EXPONENTIAL, "jitter": False}, 1.0, [0.1, 0.2, 0.4, 0.8, 1.6]),
    ({**EXPONENTIAL, "jitter": True}, 1.0, [0.125, 0.25, 0.5, 1.0, 2.0]),
    ({**EXPONENTIAL, "maxMs": 500}, 0.0, [0.1, 0.2, 0.4, 0.5, 0.5]),
    ({**EXPONENTIAL, "maxMs": 50}, 0.0, [0.05] * 5),
    ({**EXPONENTIAL, "baseMs": 25_000}, 0.0, [25, 50, 60, 60, 60]),
    ({**EXPONENTIAL, "baseMs": 90_000}, 0.0, [90.0] * 5),
    ({"type": "constant", "delayMs": 700}, 1.0, [0.7] * 5),
    ({"type": "constant", "delayMs": 0}, 1.0, [0.0] * 5),
]


@pytest.mark.parametrize(("document", "jitter", "wanted"), TABLE)
def test_waits_that_the_answer_has_no_say_in(
    document: Json, jitter: float, wanted: list[float]
) -> None:
    assert waits(document, jitter) == pytest.approx(wanted)


def asked(source: str, unit: str = "seconds", **members: Json) -> AskedBackoff:
    return AskedBackoff.model_validate(
        {"type": "from", "source": source, "as": unit, **members}
    )


# back-off, answer, wait
ASKED = [
    (asked("header:X-Wait"), answer(500, x_wait="3"), 3),
    (asked("header:x-wait"), answer(500), None),
    (asked("header:X-Wait"), answer(500, x_wait="a while"), None),
    (asked("header:X-Wait", regex="([0-9]+) s"), answer(500, x_wait="in 8 s"), 8),
    (asked("header:X-Wait", regex="[0-9]+"), answer(500, x_wait="in 8 s"), 8),
    (asked("header:X-Wait", regex="(x)?in"), answer(500, x_wait="in 8 s"), None),
    (asked("header:X-Wait", regex="([0-9]+) m"), answer(500, x_wait="in 8 s"), None),
    (asked("$.error.wait", "ms"), answer(500, {"error": {"wait": 2500}}), 2.5),
    (asked("$.error.wait", "ms"), answer(500, {"error": {"wait": "2500"}}), 2.5),
    (asked("$.wait"), answer(500, {"wait": True}), None),
    (asked("$.wait"), answer(500, {"wait": [1]}), None),
    (asked("$.wait"), answer(500, {"wait": None}), None),
    (asked("$.wait"), answer(500, {"wait": -1}), None),
    (asked("$.wait"), Response(500, (), b"<html>"), None),
    (asked("$.until", "epoch_s"), answer(500, {"until": 1772366410}), 10),
    (asked("$.until", "epoch_s"), answer(500, {"until": 1772366390}), None),
    (asked("header:X-Wait", minMs=5000), answer(500, x_wait="3"), 5),
    (asked("header:X-Wait", minMs=5000), answer(500, x_wait="30"), 30),
    (asked("header:X-Wait"), None, None),
]


@pytest.mark.parametrize(("kind", "response", "wanted"), ASKED)
def test_waits_that_the_answer_asks_for(
    kind: AskedBackoff, response: Response | None, wanted: float | None
) -> None:
    wait = kind.wait(Failed(1, response, NOW), lambda: 0.0)
    assert wait == (None if wanted is None else Wait(wanted, asked=True))


def test_a_wait_beyond_what_is_allowed_gives_up() -> None:
    kind = asked("header:X-Wait", giveUpAfterMs=2000)
    for text, too_long in (("2", False), ("2.1", True)):
        wait = kind.wait(Failed(1, answer(500, x_wait=text), NOW), lambda: 0.0)
        assert wait is not None
        assert wait.too_long is too_long


def test_many_attempts_do_not_overflow() -> None:
    wait = ExponentialBackoff(base_ms=1).wait(Failed(20, None, NOW), lambda: 0.0)
    assert wait == Wait(60)
