"""Where items come from."""

import msgspec

from ferrule.exchange import Json


class Origin(msgspec.Struct, frozen=True):
    """Where items come from: what every signal of a stream has in common."""

    source: str
    project: str
    connection: str
    collection_key: str
    stream: str
    config: dict[str, Json] = msgspec.field(default_factory=dict)

    @property
    def names(self) -> dict[str, Json]:
        """What templates of a mapping know beside the item."""
        return {"config": self.config, "stream": self.stream}
