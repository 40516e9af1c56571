"""Lint: what is wrong, doubtful or missing in a descriptor, each with a rule number.

| rule | severity | what |
|---|---|---|
| FD000 | error | the document cannot be read at all |
| FD001 | error | a member is missing, unknown or of the wrong form |
| FD002 | warning | a part that this engine cannot run yet |
| FD003 | warning | additions are used, but `schemaVersion` says 1 |
| FD010 | warning | a rule or a wait that can never be reached |
| FD011 | error | a template variable that nobody declares |
| FD012 | warning | a path that other engines cannot read |
| FD013 | error | something that looks like a secret |
| FD014 | error | a host that the permissions do not name, or that cannot be told |
| FD015 | warning | an API version that ends or has ended |
| FD016 | warning | `syncFrom` without `createdPath` |
| FD017 | error | a tool that is said to read, but writes |
| FD018 | error | paging that cannot go on |
| FD019 | warning | a path that matches nothing in the samples |
| FD020 | hint | no API version is named |
| FD021 | error | two fields, sign-ins, tools, parameters or API versions of one name |
| FD022 | error | a name of a stream that does not exist |
| FD023 | warning | columns of items that are no table |
| FD024 | warning | an item schema that no item of the samples fits |
| FD025 | warning | an error rule whose action cannot be carried out |
| FD026 | error | a partition or a window that no request names |
| FD027 | error | a request of a tool that names a parameter the tool has not |
| FD028 | warning | a parameter of a tool that goes nowhere |
| FD029 | error | a tool or a parameter that nobody can use |
| FD030 | warning | a signature of calls that does not cover their body |
| FD031 | warning | a subscription by which nobody gets to know the secret |
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from ferrule.descriptor.document import validate
from ferrule.descriptor.lint.mapping import (
    idle_columns,
    not_portable,
    samples_at_odds,
    unreachable_rules,
    without_created_path,
)
from ferrule.descriptor.lint.names import (
    repeated_names,
    undeclared_variables,
    unknown_streams,
)
from ferrule.descriptor.lint.requests import hosts, paging
from ferrule.descriptor.lint.resilience import idle_resilience
from ferrule.descriptor.lint.secrets import secrets
from ferrule.descriptor.lint.slices import idle_slices
from ferrule.descriptor.lint.tools import tools
from ferrule.descriptor.lint.webhooks import open_bodies, unknown_secrets
from ferrule.descriptor.model import Connector
from ferrule.descriptor.needs import placed_needs
from ferrule.descriptor.seed_form import additions
from ferrule.errors import DescriptorInvalid, Problem
from ferrule.exchange import Json

Document = dict[str, Json]
Rule = Callable[[Connector, Document], Iterator[Problem]]
_ORDER = {"error": 0, "warning": 1, "hint": 2}


def lint(
    document: Document,
    *,
    samples: Mapping[str, Sequence[Json]] | None = None,
    today: date | None = None,
) -> list[Problem]:
    """Return every problem of a document, errors first, each at its place.

    `samples` are response bodies by stream key: with them FD019 and FD024 tell paths
    and schemas that match nothing. With `today` FD015 tells whether an API version has
    ended already.
    """
    try:
        connector = validate(document)
    except DescriptorInvalid as invalid:
        return [*invalid.problems, *secrets(document)]
    found = [p for rule in RULES for p in rule(connector, document)]
    found += _api_versions(connector, today)
    found += samples_at_odds(connector, samples or {})
    return sorted(found, key=lambda p: (_ORDER[p.severity], p.rule, p.pointer))


def _needs(connector: Connector, document: Document) -> Iterator[Problem]:
    del document
    for pointer, need in placed_needs(connector).items():
        yield Problem(
            "FD002",
            "warning",
            pointer,
            f"needs: {need}",
            "It loads, but cannot run yet.",
        )


def _schema_version(connector: Connector, document: Document) -> Iterator[Problem]:
    beyond = next(additions(document), None) if connector.schema_version == 1 else None
    if beyond is not None:
        yield Problem(
            "FD003",
            "warning",
            "/schemaVersion",
            f"The document uses {beyond}, which schema version 1 lacks.",
            "Set schemaVersion to 2.",
        )


def _api_versions(connector: Connector, today: date | None) -> Iterator[Problem]:
    if not connector.api_versions and connector.kind == "generic":
        yield Problem(
            "FD020",
            "hint",
            "",
            "No API version is named.",
            "Add apiVersions, so that a vendor's next one can be told apart.",
        )
    for index, version in enumerate(connector.api_versions or ()):
        pointer = f"/apiVersions/{index}"
        ended = today is not None and _day(version.sunset_at, today) < today
        if ended:
            message = f"The API version {version.label} ended on {version.sunset_at}."
        elif version.status == "deprecated":
            message = f"The API version {version.label} is deprecated."
            if day := version.sunset_at:
                message = (
                    f"The API version {version.label} is deprecated and ends on {day}."
                )
        else:
            continue
        advice = "Move connections to a stable one."
        yield Problem("FD015", "warning", pointer, message, advice)


def _day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return otherwise


def _secrets(connector: Connector, document: Document) -> Iterator[Problem]:
    del connector
    return secrets(document)


RULES: tuple[Rule, ...] = (
    _needs,
    _schema_version,
    unreachable_rules,
    idle_resilience,
    undeclared_variables,
    not_portable,
    _secrets,
    hosts,
    without_created_path,
    idle_columns,
    tools,
    paging,
    idle_slices,
    repeated_names,
    unknown_streams,
    open_bodies,
    unknown_secrets,
)
