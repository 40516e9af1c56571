"""What switching connectors tells: plain values that cost nothing to import."""

from dataclasses import dataclass

from ferrule.exchange import Json


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A connector that was not switched on with the others, and why."""

    connector_id: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Switched:
    """What was switched: connectors by id, and what that changed of them.

    `imports` are the ids whose import was enabled or disabled, `connections` the keys
    of connections that were; together they can be taken back.
    """

    on: bool
    connectors: tuple[str, ...] = ()
    left: tuple[LeftOut, ...] = ()
    imports: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        return {
            "on": self.on,
            "connectors": list(self.connectors),
            "connections": list(self.connections),
            "leftOut": [{"id": o.connector_id, "why": o.why} for o in self.left],
        }
