"""What a person types to find deliveries: words, and words of one column.

`issues signature:mismatch status:401` shows what has all of them. A column may be named
by the beginning of its name. Nothing that is typed is an error: a word with a colon
that names no column is searched as it stands.
"""

from collections.abc import Callable
from typing import Final

from ferrule.ui.models.delivery_rows import (
    STATUS_WORDS,
    DeliveryRow,
    status_words,
    verdict_word,
)

_LEAST: Final = 3
Accept = Callable[[DeliveryRow], bool]


def _verdict(row: DeliveryRow) -> str:
    word, _, _ = verdict_word(row.one.verdict, row.one.reason)
    return f"{word} {row.one.reason}"


def _status(row: DeliveryRow) -> str:
    return f"{status_words(row.one, row.accepted)} {_result(row)}"


def _result(row: DeliveryRow) -> str:
    return f"{STATUS_WORDS[row.one.status][0]} {row.one.status}"


def _connector(row: DeliveryRow) -> str:
    return f"{row.connector} {row.one.connector_id} {row.one.connection}"


_FIELDS: Final[dict[str, Callable[[DeliveryRow], str]]] = {
    "connector": _connector,
    "connection": lambda row: row.one.connection,
    "event": lambda row: row.one.event_type or "",
    "signature": _verdict,
    "status": _status,
    "result": _result,
    "delivery": lambda row: row.one.delivery_id or "",
    "error": lambda row: row.one.error or "",
}


def read_query(text: str) -> tuple[str, Accept]:
    """Return the words without a column, and what a row must have of the others."""
    free: list[str] = []
    asked: list[Accept] = []
    for word in text.split():
        accept = _word(word.casefold())
        if accept is None:
            free.append(word)
        else:
            asked.append(accept)
    return " ".join(free), lambda row: all(accept(row) for accept in asked)


def _word(word: str) -> Accept | None:
    name, colon, wanted = word.partition(":")
    read = _field(name) if colon else None
    if read is None:
        return None
    return lambda row: wanted.strip('"') in read(row).casefold()


def _field(name: str) -> Callable[[DeliveryRow], str] | None:
    if len(name) < _LEAST:
        return None
    found = (read for key, read in _FIELDS.items() if key.startswith(name))
    return _FIELDS.get(name) or next(found, None)
