"""OpenAPI 3.0 and 3.1 documents, in JSON or YAML.

`operations` lists what there is to choose from; `read` makes one connector with a
stream for each chosen operation. References into other files are not followed.
"""

import re
from collections.abc import Collection, Sequence

from ferrule.descriptor.skeleton import skeleton
from ferrule.errors import InterchangeError
from ferrule.exchange import MISSING, Json
from ferrule.interchange.drafting import fresh_id, settled, with_query
from ferrule.interchange.kind import Document as Draft
from ferrule.interchange.kind import Format, Imported, Note, Notes, OperationList
from ferrule.interchange.openapi.choosing import line_of, verdict
from ferrule.interchange.openapi.document import Document, is_openapi, read_document
from ferrule.interchange.openapi.operation import Described, OperationReader
from ferrule.interchange.openapi.security import security_of
from ferrule.interchange.openapi.servers import server_of
from ferrule.interchange.openapi.streams import StreamWriter, parents_first

__all__ = ["FORMAT", "operations", "read", "sniff"]

_SNIFF = re.compile(
    rb"""(^|[{,\n])\s*["']?openapi["']?\s*:\s*["']?3\.[0-9]""", re.MULTILINE
)
_MEMBER = re.compile(rb'"openapi"\s*:\s*"3\.')
_SNIFFED = 16_384
_MOST_UNASKED = 20
_MOST_CHOSEN = 300
_ME = re.compile(r"/(me|user|users/me|whoami|account|ping|health|status)")


def sniff(raw: bytes) -> bool:
    """Tell whether a document says that it is OpenAPI 3.

    In JSON the member may stand anywhere: documents with sorted members have it in
    the middle.
    """
    if _SNIFF.search(raw[:_SNIFFED]):
        return True
    return raw.lstrip()[:1] == b"{" and bool(_MEMBER.search(raw)) and is_openapi(raw)


def operations(raw: bytes) -> OperationList:
    """Return every operation of a document, for a person to choose from.

    Raises:
        InterchangeError: when it is no OpenAPI 3 document.
    """
    document = read_document(raw)
    lines = tuple(map(line_of, OperationReader(document).every()))
    title, version = _info(document)
    return OperationList(title, version, lines, tuple(_left_out(document)))


def read(raw: bytes, chosen: Collection[str] | None = None) -> Imported:
    """Return one connector with the chosen operations as its streams.

    `chosen` are ids of `operations`; without it the first 20 suggested ones are taken.

    Raises:
        InterchangeError: when it is no OpenAPI 3 document, or nothing of it can be a
            stream.
    """
    document = read_document(raw)
    notes = Notes()
    notes.dropped += _left_out(document)
    described = _chosen(document, chosen, notes)
    draft = _connector(document, described, notes)
    return settled([(draft, [])], notes)


def _chosen(
    document: Document, chosen: Collection[str] | None, notes: Notes
) -> list[Described]:
    reader = OperationReader(document)
    if chosen is None:
        every = [one for one in reader.every() if verdict(one).suggested]
        wanted = every[:_MOST_UNASKED]
        if len(every) > len(wanted):
            notes.drop("operations", "Only the first 20 lists are streams.")
    else:
        wanted = _asked(reader, chosen, notes)
    if not wanted:
        raise InterchangeError(
            "Nothing in it can become a stream.",
            left_out=[str(note) for note in notes.dropped][:100],
            advice="Choose an operation that brings a list by GET.",
        )
    left = sum(1 for _ in reader.named()) - len(wanted)
    if left > 0:
        notes.drop("operations", f"{left} of them are not streams of this connector.")
    return parents_first(wanted)


def _asked(
    reader: OperationReader, chosen: Collection[str], notes: Notes
) -> list[Described]:
    found: list[Described] = []
    for name in list(dict.fromkeys(chosen))[:_MOST_CHOSEN]:
        method, _, path = name.partition(" ")
        item = reader.document.path(path)
        if not isinstance(item.get(method.lower()), dict):
            raise InterchangeError(
                "An operation that was chosen is not in the document.",
                left_out=[name[:200]],
                advice="Choose from the list again.",
            )
        one = reader.read(path, method.lower(), item)
        judged = verdict(one)
        if judged.streamable:
            found.append(one)
        else:
            notes.drop(one.id[:200], judged.reason)
    if len(chosen) > _MOST_CHOSEN:
        notes.drop("operations", "A connector has at most 300 streams.")
    return found


