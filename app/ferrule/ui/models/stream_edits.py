"""What a person does with a connector's streams: each returns another document.

A stream that is renamed keeps what refers to it; what refers to a removed one stays,
and lint tells about it. Nothing of a document is dropped that was not asked for.
"""

from collections.abc import Collection
from typing import Final

from ferrule.exchange import MISSING, Json, Missing
from ferrule.ui.models.merge_patch import below, put_at, without
from ferrule.workspace.drafts import Document


def stream_keys(document: Document) -> list[str]:
    """Return the keys of the streams in their order; an empty one where it has none."""
    return [str(stream.get("key") or "") for stream in _streams(document)]


def overrides_of(document: Document, index: int) -> int:
    """Return how many members a stream has of its own in polling and mapping."""
    streams = _streams(document)
    if not 0 <= index < len(streams):
        return 0
    parts = (streams[index].get(name) for name in ("polling", "fieldMapping"))
    return sum(len(part) for part in parts if isinstance(part, dict))


def with_stream(document: Document, key: str = "stream") -> Document:
    """Return a document with one more stream, which inherits everything."""
    fresh: dict[str, Json] = {"key": free_key(document, key)}
    return _with(document, [*_streams(document), fresh])


def with_copy(document: Document, index: int) -> Document:
    """Return a document with a copy of a stream after it; it has no collection yet."""
    streams = _streams(document)
    source = streams[index]
    key = free_key(document, f"{source.get('key') or 'stream'}-copy")
    twin: dict[str, Json] = {**source, "key": key}
    # Two streams must not write one collection.
    twin.pop("collectionKey", None)
    if source.get("name"):
        twin["name"] = f"{source['name']} (copy)"
    return _with(document, [*streams[: index + 1], twin, *streams[index + 1 :]])


def without_stream(document: Document, index: int) -> Document:
    """Return a document without a stream; without the last there are none."""
    streams = _streams(document)
    return _with(document, streams[:index] + streams[index + 1 :])


def with_moved(document: Document, index: int, to: int) -> Document:
    """Return a document in which a stream stands at another place."""
    streams = _streams(document)
    streams.insert(to, streams.pop(index))
    return _with(document, streams)


def with_renamed(document: Document, index: int, key: str) -> Document:
    """Return a document in which a stream has another key, wherever it is named."""
    streams = _streams(document)
    old = streams[index].get("key")
    streams[index] = {**streams[index], "key": key}
    changed = _with(document, streams)
    if not isinstance(old, str) or not old:
        return changed
    return {n: _referring(value, old, key, n) for n, value in changed.items()}


def with_section(
    document: Document, source: int, way: list[str], targets: Collection[int]
) -> Document:
    """Return a document in which streams say of a place what one of them says.

    `way` leads from a stream to the place (`polling`, `pagination`). What the source
    inherits, the others inherit too.
    """
    streams = _streams(document)
    said = below(streams[source], way)
    changed = [
        _saying(stream, way, said) if number in targets else stream
        for number, stream in enumerate(streams)
    ]
    return _with(document, changed)


def free_key(document: Document, wanted: str) -> str:
    """Return a key that no stream has yet."""
    taken, number, key = set(stream_keys(document)), 2, wanted
    while key in taken:
        key, number = f"{wanted}-{number}", number + 1
    return key


def _streams(document: Document) -> list[dict[str, Json]]:
    found = document.get("streams")
    return [s for s in found if isinstance(s, dict)] if isinstance(found, list) else []


def _with(document: Document, streams: list[dict[str, Json]]) -> Document:
    if streams:
        return {**document, "streams": list(streams)}
    return {name: value for name, value in document.items() if name != "streams"}


def _saying(
    stream: dict[str, Json], way: list[str], said: Json | Missing
) -> dict[str, Json]:
    fresh = without(stream, way) if said is MISSING else put_at(stream, way, said)
    return fresh if isinstance(fresh, dict) else stream


def _referring(part: Json, old: str, key: str, under: str = "") -> Json:
    """Return a part in which a stream's new key stands for its old one.

    Streams are named by partitions (`parent`), events of a webhook (`stream`) and the
    health check (`streams`).
    """
    if isinstance(part, list):
        return [_referring(element, old, key, under) for element in part]
    if isinstance(part, dict):
        return {
            name: _referring(value, old, key, _place(name, under))
            for name, value in part.items()
        }
    return key if under in _REFERENCES and part == old else part


def _place(name: str, under: str) -> str:
    """Return the last two names on the way to a value."""
    return f"{under.rsplit('/', 1)[-1]}/{name}"


_REFERENCES: Final = {"partition/parent", "events/stream", "healthCheck/streams"}
