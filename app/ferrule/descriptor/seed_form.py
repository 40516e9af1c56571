"""The form of the first schema version, and where a document goes beyond it.

`schemaVersion` 1 is exactly the form of seed 001, section 4; a document that uses
anything more is 2.
"""

from collections.abc import Iterator, Mapping

from ferrule.descriptor.trouble import escaped
from ferrule.exchange import Json

_FIELD = "key label type required placeholder helpText"
_RULE = "when operator value then"
_CONFIG = "credentialFields"
_POLLING = "endpoint method headers body delta rateLimitRpm pagination"
_WEBHOOK = "eventTypes eventTypePath verification"

# The members that version 1 has, by the place in the document; `*` is any element,
# and a place that is named by its kind has the kind in brackets.
_MEMBERS: Mapping[str, str] = {
    "": "id name description category icon kind auth ingestion fieldMapping "
    "healthCheck version schemaVersion",
    "/auth": "method config",
    "/auth/config[oauth2]": f"{_CONFIG} authoriseUrl tokenUrl scopes",
    "/auth/config[api_key]": f"{_CONFIG} delivery paramName",
    "/auth/config[pat]": f"{_CONFIG} delivery paramName",
    "/auth/config[basic]": _CONFIG,
    "/auth/config[webhook_secret]": f"{_CONFIG} signatureHeader algorithm",
    "/auth/config/credentialFields/*": _FIELD,
    "/ingestion[polling]": f"mode {_POLLING}",
    "/ingestion[webhook]": f"mode {_WEBHOOK}",
    "/ingestion[polling_and_webhook]": "mode polling webhook",
    "/ingestion/polling": _POLLING,
    "/ingestion/webhook": _WEBHOOK,
    "/delta[timestamp_filter]": "type queryParam format",
    "/delta[delta_token]": "type tokenPath tokenParam",
    "/delta[cursor]": "type cursorPath cursorParam",
    "/delta[since_id]": "type idPath idParam",
    "/pagination": "type nextPath nextParam totalPath pageSize",
    "/fieldMapping": "itemsPath idPath timestampPath summaryTemplate signalTypeRules "
    "priorityMapping participantsPath tagsPath relatedItemsPath rawFields",
    "/fieldMapping/signalTypeRules/*": _RULE,
    "/fieldMapping/priorityMapping/*": _RULE,
    "/healthCheck": "endpoint method expectStatus timeoutMs",
}
_VALUES: Mapping[str, frozenset[str]] = {
    "/auth/method": frozenset(
        ("oauth2", "api_key", "pat", "basic", "webhook_secret", "none")
    ),
    "/auth/config/delivery": frozenset(("header", "query", "bearer")),
    "/auth/config/credentialFields/*/type": frozenset(("text", "password", "url")),
    "/ingestion/method": frozenset(("GET", "POST")),
    "/delta/type": frozenset(("timestamp_filter", "delta_token", "cursor", "since_id")),
    "/delta/format": frozenset(("iso8601", "unix", "unix_ms")),
    "/pagination/type": frozenset(("offset", "cursor", "link_header")),
    "/fieldMapping/signalTypeRules/*/operator": frozenset(
        ("equals", "contains", "exists", "matches")
    ),
    "/fieldMapping/priorityMapping/*/operator": frozenset(("equals", "contains", "in")),
    "/healthCheck/method": frozenset(("GET", "HEAD")),
}
_KINDS = {"/auth/config": "method", "/ingestion": "mode", "/delta": "type"}
_TEXTS = frozenset({"/ingestion/body", "/fieldMapping/signalTypeRules/*/value"})


def additions(document: Mapping[str, Json]) -> Iterator[str]:
    """Yield the JSON pointer of everything that schema version 1 has not."""
    yield from _beyond(dict(document), "", "", "")


def schema_version(document: Mapping[str, Json]) -> int:
    """Return the schema version of a document: 1 or 2, by the members it uses."""
    return 1 if next(additions(document), None) is None else 2


def _beyond(value: Json, pointer: str, place: str, kind: str) -> Iterator[str]:
    if isinstance(value, list):
        for index, element in enumerate(value):
            yield from _beyond(element, f"{pointer}/{index}", f"{place}/*", "")
    elif isinstance(value, dict):
        yield from _object(value, pointer, place, kind)
    elif isinstance(value, str) and value not in _VALUES.get(place, {value}):
        yield pointer
    if place in _TEXTS and not isinstance(value, str):
        yield pointer


def _object(
    value: dict[str, Json], pointer: str, place: str, kind: str
) -> Iterator[str]:
    known = _MEMBERS.get(f"{place}[{kind}]", _MEMBERS.get(place))
    if known is None:
        if place in _KINDS:
            yield pointer
        return
    members = frozenset(known.split())
    for name, member in value.items():
        here = f"{pointer}/{escaped(name)}"
        if name not in members:
            yield here
            continue
        below = _place(place, name)
        of_kind = value if below == "/auth/config" else member
        yield from _beyond(member, here, below, _kind(of_kind, below))


def _kind(holder: Json, place: str) -> str:
    member = _KINDS.get(place)
    found = holder.get(member) if member and isinstance(holder, dict) else None
    return str(found or "")


def _place(place: str, name: str) -> str:
    """Return the place of a member; polling is the same wherever it stands."""
    if name in {"delta", "pagination"}:
        return f"/{name}"
    base = "/ingestion" if place == "/ingestion/polling" else place
    return f"{base}/{name}"
