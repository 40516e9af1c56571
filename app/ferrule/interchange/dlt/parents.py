"""Partitions as resources that others hang on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ferrule.interchange.dlt.paging import path_text
from ferrule.interchange.dlt.pythonic import Code, Words, Written, predicate, written
from ferrule.interchange.ledger import Ledger
from ferrule.interchange.outgoing import Leaving, Outgoing
from ferrule.interchange.steps import names_of
from ferrule.partition import ParentPartition, ValuesPartition


@dataclass(frozen=True, slots=True)
class Parent:
    """What a resource hangs on: `value` is dlt's placeholder of its value.

    `resource` is one that has to be made for it; `renamed` are the members that come
    along under dlt's names, by the names that the connector gives them.
    """

    name: str
    param: str | None
    value: str
    resource: Written = None
    included: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)


def parent_of(
    out: Outgoing,
    leaving: Leaving,
    made: Mapping[str, dict[str, Written]],
    words: Words,
) -> Parent | None:
    """Return the one parent that dlt allows; None without, or where there are more."""
    if len(leaving.partitions) != 1:
        return None
    one = leaving.partitions[0]
    reason = "Each value is asked for alone."
    out.ledger.changed(leaving.asked, ("partition", "batchSize"), reason)
    if isinstance(one, ValuesPartition):
        return _listed(out.ledger, leaving, one, words)
    return _hanging(out, leaving, one, made)


def _listed(
    ledger: Ledger, leaving: Leaving, one: ValuesPartition, words: Words
) -> Parent | None:
    values = repr(list(one.values)) if not isinstance(one.values, str) else None
    if isinstance(one.values, str):
        found = words.made(one.values)
        values = None if found is None else f"_listed({found})"
    if values is None:
        return None
    name = f"{leaving.key}_{one.name}"
    rows = f'[[{{"value": one}} for one in {values}]]'  # one page of rows
    resource = Code(f"dlt.resource({rows}, name={name!r}, selected=False)")
    reason = "A resource of the values, which is not loaded."
    ledger.kept(leaving.asked, ("partition",), reason, ("name", "param", "values"))
    return Parent(one.name, one.param, f"{{resources.{name}.value}}", resource)


def _hanging(
    out: Outgoing,
    leaving: Leaving,
    one: ParentPartition,
    made: Mapping[str, dict[str, Written]],
) -> Parent | None:
    path, whole = path_text(one.path), made.get(one.parent)
    if path is None or whole is None or '"' in path:
        return None
    test = predicate(one.where) if one.where is not None else None
    name, copy = one.parent, _copied(leaving, one, whole, test)
    if copy is not None:
        name = str(copy["name"])
    if one.where is not None and test is None:
        reason = "It cannot be said in the file: every parent is asked."
        out.ledger.dropped(leaving.asked, ("partition", "where"), reason)
    told = ("name", "param", "parent", "path", "where", "incremental")
    out.ledger.kept(leaving.asked, ("partition",), "A parent resource.", told)
    value = f"{{resources.{name}.{path.removeprefix('$.')}}}"
    included = dict(_included(out.ledger, leaving, one))
    return Parent(
        one.name,
        one.param,
        value,
        copy,
        tuple(dict.fromkeys(included.values())),
        {new: f"_{name}_{old}" for new, old in included.items()},
    )


def _copied(
    leaving: Leaving, one: ParentPartition, whole: dict[str, Written], test: str | None
) -> dict[str, Written] | None:
    """Return the parent once more, where not its own records are what is asked for."""
    endpoint = whole["endpoint"]
    known = endpoint if isinstance(endpoint, dict) else {}
    narrowed = "incremental" in known and not one.incremental
    if test is None and not narrowed:
        return None
    steps = whole.get("processing_steps")
    further: list[Written] = [{"filter": Code(test)}] if test else []
    found = {
        name: value for name, value in whole.items() if name != "write_disposition"
    }
    found |= {"name": f"{one.parent}_of_{leaving.key}", "selected": False}
    if narrowed:
        found["endpoint"] = {n: v for n, v in known.items() if n != "incremental"}
        if "incremental." in written(found["endpoint"]):
            return None
    found["processing_steps"] = [*(steps if isinstance(steps, list) else []), *further]
    return found


def _included(
    ledger: Ledger, leaving: Leaving, one: ParentPartition
) -> list[tuple[str, str]]:
    found = []
    for name, path in (one.include or {}).items():
        names = names_of(path)
        if names is None or len(names) > 1:
            reason = "dlt copies members of the parent's top only."
            ledger.dropped(leaving.asked, ("partition", "include", name), reason)
        else:
            at = ("partition", "include", name)
            ledger.kept(leaving.asked, at, "include_from_parent.")
            found.append((name, names[0]))
    return found
