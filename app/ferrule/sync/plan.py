"""What a run of one stream needs, put together once, compiled and checked."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec import structs

from ferrule.auth import AuthKind, Secrets
from ferrule.auth.token import hide
from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.delta import DeltaKind, NoDelta, Seen
from ferrule.delta.timed import TimedDelta
from ferrule.descriptor.config import read_config
from ferrule.descriptor.hosts import check_host_parts
from ferrule.descriptor.ingestion import PollingPart
from ferrule.descriptor.model import Connector
from ferrule.descriptor.needs import refuse_only_called, refuse_unready
from ferrule.descriptor.parents import parent_of, with_parents
from ferrule.descriptor.streams import Stream, check_overrides, overridden
from ferrule.errors import UsageError
from ferrule.exchange import Json, Response
from ferrule.expression.template import Scope
from ferrule.mapping import CompiledMapping, Origin, compile_mapping
from ferrule.pagination import NoPagination, PaginationKind
from ferrule.partition import ParentPartition, ValuesPartition
from ferrule.resilience import Policy, policy_of
from ferrule.sync.cache import PageCache
from ferrule.sync.echo import EchoGuard

_CHECKS_RPM: Final = 60


class Place(msgspec.Struct, frozen=True):
    """Whose run it is: the project and the key of the connection."""

    project: str
    connection: str


class StreamPlan(msgspec.Struct, frozen=True):
    """One stream of one connection, ready to be polled."""

    key: str
    polling: PollingPart
    delta: DeltaKind
    pagination: PaginationKind
    auth: AuthKind
    mapping: CompiledMapping
    policy: Policy
    config: dict[str, Json]
    secrets: Secrets
    base_url: str | None
    echo: EchoGuard
    now: str
    axes: "tuple[Axis, ...]" = ()
    cache: PageCache | None = None

    @property
    def sliced(self) -> bool:
        """Whether the stream is asked for in several slices."""
        return bool(self.axes) or self.delta.windowed

    def seen(self, response: Response, items: Sequence[Json]) -> Seen:
        """Return a page as the delta strategy sees it: its items as received.

        Where times are read as the mapping reads them, transforms come first.
        """
        mapping, delta = self.mapping.mapping, self.delta
        if isinstance(delta, TimedDelta) and delta.item_cursor_path is None:
            items = self.mapping.changed(items)
        return Seen(response, items, mapping.timestamp_path, mapping.timestamp_format)

    def scope(self, **names: Json) -> Scope:
        """Return the scope of the request's templates."""
        known: dict[str, Json] = {
            "config": self.config,
            "stream": self.key,
            "now": self.now,
        }
        return Scope(known | names, self.config)


class Axis(msgspec.Struct, frozen=True):
    """One partition of a stream, with the plan of its parent stream if it has one."""

    section: ValuesPartition | ParentPartition
    parent: StreamPlan | None


def plan_streams(
    connector: Connector,
    place: Place,
    config: Mapping[str, Json],
    secrets: Secrets,
    wanted: Sequence[str] | None = None,
    *,
    clock: Clock | None = None,
    overrides: Mapping[str, Json] | None = None,
    captured: Mapping[str, str] | None = None,
) -> tuple[StreamPlan, ...]:
    """Return a plan for each stream that runs.

    `config` is what a person gave, `captured` what came with the tokens; `wanted` names
    streams, by default those that are on by default. `overrides` are a person's changes
    to the mappings, by stream. Every secret is known to redaction from here on, before
    it is used. `{{now}}` is the time of `clock` at this call, in every request.

    Raises:
        NotSupportedYet: when the engine lacks what a stream needs.
        UsageError: for a configuration value or a stream that does not fit, or a
            connector that is only called.
        DescriptorInvalid: for overrides that do not fit, with their places.
    """
    hide(secrets)
    refuse_only_called(connector)
    changed = overrides or {}
    check_overrides(connector, changed)
    chosen = choose_streams(connector, wanted)
    streams = tuple(overridden(stream, changed.get(stream.key)) for stream in chosen)
    refuse_unready(connector, with_parents(connector, streams))
    values = {**read_config(connector, config), **(captured or {})}
    check_host_parts(connector, values)
    now = rfc3339((clock or SystemClock()).now())
    echo = EchoGuard(connector.sign_in, secrets)
    planner = _Planner(connector, place, values, secrets, echo, now, changed)
    return tuple(planner.plan(stream) for stream in streams)


def plans_to_check(
    connector: Connector,
    place: Place,
    config: Mapping[str, Json],
    secrets: Secrets,
    *,
    captured: Mapping[str, str] | None = None,
) -> tuple[StreamPlan, ...]:
    """Return what a check needs: the plans of a run, or one that asks for no stream.

    A connector that is only called has nothing to poll; its health check is asked for
    all the same, with its sign-in.

    Raises:
        NotSupportedYet: as for a run.
        UsageError: as for a run.
    """
    if connector.polling is not None:
        return plan_streams(connector, place, config, secrets, captured=captured)
    hide(secrets)
    refuse_unready(connector, connector.resolved_streams)
    values = {**read_config(connector, config), **(captured or {})}
    check_host_parts(connector, values)
    echo = EchoGuard(connector.sign_in, secrets)
    now = rfc3339(SystemClock().now())
    planner = _Planner(connector, place, values, secrets, echo, now, {})
    alone = PollingPart(
        endpoint=connector.health_check.endpoint,
        method="GET",
        delta=NoDelta(),
        rate_limit_rpm=_CHECKS_RPM,
    )
    first = connector.resolved_streams[0]
    return (planner.plan(structs.replace(first, polling=alone)),)


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


class _Planner(msgspec.Struct, frozen=True):
    """Plans streams and the parents that they need, each once."""

    connector: Connector
    place: Place
    config: dict[str, Json]
    secrets: Secrets
    echo: EchoGuard
    now: str
    overrides: Mapping[str, Json]
    made: dict[str, StreamPlan] = msgspec.field(default_factory=dict)

    def plan(self, stream: Stream) -> StreamPlan:
        """Return the plan of a stream; its parents are planned before it."""
        if stream.key not in self.made:
            self.made[stream.key] = self._made(stream)
        return self.made[stream.key]

    def _made(self, stream: Stream) -> StreamPlan:
        polling, connector = stream.polling, self.connector
        if polling is None:
            raise UsageError(f"The stream “{stream.key}” has nothing to poll.")
        return StreamPlan(
            key=stream.key,
            polling=polling,
            delta=polling.delta,
            pagination=polling.pagination or NoPagination(),
            auth=connector.sign_in.settled(self.config),
            mapping=compile_mapping(stream.mapping, self._origin(stream)),
            policy=policy_of(
                connector.resilience,
                polling.resilience,
                graphql=polling.body_type == "graphql",
            ),
            config=self.config,
            secrets=self.secrets,
            base_url=base_url(connector, self.config),
            echo=self.echo,
            now=self.now,
            axes=tuple(self._axis(part) for part in polling.partitions),
            cache=PageCache() if polling.cache else None,
        )

    def _axis(self, section: ValuesPartition | ParentPartition) -> Axis:
        if not isinstance(section, ParentPartition):
            return Axis(section, None)
        parent = parent_of(self.connector, section)
        changed = overridden(parent, self.overrides.get(parent.key))
        return Axis(section, self.plan(changed))

    def _origin(self, stream: Stream) -> Origin:
        return Origin(
            source=self.connector.id,
            project=self.place.project,
            connection=self.place.connection,
            collection_key=stream.collection_key,
            stream=stream.key,
            config=self.config,
        )
