"""Authoring: opening, checking and saving a descriptor in the making."""

from collections.abc import Collection

import msgspec

from ferrule.descriptor.document import read_document, validate
from ferrule.descriptor.problems import lint
from ferrule.descriptor.skeleton import skeleton
from ferrule.errors import Problem
from ferrule.exchange import Json, encode
from ferrule.workspace.catalogue import Catalogue
from ferrule.workspace.drafts import Document, Draft


def blank(connector_id: str = "new-connector") -> Document:
    """Return the smallest valid descriptor, to begin from."""
    return skeleton(connector_id, "New connector", "https://api.example.com/items")


def copy_of(raw: bytes, taken: Collection[str]) -> Document:
    """Return a copy of a descriptor under an id that is free."""
    document = read_document(raw)
    fresh = copy_id(str(document.get("id", "connector")), taken)
    return {**document, "id": fresh, "name": f"{document.get('name', fresh)} (copy)"}


def copy_id(connector_id: str, taken: Collection[str]) -> str:
    """Return a free id that tells of which connector it is a copy."""
    base = f"{connector_id}-copy"
    fresh, number = base, 2
    while fresh in taken:
        fresh, number = f"{base}-{number}", number + 1
    return fresh


def open_draft(catalogue: Catalogue, connector_id: str) -> Draft:
    """Return a draft of the project's own connector."""
    document = read_document(catalogue.document(connector_id))
    return Draft(document, saved=document)


def problems_in(document: Document) -> list[Problem]:
    """Return everything that lint finds in a draft."""
    return lint(document)


def pretty(document: Json) -> str:
    """Return a document as indented JSON with its members in order."""
    return msgspec.json.format(encode(document), indent=2).decode() + "\n"


def parse_text(text: str) -> Document:
    """Return the document that a person wrote as JSON.

    Raises:
        DescriptorInvalid: naming line and column.
    """
    return read_document(text.encode())


def save_draft(catalogue: Catalogue, draft: Draft) -> None:
    """Write a draft into the project; it must be valid.

    Raises:
        DescriptorInvalid: with every problem; nothing is written then.
        UsageError: when a shipped connector would be hidden unasked.
    """
    connector = validate(draft.document)
    provider = connector.provider or connector.id
    catalogue.save(provider, connector.id, pretty(draft.document).encode())
    draft.mark_saved(draft.document)
