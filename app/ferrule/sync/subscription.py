"""The requests of a subscription, and what an answer to them tells; nothing is sent.

Their templates know `params.url` (where to call), `params.secret` (what to sign by) and
`params.id` (the service's name of the subscription). A secret in an answer is known to
the redaction as soon as it is read.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from pydantic import SecretStr

from ferrule.auth import Secrets
from ferrule.clock import rfc3339
from ferrule.descriptor.ingestion import Subscription
from ferrule.descriptor.tools import Tool
from ferrule.errors import UnreadableResponse
from ferrule.exchange import MISSING, Json, Request, Response, canonical, scalar_text
from ferrule.expression.dates import parse_date
from ferrule.expression.source import Place, compile_source
from ferrule.expression.template import Scope
from ferrule.redaction import live
from ferrule.request import RequestTemplate
from ferrule.sync.tool import ToolPlan

_LONGEST: Final = 8192
_MASKS: Final = frozenset("*•·.xX")


class Told(NamedTuple):
    """What an answer tells: the service's name of a subscription, its end, a secret."""

    id: str | None
    expires_at: str | None
    secret: SecretStr | None


def as_tool(template: RequestTemplate) -> Tool:
    """Return a request as a tool without parameters: it is planned like one."""
    return Tool(
        name="subscription",
        description="",
        request=template,
        params=(),
        effect="write",
    )


def tells(template: RequestTemplate, name: str) -> bool:
    """Return whether a request tells a parameter, such as `params.secret`."""
    text = canonical(template.model_dump(mode="json", by_alias=True))
    return name.encode() in text


def subscription_request(
    plan: ToolPlan,
    template: RequestTemplate,
    given: Mapping[str, Json],
    secrets: Secrets,
) -> Request:
    """Return a request of a subscription with its credential.

    `given` are its parameters, `secrets` what `credentials.x` names.

    Raises:
        ExpressionError: when the address lacks a value.
    """
    scope = plan.scope(given)
    plain: dict[str, Json] = {k: v.get_secret_value() for k, v in secrets.items()}
    scope = Scope({**scope.names, "credentials": plain}, scope.default)
    return plan.signed(template.request(scope, plan.base_url))


def id_in(part: Subscription, response: Response) -> str | None:
    """Return the service's name of a subscription; None where it tells none."""
    value = _found(part.id_path, response)
    if value is None or isinstance(value, dict | list):
        return None
    return scalar_text(value) or None


def told_in(part: Subscription, response: Response) -> Told:
    """Return what an answer tells, its secret known to the redaction.

    Raises:
        UnreadableResponse: when what it tells as its end is no time.
    """
    secret = _secret(part, response)
    ends = _time(_found(part.expires_path, response))
    return Told(id_in(part, response), ends, secret)


def _secret(part: Subscription, response: Response) -> SecretStr | None:
    """Return the secret that the service chose; None where it tells none.

    Some tell that there is one, and not which: a row of stars is no secret.
    """
    value = _found(part.secret_path, response)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        return None
    if set(value) <= _MASKS:
        return None
    secret = SecretStr(value)
    live.add(secret)
    return secret


def _found(source: str | None, response: Response) -> Json:
    """Return what stands at a place of an answer; None for nothing."""
    if source is None:
        return None
    place = Place(
        body=_json(response), headers=response.lower_headers, status=response.status
    )
    value = compile_source(source).first(place)
    return None if value is MISSING else value


def _json(response: Response) -> Json:
    try:
        return response.json
    except UnreadableResponse:
        return None


def _time(value: Json) -> str | None:
    """Return a time as RFC 3339: ISO 8601, or seconds or milliseconds since 1970."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str) and not value.isdecimal():
            return rfc3339(parse_date(value))
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            number = int(value)
            return rfc3339(parse_date(number, "unix_ms" if number > 10**11 else "unix"))
    except (ValueError, OverflowError):
        pass
    raise UnreadableResponse(
        "What the service tells as the end of its calls is no time.",
        advice="Look at expiresPath of the connector's subscription.",
    )
