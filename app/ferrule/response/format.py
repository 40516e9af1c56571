"""The format of a response body other than plain JSON."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.section import Section


class ResponseFormat(Section):
    """How to read a body; JSON needs none of this."""

    needs: ClassVar[str] = "response formats"

    format: Literal["json", "jsonl", "csv", "xml", "text", "binary"] = Field(
        title="Format"
    )
    compression: tuple[Literal["gzip", "zip"], ...] = Field((), title="Compression")
    encoding: str | None = Field(None, title="Character encoding")
    delimiter: str | None = Field(None, title="Delimiter", description="For CSV")
