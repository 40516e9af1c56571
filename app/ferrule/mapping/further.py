"""What a signal holds beside its usual parts: further fields, and when it was archived.

Both are part of the content hash, but only of signals that have them: a mapping that
comes to say when an item is archived does not change the others.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from ferrule.errors import ItemError
from ferrule.exchange import MISSING, Json, canonical
from ferrule.expression.condition import compile_item_predicate
from ferrule.expression.getting import Found
from ferrule.expression.jsonpath import Path, compile_path
from ferrule.mapping.casts import Caster, compile_cast
from ferrule.mapping.fields import FieldMapping, MappedField
from ferrule.mapping.reading import compile_time
from ferrule.mapping.sanitise import Warn, clean_json, is_doubtful

Archived: TypeAlias = Callable[[Json, str, str], str | None]
Fields: TypeAlias = Callable[[Json, str, Warn], dict[str, Json]]


def compile_archived(mapping: FieldMapping) -> Archived | None:
    """Return a function from an item, its id and its time to when it was archived.

    `archivedWhen` decides; without it `archivedAtPath` does, by holding a time. Where
    it is archived and no place tells when, that is the time when it last changed. The
    function is None where the mapping says nothing about archiving.

    Raises (the function):
        ItemError: when what stands at `archivedAtPath` is no time.
    """
    path, when = mapping.archived_at_path, mapping.archived_when
    holds = compile_item_predicate(when) if when is not None else None
    date_format = mapping.timestamp_format or "iso8601"
    read = (
        compile_time(compile_path(path), date_format, "archivedAtPath")
        if path is not None
        else None
    )
    if read is None and holds is None:
        return None

    def archived(item: Json, key: str, changed: str) -> str | None:
        if holds is not None and not holds(item):
            return None
        at = read(item, key) if read is not None else None
        return changed if at is None and holds is not None else at

    return archived


def compile_fields(
    fields: Mapping[str, MappedField] | None, date_format: str | None
) -> Fields | None:
    """Return a function from an item to its further fields, made safe.

    A path that leads to one place at most gives its value, and no field where nothing
    is there; any other path gives the list of what it finds. The function is None
    where there are no fields.

    Raises (the function):
        ItemError: when a value cannot be cast, with the name of its field.
    """
    if not fields:
        return None
    readers = [
        (name, _reader(compile_path(one.path), _cast(one, date_format)))
        for name, one in fields.items()
    ]

    def read(item: Json, key: str, warn: Warn) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for name, get in readers:
            try:
                value = get(item)
            except ValueError as error:
                message = f"{fields[name].path}: {error}."
                raise ItemError(message, item_id=key, field=f"fields/{name}") from None
            if value is not MISSING:
                found[name] = value
        return _clean(found, warn)

    return read


def _cast(field: MappedField, date_format: str | None) -> Caster | None:
    return compile_cast(field.as_, date_format) if field.as_ else None


def _reader(path: Path, cast: Caster | None) -> Callable[[Json], Found]:
    if not path.singular:
        values = path.values
        if cast is None:
            return values
        return lambda item: [cast(value) for value in values(item)]
    get = path.first
    if cast is None:
        return get

    def read(item: Json) -> Found:
        value = get(item)
        return value if value is MISSING else cast(value)

    return read


def _clean(found: dict[str, Json], warn: Warn) -> dict[str, Json]:
    if not is_doubtful(canonical(found)):
        return found
    clean = clean_json(found, "fields", warn)
    return clean if isinstance(clean, dict) else found
