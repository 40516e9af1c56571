"""Where items come from."""

from dataclasses import dataclass, field

from ferrule.exchange import Json


@dataclass(frozen=True, slots=True)
class Origin:
    """Where items come from: what every signal of a stream has in common."""

    source: str
    project: str
    connection: str
    collection_key: str
    stream: str
    config: dict[str, Json] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, Json]:
        """What templates of a mapping know beside the item."""
        return {"config": self.config, "stream": self.stream}
