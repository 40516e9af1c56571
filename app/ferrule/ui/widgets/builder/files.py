"""Opening connectors as drafts, and writing drafts into the project."""

from dataclasses import dataclass

from ferrule.errors import UsageError
from ferrule.workspace import authoring
from ferrule.workspace.catalogue import Catalogue
from ferrule.workspace.drafts import Document, Draft


@dataclass(frozen=True, slots=True)
class Opened:
    """A connector as a draft; `copied` names the shipped one that it is a copy of."""

    draft: Draft
    copied: str = ""


def open_connector(catalogue: Catalogue, connector_id: str) -> Opened:
    """Return the project's own connector, or a copy of a shipped one.

    Raises:
        NotFound: when there is none of that id.
        DescriptorInvalid: when its document is no JSON object.
    """
    card = catalogue.card(connector_id)
    if card.origin == "project":
        return Opened(authoring.open_draft(catalogue, connector_id))
    taken = {other.id for other in catalogue.cards()}
    document = authoring.copy_of(catalogue.document(connector_id), taken)
    return Opened(Draft(document), copied=card.name)


def write_draft(
    catalogue: Catalogue, document: Document, saved: Document | None
) -> bool:
    """Write a draft into the project; say whether it now hides a shipped connector.

    Raises:
        DescriptorInvalid: with every problem; nothing is written then.
        UsageError: when the project has another connector of that id.
    """
    named = document.get("id")
    cards = [card for card in catalogue.cards(hidden=True) if card.id == named]
    before = (saved or {}).get("id")
    if named != before and any(card.origin == "project" for card in cards):
        raise UsageError(
            f"The project has a connector “{named}” already.",
            advice="Give this one another id, or open that one.",
        )
    authoring.save_draft(catalogue, Draft(document, saved))
    return any(card.origin == "shipped" for card in cards)
