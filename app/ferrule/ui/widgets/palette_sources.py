"""Entries of the palette from what the program knows: commands, connectors, runs."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from ferrule.exchange import Json, decode
from ferrule.ui.actions import Actions, written
from ferrule.ui.i18n import Data, ours
from ferrule.ui.models.messages import OpenDescriptor, ShowConnector, StartSync
from ferrule.ui.models.palette import Entry
from ferrule.ui.models.spots import Spot
from ferrule.workspace.catalogue import Card
from ferrule.workspace.workspace import Workspace

Go = Callable[[str, object], object]
Read = Callable[[Workspace, Go], list[Entry]]
_LONGEST: Final = 160


def of_commands(actions: Actions) -> list[Entry]:
    """Return every command; one that cannot be done now says why."""
    return [
        Entry(
            command.text,
            action.trigger,
            ours("page") if command.id.startswith("go.") else actions.place(command.id),
            command.icon,
            _shown(actions.keys(command.id)),
            command.words,
            command.id,
            command.help,
            actions.why_not(command.id),
        )
        for command, action in actions
        if command.id != "palette"
    ]


def of_spots(spots: Iterable[Spot], prefix: str, icon: str) -> list[Entry]:
    """Return the fields or settings of a page."""
    return [
        Entry(
            s.text,
            s.go,
            s.kind or ours("setting"),
            icon,
            "",
            s.words,
            f"{prefix}{s.text}",
            s.about,
        )
        for s in spots
    ]


def of_connectors(workspace: Workspace, go: Go) -> list[Entry]:
    """Return every connector of the catalogue; reading them blocks."""
    return [_of_card(card, go) for card in workspace.catalogue.cards()]


def of_runs(workspace: Workspace, go: Go) -> list[Entry]:
    """Return a run of each connection that is on; reading them blocks."""
    entries = []
    for one in workspace.connections.list(workspace.project.key):
        for title, full in (("Run", False), ("Run in full", True)):
            order = StartSync(one.key, full=full)
            about = f"{one.connector_id}: read what is new"
            if full:
                about = f"{one.connector_id}: read everything again"
            why = "" if one.enabled else "The connection is disabled"
            entries.append(
                Entry(f"{title}: {Data(one.key)}", partial(go, "runs", order),
                      ours("run"), "play",
                      id=f":{title}:{one.key}", about=about, why=why)
            )  # fmt: skip
    return entries


def of_project(workspace: Workspace, go: Go) -> list[Entry]:
    """Return every value in the descriptors of the project; reading them blocks."""
    entries: list[Entry] = []
    for card in workspace.catalogue.cards():
        if card.origin == "shipped" or card.problem:
            continue
        document = decode(workspace.catalogue.document(card.id))
        for pointer, value in leaves(document):
            go_there = OpenDescriptor(card.id, focus=pointer)
            text = f"{pointer.strip('/')}: {value}"
            entries.append(
                Entry(Data(text[:_LONGEST]), partial(go, "builder", go_there),
                      Data(card.name), "braces", about=Data(value[:_LONGEST]))
            )  # fmt: skip
    return entries


def leaves(value: Json, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield the pointer and the text of every leaf of a document."""
    if isinstance(value, dict):
        for name, inner in value.items():
            step = name.replace("~", "~0").replace("/", "~1")
            yield from leaves(inner, f"{pointer}/{step}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{pointer}/{number}")
    else:
        yield pointer, "" if value is None else str(value)


def _of_card(card: Card, go: Go) -> Entry:
    return Entry(
        Data(card.name),
        partial(go, "catalogue", ShowConnector(card.id)),
        ours("connector"),
        "plug",
        words=f"{card.id} {card.provider} {' '.join(card.tags)}",
        id=f"@{card.id}",
        about=Data(card.description or card.id),
    )


def _shown(keys: tuple[str, ...]) -> str:
    return written(keys[0]) if keys else ""
