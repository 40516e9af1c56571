"""Lint: what is wrong, doubtful or missing in a descriptor, each with a rule number.

| rule | what |
|---|---|
| FD000 | the document cannot be read at all |
| FD001 | a member is missing, unknown or of the wrong form |
| FD002 | a part that this engine cannot run yet |
| FD003 | additions are used, but `schemaVersion` says 1 |
| FD010 | a rule that can never be reached |
| FD011 | a template variable that nobody declares |
| FD012 | a path that other engines cannot read |
| FD013 | something that looks like a secret |
| FD014 | a host that the permissions do not name, or a pattern too wide |
| FD015 | an API version that ends or has ended |
| FD016 | deletion or `syncFrom` without `createdPath` |
| FD017 | a tool that reads with a writing method |
"""

import re
from collections.abc import Callable, Iterator

from ferrule.descriptor.config import BUILT_IN, config_fields
from ferrule.descriptor.document import validate
from ferrule.descriptor.hosts import allowed_hosts, check_pattern, named_hosts
from ferrule.descriptor.model import Connector
from ferrule.descriptor.needs import shown_needs
from ferrule.errors import DescriptorError, DescriptorInvalid, ExpressionError, Problem
from ferrule.exchange import Json
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.template import compile_template

Document = dict[str, Json]
Rule = Callable[[Connector, Document], Iterator[Problem]]

_SECRET_NAME = re.compile(
    r"(secret|token|password|passwd|api[_-]?key|private[_-]?key)$", re.IGNORECASE
)
_SECRET_VALUE = re.compile(
    r"\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|xox[abprs]-[\w-]{10,}"
    r"|sk_(live|test)_\w{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,}|glpat-[\w-]{15,}"
    r"|eyJ[\w-]{10,}\.eyJ[\w-]{10,}|-----BEGIN [A-Z ]*PRIVATE KEY)"
)
_PATH_MEMBER = re.compile(r"(Path|Paths|path|when)$")
_NAMES_OF_PLACES = frozenset({"tokenPath", "refreshTokenPath", "tokenParam", "token"})


def lint(document: Document) -> list[Problem]:
    """Return every problem of a document, errors first, each at its place."""
    try:
        connector = validate(document)
    except DescriptorInvalid as invalid:
        return [*invalid.problems, *_secrets(document)]
    found = [p for rule in RULES for p in rule(connector, document)]
    order = {"error": 0, "warning": 1, "hint": 2}
    return sorted(found, key=lambda p: (order[p.severity], p.rule, p.pointer))


def walk(value: Json, pointer: str = "") -> Iterator[tuple[str, str, Json]]:
    """Yield (pointer, last name, value) of every place in a document."""
    if isinstance(value, dict):
        for name, member in value.items():
            here = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            yield here, name, member
            yield from walk(member, here)
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield f"{pointer}/{index}", str(index), element
            yield from walk(element, f"{pointer}/{index}")


def _needs(connector: Connector, document: Document) -> Iterator[Problem]:
    del document
    for need in shown_needs(connector):
        yield Problem(
            "FD002", "warning", "", f"needs: {need}", "It loads, but cannot run yet."
        )


_SEED_MEMBERS = frozenset(
    {
        "id",
        "name",
        "description",
        "category",
        "icon",
        "kind",
        "auth",
        "ingestion",
        "fieldMapping",
        "healthCheck",
        "version",
        "schemaVersion",
    }
)


def _schema_version(connector: Connector, document: Document) -> Iterator[Problem]:
    additions = [name for name in document if name not in _SEED_MEMBERS]
    if connector.schema_version == 1 and additions:
        yield Problem(
            "FD003",
            "warning",
            "/schemaVersion",
            f"The document uses “{additions[0]}”, which schema version 1 lacks.",
            "Set schemaVersion to 2.",
        )


def _unreachable(connector: Connector, document: Document) -> Iterator[Problem]:
    del connector
    for pointer, name, value in walk(document):
        if name in {"signalTypeRules", "priorityMapping"} and isinstance(value, list):
            yield from _repeated(pointer, value)


def _repeated(pointer: str, rules: list[Json]) -> Iterator[Problem]:
    seen: list[Json] = []
    for index, rule in enumerate(rules):
        bare = (
            {k: v for k, v in rule.items() if k != "then"}
            if isinstance(rule, dict)
            else rule
        )
        if bare in seen:
            yield Problem(
                "FD010",
                "warning",
                f"{pointer}/{index}",
                "An earlier rule has the same condition: this one never decides.",
                "Remove it, or put it first.",
            )
        seen.append(bare)


