"""Beginning a connector from what a person has: cURL, an address, OpenAPI, a sample.

What was found is handed on whole: the drafts under ids that are free, the report, the
secrets (in memory alone) and the samples. Nothing is opened and nothing is sent.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from ferrule.errors import InterchangeError
from ferrule.interchange import (
    Format,
    Imported,
    LiftedSecret,
    OperationList,
    Report,
    Sample,
    format_of,
    read_any,
)
from ferrule.interchange.drafting import fresh_id
from ferrule.interchange.stopping import Stopped, go_on, stoppable
from ferrule.workspace.drafts import Document

MOST_BYTES: Final = 64 * 1024 * 1024
_PIECE: Final = 1 << 20
_HERE: Final = re.compile(
    rb"\s*((localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?(/\S*)?)\s*"
)
_BARE: Final = re.compile(
    rb"\s*([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}(:[0-9]{1,5})?(/\S*)?)\s*"
)


@dataclass(frozen=True, slots=True)
class Begun:
    """What was begun: the drafts, and what became of the rest of the source.

    `source` says in a few words what it was: "cURL command".
    """

    source: str
    documents: tuple[Document, ...]
    report: Report
    secrets: tuple[LiftedSecret, ...] = ()
    samples: tuple[Sample, ...] = ()

    def secrets_of(self, connector_id: str) -> dict[str, str]:
        """Return the secrets of a draft by the key of their field, in plain text."""
        mine = (one for one in self.secrets if one.connector == connector_id)
        return {one.key: one.value.get_secret_value() for one in mine}


def whole(raw: bytes) -> bytes:
    """Return an address with its scheme where a person left that out."""
    if (here := _HERE.fullmatch(raw)) is not None:
        return b"http://" + here[1]
    bare = _BARE.fullmatch(raw) if len(raw) < 8_000 else None  # noqa: PLR2004 - the longest address
    return b"https://" + bare[1] if bare is not None else raw


def kind_of(raw: bytes) -> Format | None:
    """Return the format of a source, None for none that is known."""
    return format_of(whole(raw))


def _never() -> bool:
    return False


def read_source(path: Path, stopped: Stopped = _never) -> bytes:
    """Return the bytes of a file to begin from; `stopped` is asked between pieces.

    Raises:
        Cancelled: when it was stopped.
        InterchangeError: when it cannot be read, or is over 64 MB.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InterchangeError(f"{path.name} is over 64 MB long.")
        with stoppable(stopped), path.open("rb") as opened:
            return b"".join(_pieces(opened))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InterchangeError(f"{path.name} cannot be read: {reason}.") from None


def _pieces(opened: BinaryIO) -> Iterator[bytes]:
    while piece := opened.read(_PIECE):
        go_on()
        yield piece


def operations_of(raw: bytes, stopped: Stopped = _never) -> OperationList | None:
    """Return the requests to choose from, None where there is nothing to choose.

    Raises:
        Cancelled: when `stopped` said so.
        InterchangeError: when the document cannot be read.
    """
    found = kind_of(raw)
    if found is None or found.operations is None:
        return None
    with stoppable(stopped):
        return found.operations(raw)


def begin(
    raw: bytes,
    taken: Collection[str] = (),
    chosen: Collection[str] | None = None,
    stopped: Stopped = _never,
) -> Begun:
    """Return what a source gives, the drafts under ids that are not `taken`.

    `chosen` are ids of `operations_of`, for a document that has them.

    Raises:
        Cancelled: when `stopped` said so.
        InterchangeError: when it is of no known format, or cannot be read.
    """
    source = whole(raw)
    found = format_of(source)
    with stoppable(stopped):
        if found is not None and chosen is not None and found.read_chosen is not None:
            imported = found.read_chosen(source, chosen)
        else:
            imported = read_any(source)
    return _freed(imported, found.title if found is not None else "", taken)


def _freed(imported: Imported, title: str, taken: Collection[str]) -> Begun:
    used, names = set(taken), {}
    for document in imported.documents:
        before = str(document["id"])
        names[before] = fresh_id(before, used)
        used.add(names[before])
    documents = ({**d, "id": names[str(d["id"])]} for d in imported.documents)
    return Begun(
        source=title,
        documents=tuple(documents),
        report=imported.report,
        secrets=tuple(
            replace(s, connector=names.get(s.connector, s.connector))
            for s in imported.secrets
        ),
        samples=tuple(
            replace(s, connector=names.get(s.connector, s.connector))
            for s in imported.samples
        ),
    )
