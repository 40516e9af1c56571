"""A person's own mapping of a stream, for one connection (SyncMapping).

It is a merge patch (RFC 7396) over the connector's mapping, kept with the connection.
Before it is kept it is checked whole, and tried on items that are stored already. What
was stored before is mapped anew by the next full run.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ferrule.descriptor.config import read_config
from ferrule.descriptor.model import Connector
from ferrule.descriptor.needs import needs_of
from ferrule.descriptor.streams import Stream, check_overrides, overridden, wire
from ferrule.errors import DescriptorInvalid, FerruleError, Problem, UsageError
from ferrule.exchange import Json, decode
from ferrule.mapping import CompiledMapping, MappedItem, Origin
from ferrule.store import Connection
from ferrule.workspace.effective import every_sign_in
from ferrule.workspace.workspace import Workspace

SAMPLE = 100
_MOST_EXAMPLES = 3
_LONGEST = 48


@dataclass(frozen=True, slots=True)
class StreamMapping:
    """The mapping of one stream: the connector's, what a person changed, and both."""

    stream: str
    collection_key: str
    inherited: Json
    override: dict[str, Json] | None
    effective: Json

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        return {
            "stream": self.stream,
            "collectionKey": self.collection_key,
            "inherited": self.inherited,
            "override": self.override,
            "effective": self.effective,
        }


@dataclass(frozen=True, slots=True)
class Trial:
    """What a change of the mapping would make of stored items.

    `problems` are of the change itself; with an error among them nothing is tried. Of
    `tried` items `failed` could not be mapped and `changed` would read differently;
    `examples` says of the first few how.
    """

    problems: tuple[Problem, ...] = ()
    tried: int = 0
    failed: int = 0
    changed: int = 0
    gone: int = 0
    examples: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Return whether the change cannot be kept."""
        return any(problem.severity == "error" for problem in self.problems)


def stream_mappings(workspace: Workspace, key: str) -> tuple[StreamMapping, ...]:
    """Return the mapping of each stream of a connection.

    Raises:
        NotFound: when there is no such connection.
        DescriptorInvalid: when its connector cannot be read.
    """
    connection, connector = _pair(workspace, key)
    changed = connection.mapping_overrides or {}
    found = []
    for stream in connector.resolved_streams:
        patch = changed.get(stream.key)
        inherited = wire(stream.mapping)
        try:
            effective = wire(overridden(stream, patch).mapping)
        except DescriptorInvalid:
            effective = None  # the connector changed since: a run says how
        found.append(
            StreamMapping(
                stream.key,
                stream.collection_key,
                inherited,
                patch if isinstance(patch, dict) else None,
                effective,
            )
        )
    return tuple(found)


def set_mapping(workspace: Workspace, key: str, stream: str, patch: Json) -> Connection:
    """Keep a change of a stream's mapping, in place of an earlier one.

    Raises:
        UsageError: when it is no JSON object.
        DescriptorInvalid: when it does not fit, with the places in it.
        NotSupportedYet: when the engine cannot run it.
    """
    connection, connector = _pair(workspace, key)
    if not isinstance(patch, dict):
        raise UsageError(
            "A change of a mapping is a JSON object.",
            advice='Such as {"summaryTemplate": "{{title}}"}; null removes a member.',
        )
    changed = {**(connection.mapping_overrides or {}), stream: patch}
    check_overrides(connector, {stream: patch})
    problems = _lacks(_stream(connector, stream), patch)
    if problems:
        raise DescriptorInvalid(problems)
    return _keep(workspace, key, changed)


def clear_mapping(workspace: Workspace, key: str, stream: str) -> Connection:
    """Go back to the connector's own mapping of a stream.

    Raises:
        UsageError: when a person changed nothing there.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    changed = dict(connection.mapping_overrides or {})
    if changed.pop(stream, None) is None:
        raise UsageError(f"The mapping of “{stream}” is the connector's own already.")
    return _keep(workspace, key, changed)


def try_mapping(workspace: Workspace, key: str, stream: str, patch: Json) -> Trial:
    """Return what is wrong with a change, and what it would make of stored items.

    An empty change is the connector's own mapping.

    Raises:
        NotFound: when there is no such connection.
    """
    connection, connector = _pair(workspace, key)
    known = {one.key: one for one in connector.resolved_streams}
    try:
        check_overrides(connector, {stream: patch})
        changed = overridden(known[stream], patch)
    except DescriptorInvalid as invalid:
        return Trial(invalid.problems)
    problems = _lacks(known[stream], patch)
    if problems or _expands(changed):  # what is stored was expanded already
        return Trial(tuple(problems))
    compiled = CompiledMapping(
        changed.mapping, _origin(workspace, connection, connector, changed)
    )
    return _tried(workspace, key, stream, compiled)


def _tried(
    workspace: Workspace, key: str, stream: str, compiled: CompiledMapping
) -> Trial:
    rows = workspace.runs.signals(workspace.project.key, key, limit=SAMPLE * 5)
    rows = [row for row in rows if row.signal.stream == stream][:SAMPLE]
    mapped = compiled.page([decode(row.raw_payload) for row in rows])
    before = [row.signal for row in rows]
    bad = [one.error for one in mapped if one.error is not None]
    examples = [f"{error.item_id or 'an item'}: {error.message}" for error in bad]
    changed = 0
    for was, one in zip(before, mapped, strict=True):
        now = one.signal
        if now is not None and now.content_hash != was.content_hash:
            changed += 1
            if now.summary != was.summary:
                told = f"“{_cut(was.summary)}” → “{_cut(now.summary)}”"
                examples.append(f"{was.external_id}: {told}")
    return Trial(
        tried=len(rows),
        failed=len(bad),
        changed=changed,
        gone=sum(map(_is_gone, mapped)),
        examples=tuple(examples[:_MOST_EXAMPLES]),
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _is_gone(one: MappedItem) -> bool:
    return one.signal is None and one.error is None


def _pair(workspace: Workspace, key: str) -> tuple[Connection, Connector]:
    connection = workspace.connections.get(workspace.project.key, key)
    document = workspace.catalogue.document(connection.connector_id)
    return connection, every_sign_in(connection, document)


def _stream(connector: Connector, key: str) -> Stream:
    return next(one for one in connector.resolved_streams if one.key == key)


def _lacks(stream: Stream, patch: Json) -> list[Problem]:
    """Return what of a change the engine cannot do yet."""
    before = dict(needs_of(stream.mapping))
    changed = overridden(stream, patch)
    return [
        Problem(
            "FD002",
            "error",
            f"/mappingOverrides/{stream.key}{place}",
            f"The engine cannot do this yet: {need}.",
        )
        for place, need in needs_of(changed.mapping)
        if before.get(place) != need
    ]


def _expands(stream: Stream) -> bool:
    return any(step.op == "expand" for step in stream.mapping.transforms or ())


def _origin(
    workspace: Workspace, connection: Connection, connector: Connector, stream: Stream
) -> Origin:
    try:
        config = read_config(connector, connection.config)
    except FerruleError:
        config = dict(connection.config)
    return Origin(
        source=connector.id,
        project=workspace.project.key,
        connection=connection.key,
        collection_key=stream.collection_key,
        stream=stream.key,
        config=config,
    )


def _keep(workspace: Workspace, key: str, changed: Mapping[str, Json]) -> Connection:
    return workspace.connections.update(
        workspace.project.key, key, mapping_overrides=dict(changed) or None
    )