def _undeclared(connector: Connector, document: Document) -> Iterator[Problem]:
    if connector.config_fields is None:
        return
    declared = {field.key for field in config_fields(connector)} | BUILT_IN
    if connector.base_url is not None:
        declared.add("baseUrl")
    for pointer, _, value in walk(document):
        if not isinstance(value, str) or not _is_request_place(pointer):
            continue
        for name in _variables(value):
            if name not in declared:
                yield Problem(
                    "FD011",
                    "error",
                    pointer,
                    f"Nobody declares the variable “{name}”.",
                    "Add it to configFields.",
                )


def _is_request_place(pointer: str) -> bool:
    parts = pointer.split("/")
    if not {"ingestion", "healthCheck", "baseUrl", "polling"} & set(parts):
        return False
    return bool({"endpoint", "query", "headers", "body", "baseUrl"} & set(parts))


def _variables(text: str) -> Iterator[str]:
    try:
        names = compile_template(text).names
    except ExpressionError:
        return
    for name in names:
        first, _, rest = name.partition(".")
        if first == "config" and rest:
            yield rest.split(".")[0]
        elif not name.startswith("$") and first != "config":
            yield first


def _portable(connector: Connector, document: Document) -> Iterator[Problem]:
    del connector
    for pointer, name, value in walk(document):
        if isinstance(value, str) and value.startswith("$") and _is_path(name):
            yield from _not_portable(pointer, value)


def _is_path(name: str) -> bool:
    return bool(_PATH_MEMBER.search(name)) or name.isdigit()


def _not_portable(pointer: str, text: str) -> Iterator[Problem]:
    try:
        path = compile_path(text)
    except ExpressionError:
        return
    if not path.portable:
        yield Problem(
            "FD012",
            "warning",
            pointer,
            f"{text} is not standard JSONPath (RFC 9535): {path.reason}",
            "Other engines cannot read it; rewrite it where you can.",
        )


def _secret_rule(connector: Connector, document: Document) -> Iterator[Problem]:
    del connector
    yield from _secrets(document)


def _secrets(document: Document) -> Iterator[Problem]:
    for pointer, name, value in walk(document):
        if isinstance(value, str) and _looks_secret(name, value):
            yield Problem(
                "FD013",
                "error",
                pointer,
                "This looks like a secret.",
                "Make it a credential field: a descriptor is shared and signed.",
            )


def _looks_secret(name: str, value: str) -> bool:
    if _SECRET_VALUE.search(value):
        return True
    if name in _NAMES_OF_PLACES or not _SECRET_NAME.search(name):
        return False
    plain = "{{" not in value and not value.startswith(("$", "header:", "http"))
    return plain and len(value) >= 16 and bool(re.search(r"\d", value))  # noqa: PLR2004 - shorter ones are words


def _hosts(connector: Connector, document: Document) -> Iterator[Problem]:
    del document
    for host in sorted(allowed_hosts(connector)):
        try:
            check_pattern(host)
        except DescriptorError as error:
            yield Problem(
                "FD014", "error", "/permissions/hosts", error.message, error.advice
            )
    if connector.permissions is None:
        return
    for host in sorted(named_hosts(connector) - allowed_hosts(connector)):
        yield Problem(
            "FD014",
            "error",
            "/permissions/hosts",
            f"Requests go to {host}, which the permissions do not name.",
            "Add it, or change the address.",
        )


def _api_versions(connector: Connector, document: Document) -> Iterator[Problem]:
    del document
    for index, version in enumerate(connector.api_versions or ()):
        if version.status == "deprecated":
            ends = f" and ends on {version.sunset_at}" if version.sunset_at else ""
            yield Problem(
                "FD015",
                "warning",
                f"/apiVersions/{index}",
                f"The API version {version.label} is deprecated{ends}.",
                "Move connections to a stable one.",
            )


def _sync_from(connector: Connector, document: Document) -> Iterator[Problem]:
    del document
    if connector.sync_from and connector.field_mapping.created_path is None:
        yield Problem(
            "FD016",
            "warning",
            "/fieldMapping",
            "syncFrom filters by creation time, but there is no createdPath.",
            "Add createdPath; without it everything is kept.",
        )


def _tools(connector: Connector, document: Document) -> Iterator[Problem]:
    del document
    for index, tool in enumerate(connector.tools or ()):
        if tool.effect == "read" and tool.request.method not in {"GET", "HEAD"}:
            yield Problem(
                "FD017",
                "error",
                f"/tools/{index}/effect",
                f"“{tool.name}” is said to read, but sends {tool.request.method}.",
                "Set its effect to write or destructive.",
            )


RULES: tuple[Rule, ...] = (
    _needs,
    _schema_version,
    _unreachable,
    _undeclared,
    _portable,
    _secret_rule,
    _hosts,
    _api_versions,
    _sync_from,
    _tools,
)
