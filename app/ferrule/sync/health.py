"""The health check of a connector: its request, and what an answer means.

The error rules of the connector come first, as for every request (semantics 10).
"""

from http import HTTPStatus

from ferrule.descriptor.model import Connector
from ferrule.exchange import MISSING, Request, Response
from ferrule.expression.condition import compile_predicate
from ferrule.expression.source import Place
from ferrule.expression.template import Scope, compile_template
from ferrule.request import RequestTemplate
from ferrule.resilience import Policy, policy_of
from ferrule.resilience.retry import Outcome
from ferrule.resilience.rules import Action
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


_REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


def general_policy(connector: Connector) -> Policy:
    """Return how the failures of requests are met that are of no stream."""
    polling = connector.polling
    return policy_of(connector.resilience, polling.resilience if polling else None)


def action_of(connector: Connector, response: Response) -> Action:
    """Return what follows from an answer, by the rules or as is usual."""
    rule = general_policy(connector).rule(response)
    return Outcome(response, rule).action


def is_refused(connector: Connector, response: Response) -> bool:
    """Tell whether the answer says that the credential is not accepted."""
    action = action_of(connector, response)
    refused = action == "fail" and response.status in _REFUSALS
    return refused or action == "refresh_auth"


def judge_health(connector: Connector, response: Response) -> tuple[bool, str]:
    """Return whether the answer is healthy, and why or why not in a few words."""
    rule = general_policy(connector).rule(response)
    if rule is not None:
        healthy = rule.action in {"success", "ignore"}
        said = rule.message or f"a rule of the connector says {rule.action}"
        return healthy, f"{response.status}: {said}"
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
