"""Deleting a connection: asked first, with all that goes named."""

from functools import partial

from PySide6 import QtWidgets

from ferrule.ui import dialogs
from ferrule.ui.models import connector_deeds as deeds
from ferrule.ui.tasks import in_thread
from ferrule.workspace.workspace import Workspace


async def disconnected(
    workspace: Workspace, parent: QtWidgets.QWidget, key: str
) -> str | None:
    """Delete a connection once the person agreed to all that goes; None if not.

    Return why its sign-in was not ended at the service, empty where it was.
    """
    goes = await in_thread(partial(deeds.what_goes, workspace, key))
    title = f"Disconnect “{key}”?"
    if not await dialogs.confirm(parent, title, goes, "Disconnect"):
        return None
    return await in_thread(partial(deeds.disconnect, workspace, key))
