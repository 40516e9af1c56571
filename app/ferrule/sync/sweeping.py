"""What a whole full run may take for deleted: what it asked for and did not see."""

from datetime import datetime

from ferrule.clock import rfc3339
from ferrule.expression.dates import parse_date
from ferrule.expression.template import compile_template
from ferrule.store.records import Sweep
from ferrule.sync.plan import StreamPlan

_OLDER = "older items than the first start were not asked for"
_OF_SLICES = "each slice begins or ends at a time of its own"
_LATER = "items after the end of the windows were not asked for"
_MOVING = "an item that changes during a run leaves the window that it was in"


def sweep_of(plan: StreamPlan, created_from: datetime | None) -> Sweep | str:
    """Return the rows that a stream was to see whole, or why nobody can tell.

    Only items created at or after `created_from` were asked for. A first start asks for
    what changed since, which is all that was created since, and some of the rest.
    """
    delta, mapping, since = plan.delta, plan.mapping.mapping, created_from
    if any(_differs_by_slice(plan, text) for text in delta.limits):
        return _OF_SLICES
    until = delta.until(plan.scope())
    if until is not None and until < parse_date(plan.now):
        return _LATER
    moment = delta.item_cursor_path or mapping.timestamp_path
    if delta.windowed and moment != mapping.created_path:
        return _MOVING
    start = delta.origin(None, plan.scope())
    if start is not None:
        begins = delta.earliest(start)
        if begins is None or mapping.created_path is None:
            return _OLDER
        since = begins if since is None else max(begins, since)
    return Sweep(
        plan.mapping.origin.collection_key,
        created_from=None if since is None else rfc3339(since),
        stream=plan.key,
    )


def _differs_by_slice(plan: StreamPlan, text: str) -> bool:
    names = compile_template(text).names if plan.axes else ()
    return any(name.split(".")[0] == "partition" for name in names)
