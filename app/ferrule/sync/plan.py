"""What a run of one stream needs, put together once, compiled and checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ferrule.auth import AuthKind, Secrets
from ferrule.delta import DeltaKind
from ferrule.descriptor.config import read_config
from ferrule.descriptor.hosts import check_host_parts
from ferrule.descriptor.ingestion import PollingPart
from ferrule.descriptor.model import Connector
from ferrule.descriptor.needs import refuse_unready
from ferrule.descriptor.streams import Stream
from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.expression.template import Scope
from ferrule.mapping import CompiledMapping, Origin, compile_mapping
from ferrule.pagination import NoPagination, PaginationKind


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

    @property
    def times(self) -> str:
        """Return the mapping's path to an item's time."""
        return self.mapping.mapping.timestamp_path

    def scope(self, **names: Json) -> Scope:
        """Return the scope of the request's templates."""
        known: dict[str, Json] = {"config": self.config, "stream": self.key, **names}
        return Scope(known, self.config)


def plan_streams(
    connector: Connector,
    place: Place,
    config: Mapping[str, Json],
    secrets: Secrets,
    wanted: Sequence[str] | None = None,
) -> tuple[StreamPlan, ...]:
    """Return a plan for each stream that runs.

    `config` is what a person gave; `wanted` names streams, by default those that are
    on by default.

    Raises:
        NotSupportedYet: when the engine lacks what a stream needs.
        UsageError: for a configuration value or a stream that does not fit.
    """
    streams = choose_streams(connector, wanted)
    refuse_unready(connector, streams)
    values = read_config(connector, config)
    check_host_parts(connector, values)
    return tuple(_plan(connector, s, place, values, secrets) for s in streams)


def choose_streams(
    connector: Connector, wanted: Sequence[str] | None
) -> tuple[Stream, ...]:
    """Return the named streams, or those that are on by default."""
    streams = connector.resolved_streams
    if not wanted:
        return tuple(stream for stream in streams if stream.enabled)
    known = {stream.key: stream for stream in streams}
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
    )
