"""Opening connectors as drafts, and writing drafts into the project."""

from dataclasses import dataclass

from ferrule.errors import FerruleError, UsageError
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.tasks import in_thread
from ferrule.workspace import authoring
from ferrule.workspace.catalogue import Catalogue
from ferrule.workspace.draft_patch import alike
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


def changed_meanwhile(
    catalogue: Catalogue, document: Document, saved: Document | None
) -> Document | None:
    """Return what stands in the project if it is neither `saved` nor `document`.

    Another window wrote it, or another program; None where nobody did.
    """
    named = str((saved or {}).get("id"))
    try:
        if saved is None or catalogue.card(named).origin != "project":
            return None
        theirs = authoring.open_draft(catalogue, named).document
    except FerruleError:  # it is gone, or no descriptor any more: ours is whole
        return None
    known = any(alike(theirs, one, ordered=False) for one in (saved, document))
    return None if known else theirs


async def refuse_changed(
    catalogue: Catalogue, draft: DraftModel, document: Document
) -> None:
    """Do not save over what somebody else saved meanwhile; the next time it is known.

    Raises:
        UsageError: when somebody did.
    """
    saved = draft.draft.saved
    theirs = await in_thread(lambda: changed_meanwhile(catalogue, document, saved))
    if theirs is not None:
        draft.draft.mark_saved(theirs)
        draft.mark_saved()
        raise UsageError(
            f"Not saved: “{draft.draft.connector_id}” was changed in the project"
            " meanwhile.",
            advice="Another window or program saved it. Look at the differences "
            "(Ctrl+D); save again to keep yours instead.",
        )


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
