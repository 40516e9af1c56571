"""A sample service of 250 items, asked without a socket."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from ferrule.sandbox.answer import Answer, Asked
from ferrule.sandbox.api import Api
from ferrule.sandbox.tracker import Tracker

ORIGIN = "http://127.0.0.1:9"


class StillClock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class Caller:
    """Ask an `Api` by URL."""

    def __init__(self, api: Api, clock: StillClock) -> None:
        self.api, self.clock = api, clock

    def get(self, url: str, **headers: str) -> Answer:
        return self.ask("GET", url, headers=headers)

    def ask(self, method: str, url: str, body: object = None, headers=None) -> Answer:
        parts = urlsplit(url)
        return self.api.answer(
            Asked(
                method,
                parts.path,
                dict(parse_qsl(parts.query)),
                {k.replace("_", "-"): v for k, v in (headers or {}).items()},
                b"" if body is None else json.dumps(body).encode(),
                ORIGIN,
                parts.query,
            )
        )

    def json(self, url: str):
        return json.loads(self.get(url).body)

    def control(self, **order: object):
        answer = self.ask("POST", "/_control", order)
        assert answer.status == 200, answer.body
        return json.loads(answer.body)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def caller(clock: StillClock) -> Caller:
    return Caller(Api(Tracker(250), clock=clock), clock)
