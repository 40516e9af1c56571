"""Names in SQL: what a collection key or a field is called in a database.

A name is small ASCII letters, digits and underscores, at most 63 long (what PostgreSQL
keeps of an identifier), and always quoted, so that no word is reserved. A collection
key that is no such name gets a hash of itself behind it: its view has one name
whatever else there is. Fields are told apart inside their own view. Values and comments
are written so that nothing in them can end them.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import Final

LONGEST: Final = 63
_HASH: Final = 8
_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_]*\Z")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER: Final = re.compile(r"[^a-z0-9]+")
_RESERVED: Final = "entities"  # the table, and what its indexes begin with


def view_name(collection_key: str) -> str:
    """Return the name of a collection's view, the same wherever it is made.

    A key that is a plain name is its own; any other is folded, with a hash behind it.
    """
    is_plain = _PLAIN.match(collection_key) and len(collection_key) <= LONGEST
    if is_plain and not collection_key.startswith(_RESERVED):
        return collection_key
    name = _folded(collection_key) or "collection"
    if name.startswith(_RESERVED):
        name = f"collection_{name}"
    return _marked(name, collection_key)


def index_name(view: str, what: str) -> str:
    """Return the name of an index on the entities of one view."""
    name = f"{_RESERVED}_{view}_{what}"
    return name if len(name) <= LONGEST else _marked(name, name)


def column_names(fields: Sequence[str], taken: Collection[str]) -> tuple[str, ...]:
    """Return a column name for each field, all different and none of those `taken`.

    Of several fields that fold to one name the one that is that name keeps it; the
    others have a hash behind theirs. A field called as a taken column is `field_…`.
    """
    wanted = [_wanted(field, taken) for field in fields]
    often = Counter(wanted)
    plain = {
        name
        for name, field in zip(wanted, fields, strict=True)
        if often[name] == 1 or name == field
    }
    names: list[str] = []
    for name, field in zip(wanted, fields, strict=True):
        is_its = often[name] == 1 or (name == field and name not in names)
        used = {*taken, *plain, *names}
        names.append(name if is_its else _unused(name, field, used))
    return tuple(names)


def quoted(name: str) -> str:
    """Return an identifier in quotes."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as standard SQL writes it, in one line or more.

    PostgreSQL may read a backslash in it otherwise: see `escaped`.
    """
    return "'" + text.replace("'", "''") + "'"


def escaped(text: str) -> str:
    """Return a text as PostgreSQL reads it, whatever it is told of backslashes."""
    plain = literal(text)
    return "E" + plain.replace("\\", "\\\\") if "\\" in text else plain


def remark(text: str) -> str:
    """Return a text that stays in a comment of one line, whatever it is."""
    return json.dumps(text)


def can_be_said(text: str) -> bool:
    """Tell whether SQL can hold this text: neither U+0000 nor half a surrogate pair."""
    return "\0" not in text and not re.search("[\ud800-\udfff]", text)


def _wanted(field: str, taken: Collection[str]) -> str:
    name = _folded(field) or "field"
    if name in taken:
        name = f"field_{name}"
    return name if len(name) <= LONGEST else _marked(name, field)


def _unused(name: str, field: str, used: Collection[str]) -> str:
    digits = _HASH
    while (marked := _marked(name, field, digits)) in used:
        digits += _HASH
    return marked


def _folded(text: str) -> str:
    return _OTHER.sub("_", _HUMP.sub("_", text).lower()).strip("_")


def _marked(name: str, original: str, digits: int = _HASH) -> str:
    """Return `name` with a hash of the original behind it, shortened to fit."""
    found = sha256(original.encode("utf-8", "surrogatepass")).hexdigest()[:digits]
    return f"{name[: LONGEST - 1 - len(found)].rstrip('_')}_{found}"
