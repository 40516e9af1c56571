"""A token that the service hands out for the next round."""

from collections.abc import Collection
from typing import ClassVar, Literal

from pydantic import Field

from ferrule.delta.kind import DeltaKind, Seen, handed_back, handed_out
from ferrule.exchange import Json, Request
from ferrule.expression import Source, Target
from ferrule.expression.target import compile_target


class DeltaToken(DeltaKind):
    """Send the token of the last round (seed 001, section 4.2).

    Services hand it out with the last page of a round. It may be a whole link: then it
    goes to `url`. One that the service does not know any more asks for a full sync.
    """

    title: ClassVar[str] = "Delta token"
    unknown_statuses: ClassVar[Collection[int]] = frozenset({400, 404, 409, 410})

    type: Literal["delta_token"] = Field("delta_token", title="Kind")
    token_path: Source = Field(
        title="Token at", description="Where the last page holds it"
    )
    token_param: Target = Field(
        title="Goes to", description="url for a token that is a whole link"
    )

    @property
    def is_link(self) -> bool:
        """Whether the token is the whole address of the next round."""
        return compile_target(self.token_param).kind == "url"

    def apply(self, request: Request, checkpoint: Json) -> Request:
        """Return `request` with the token in its parameter."""
        return handed_back(request, self.token_param, checkpoint)

    def mark(self, mark: Json, seen: Seen) -> Json:
        """Return the page's token, or the mark where it names none."""
        return handed_out(mark, self.token_path, seen)