def _connector(
    document: Document, described: Sequence[Described], notes: Notes
) -> Draft:
    title, version = _info(document)
    draft = skeleton(fresh_id(title, ()), title)
    draft["description"] = _sentence(document) or f"Streams of {title}."
    server = server_of(document, notes)
    auth, others = security_of(document, described, notes)
    draft["auth"] = auth
    if others:
        draft["authOptions"] = list(others)
    reader = OperationReader(document)
    writer = StreamWriter(reader.schemas, notes)
    streams = [writer.write(one) for one in described]
    draft["baseUrl"] = server.base_url
    known = {str(one["key"]) for one in server.fields}
    more = (one for key, one in writer.fields.items() if key not in known)
    draft["configFields"] = [*server.fields, *more]
    _general(draft, streams[0])
    draft["healthCheck"] = _health(reader, described, streams)
    draft["streams"] = list(streams)
    if version:
        draft["apiVersions"] = [
            {"id": version, "label": version, "status": "stable", "default": True}
        ]
    return draft


def _general(draft: Draft, first: Draft) -> None:
    """Put what all streams replace into the connector: nothing that could linger."""
    polling, mapping = first["polling"], first["fieldMapping"]
    ingestion = draft["ingestion"]
    if isinstance(polling, dict) and isinstance(ingestion, dict):
        names = ("endpoint", "method")
        draft["ingestion"] = ingestion | {name: polling[name] for name in names}
        ingestion = draft["ingestion"]
        if isinstance(ingestion, dict):
            ingestion.pop("pagination", None)
    if isinstance(mapping, dict):
        needed = ("itemsPath", "idPath", "timestampPath", "summaryTemplate")
        draft["fieldMapping"] = {name: mapping[name] for name in needed} | {
            "signalTypeRules": []
        }


def _health(
    reader: OperationReader, described: Sequence[Described], streams: Sequence[Draft]
) -> Draft:
    """Return a check that asks who is signed in, else what a plain stream asks."""
    check: Draft = {"endpoint": "/", "method": "GET"}
    who = next((p for p, m in reader.named() if m == "get" and _ME.fullmatch(p)), None)
    pairs = list(zip(described, streams, strict=True))
    gets = [pair for pair in pairs if pair[0].method == "get"] or pairs
    polling = min(gets, key=lambda pair: pair[0].path.count("{"))[1]["polling"]
    if who is not None:
        check["endpoint"] = who
    elif isinstance(polling, dict) and "partition" not in polling:
        check["endpoint"] = with_query(str(polling["endpoint"]), polling.get("query"))
        check["method"] = polling["method"]
        if polling["method"] == "POST" and polling.get("bodyType") == "json":
            check["body"] = polling["body"]
    return check | {"expectStatus": 200, "timeoutMs": 10_000}


def _info(document: Document) -> tuple[str, str]:
    info = document.object(document.value("info"))
    title, version = (_text(info.get(name)) for name in ("title", "version"))
    return title[:80] or "New connector", version[:60]


def _sentence(document: Document) -> str:
    info = document.object(document.value("info"))
    text = _text(info.get("summary")) or _text(info.get("description"))
    return re.split(r"(?<=[.!?]) ", text)[0][:200]


def _text(value: Json) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _left_out(document: Document) -> list[Note]:
    notes = []
    if document.members("webhooks"):
        notes.append(Note("webhooks", "Calls that the service makes are not read."))
    reason = "It has no place in a connector."
    unused = ("externalDocs", "tags")
    said = [name for name in unused if document.value(name) is not MISSING]
    return notes + [Note(name, reason) for name in said]


FORMAT = Format(
    "openapi",
    "OpenAPI 3 document",
    (".json", ".yaml", ".yml"),
    sniff,
    read,
    operations=operations,
    read_chosen=read,
)
