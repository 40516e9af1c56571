"""No signing in at all."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.auth.kind import AuthKind, Secrets
from ferrule.exchange import Request


class NoAuth(AuthKind):
    """Send requests as they are."""

    title: ClassVar[str] = "None"

    method: Literal["none"] = Field("none", title="Method")

    def authorise(self, request: Request, secrets: Secrets) -> Request:  # noqa: ARG002 - there are none
        """Return `request` as it is."""
        return request
