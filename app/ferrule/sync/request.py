"""From a plan, a checkpoint and a page token to the request of that page."""

from ferrule.exchange import MISSING, Json, Request
from ferrule.sync.plan import StreamPlan


def page_request(plan: StreamPlan, checkpoint: Json, token: Json) -> Request:
    """Return the signed request of the page that `token` names.

    The checkpoint goes in before the page, because a next link replaces the whole
    address; the credential goes in last.
    """
    return plan.auth.authorise(unsigned_request(plan, checkpoint, token), plan.secrets)


def unsigned_request(plan: StreamPlan, checkpoint: Json, token: Json) -> Request:
    """Return the request of a page without its credential."""
    names: dict[str, Json] = {}
    sent = plan.delta.sent(checkpoint)
    if sent is not MISSING:
        names["checkpoint"] = sent
    if token is not None:
        names["pageToken"] = token
    polling = plan.polling
    request = polling.build(
        polling.endpoint, polling.method, plan.scope(**names), plan.base_url
    )
    return plan.pagination.apply(plan.delta.apply(request, checkpoint), token)
