"""Reading how the catalogue's cards stand: their connections first, documents last."""

from collections.abc import Callable, Sequence
from functools import partial

from ferrule.ui.models import sandbox
from ferrule.ui.models.card_standing import (
    SANDBOXES,
    Findings,
    Link,
    read_links,
    still_held,
)
from ferrule.ui.models.catalogue import CatalogueModel
from ferrule.ui.models.credential_held import confirm, with_held
from ferrule.ui.tasks import in_thread
from ferrule.workspace.workspace import Workspace


class CardReading:
    """Fills a model of cards, piece by piece; `links` are the connections it knows."""

    def __init__(self, workspace: Workspace, model: CatalogueModel) -> None:
        self.links: tuple[Link, ...] = ()
        self._workspace = workspace
        self._model = model
        self._findings = Findings()

    def find(self, key: str) -> Link | None:
        """Return a connection of the project; None for none."""
        return next((link for link in self.links if link.key == key), None)

    def worst(self, keys: Sequence[str]) -> str:
        """Return the first of the connections that is broken, else the first."""
        broken = (
            link.key
            for link in self.links
            if link.key in keys and link.status in {"error", "held", "degraded"}
        )
        return next(broken, keys[0])

    def sandbox_port(self) -> int | None:
        """Return the port of the sandbox that a connection names."""
        mine = (one.config for one in self.links if one.connector_id in SANDBOXES)
        ports = (sandbox.port_of(str(config.get("baseUrl") or "")) for config in mine)
        return next((port for port in ports if port), None)

    async def let_go(self, key: str, then: Callable[[], None]) -> None:
        """Let a held connection go to every host that it asks for, then call `then`.

        Raises:
            FerruleError: when that cannot be kept.
        """
        await in_thread(partial(confirm, self._workspace, key))
        then()

    async def read_links(self) -> None:
        """Read the connections; what they are held for stays until it is known anew."""
        found = await in_thread(partial(read_links, self._workspace))
        self.links = still_held(found, self.links)
        self._model.set_standings(self.links)

    async def read_documents(self) -> None:
        """Read every document whole, and what connections ask for with theirs."""
        cards = [entry.card for entry in self._model.entries()]
        found = await in_thread(partial(self._findings.find, cards))
        self._model.set_findings(found)
        links = await in_thread(partial(with_held, self._workspace, self.links))
        if links != self.links:
            self.links = links
            self._model.set_standings(links)
