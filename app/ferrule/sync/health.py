"""The health check of a connector: its request, and what an answer means."""

from ferrule.descriptor.model import Connector
from ferrule.exchange import MISSING, Request, Response
from ferrule.expression.condition import compile_predicate
from ferrule.expression.source import Place
from ferrule.expression.template import Scope, compile_template
from ferrule.request import RequestTemplate
from ferrule.sync.plan import StreamPlan


def health_request(connector: Connector, plan: StreamPlan) -> Request:
    """Return the signed request of the health check."""
    health = connector.health_check
    template = RequestTemplate(
        endpoint=health.endpoint,
        method=health.method,
        body=health.body,
        headers=plan.polling.headers,
        timeout_ms=health.timeout_ms,
    )
    request = template.request(plan.scope(), plan.base_url)
    return plan.auth.authorise(request, plan.secrets)


def judge_health(connector: Connector, response: Response) -> tuple[bool, str]:
    """Return whether the answer is healthy, and why or why not in a few words."""
    health = connector.health_check
    if response.status != health.expect_status:
        return False, f"{response.status}, expected {health.expect_status}"
    if health.expect is not None:
        place = Place(
            body=response.json, headers=response.lower_headers, status=response.status
        )
        if not compile_predicate(health.expect)(place):
            return False, f"{response.status}, but the answer is not what is expected"
    return True, str(response.status)


def identity(connector: Connector, response: Response) -> str:
    """Return who is signed in, as the answer names them; empty when it does not."""
    template = connector.health_check.identity
    if template is None or not response.body:
        return ""
    value = compile_template(template).render(Scope({}, response.json))
    return "" if value is MISSING else str(value)
