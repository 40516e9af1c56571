"""Views and indexes for PostgreSQL (seed 004, "Connector Migration Files").

They read `ferrule.entities`: seed 004's canonical entity with the mapped signal beside
its raw payload. Views are made by CREATE OR REPLACE VIEW, which only lets columns be
added at the end; where an older view has a column that goes, moves or changes its type,
it is dropped just before. A value that is not of its column's type is null, so that a
row which an older mapping wrote never makes a view fail. Needs PostgreSQL 15.
"""

from typing import Final

from ferrule.migrations.collected import BASE, Collected, Column, Kind
from ferrule.migrations.names import escaped, index_name, quoted, remark

TABLE: Final = """\
CREATE SCHEMA IF NOT EXISTS ferrule;

CREATE TABLE IF NOT EXISTS ferrule.entities (
    id text PRIMARY KEY,
    project text NOT NULL,
    app_key text NOT NULL,
    collection_key text NOT NULL,
    external_id text NOT NULL,
    signal jsonb NOT NULL,
    raw_payload jsonb NOT NULL,
    archived_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (project, app_key, collection_key, external_id)
);

-- A time as signals have it, or null; never an error, so that it can be indexed.
CREATE OR REPLACE FUNCTION ferrule.moment(told text) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $ferrule$
DECLARE
    begun date;
BEGIN
    IF told !~ ('^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'
        || 'T([01][0-9]|2[0-3])(:[0-5][0-9]){2}([.][0-9]{1,9})?Z$')
        OR left(told, 4) = '0000' THEN
        RETURN NULL;
    END IF;
    begun := make_date(left(told, 4)::int, substr(told, 6, 2)::int, 1);
    IF extract(month FROM begun + substr(told, 9, 2)::int - 1)
        <> extract(month FROM begun) THEN
        RETURN NULL;
    END IF;
    RETURN told::timestamptz;
END
$ferrule$;
"""
_TYPES: Final[dict[Kind, str]] = {  # as format_type writes them
    "text": "text",
    "number": "numeric",
    "boolean": "boolean",
    "time": "timestamp with time zone",
    "json": "jsonb",
}
_BASE: Final = {
    "connection": "app_key",
    "stream": "signal ->> 'stream'",
    "type": "signal ->> 'type'",
    "timestamp": "ferrule.moment(signal ->> 'timestamp')",
    "created_at": "ferrule.moment(signal ->> 'createdAt')",
    "priority": "signal ->> 'priority'",
    "summary": "signal ->> 'summary'",
    "participants": "signal -> 'participants'",
    "tags": "signal -> 'tags'",
    "related_items": "signal -> 'relatedItems'",
}


def view(collected: Collected) -> str:
    """Return the statements that make a collection's view what it should be."""
    name = f"ferrule.{quoted(collected.view)}"
    chosen = [
        *(_named(_BASE.get(one), one) for one in BASE),
        *(_named(_value(one), one.name) for one in collected.columns),
    ]
    columns = ",\n".join(f"    {one}" for one in chosen)
    return (
        f"-- {remark(collected.key)}, written by {', '.join(collected.streams)}.\n"
        f"{_guard(collected)}\n"
        f"CREATE OR REPLACE VIEW {name} WITH (security_invoker = true) AS\n"
        f"SELECT\n{columns}\n"
        "FROM ferrule.entities\n"
        f"WHERE collection_key = {escaped(collected.key)};\n"
    )


def index(collected: Collected) -> str:
    """Return the statement for the index of a collection by time."""
    name = quoted(index_name(collected.view, "time"))
    return (
        f"-- {remark(collected.key)}, newest first.\n"
        f"CREATE INDEX IF NOT EXISTS {name}\n"
        "    ON ferrule.entities"
        " (ferrule.moment(signal ->> 'timestamp') DESC, external_id)\n"
        f"    WHERE collection_key = {escaped(collected.key)};\n"
    )


def _named(value: str | None, name: str) -> str:
    return quoted(name) if value is None else f"{value} AS {quoted(name)}"


def _guard(collected: Collected) -> str:
    """Return what drops an older view that cannot be replaced: only names of ours."""
    kinds = [*BASE.items(), *((one.name, one.kind) for one in collected.columns)]
    wanted = ",\n".join(
        f"            ({place}, '{name}', '{_TYPES[kind]}')"
        for place, (name, kind) in enumerate(kinds, start=1)
    )
    name = f"ferrule.{quoted(collected.view)}"
    return (
        "DO $ferrule$\nBEGIN\n"
        "    IF EXISTS (\n"
        "        SELECT FROM pg_catalog.pg_attribute AS old\n"
        "        LEFT JOIN (VALUES\n"
        f"{wanted}\n"
        "        ) AS wanted (place, name, type)\n"
        "            ON wanted.place = old.attnum AND wanted.name = old.attname\n"
        "            AND wanted.type = format_type(old.atttypid, old.atttypmod)\n"
        f"        WHERE old.attrelid = to_regclass('{name}')\n"
        "            AND old.attnum > 0 AND wanted.place IS NULL\n"
        "    ) THEN\n"
        f"        DROP VIEW {name};\n"
        "    END IF;\n"
        "END\n$ferrule$;"
    )


def _value(column: Column) -> str:
    document = "signal -> 'fields'" if column.document == "fields" else "raw_payload"
    found = f"{document} -> {escaped(column.member)}"
    if column.kind == "time":
        return f"ferrule.moment({document} ->> {escaped(column.member)})"
    if column.kind == "json":
        return f"NULLIF({found}, 'null'::jsonb)"
    typed = f"WHEN '{column.kind}' THEN ({found})::{_TYPES[column.kind]}"
    if column.kind == "text":
        typed = f"WHEN 'string' THEN ({found}) #>> '{{}}'"
    return f"CASE jsonb_typeof({found}) {typed} END"
