"""A service that answers by what is asked, for streams of several slices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.support.clock import FakeClock
from tests.sync.scripted import MemorySink, Trial, plans

from ferrule.exchange import Json, Request, Response
from ferrule.resilience import Policy
from ferrule.sync.ahead import Ahead
from ferrule.sync.run import Orders, Progress, Run

Answer = Callable[[str, dict[str, str]], Response]


@dataclass
class Routes:
    """Answers by path and query, and keeps what was asked."""

    answer: Answer
    asked: list[Request] = field(default_factory=list)

    def send(self, request: Request, policy: Policy) -> Response:
        del policy
        self.asked.append(request)
        return self.answer(urlsplit(request.url).path, dict(request.query))

    @property
    def queries(self) -> list[dict[str, str]]:
        return [dict(request.query) for request in self.asked]

    @property
    def paths(self) -> list[str]:
        return [urlsplit(request.url).path for request in self.asked]


def run_routed(
    made: dict[str, Any],
    answer: Answer,
    *,
    sink: MemorySink | None = None,
    config: Mapping[str, Json] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    clock: FakeClock | None = None,
    threads: int = 1,
    **orders: Any,
) -> Trial:
    """Run a descriptor against `answer`; `full` unless told otherwise."""
    service, kept, events = Routes(answer), sink or MemorySink(), []
    todo = Run(
        plans(made, config=config, clock=clock),
        service.send,
        kept,
        Orders(**{"full": True, **orders}),
        events.append,
        FakeClock(),
        should_stop,
        ahead=Ahead(service.send, threads) if threads > 1 else None,
    )
    progress: Progress = todo.execute()
    if progress.whole and not progress.stopped:
        kept.checkpoints |= progress.whole
        kept.positions.clear()
        kept.states.clear()
    return Trial(progress, kept, events, service)  # type: ignore[arg-type]  # it keeps what was asked too
