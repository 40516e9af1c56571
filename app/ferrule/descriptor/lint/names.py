"""Lint for names: variables nobody declares, names given twice, unknown streams."""

from collections.abc import Iterator, Sequence

from ferrule.descriptor.config import config_fields
from ferrule.descriptor.ingestion import StreamPart
from ferrule.descriptor.model import Connector
from ferrule.descriptor.variables import config_variables
from ferrule.errors import Problem
from ferrule.exchange import Json


def undeclared_variables(
    connector: Connector, document: dict[str, Json]
) -> Iterator[Problem]:
    """Yield FD011 for each variable that no field gives a value."""
    del document
    declared = {field.key for field in config_fields(connector)}
    if connector.base_url is not None:
        declared.add("baseUrl")
    for variable in config_variables(connector):
        if variable.name in declared:
            continue
        fields = "configFields" if variable.derivable else "credentialFields"
        yield Problem(
            "FD011",
            "error",
            variable.pointer,
            f"Nobody declares the variable “{variable.name}”.",
            f"Add it to {fields}.",
        )


def repeated_names(
    connector: Connector, document: dict[str, Json]
) -> Iterator[Problem]:
    """Yield FD021 for each field or tool that has an earlier one's name."""
    del document
    fields = [field.key for field in connector.config_fields or ()]
    yield from _repeated("/configFields", "key", fields)
    credentials = [field.key for field in connector.auth.credential_fields]
    yield from _repeated("/auth/config/credentialFields", "key", credentials)
    yield from _repeated("/tools", "name", [t.name for t in connector.tools or ()])
    yield from _repeated("/sinks", "key", [s.key for s in connector.sinks or ()])


def _repeated(pointer: str, member: str, names: Sequence[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield Problem(
                "FD021",
                "error",
                f"{pointer}/{index}/{member}",
                f"“{name}” is there already.",
                "Give each its own name.",
            )
        seen.add(name)


def unknown_streams(
    connector: Connector, document: dict[str, Json]
) -> Iterator[Problem]:
    """Yield FD022 for each mention of a stream that the connector has not."""
    known = {part.key for part in connector.streams or ()}
    for index, key in enumerate(connector.health_check.streams or ()):
        if key not in known:
            yield _unknown(f"/healthCheck/streams/{index}", key)
    yield from _parents(document, known)
    for position, part in enumerate(connector.streams or ()):
        yield from _patched_parents(part, f"/streams/{position}/polling", known)


def _parents(document: dict[str, Json], known: set[str]) -> Iterator[Problem]:
    ingestion = document.get("ingestion")
    inner = ingestion.get("polling") if isinstance(ingestion, dict) else None
    yield from _partition_parents(ingestion, "/ingestion", known)
    yield from _partition_parents(inner, "/ingestion/polling", known)


def _patched_parents(
    part: StreamPart, pointer: str, known: set[str]
) -> Iterator[Problem]:
    yield from _partition_parents(part.polling, pointer, known)


def _partition_parents(
    polling: Json, pointer: str, known: set[str]
) -> Iterator[Problem]:
    found = polling.get("partition") if isinstance(polling, dict) else None
    many = isinstance(found, list)
    for index, partition in enumerate(found if isinstance(found, list) else [found]):
        parent = partition.get("parent") if isinstance(partition, dict) else None
        if isinstance(parent, str) and parent not in known:
            step = f"/{index}" if many else ""
            yield _unknown(f"{pointer}/partition{step}/parent", parent)


def _unknown(pointer: str, key: str) -> Problem:
    return Problem(
        "FD022",
        "error",
        pointer,
        f"There is no stream “{key}”.",
        "Name the key of one of the streams.",
    )
