"""Where a browser comes back to, for the methods that send a person to a service."""

from typing import Literal

from pydantic import Field

from ferrule.section import Section, Whole


class Redirect(Section):
    """The redirect address, where a vendor fixes part of it."""

    host: Literal["127.0.0.1", "localhost"] | None = Field(None, title="Host")
    port: Whole | None = Field(None, ge=1, le=65535, title="Port")
    path: str | None = Field(None, title="Path")
    https_uri: str | None = Field(None, title="https address to paste back from")
