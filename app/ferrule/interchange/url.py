"""A plain address, its query as parameters."""

import re

from ferrule.errors import InterchangeError
from ferrule.interchange.address import read_address
from ferrule.interchange.asked import Asked
from ferrule.interchange.drafting import drafted, settled
from ferrule.interchange.kind import Format, Imported, Notes

_SNIFF = re.compile(rb"\s*(https?://|\{\{\w+\}\}/)[^\s]+\s*", re.IGNORECASE)
_MOST_BYTES = 16_000


def sniff(raw: bytes) -> bool:
    """Tell whether a text is one http address and nothing else."""
    return len(raw) <= _MOST_BYTES and bool(_SNIFF.fullmatch(raw))


def read(raw: bytes) -> Imported:
    """Return a draft that asks an address by GET.

    Raises:
        InterchangeError: when it is no http address.
    """
    text = raw[:_MOST_BYTES].decode("utf-8-sig", "replace").strip().strip("<>\"'`")
    if len(raw) > _MOST_BYTES or not text or re.search(r"\s", text):
        raise InterchangeError(
            "There is no single address in it.",
            advice="It begins with https:// and has no blanks.",
        )
    notes = Notes()
    address = read_address(text.replace("\0", ""), notes)
    asked = Asked(
        base=address.base,
        path=address.path,
        query=list(address.query),
        user=address.user or None,
    )
    return settled([drafted(asked, notes)], notes)


FORMAT = Format("url", "Address", (".url",), sniff, read)
