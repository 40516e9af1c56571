"""What the connectors of a bundle may do, as a value that can be shown and compared.

A signature says who, not whether it is benign: so this is what a person reads before
a bundle is taken in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from ferrule.bundle.strict import Part, shown
from ferrule.exchange import Json

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Permissions:
    """Hosts that are called, scopes that are asked for, names of tools that write.

    Each is sorted and without repetition.
    """

    hosts: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, hosts: Iterable[str], scopes: Iterable[str], writes: Iterable[str]
    ) -> Self:
        """Return the permissions, put in order."""
        return cls(_ordered(hosts), _ordered(scopes), _ordered(writes))

    def joined(self, other: "Permissions") -> "Permissions":
        """Return what stands in either."""
        return Permissions.of(
            (*self.hosts, *other.hosts),
            (*self.scopes, *other.scopes),
            (*self.writes, *other.writes),
        )

    def beyond(self, granted: "Permissions") -> "Permissions":
        """Return what stands here and not in `granted`."""
        return Permissions.of(
            set(self.hosts) - set(granted.hosts),
            set(self.scopes) - set(granted.scopes),
            set(self.writes) - set(granted.writes),
        )

    def wire(self) -> dict[str, Json]:
        """Return the member `permissions` of a predicate."""
        return {
            "hosts": list(self.hosts),
            "scopes": list(self.scopes),
            "writes": list(self.writes),
        }

    def __bool__(self) -> bool:
        return bool(self.hosts or self.scopes or self.writes)

    def __str__(self) -> str:
        kinds = (("host", self.hosts), ("scope", self.scopes), ("tool", self.writes))
        return ", ".join(f"{kind} {shown(one)}" for kind, all_ in kinds for one in all_)


def _ordered(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(texts)))


def read_permissions(part: Part) -> Permissions:
    """Return the permissions in `part`; each text is printable ASCII.

    Raises:
        MalformedBundle: for another shape.
    """
    members = part.members(("hosts", "scopes", "writes"))
    hosts, scopes, writes = (
        [element.ascii(_LONGEST) for element in members[name].elements()]
        for name in ("hosts", "scopes", "writes")
    )
    return Permissions.of(hosts, scopes, writes)
