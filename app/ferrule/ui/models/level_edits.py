"""Several changes of one level of a draft as one new document: one step of undo."""

from collections.abc import Iterable

from ferrule.exchange import MISSING, Json, Missing
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.models.draft_level import LevelDraft
from ferrule.workspace.drafts import Document, Draft


def edited(
    draft: LevelDraft, changes: Iterable[tuple[str, Json | Missing]]
) -> Document:
    """Return the document with values put at pointers of the level that is shown.

    MISSING takes a member away, at a stream's level also one that it inherits.
    """
    scratch = LevelDraft(DraftModel(Draft(draft.document), draft.name))
    scratch.follow(draft.level)
    for pointer, value in changes:
        scratch.edit(pointer, value)
    return scratch.document


def removing_null(
    changes: Iterable[tuple[str, Json]],
) -> list[tuple[str, Json | Missing]]:
    """Return changes in which null takes the member away."""
    return [(at, MISSING if value is None else value) for at, value in changes]
