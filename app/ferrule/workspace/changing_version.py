"""What another API version means for a connection, checked before anything changes.

Kept are the values of fields that the version has too, secrets, signals and the
checkpoints of streams that read on from the same kind of place. A run that is
unfinished is not gone on with: its pages are those of another API. Where the version
needs more than the connection has, the change is refused as a whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from ferrule.auth import Secrets
from ferrule.auth.token import TOKENS
from ferrule.delta.timed import TimedDelta
from ferrule.descriptor.api_versions import connector_at, default_version
from ferrule.descriptor.config import accepted_fields, read_config
from ferrule.descriptor.model import Connector
from ferrule.descriptor.needs import refuse_unready
from ferrule.descriptor.signing import asked_fields
from ferrule.descriptor.streams import Stream, check_overrides, wire
from ferrule.errors import (
    DescriptorInvalid,
    MissingSecret,
    NotSupportedYet,
    UsageError,
)
from ferrule.exchange import Json
from ferrule.store.connections import Connection
from ferrule.sync.plan import choose_streams
from ferrule.workspace.effective import effective, every_sign_in

GIVE_BOTH: Final = "Give it together with the version."
_NOT_THE_PLACE: Final = frozenset({"lookback", "start", "syncFromParam"})


@dataclass(frozen=True, slots=True)
class VersionChange:
    """A change to another API version: what comes with it, checked as far as it goes.

    `values` are the connection's changed members, its configuration and what it can go
    back to among them; the streams `anew` begin at their start. `other_fields` says
    that the sign-in asks for other things than before.
    """

    connector: Connector
    values: dict[str, Any]
    anew: tuple[str, ...]
    other_fields: bool

    @property
    def why(self) -> str:
        """Return why a run that is unfinished is not gone on with."""
        version = self.values["api_version"]
        return f"The API version is {version} now: the next run is a new one."


def weigh_version(
    found: Connection, values: Mapping[str, Any], raw: bytes
) -> VersionChange:
    """Return what the version in `values` means for a connection.

    Raises:
        UsageError: when the connection as it would be cannot be read at that version.
        NotSupportedYet: when the engine cannot run it.
    """
    after = replace(found, **values)
    connector = effective(after, raw)
    config = values.get("config", fitting_config(found.config, connector))
    earlier, before = _before(found, raw)
    changed = {
        **values,
        "config": read_config(connector, config),
        "earlier_api_version": earlier,
    }
    _check(after, connector)
    return VersionChange(
        connector,
        changed,
        begins_anew(before, connector),
        before is None or _asked(before, found) != _fields(connector),
    )


def another_version(found: Connection, version: str | None, raw: bytes) -> str | None:
    """Return the version that a connection changes to, None where it has it already.

    One that never chose has the default.
    """
    try:
        now = found.api_version or default_id(every_sign_in(found, raw))
    except UsageError:
        now = None
    wanted = version or default_id(connector_at(raw))
    return None if wanted == now else wanted


def default_id(connector: Connector) -> str | None:
    """Return the id of a connector's default version, None where it has none."""
    found = default_version(connector.api_versions or ())
    return None if found is None else found.id


def fitting_config(config: Mapping[str, Json], connector: Connector) -> dict[str, Json]:
    """Return those values of a configuration that a connector asks for."""
    fields = {field.key for field in accepted_fields(connector)}
    return {key: value for key, value in config.items() if key in fields}


def fitting_secrets(secrets: Secrets, connector: Connector) -> Secrets:
    """Return those secrets that a connector's sign-in uses, its token among them."""
    fields = {field.key for field in asked_fields(connector)}
    return {k: v for k, v in secrets.items() if k in fields or k == TOKENS}


@contextmanager
def told_with_version(found: Connection, version: str) -> Iterator[None]:
    """Tell what keeps a connection from a version together with what to do.

    Raises:
        UsageError: in place of what the connection lacks.
    """
    try:
        yield
    except (MissingSecret, NotSupportedYet, UsageError) as error:
        lacks = isinstance(error, MissingSecret) or "required" in error.message
        advice = GIVE_BOTH if lacks else error.advice
        raise UsageError(
            f"“{found.key}” cannot use the API version “{version}”: {error.message}",
            advice=f"{advice} Nothing was changed.".strip(),
        ) from None


def _check(connection: Connection, connector: Connector) -> None:
    chosen = choose_streams(connector, connection.streams)
    refuse_unready(connector, chosen)
    try:
        check_overrides(connector, connection.mapping_overrides or {})
    except DescriptorInvalid as invalid:
        first = invalid.problems[0]
        stream = first.pointer.split("/")[2]
        raise UsageError(
            f"Your own mapping of “{stream}” does not fit it: {first.message}",
            advice="Change it or go back to the connector's first: ferrule mapping "
            f"clear {connection.key} {stream}.",
        ) from None


def begins_anew(before: Connector | None, after: Connector) -> tuple[str, ...]:
    """Return the streams whose checkpoint is of no use to the other version.

    Times mean the same to every version. What a service handed out (a cursor, a
    token) or counted (the id of an item) is only read on where it came from: at the
    same endpoint, by the same strategy.
    """
    if before is None:
        return tuple(stream.key for stream in after.resolved_streams)
    places = {stream.key: _place(before, stream) for stream in before.resolved_streams}
    return tuple(
        stream.key
        for stream in after.resolved_streams
        if stream.key in places and places[stream.key] != _place(after, stream)
    )


def _before(found: Connection, raw: bytes) -> tuple[str | None, Connector | None]:
    """Return the version that a connection leaves; nothing where that is gone."""
    try:
        before = every_sign_in(found, raw)
    except UsageError:
        return None, None
    return found.api_version or default_id(before), before


def _asked(before: Connector, found: Connection) -> Sequence[str]:
    try:
        return _fields(before.signing_in(found.auth_option))
    except UsageError:
        return ()


def _fields(connector: Connector) -> Sequence[str]:
    """Return what a sign-in asks for, with what it is."""
    keys = [field.key for field in connector.auth.credential_fields if field.required]
    return [connector.auth.title, *keys]


def _place(connector: Connector, stream: Stream) -> Json:
    """Return what a stream's checkpoint is a place in."""
    polling = stream.polling
    if polling is None:
        return None
    parts: list[Json] = [wire(part) for part in polling.partitions]
    if isinstance(polling.delta, TimedDelta):
        return ["time", polling.delta.scope, parts]
    delta = wire(polling.delta)
    kept = delta.items() if isinstance(delta, dict) else ()
    shape: dict[str, Json] = {k: v for k, v in kept if k not in _NOT_THE_PLACE}
    address = [connector.base_url, polling.endpoint]
    return [shape, parts, *address]
