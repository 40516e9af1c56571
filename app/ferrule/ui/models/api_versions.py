"""What the detail pane shows of a connection's API versions, and changing one.

The values are plain: cards are painted before the descriptor's models are imported.
The functions block and import them: they are called off the window's thread.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol

from ferrule.clock import SystemClock
from ferrule.ui.i18n import Data
from ferrule.workspace.workspace import Workspace


class _Choice(Protocol):
    """A version that can be chosen, as far as it is named."""

    @property
    def label(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def sunset_at(self) -> str | None: ...


class OldOne(NamedTuple):
    """A version that its service asks to leave: words, where to, and the guide.

    `guide` is an address of https or empty, `host` whose it is.
    """

    title: str
    advice: str
    ended: bool
    successor: str = ""
    successor_label: str = ""
    guide: str = ""
    host: str = ""


class VersionFacts(NamedTuple):
    """The versions of one connection, as (id, words) in the connector's order.

    `chosen` is empty where that version is `gone`. `earlier` can be gone back to.
    """

    choices: Sequence[tuple[str, str]]
    chosen: str = ""
    gone: str = ""
    earlier: str = ""
    earlier_label: str = ""
    old: OldOne | None = None


def read_versions(
    workspace: Workspace,
    connector_id: str,
    version: str | None,
    earlier: str | None,
    today: date,
) -> VersionFacts | None:
    """Return the versions of a connection, None where its connector has none.

    A connector that cannot be read says what is wrong with it elsewhere.
    """
    from ferrule.errors import FerruleError  # noqa: PLC0415  beside its raiser
    from ferrule.workspace.deprecating import (  # noqa: PLC0415  brings models
        choices_of,
        deprecation,
    )

    try:
        connector = workspace.registry.get_descriptor(connector_id)
    except FerruleError:
        return None
    choices = choices_of(connector, version)
    if not choices:
        return None
    chosen = next((one.id for one in choices if one.chosen), "")
    labels = {one.id: one.label for one in choices if one.id != chosen}
    found = deprecation(connector, version, today)
    old = None
    if found is not None:
        after = found.successor
        next_one = (after.id, after.label) if after else ("", "")
        words = found.title, found.advice, found.ended, *next_one
        old = OldOne(*words, found.guide, found.guide_host)
    return VersionFacts(
        [(one.id, _words(one, today)) for one in choices],
        chosen,
        gone="" if chosen else str(version),
        earlier=earlier if earlier in labels else "",
        earlier_label=labels.get(earlier or "", ""),
        old=old,
    )


def _words(one: _Choice, today: date) -> str:
    """Return what a version is chosen by: its name, and what is special."""
    label, day = Data(one.label), (one.sunset_at or "")[:10]
    if day:
        over = day < today.isoformat()
        return f"{label} (ended {day})" if over else f"{label} (until {day})"
    if one.status == "experimental":
        return f"{label} (experimental)"
    return f"{label} (deprecated)" if one.status == "deprecated" else label


def read_choice(
    workspace: Workspace, connector_id: str, version: str | None = None
) -> VersionFacts | None:
    """Return the versions of a connector; that of the id is chosen, or the default."""
    today = SystemClock().now().date()
    return read_versions(workspace, connector_id, version, None, today)


def change_version(workspace: Workspace, key: str, version: str) -> None:
    """Let a connection use another version.

    Raises:
        FerruleError: when it cannot; nothing is changed.
    """
    from ferrule.workspace import api_versions  # noqa: PLC0415  see above

    api_versions.choose_version(workspace, key, version)
