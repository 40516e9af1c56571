"""The stateless run: a descriptor in, JSON lines out, nothing kept.

Any scheduler can drive a connector with it: the state of one run is the input of the
next. Neither a database nor a keychain is touched.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ferrule.auth import Secrets
from ferrule.clock import Clock, SystemClock
from ferrule.descriptor.document import read_descriptor
from ferrule.errors import FerruleError, UsageError
from ferrule.exchange import Json
from ferrule.expression.template import Scope, compile_template
from ferrule.store.records import Batch, Counts
from ferrule.sync.events import Event, RunEnded, RunStarted
from ferrule.sync.plan import Place, plan_streams
from ferrule.sync.run import DEFAULT_ERROR_RATIO, Orders, Progress, Run
from ferrule.workspace.clients import open_client
from ferrule.workspace.home import write_whole

_ENCODE = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True, slots=True)
class RunOrder:
    """What a stateless run is asked for."""

    descriptor: bytes
    config: Mapping[str, Json]
    secrets: Secrets
    state: Path | None = None
    limit: int | None = None
    streams: Sequence[str] | None = None
    full: bool = False
    allow_http: Collection[str] = ()


@dataclass(slots=True)
class LineSink:
    """Writes signals and states as JSON lines; the state also goes to its file."""

    write: Callable[[bytes], None]
    state: dict[str, dict[str, Json]]
    path: Path | None = None

    def position(self, stream: str) -> Json:
        """Return where the last run left this stream, or None."""
        return self.state.get(stream, {}).get("position")

    def checkpoint(self, stream: str) -> Json:
        """Return the stream's checkpoint, or None."""
        return self.state.get(stream, {}).get("checkpoint")

    def commit(self, batch: Batch) -> Counts:
        """Write the page's signals, then the state after it."""
        for signal in batch.signals:
            self.write(b'{"type":"signal","signal":' + _ENCODE(signal) + b"}\n")
        self.state.setdefault(batch.stream, {})["position"] = batch.position
        self.tell()
        failed = len(batch.errors)
        return Counts(processed=len(batch.signals) + failed, failed=failed)

    def complete(self, stream: str, checkpoint: Json) -> None:
        """Note that a stream was seen whole: its checkpoint moves."""
        self.state[stream] = {"checkpoint": checkpoint}

    def tell(self) -> None:
        """Write the state line, and the state file whole."""
        line = {"type": "state", "state": {"streams": self.state}}
        self.write(_ENCODE(line) + b"\n")
        if self.path is not None:
            write_whole(self.path, _ENCODE(line["state"]) + b"\n")


def run_once(
    order: RunOrder, write: Callable[[bytes], None], clock: Clock | None = None
) -> RunEnded:
    """Run a descriptor and write its JSON lines; return the last of them.

    The last line is written in every case, also when the run fails.

    Raises:
        FerruleError: before the first request, when the order cannot be run at all.
    """
    clock = clock or SystemClock()
    began = clock.monotonic()
    connector = read_descriptor(order.descriptor)
    plans = plan_streams(
        connector, Place("", connector.id), order.config, order.secrets, order.streams
    )
    sink = LineSink(write, read_state(order.state), order.state)
    config = plans[0].config

    def emit(event: Event) -> None:
        write(_ENCODE(event.wire()) + b"\n")

    emit(
        RunStarted(
            run=0,
            connection=connector.id,
            connector=f"{connector.id}@v{connector.version}",
            mode="full" if order.full else "incremental",
            streams=tuple(plan.key for plan in plans),
            resumed=bool(sink.state),
            counts=Counts(),
        )
    )
    client = open_client(
        connector, config, plans, allow_http=order.allow_http, emit=emit, clock=clock
    )
    orders = Orders(
        full=order.full,
        sync_from=sync_from(connector.sync_from, config),
        limit=order.limit,
        max_item_error_ratio=connector.max_item_error_ratio or DEFAULT_ERROR_RATIO,
    )
    run = Run(plans, client.send, sink, orders, emit, clock)
    failure: FerruleError | None = None
    with client:
        try:
            run.execute()
        except FerruleError as error:
            failure = error
    return _end(run.progress, sink, failure, clock.monotonic() - began, emit)


def sync_from(template: str | None, config: Mapping[str, Json]) -> str | None:
    """Return the descriptor's `syncFrom` filled from the configuration."""
    if template is None:
        return None
    value = compile_template(template).render(
        Scope({"config": dict(config)}, dict(config))
    )
    return str(value) if value else None


def read_state(path: Path | None) -> dict[str, dict[str, Json]]:
    """Return the state in a file, empty when there is no file yet.

    Raises:
        UsageError: when the file holds something else.
    """
    if path is None or not path.exists():
        return {}
    try:
        found = json.loads(path.read_bytes())
        streams = found["streams"]
        return {str(key): dict(value) for key, value in streams.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(
            f"{path} is not a state file.",
            advice='It holds what the last “state” line of a run said: {"streams": …}.',
        ) from None


def _end(
    progress: Progress,
    sink: LineSink,
    failure: FerruleError | None,
    seconds: float,
    emit: Callable[[Event], None],
) -> RunEnded:
    for stream, checkpoint in progress.whole.items():
        sink.complete(stream, checkpoint)
    if progress.whole:
        sink.tell()
    status = "failed" if failure else "stopped" if progress.stopped else "done"
    ended = RunEnded(
        run=0,
        status=status,
        counts=progress.counts,
        skipped=progress.skipped,
        pages=progress.pages,
        seconds=round(seconds, 3),
        checkpoints={k: sink.checkpoint(k) for k in progress.whole},
        error=failure.message if failure else None,
        advice=(failure.advice or None) if failure else None,
    )
    emit(ended)
    return ended
