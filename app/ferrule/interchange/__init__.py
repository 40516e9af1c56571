"""Interchange: connectors that begin from what a person already has, and their way out.

A new format is one module with a `FORMAT` and one line in `FORMATS`, whose order is the
order in which they are tried, or in `EXPORTS` where it is written.
"""

from ferrule.errors import InterchangeError
from ferrule.interchange.airbyte import FORMAT as AIRBYTE
from ferrule.interchange.curl import FORMAT as CURL
from ferrule.interchange.dlt import FORMAT as DLT
from ferrule.interchange.kind import (
    Exported,
    Format,
    Imported,
    LiftedSecret,
    Note,
    Operation,
    OperationList,
    Report,
    Sample,
)
from ferrule.interchange.openapi import FORMAT as OPENAPI
from ferrule.interchange.sample import FORMAT as SAMPLE
from ferrule.interchange.url import FORMAT as URL

FORMATS: tuple[Format, ...] = (CURL, URL, OPENAPI, SAMPLE)
EXPORTS: tuple[Format, ...] = (AIRBYTE, DLT)

__all__ = [
    "EXPORTS",
    "FORMATS",
    "Exported",
    "Format",
    "Imported",
    "InterchangeError",
    "LiftedSecret",
    "Note",
    "Operation",
    "OperationList",
    "Report",
    "Sample",
    "format_of",
    "read_any",
]


def format_of(raw: bytes) -> Format | None:
    """Return the format of an input, None where none is recognised."""
    return next((known for known in FORMATS if known.sniff(raw)), None)


def read_any(raw: bytes) -> Imported:
    """Return what an input of any known format gives.

    Raises:
        InterchangeError: when no format recognises it, or it cannot be read.
    """
    found = format_of(raw)
    if found is None or found.read is None:
        titles = ", ".join(known.title for known in FORMATS if known.read)
        raise InterchangeError(
            "This is nothing that can be begun from.",
            advice=f"What can be read: {titles}.",
        )
    return found.read(raw)
