"""What the answer to a health check says of the sign-in and of the service."""

from dataclasses import dataclass
from datetime import datetime

from ferrule.descriptor.model import Connector
from ferrule.errors import ExchangeError, FerruleError, UnreadableResponse
from ferrule.exchange import Request, Response
from ferrule.sync.health import general_policy, identity, is_refused, judge_health
from ferrule.transport.pages import is_page
from ferrule.workspace.check_steps import CheckStep, step_of_diagnosis, step_of_error
from ferrule.workspace.diagnosis import Diagnosis, Scene, clock_ahead, diagnose
from ferrule.workspace.diagnosis.refusals import signed_out
from ferrule.workspace.health import cause_of_status
from ferrule.workspace.step_exchange import StepExchange, step_exchange

_GOOD = range(200, 300)
_REFUSED = range(400, 500)


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer, what is wrong with it (None where it is good), and who is signed in.

    `message` is what a rule of the connector says of it, `why` its status in words.
    """

    exchange: StepExchange
    why: str
    diagnosis: Diagnosis | None
    page: bool
    identity: str = ""
    message: str = ""

    @property
    def tells_sign_in(self) -> bool:
        """Whether the credential was accepted, by what came back."""
        well = self.diagnosis is None or self.diagnosis.trouble == "unexpected"
        good = self.exchange.status in _GOOD or self.diagnosis is None
        return well and good and not self.page

    @property
    def is_rate(self) -> bool:
        """Whether it is about too many requests."""
        found = self.diagnosis
        return found is not None and found.trouble == "rate_limited"


def judged(request: Request, response: Response, scene: Scene) -> Judged:
    """Return what the answer to a health check says."""
    connector = scene.connector
    page = is_page(response)
    well, why = _judged(connector, response, page=page)
    diagnosis = None
    if not well or is_refused(connector, response):
        diagnosis = diagnose(request, response, scene) or _unexpected(response, why)
    return Judged(
        step_exchange(request, response),
        why,
        diagnosis,
        page,
        identity="" if diagnosis or page else _identity(connector, response),
        message="" if diagnosis is None else rule_message(connector, response),
    )


def rule_message(connector: Connector, response: Response) -> str:
    """Return what a rule of the connector says of an answer, empty for nothing."""
    rule = general_policy(connector).rule(response)
    return (rule.message or "").strip().rstrip(".") if rule is not None else ""


def unsigned(
    error: FerruleError, seen: tuple[Request, Response] | None, now: datetime
) -> CheckStep:
    """Return the step of a sign-in that brought no token; `seen` is the last answer.

    The body of a good answer holds tokens and is not shown.
    """
    if seen is None:
        return step_of_error("auth", error)
    request, response = seen
    refused = response.status in _REFUSED
    kept = response if refused else Response(response.status, response.headers, b"")
    exchange = step_exchange(request, kept)
    if not refused:
        return step_of_error("auth", error, exchange)
    ahead = clock_ahead(response.lower_headers, now)
    found = signed_out(request, error.message, error.advice, ahead)
    return step_of_diagnosis("auth", found, exchange)


def _judged(
    connector: Connector, response: Response, *, page: bool
) -> tuple[bool, str]:
    """Return whether an answer is healthy; a page where values are wanted is not."""
    health = connector.health_check
    if page and (health.expect is not None or health.identity is not None):
        return False, f"{response.status}, but it is a web page"
    try:
        return judge_health(connector, response)
    except UnreadableResponse as error:
        return False, f"{response.status}: {error.message}"


def _identity(connector: Connector, response: Response) -> str:
    try:
        return identity(connector, response)
    except ExchangeError:
        return ""


def _unexpected(response: Response, why: str) -> Diagnosis:
    return Diagnosis(
        "unexpected",
        f"The service answers {why}.",
        "Check the address, or the service's status page.",
        cause_of_status(response.status),
    )
