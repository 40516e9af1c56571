"""The API version of a connection on the page of its connector.

The picker stands in the page's head, with the day each version ends; the way back and
what is said of an old version stand in the overview, where there is room.
"""

from PySide6 import QtWidgets

from ferrule.errors import FerruleError
from ferrule.ui.models.api_versions import VersionFacts
from ferrule.ui.widgets.api_version import VersionBlock
from ferrule.ui.widgets.layouts import Row, boxed


class PageVersion(VersionBlock):
    """What the catalogue's pane has, its picker (`choice`) apart from the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.choice: QtWidgets.QWidget = boxed(Row(self.head, self.picker, gap=8))

    def show_versions(self, facts: VersionFacts | None) -> None:
        """Show the versions of another connection, or the same one's as it is now."""
        super().show_versions(facts)
        self.choice.setVisible(facts is not None)
        self._hide_if_empty()

    def show_refusal(self, version: str, error: FerruleError) -> None:
        """Say why a version cannot be used; what was chosen stays."""
        super().show_refusal(version, error)
        self._hide_if_empty()

    def _hide_if_empty(self) -> None:
        says = bool(self.notes) or not self.back.isHidden()
        self.setVisible(self.facts is not None and says)
