"""The format of a response body other than plain JSON."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from ferrule.section import Section


class ResponseFormat(Section):
    """How to read a body; JSON needs none of this."""

    format: Literal["json", "jsonl", "csv", "xml", "text", "binary"] = Field(
        title="Format"
    )
    compression: tuple[Literal["gzip", "zip"], ...] = Field((), title="Compression")
    encoding: str | None = Field(None, title="Character encoding")
    delimiter: str | None = Field(None, title="Delimiter", description="For CSV")

    def lacks(self) -> Iterator[tuple[str, str]]:
        """Yield the need of everything but plain JSON in UTF-8."""
        utf8 = self.encoding is None or self.encoding.lower() in {"utf-8", "utf8"}
        if self.format != "json" or self.compression or not utf8:
            yield "", "response formats"
