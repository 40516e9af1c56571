"""Lint for names: variables nobody declares, names given twice, unknown streams."""

from collections.abc import Iterator, Sequence

from ferrule.auth.jwt import JwtAuth
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
    yield from _unknown_keys(connector)
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


def _unknown_keys(connector: Connector) -> Iterator[Problem]:
    """Yield FD011 for each key of a self-signed token that no field holds."""
    options = enumerate(connector.auth_options or ())
    placed = {"/auth": connector.auth, **{f"/authOptions/{i}": a for i, a in options}}
    for pointer, auth in placed.items():
        keys = [field.key for field in auth.credential_fields]
        if isinstance(auth, JwtAuth) and auth.config.key_field not in keys:
            yield Problem(
                "FD011",
                "error",
                f"{pointer}/config/keyField",
                f"No credential field is called “{auth.config.key_field}”.",
                f"There are: {', '.join(keys) or 'none'}.",
            )


def repeated_names(
    connector: Connector, document: dict[str, Json]
) -> Iterator[Problem]:
    """Yield FD021 for each field, sign-in, tool or version that has a name again."""
    del document
    fields = [field.key for field in connector.config_fields or ()]
    yield from _repeated("/configFields", "key", fields)
    credentials = [field.key for field in connector.auth.credential_fields]
    yield from _repeated("/auth/config/credentialFields", "key", credentials)
    yield from _repeated_sign_ins(connector)
    yield from _repeated("/tools", "name", [t.name for t in connector.tools or ()])
    for index, tool in enumerate(connector.tools or ()):
        names = [param.name for param in tool.params]
        yield from _repeated(f"/tools/{index}/params", "name", names)
    yield from _repeated("/sinks", "key", [s.key for s in connector.sinks or ()])
    versions = [version.id for version in connector.api_versions or ()]
    yield from _repeated("/apiVersions", "id", versions)


def _repeated_sign_ins(connector: Connector) -> Iterator[Problem]:
    taken = {connector.auth.label or connector.auth.title}
    for index, option in enumerate(connector.auth_options or ()):
        pointer, name = f"/authOptions/{index}", option.label or option.title
        keys = [field.key for field in option.credential_fields]
        yield from _repeated(f"{pointer}/config/credentialFields", "key", keys)
        if name in taken:
            yield Problem(
                "FD021",
                "error",
                pointer,
                f"There is a sign-in “{name}” already.",
                "Give each a label of its own: a person chooses by it.",
            )
        taken.add(name)


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
