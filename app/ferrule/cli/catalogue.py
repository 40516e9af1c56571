"""`ferrule catalogue`: the connectors that can be connected."""

from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.ending import DONE, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.cli.tables import show_table

if TYPE_CHECKING:  # what they bring is not needed to list the verb
    from ferrule.workspace.catalogue import Card


@app.command("catalogue")
def catalogue(
    hidden: Annotated[
        bool, typer.Option("--hidden", help="Also those that another one hides.")
    ] = False,
    as_json: Json = False,
) -> int:
    """List the connectors of the project and those that are shipped."""
    cards = open_workspace().catalogue.cards(hidden=hidden)
    if as_json:
        for card in cards:
            write_json(_line(card))
        return DONE
    rows = [
        (c.id, c.version, c.auth, c.ingestion, _origin(c), c.problem or c.description)
        for c in cards
    ]
    show_table(("id", "version", "auth", "ingestion", "origin", "description"), rows)
    return DONE


def _origin(card: "Card") -> str:
    return f"{card.origin} (hidden)" if card.hidden_by else card.origin


def _line(card: "Card") -> dict[str, object]:
    return {
        "id": card.id,
        "name": card.name,
        "version": card.version,
        "description": card.description,
        "category": card.category,
        "provider": card.provider,
        "auth": card.auth,
        "ingestion": card.ingestion,
        "signalTypes": card.signal_types,
        "hosts": card.hosts,
        "origin": card.origin,
        "hiddenBy": card.hidden_by,
        "problem": card.problem or None,
    }
