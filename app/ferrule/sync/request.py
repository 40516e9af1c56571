"""From a plan, a checkpoint and a page token to the request of that page."""

from urllib.parse import parse_qsl

from ferrule.auth import Secrets
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


def without_secrets(token: Json, secrets: Secrets) -> Json:
    """Return an address token without parameters that repeat a secret.

    Services echo the query in their next links; a token is stored, a secret never is.
    The credential is put in again when the page is asked for.
    """
    if not isinstance(token, str) or "?" not in token:
        return token
    values = {s.get_secret_value() for s in secrets.values() if s.get_secret_value()}
    address, query = token.split("?", 1)
    kept = [
        pair
        for pair in query.split("&")
        if not any(v in values for _, v in parse_qsl(pair, keep_blank_values=True))
    ]
    return f"{address}?{'&'.join(kept)}" if kept else address
