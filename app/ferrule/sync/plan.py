"""What a run of one stream needs, put together once, compiled and checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ferrule.auth import AuthKind, Secrets
from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.delta import DeltaKind, Seen
from ferrule.descriptor.config import read_config
from ferrule.descriptor.hosts import check_host_parts
from ferrule.descriptor.ingestion import PollingPart
from ferrule.descriptor.model import Connector
from ferrule.descriptor.needs import refuse_unready
from ferrule.descriptor.streams import Stream
from ferrule.errors import UsageError
from ferrule.exchange import Json, Response
from ferrule.expression.template import Scope
from ferrule.mapping import CompiledMapping, Origin, compile_mapping
from ferrule.pagination import NoPagination, PaginationKind
from ferrule.redaction import live
from ferrule.sync.echo import EchoGuard


@dataclass(frozen=True, slots=True)
class Place:
    """Whose run it is: the project and the key of the connection."""

    project: str
    connection: str


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """One stream of one connection, ready to be polled."""

    key: str
    polling: PollingPart
    delta: DeltaKind
    pagination: PaginationKind
    auth: AuthKind
    mapping: CompiledMapping
    config: dict[str, Json]
    secrets: Secrets
    base_url: str | None
    echo: EchoGuard
    now: str

    def seen(self, response: Response, items: Sequence[Json]) -> Seen:
        """Return a page as the delta strategy sees it."""
        mapping = self.mapping.mapping
        return Seen(response, items, mapping.timestamp_path, mapping.timestamp_format)

    def scope(self, **names: Json) -> Scope:
        """Return the scope of the request's templates."""
        known: dict[str, Json] = {
            "config": self.config,
            "stream": self.key,
            "now": self.now,
        }
        return Scope(known | names, self.config)


def plan_streams(
    connector: Connector,
    place: Place,
    config: Mapping[str, Json],
    secrets: Secrets,
    wanted: Sequence[str] | None = None,
    *,
    clock: Clock | None = None,
) -> tuple[StreamPlan, ...]:
    """Return a plan for each stream that runs.

    `config` is what a person gave; `wanted` names streams, by default those that are
    on by default. Every secret is known to redaction from here on, before it is used.
    `{{now}}` is the time of `clock` at this call, the same in every request.

    Raises:
        NotSupportedYet: when the engine lacks what a stream needs.
        UsageError: for a configuration value or a stream that does not fit.
    """
    for secret in secrets.values():
        live.add(secret)
    streams = choose_streams(connector, wanted)
    refuse_unready(connector, streams)
    values = read_config(connector, config)
    check_host_parts(connector, values)
    now = rfc3339((clock or SystemClock()).now())
    return tuple(_plan(connector, s, place, values, secrets, now=now) for s in streams)


def choose_streams(
    connector: Connector, wanted: Sequence[str] | None
) -> tuple[Stream, ...]:
    """Return the named streams, or those that are on by default.

    Raises:
        UsageError: for a stream that is not there, or when none is on by default.
    """
    known = {stream.key: stream for stream in connector.resolved_streams}
    if not wanted:
        chosen = tuple(stream for stream in known.values() if stream.enabled)
        if not chosen:
            raise UsageError(
                f"No stream of {connector.id} is on by default.",
                advice=f"Name one of: {', '.join(known)}.",
            )
        return chosen
    for key in wanted:
        if key not in known:
            raise UsageError(
                f"{connector.id} has no stream “{key}”.",
                advice=f"It has: {', '.join(known)}.",
            )
    return tuple(known[key] for key in wanted)


def base_url(connector: Connector, config: Mapping[str, Json]) -> str | None:
    """Return the base URL: what a person gave wins over the descriptor's."""
    given = config.get("baseUrl")
    return str(given) if given else connector.base_url


def _plan(
    connector: Connector,
    stream: Stream,
    place: Place,
    config: dict[str, Json],
    secrets: Secrets,
    *,
    now: str,
) -> StreamPlan:
    polling = stream.polling
    if polling is None:
        raise UsageError(f"The stream “{stream.key}” has nothing to poll.")
    origin = Origin(
        source=connector.id,
        project=place.project,
        connection=place.connection,
        collection_key=stream.collection_key,
        stream=stream.key,
        config=config,
    )
    return StreamPlan(
        key=stream.key,
        polling=polling,
        delta=polling.delta,
        pagination=polling.pagination or NoPagination(),
        auth=connector.sign_in,
        mapping=compile_mapping(stream.mapping, origin),
        config=config,
        secrets=secrets,
        base_url=base_url(connector, config),
        echo=EchoGuard(connector.sign_in, secrets),
        now=now,
    )
