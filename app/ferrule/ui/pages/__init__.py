"""The table of pages: a new page is one file and one line here.

A page's module is imported when the page is first shown, so that the catalogue paints
before the others are read. Tests iterate over this table.
"""

import importlib
from collections.abc import Callable
from typing import Final, NamedTuple, cast

from ferrule.ui.actions import Actions
from ferrule.ui.pages.page import Page
from ferrule.workspace.workspace import Workspace


class Place(NamedTuple):
    """A place of the rail: its key, label, icon and where its page is written.

    `home` reads `module:Class`; the class is called with (workspace, actions). One that
    is `under` another has no entry in the rail: it is reached from that page.
    """

    key: str
    title: str
    icon: str
    home: str
    bottom: bool = False
    under: str = ""

    def open(self, workspace: Workspace, actions: Actions) -> Page:
        """Import the page's module and make the page."""
        return cast("Page", self.load()(workspace, actions))

    @property
    def module(self) -> str:
        """Return the name of the page's module."""
        return self.home.partition(":")[0]

    def load(self) -> Callable[[Workspace, Actions], object]:
        """Import the page's module and return the page's class."""
        module, _, name = self.home.partition(":")
        maker: Callable[[Workspace, Actions], object] = getattr(
            importlib.import_module(module), name
        )
        return maker


_HERE: Final = "ferrule.ui.pages"
PAGES: Final = (
    Place("catalogue", "Catalogue", "layout-grid", f"{_HERE}.catalogue:CataloguePage"),
    Place("builder", "Builder", "blocks", f"{_HERE}.builder:BuilderPage"),
    Place("runs", "Runs", "refresh-cw", f"{_HERE}.runs:RunsPage"),
    Place("webhooks", "Webhooks", "webhook", f"{_HERE}.webhooks:WebhooksPage"),
    Place("tools", "Tools", "wrench", f"{_HERE}.tools:ToolsPage"),
    Place("activity", "Activity", "scroll-text", f"{_HERE}.activity:ActivityPage"),
    Place(
        "credentials",
        "Credentials",
        "key-round",
        f"{_HERE}.credentials:CredentialsPage",
    ),
    Place("bundles", "Bundles", "package-check", f"{_HERE}.bundles:BundlesPage"),
    Place("settings", "Settings", "settings", f"{_HERE}.settings:SettingsPage", True),
    Place(
        "connector",
        "Connector",
        "plug",
        f"{_HERE}.connector:ConnectorPage",
        under="catalogue",
    ),
)
