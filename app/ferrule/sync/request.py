"""From a plan, a slice and a page token to the request of that page."""

from ferrule.exchange import MISSING, Json, Request
from ferrule.expression.target import compile_target
from ferrule.pagination import PaginationKind
from ferrule.sync.cutting import Cut
from ferrule.sync.plan import StreamPlan


def page_request(
    plan: StreamPlan, cut: Cut, token: Json, paging: PaginationKind | None = None
) -> Request:
    """Return the signed request of the page that `token` names.

    Slice and checkpoint go in before the page, because a next link replaces the whole
    address; the credential goes in last. `paging` is the plan's, or one by smaller
    pages.
    """
    paging = paging or plan.pagination
    request = _unpaged(plan, cut, _names(plan, cut, token, paging))
    return plan.auth.authorise(paging.apply(request, token), plan.secrets)


def _names(
    plan: StreamPlan, cut: Cut, token: Json, paging: PaginationKind
) -> dict[str, Json]:
    names: dict[str, Json] = {}
    sent = plan.delta.sent(cut.origin)
    if sent is not MISSING:
        names["checkpoint"] = sent
    shown = paging.shown(token)
    if shown is not None:
        names["pageToken"] = shown
    if paging.page_size is not None:
        names["page"] = {"size": paging.page_size}
    if plan.axes:
        names["partition"] = dict(cut.slice.values)
    if cut.span is not None:
        names["window"] = plan.delta.frame(cut.span)
    return names


def _unpaged(plan: StreamPlan, cut: Cut, names: dict[str, Json]) -> Request:
    polling, delta = plan.polling, plan.delta
    scope = plan.scope(**names)
    request = polling.build(polling.endpoint, polling.method, scope, plan.base_url)
    for target, value in cut.slice.targets:
        request = compile_target(target).put(request, value)
    request = delta.apply(request, cut.origin)
    if cut.span is not None:
        request = delta.framed(request, cut.span)
    return delta.apply_since(request, cut.created_from)
