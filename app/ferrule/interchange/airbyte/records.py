"""What is taken from a page, and how records are changed: selector and changes."""

from typing import Final

from ferrule.exchange import Json
from ferrule.interchange.airbyte.component import Component
from ferrule.interchange.airbyte.jinja import condition, literal, member
from ferrule.interchange.airbyte.wording import Wording
from ferrule.interchange.ledger import Ledger
from ferrule.interchange.outgoing import Leaving
from ferrule.interchange.steps import ANY, list_at, names_of, steps_of
from ferrule.mapping.transforms import (
    RemoveMembers,
    RenameKeys,
    RenameMember,
    SetMember,
    Transform,
)
from ferrule.partition import ParentPartition

_VALUES: Final = {"string", "integer", "number", "boolean"}
_CASES: Final = {"snake": "KeysToSnakeCase", "lower": "KeysToLower"}


def field_path(ledger: Ledger, leaving: Leaving) -> list[Json] | None:
    """Return where the records are; None where Airbyte cannot find them."""
    mapping = leaving.stream.mapping
    steps = list_at(mapping.items_path)
    if steps is None or any(isinstance(step, int) for step in steps):
        return None
    path: list[Json] = [ANY if s == ANY else literal(str(s)) for s in steps]
    if mapping.items_shape in {"entries", "columns"}:
        return None
    if mapping.items_shape == "object":
        path.append(ANY)
        reason = "The records of an object, without the names that they had there."
        ledger.changed(leaving.mapped, ("itemsShape",), reason)
    ledger.kept(leaving.mapped, ("itemsPath",), "Where the records are.")
    ledger.cover(leaving.mapped, "itemsShape")
    return path


def selector(
    ledger: Ledger, leaving: Leaving, path: list[Json], further: str | None = None
) -> Component:
    """Return the selector of a stream; `further` is a condition of who asks for it."""
    texts = [text for text in (_filter(ledger, leaving), further) if text is not None]
    found: Component = {
        "type": "RecordSelector",
        "extractor": {"type": "DpathExtractor", "field_path": path},
    }
    if texts:
        found["record_filter"] = {
            "type": "RecordFilter",
            "condition": f"{{{{ {' and '.join(texts)} }}}}",
        }
        found["transform_before_filtering"] = True
    return found


def _filter(ledger: Ledger, leaving: Leaving) -> str | None:
    predicate = leaving.stream.mapping.filter
    if predicate is None:
        return None
    text = condition(predicate, "record")
    if text is None:
        reason = "Airbyte's filters cannot say it: what it leaves out comes in."
        ledger.dropped(leaving.mapped, ("filter",), reason)
    else:
        ledger.kept(leaving.mapped, ("filter",), "RecordFilter.")
    return text


def primary_key(ledger: Ledger, leaving: Leaving) -> Json:
    """Return the key of a record: a name, or paths of names."""
    mapping = leaving.stream.mapping
    told = ("primaryKey",) if mapping.primary_key else ("idPath",)
    paths = [names_of(path) for path in mapping.primary_key or (mapping.id_path,)]
    if any(names is None for names in paths):
        reason = "Airbyte's keys are members by name: a full refresh has no key."
        ledger.dropped(leaving.mapped, told, reason)
        return None
    ledger.kept(leaving.mapped, told, "The primary key.")
    if mapping.primary_key:
        ledger.dropped(leaving.mapped, ("idPath",), "The primary key says more.")
    known: list[Json] = [list(names) for names in paths if names]
    first = known[0]
    return (
        first[0]
        if len(known) == 1 and isinstance(first, list) and len(first) == 1
        else known
    )


def schema(ledger: Ledger, leaving: Leaving) -> Component:
    """Return the schema of the records, an open one where none is said."""
    known = leaving.stream.mapping.schema_
    if isinstance(known, dict):
        reason = "It describes the records; Airbyte does not hold them against it."
        ledger.changed(leaving.mapped, ("schema",), reason)
    usual: Component = {
        "type": "object",
        "additionalProperties": True,
        "properties": {},
    }
    return {
        "type": "InlineSchemaLoader",
        "schema": known if isinstance(known, dict) else usual,
    }


def transformations(ledger: Ledger, leaving: Leaving, words: Wording) -> list[Json]:
    """Return the changes of a record in their order."""
    found: list[Json] = [*_included(leaving)]
    for index, one in enumerate(leaving.stream.mapping.transforms or ()):
        made = _transformation(one, words)
        at = ("transforms", str(index))
        if not made:
            reason = f"Airbyte has no such change of records: {one.op}."
            ledger.dropped(leaving.mapped, at, reason)
        elif one.op in {"set", "rename"} and getattr(one, "as_", None) is None:
            reason = "A text of digits alone becomes a number."
            ledger.changed(leaving.mapped, at, reason)
        else:
            ledger.kept(leaving.mapped, at, f"{made[0]['type']}.")
        found += made
    return found


def _included(leaving: Leaving) -> list[Component]:
    """Return what is copied from parents into a stream's records."""
    parents = [p for p in leaving.partitions if isinstance(p, ParentPartition)]
    fields: list[Json] = []
    for parent in parents:
        for name, path in (parent.include or {}).items():
            names = names_of(path)
            if names:
                value = member("stream_slice.extra_fields", [".".join(names)])
                fields.append(_added([name], f"{{{{ {value} }}}}", "string"))
    return [{"type": "AddFields", "fields": fields}] if fields else []


def _added(path: list[Json], value: str, cast: str | None) -> Component:
    found: Component = {"type": "AddedFieldDefinition", "path": path, "value": value}
    return found | ({"value_type": cast} if cast in _VALUES else {})


def _transformation(one: Transform, words: Wording) -> list[Component]:
    if isinstance(one, SetMember):
        return _set(one, words)
    if isinstance(one, RenameMember):
        return _renamed(_path(one.from_), _path(one.to))
    if isinstance(one, RemoveMembers):
        paths = [_path(path) for path in one.paths]
        return [_removed(paths)] if all(paths) and one.if_ is None else []
    if isinstance(one, RenameKeys) and one.case in _CASES:
        return [{"type": _CASES[one.case]}]
    return []


def _renamed(old: list[str], new: list[str]) -> list[Component]:
    if not old or not new:
        return []
    value = f"{{{{ {member('record', old)} }}}}"
    added = _added([*map(literal, new)], value, None)
    return [{"type": "AddFields", "fields": [added]}, _removed([old])]


def _path(text: str) -> list[str]:
    steps = steps_of(text) if text.startswith("$") else tuple(text.split("."))
    names = [step for step in steps or () if isinstance(step, str)]
    return [] if ANY in names or len(names) < len(steps or ()) else names


def _set(one: SetMember, words: Wording) -> list[Component]:
    path, value = _path(one.path), words.text(one.value)
    text = condition(one.if_, "record") if one.if_ is not None else ""
    if not path or value is None or text is None:
        return []
    added = _added([*map(literal, path)], value, one.as_)
    found: Component = {"type": "AddFields", "fields": [added]}
    guards = [f"{{{{ {text} }}}}"] if text else []
    if "{{" in value and not text:
        guards = ["{{ value }}"]
    return [found | ({"condition": guards[0]} if guards else {})]


def _removed(paths: list[list[str]]) -> Component:
    pointers: list[Json] = [[*map(literal, path)] for path in paths]
    return {"type": "RemoveFields", "field_pointers": pointers}
