"""All about one connector for its page; `read_sheet` blocks: call it in a thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeAlias

from ferrule.clock import SystemClock
from ferrule.descriptor.api_versions import at_version
from ferrule.errors import FerruleError
from ferrule.exchange import Json, Missing, encode
from ferrule.ui.i18n import Data, tr
from ferrule.ui.models.api_versions import VersionFacts, read_versions
from ferrule.ui.models.connector_facts import HEALTH, ago
from ferrule.workspace.cards import Card
from ferrule.workspace.comparing import compare, documents_of, shipped_document
from ferrule.workspace.drafts import Document
from ferrule.workspace.operations.standing import (
    ConnectionStanding,
    connector_standing,
)
from ferrule.workspace.readme_text import Block
from ferrule.workspace.readmes import readme_of
from ferrule.workspace.workspace import Workspace

Standing: TypeAlias = ConnectionStanding
_LONGEST: Final = 300
_INTO: Final = " \u203a "  # between the parts of a difference's place
_STATES: Final = {"stable": "ok", "deprecated": "deprecated", "experimental": "info"}


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of the service's API, in words; `state` is its name in STATES."""

    id: str
    label: str
    state: str
    status: str
    deprecated: str
    ends: str
    changelog: str


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One difference from the shipped connector."""

    number: int
    place: str
    kind: str
    old: str
    new: str
    level: str
    reason: str


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """One thing a connector may do, or needs: an icon and words; `code` as written."""

    group: str
    icon: str
    text: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One answer of a connection's health checks and runs."""

    at: str
    when: str
    state: str
    word: str
    took: str
    message: str
    healthy: bool = True
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A connector: its card, its connections, versions, permissions and README.

    `differences` is None where there is no shipped connector to compare with, `beside`
    has what each API version but the usual one has otherwise than that; `trouble` says
    why its document could not be read. `api` has the API versions that the
    connection of `key` may use, None where the connector has none.
    """

    card: Card
    standings: tuple[Standing, ...]
    versions: tuple[VersionRow, ...] = ()
    differences: tuple[DifferenceRow, ...] | None = None
    beside: Mapping[str, tuple[DifferenceRow, ...]] = field(default_factory=dict)
    permissions: tuple[PermissionRow, ...] = ()
    readme: Sequence[Block] = ()
    trouble: str = ""
    now: datetime | None = None
    key: str = ""
    api: VersionFacts | None = None

    def standing(self, key: str) -> Standing | None:
        """Return how a connection stands, the first where there is none of that key."""
        for one in self.standings:
            if one.key == key:
                return one
        return self.standings[0] if self.standings else None


def read_sheet(workspace: Workspace, connector_id: str, key: str = "") -> Sheet:
    """Return all about a connector, and about its connection `key`, else its first.

    Raises:
        NotFound: when there is none of that id.
    """
    card = workspace.catalogue.card(connector_id)
    standings = connector_standing(workspace, connector_id)
    readme = readme_of(workspace.catalogue, connector_id)
    blocks = readme.blocks if readme is not None else ()
    now, keys = SystemClock().now(), [one.key for one in standings]
    chosen = key if key in keys else next(iter(keys), "")
    try:
        found = documents_of(workspace.catalogue, connector_id)[connector_id]
    except FerruleError as error:
        trouble = f"{error.message} {error.advice}".strip()
        sheet = Sheet(card, standings, readme=blocks, trouble=trouble, now=now)
        return replace(sheet, key=chosen)
    return Sheet(
        card,
        standings,
        tuple(_versions(found)),
        _differences(workspace, card, found),
        _beside(found),
        tuple(_permissions(found, card)),
        blocks,
        now=now,
        key=chosen,
        api=_api(workspace, chosen, now) if chosen else None,
    )


def _api(workspace: Workspace, key: str, now: datetime) -> VersionFacts | None:
    one = workspace.connections.get(workspace.project.key, key)
    at = one.api_version, one.earlier_api_version
    return read_versions(workspace, one.connector_id, *at, now.date())


def checks_of(standing: Standing, now: datetime) -> list[CheckRow]:
    """Return the answers of a connection, the newest first."""
    return [
        CheckRow(
            one.at,
            ago(one.at, now),
            "healthy" if one.healthy else "error",
            "Answered" if one.healthy else "Failed",
            f"{one.latency_ms:,.0f} ms" if one.latency_ms is not None else "",
            one.message,
            one.healthy,
            one.latency_ms or 0.0,
        )
        for one in reversed(standing.health)
    ]


def health_of(standing: Standing) -> tuple[str, str]:
    """Return the shape and the word of how a connection is."""
    if not standing.enabled:
        return HEALTH["disabled"]
    return HEALTH[standing.state or ""]


def last_sync(standing: Standing, now: datetime) -> str:
    """Return when a connection was last read, and how that ended."""
    last = standing.last_sync
    if last is None:
        return "never"
    when = ago(last.finished_at or last.started_at, now)
    return when if last.status == "done" else f"{when}, {last.status}"


def _versions(document: Document) -> Sequence[VersionRow]:
    return [
        VersionRow(
            _text(one, "id"),
            _text(one, "label") + (" (default)" if one.get("default") else ""),
            _STATES.get(_text(one, "status"), "untouched"),
            _text(one, "status").capitalize(),
            _text(one, "deprecatedAt"),
            _text(one, "sunsetAt"),
            _text(one, "changelog"),
        )
        for one in _listed(document)
    ]


def _listed(document: Document) -> list[dict[str, Json]]:
    listed = document.get("apiVersions")
    found = listed if isinstance(listed, list) else []
    return [one for one in found if isinstance(one, dict)]


def _differences(
    workspace: Workspace, card: Card, document: Document
) -> tuple[DifferenceRow, ...] | None:
    if card.origin == "shipped":
        return None
    shipped = shipped_document(workspace.catalogue, card.id)
    if shipped is None:
        return None
    return _rows(shipped, document)


def _beside(document: Document) -> dict[str, tuple[DifferenceRow, ...]]:
    """Return what each API version but the usual one has otherwise than that."""
    listed = [_text(one, "id") for one in _listed(document)]
    try:
        usual = at_version(dict(document), None)
        found = {one: _rows(usual, at_version(dict(document), one)) for one in listed}
    except FerruleError:  # lint says what is wrong with them
        return {}
    return {one: rows for one, rows in found.items() if rows}


def _rows(old: Document, new: Document) -> tuple[DifferenceRow, ...]:
    changes = compare(old, new).changes
    return tuple(
        DifferenceRow(
            number,
            _place(one.place),
            one.kind,
            _shown(one.old),
            _shown(one.new),
            one.level,
            one.reason,
        )
        for number, one in enumerate(changes)
    )


def _place(path: str) -> str:
    """Return a place in words: titles of members, ours, between keys, which are not."""
    return Data(_INTO.join(tr(part) for part in path.split(_INTO)))


def _permissions(document: Document, card: Card) -> Sequence[PermissionRow]:
    found = document.get("permissions")
    asked = found if isinstance(found, dict) else {}
    hosts = _texts(asked, "hosts") or list(card.hosts)
    rows = [PermissionRow("Goes to", "globe", host, code=True) for host in hosts]
    writes = _texts(asked, "writes")
    rows += [PermissionRow("Writes", "pencil", one, code=True) for one in writes]
    if not writes:
        rows.append(PermissionRow("Writes", "eye", "Reads only, writes nothing"))
    scopes = _texts(asked, "scopes")
    rows += [PermissionRow("Asks for", "key-round", one, code=True) for one in scopes]
    return rows


def _texts(members: Mapping[str, Json], name: str) -> list[str]:
    found = members.get(name)
    return [str(one) for one in found] if isinstance(found, list) else []


def _text(members: Mapping[str, Json], name: str) -> str:
    found = members.get(name)
    return found if isinstance(found, str) else ""


def _shown(value: Json | Missing) -> str:
    if isinstance(value, Missing):
        return ""
    text = value if isinstance(value, str) else encode(value).decode()
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
