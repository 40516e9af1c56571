"""Partitions as Airbyte's partition routers."""

from collections.abc import Callable

from ferrule.exchange import Json
from ferrule.interchange.airbyte.component import Component, option
from ferrule.interchange.airbyte.jinja import condition, literal
from ferrule.interchange.airbyte.wording import Wording
from ferrule.interchange.ledger import Ledger
from ferrule.interchange.outgoing import Leaving
from ferrule.interchange.steps import names_of
from ferrule.partition import ParentPartition, ValuesPartition

Parent = Callable[[str, str | None], Json]


def routers(
    ledger: Ledger, leaving: Leaving, words: Wording, parent: Parent
) -> list[Json] | None:
    """Return the routers of a stream; None where Airbyte cannot ask so.

    `parent` gives the stream of a key, with a condition that its records must fit.
    """
    found: list[Json] = []
    single = not isinstance(leaving.polling.partition, tuple)
    for index, one in enumerate(leaving.partitions):
        at = ("partition",) if single else ("partition", str(index))
        if isinstance(one, ParentPartition):
            made = _substream(ledger, leaving, at, one, parent)
        else:
            made = _listed(ledger, leaving, at, one, words)
        if made is None:
            return None
        found.append(made)
    return found


def _listed(
    ledger: Ledger,
    leaving: Leaving,
    at: tuple[str, ...],
    one: ValuesPartition,
    words: Wording,
) -> Component | None:
    values: Json = (
        [literal(v) for v in one.values] if not isinstance(one.values, str) else None
    )
    if isinstance(one.values, str):
        values = words.values(one.values)
    place = option(one.param) if one.param else None
    if values is None or (one.param and place is None):
        return None
    ledger.kept(leaving.asked, at, "ListPartitionRouter.", ("name", "param", "values"))
    _batches(ledger, leaving, at)
    found: Component = {
        "type": "ListPartitionRouter",
        "cursor_field": literal(one.name),
        "values": values,
    }
    return found | ({"request_option": place} if place else {})


def _substream(
    ledger: Ledger,
    leaving: Leaving,
    at: tuple[str, ...],
    one: ParentPartition,
    parent: Parent,
) -> Component | None:
    names = names_of(one.path)
    further = condition(one.where, "record") if one.where is not None else None
    place = option(one.param) if one.param else None
    stream = parent(one.parent, further)
    if names is None or (one.param and place is None) or stream is None:
        return None
    if one.where is not None and further is None:
        reason = "Airbyte's filters cannot say it: every parent is asked."
        ledger.dropped(leaving.asked, (*at, "where"), reason)
    told = ("name", "param", "parent", "path", "where", "incremental")
    ledger.kept(leaving.asked, at, "SubstreamPartitionRouter.", told)
    _batches(ledger, leaving, at)
    config: Component = {
        "type": "ParentStreamConfig",
        "stream": stream,
        "parent_key": literal("/".join(names)),
        "partition_field": literal(one.name),
    }
    if place is not None:
        config["request_option"] = place
    if one.incremental:
        config["incremental_dependency"] = True
    extra = _extra(ledger, leaving, at, one)
    if extra:
        config["extra_fields"] = extra
    return {"type": "SubstreamPartitionRouter", "parent_stream_configs": [config]}


def _extra(
    ledger: Ledger, leaving: Leaving, at: tuple[str, ...], one: ParentPartition
) -> list[Json]:
    found: list[Json] = []
    for name, path in (one.include or {}).items():
        names = names_of(path)
        if names is None:
            reason = "Airbyte copies members by their names only."
            ledger.dropped(leaving.asked, (*at, "include", name), reason)
        else:
            ledger.kept(
                leaving.asked, (*at, "include", name), "extra_fields, AddFields."
            )
            found.append([*map(literal, names)])
    return found


def _batches(ledger: Ledger, leaving: Leaving, at: tuple[str, ...]) -> None:
    reason = "Each value is asked for alone."
    ledger.changed(leaving.asked, (*at, "batchSize"), reason)
