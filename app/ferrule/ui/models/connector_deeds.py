"""What is done to a connector from the catalogue, outside of connecting it.

Everything here blocks, and imports what it needs when it is first called.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from ferrule import exchange
from ferrule.workspace.workspace import Workspace

Document: TypeAlias = "dict[str, exchange.Json]"


def blank_document(workspace: Workspace, name: str = "") -> Document:
    """Return a new descriptor under an id that is free, called `name` if given."""
    from ferrule.workspace.authoring import blank  # noqa: PLC0415  reads the models

    taken = {card.id for card in workspace.catalogue.cards()}
    document = blank(_free(_slug(name) or "new-connector", taken))
    return {**document, "name": name} if name else document


def refusal_of(text: str) -> str:
    """Return why nothing can be begun from a text, empty where something can."""
    # Reads the models, as all below.
    from ferrule.workspace.beginning import kind_of  # noqa: PLC0415  see above

    if kind_of(text.encode("utf-8", "replace")) is not None:
        return ""
    return "This is no full address. It begins with https:// and a host."


def copied_document(workspace: Workspace, connector_id: str) -> Document:
    """Return a copy of a connector's descriptor under an id that is free."""
    from ferrule.workspace.authoring import copy_of  # noqa: PLC0415  reads the models

    taken = {card.id for card in workspace.catalogue.cards()}
    return copy_of(workspace.catalogue.document(connector_id), taken)


def what_goes(workspace: Workspace, key: str) -> Sequence[str]:
    """Return what disconnecting would delete, each in words.

    Raises:
        NotFound: when there is no such connection.
    """
    project = workspace.project.key
    held = workspace.connections.holdings(project, key)
    found = workspace.connections.get(project, key)
    lines = [
        f"The connection “{key}” with its configuration",
        _some(held.signals, "stored signal"),
        _some(held.runs, "run"),
        _some(held.item_errors, "item error"),
        _some(held.checkpoints, "checkpoint"),
    ]
    if found.credential_ref:
        lines.append(f"Its secrets, kept as {found.credential_ref}")
    return [line for line in lines if line]


def disconnect(workspace: Workspace, key: str) -> str:
    """Delete a connection with its signals, runs and secrets.

    Its tokens are ended at the service first. Return why they were not, if so.
    """
    from ferrule.workspace.signing_in import end_tokens  # noqa: PLC0415  see above

    ending = end_tokens(workspace, key)
    workspace.registry.delete_connection(workspace.project.key, key)
    return "" if ending.ended else ending.detail


def _some(
    count: int, noun: Literal["stored signal", "run", "item error", "checkpoint"]
) -> str:
    if not count:
        return ""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _slug(name: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in name.lower())
    return "-".join(words.encode("ascii", "ignore").decode().split())


def _free(wanted: str, taken: set[str]) -> str:
    number, key = 2, wanted
    while key in taken:
        key, number = f"{wanted}-{number}", number + 1
    return key
