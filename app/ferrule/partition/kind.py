"""What both kinds of partition share: a name, and where a value goes."""

from pydantic import Field

from ferrule.expression import Target
from ferrule.section import Section, Whole


class PartitionKind(Section):
    """Asks an endpoint once for each of several values, or for a batch of them."""

    name: str = Field(title="Name", description="Templates use {{partition.name}}")
    param: Target | None = Field(None, title="Goes to")
    batch_size: Whole | None = Field(
        None, ge=1, title="Values a request", description="Joins several into one"
    )

    @property
    def size(self) -> int:
        """Return how many values one request has at most."""
        return self.batch_size or 1
