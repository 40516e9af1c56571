"""Filters and changes of records as processing steps."""

from ferrule.interchange.dlt.parents import Parent
from ferrule.interchange.dlt.pythonic import Code, Words, Written, predicate, steps_text
from ferrule.interchange.ledger import Ledger
from ferrule.interchange.outgoing import Leaving
from ferrule.interchange.steps import ANY, steps_of
from ferrule.mapping.transforms import (
    RemoveMembers,
    RenameMember,
    SetMember,
    Transform,
)


def steps_of_records(
    ledger: Ledger, leaving: Leaving, parent: Parent | None
) -> list[Written]:
    """Return the steps: what parents bring, the changes, then the filter."""
    found: list[Written] = []
    for new, old in (parent.renamed if parent else {}).items():
        found.append({"map": Code(f"_moved({steps_text([old])}, {steps_text([new])})")})
    mapping = leaving.stream.mapping
    for index, one in enumerate(mapping.transforms or ()):
        text = _change(one)
        at = ("transforms", str(index))
        if text is None:
            reason = f"The export has no such change of records: {one.op}."
            ledger.dropped(leaving.mapped, at, reason)
        else:
            ledger.kept(leaving.mapped, at, "A processing step.")
            found.append({"map": Code(text)})
    if mapping.filter is not None:
        text = predicate(mapping.filter)
        if text is None:
            reason = "It cannot be said in the file: what it leaves out comes in."
            ledger.dropped(leaving.mapped, ("filter",), reason)
        else:
            ledger.kept(leaving.mapped, ("filter",), "A processing step.")
            found.append({"filter": Code(text)})
    return found


def _change(one: Transform) -> str | None:
    if isinstance(one, SetMember):
        return _set(one)
    if isinstance(one, RenameMember):
        old, new = _names(one.from_), _names(one.to)
        known = old and new
        return f"_moved({steps_text(old)}, {steps_text(new)})" if known else None
    if isinstance(one, RemoveMembers) and one.if_ is None:
        paths = [_names(path) for path in one.paths]
        return f"_without({', '.join(map(steps_text, paths))})" if all(paths) else None
    return None


def _set(one: SetMember) -> str | None:
    path = _names(one.path)
    made = Words({}, item=True).made(one.value)
    if not path or made is None or one.as_ is not None:
        return None
    test = predicate(one.if_) if one.if_ is not None else ""
    if test is None:
        return None
    further = f", {test}" if test else ""
    return f"_put({steps_text(path)}, lambda item: {made}{further})"


def _names(text: str) -> list[str]:
    steps = steps_of(text) if text.startswith("$") else tuple(text.split("."))
    names = [step for step in steps or () if isinstance(step, str)]
    return [] if ANY in names or len(names) < len(steps or ()) else names
