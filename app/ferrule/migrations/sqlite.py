"""Views for the store's own database, SQLite: dropped and created again.

They read the tables `signal` and `source` as the store makes them, and are called
`ferrule_…`, which no table of the store is. Times are RFC 3339 texts and JSON is text,
as SQLite has no such types. A value that is not of its column's type is null. The store
has its own index of signals by time: no other is made.
"""

import re
from typing import Final

from ferrule.migrations.collected import BASE, Collected, Column
from ferrule.migrations.names import literal, quoted, remark

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_TIME: Final = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:*Z"
_BASE: Final = {
    "id": "json_extract(document, '$.id')",
    "participants": "json_extract(document, '$.participants')",
    "tags": "json_extract(document, '$.tags')",
    "related_items": "json_extract(document, '$.relatedItems')",
}
_VALUES: Final = {  # of a member whose JSON type and value stand in braces
    "text": "CASE {type} WHEN 'text' THEN {value} END",
    "number": "CASE WHEN {type} IN ('integer', 'real') THEN {value} END",
    "boolean": "CASE {type} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END",
    "time": (
        f"CASE WHEN {{type}} = 'text' AND {{value}} GLOB '{_TIME}' THEN {{value}} END"
    ),
    "json": (
        "CASE WHEN {type} IN ('true', 'false') THEN {type}"
        " WHEN {type} IN ('object', 'array') THEN {value}"
        " WHEN {type} <> 'null' THEN json_quote({value}) END"
    ),
}


def sqlite_name(collected: Collected) -> str:
    """Return the name of a collection's view in the store's database."""
    return f"ferrule_{collected.view}"


def view(collected: Collected) -> str:
    """Return the statements that make a collection's view anew."""
    name = quoted(sqlite_name(collected))
    chosen = [
        *(_named(_BASE.get(one), one) for one in BASE),
        *(_named(_value(one), one.name) for one in collected.columns),
    ]
    columns = ",\n".join(f"    {one}" for one in chosen)
    return (  # names and texts are quoted; nothing else is from a descriptor
        f"-- {remark(collected.key)}, written by {', '.join(collected.streams)}.\n"  # noqa: S608  quoted, see above
        f"DROP VIEW IF EXISTS {name};\n"
        f"CREATE VIEW {name} AS\n"
        f"SELECT\n{columns}\n"
        "FROM (\n"
        "    SELECT signal.*, source.project, source.connection,\n"
        "        CASE WHEN json_valid(signal.signal) THEN signal.signal END"
        " AS document,\n"
        "        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END"
        " AS item\n"
        "    FROM signal JOIN source ON source.id = signal.source\n"
        f"    WHERE source.collection_key = {literal(collected.key)}\n"
        ");\n"
    )


def _named(value: str | None, name: str) -> str:
    return quoted(name) if value is None else f"{value} AS {quoted(name)}"


def _value(column: Column) -> str:
    """Return what reads a member.

    SQLite compares a name in a path as the JSON writes it, escapes and all; a name
    that could have any is looked for among the members instead.
    """
    in_fields = column.document == "fields"
    document, place = ("document", "$.fields") if in_fields else ("item", "$")
    form = _VALUES[column.kind]
    if _PLAIN.match(column.member):
        where = f"{document}, '{place}.{column.member}'"
        return form.format(type=f"json_type({where})", value=f"json_extract({where})")
    read = form.format(type="found.type", value="found.value")
    return (
        f"(SELECT {read} FROM json_each({document}, '{place}') AS found"  # noqa: S608  the name is quoted
        f" WHERE found.key = {literal(column.member)} LIMIT 1)"
    )
