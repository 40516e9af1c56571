"""Scaffolds of a connector in the catalogue, as texts and folders."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.model import Connector
from ferrule.errors import UsageError
from ferrule.scaffold import (
    PROMPTS,
    facts_of,
    oauth_guide,
    prompt_text,
    rate_limit_policy,
    starter_files,
)
from ferrule.workspace.new_files import write_folder
from ferrule.workspace.workspace import Workspace

TEXTS: Final = ("oauth-guide", "rate-limit-policy", "prompt")
FOLDERS: Final = ("connector", "edge-function")


def scaffold_text(
    workspace: Workspace, kind: str, connector_id: str | None, prompt_id: str = ""
) -> str:
    """Return a scaffold that is one text.

    A prompt can do without a connector: its names then stay in double braces.

    Raises:
        NotFound: when the catalogue has no such connector.
        UsageError: for an unknown kind or prompt, without a connector where one is
            needed, or when the connector has nothing of the kind.
    """
    if kind == "prompt":
        if not prompt_id:
            known = ", ".join(PROMPTS)
            raise UsageError("A prompt is named by --id.", advice=f"One of {known}.")
        facts = facts_of(_read(workspace, connector_id)) if connector_id else None
        return prompt_text(prompt_id, facts)
    if kind not in TEXTS:
        known = ", ".join((*FOLDERS, *TEXTS))
        raise UsageError(f"There is no scaffold “{kind}”.", advice=f"One of {known}.")
    if not connector_id:
        raise UsageError(f"Name the connector: ferrule scaffold {kind} CONNECTOR.")
    connector = _read(workspace, connector_id)
    write = oauth_guide if kind == "oauth-guide" else rate_limit_policy
    return write(connector)


def scaffold_connector(
    connector_id: str, name: str, provider: str
) -> Mapping[str, bytes]:
    """Return the files of a new connector's folder (see `starter_files`)."""
    return starter_files(connector_id, name, provider)


def write_connector(folder: Path, files: Mapping[str, bytes], *, force: bool) -> None:
    """Write a new connector's folder, whole or not at all.

    Raises:
        StoreError: when it is there already, holds more, or cannot be written.
    """
    write_folder(folder, files, force=force)


def _read(workspace: Workspace, connector_id: str) -> Connector:
    return read_descriptor(workspace.catalogue.document(connector_id))
