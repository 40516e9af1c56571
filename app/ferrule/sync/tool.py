"""A tool of a connection: the exact request of a call, and what its answer says.

The request is made without a credential, so that it can be shown, digested and approved
as it is; it is signed only when it is sent. Arguments are values: none of them changes
where the request goes. What stands in the path of an address is one part of it.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import msgspec

from ferrule.auth import AuthKind, Secrets
from ferrule.auth.token import hide
from ferrule.descriptor.config import read_config
from ferrule.descriptor.hosts import check_host_parts
from ferrule.descriptor.model import Connector
from ferrule.descriptor.needs import needs_of
from ferrule.descriptor.tools import Tool
from ferrule.errors import (
    ExpressionError,
    NotFound,
    NotSupportedYet,
    UnexpectedStatus,
    UnreadableResponse,
    UsageError,
)
from ferrule.exchange import MISSING, Json, Request, Response
from ferrule.expression.source import Place, compile_source
from ferrule.expression.target import compile_target
from ferrule.expression.template import Scope
from ferrule.fields.arguments import read_arguments
from ferrule.request.address import compile_address
from ferrule.resilience import Policy, policy_of
from ferrule.sync.echo import EchoGuard
from ferrule.sync.plan import base_url

_PREFIX: Final = "params."
_LONGEST_TEXT: Final = 4_000_000


class ToolPlan(msgspec.Struct, frozen=True):
    """What a call of one tool needs, put together and checked."""

    tool: Tool
    auth: AuthKind
    policy: Policy
    config: dict[str, Json]
    secrets: Secrets
    base_url: str | None
    echo: EchoGuard
    now: str

    def scope(self, arguments: Mapping[str, Json]) -> Scope:
        """Return the scope of the request's templates."""
        names: dict[str, Json] = {
            "config": self.config,
            "params": dict(arguments),
            "now": self.now,
        }
        return Scope(names, self.config)

    def signed(self, request: Request) -> Request:
        """Return a request of the tool with the credential in it."""
        return self.auth.authorise(request, self.secrets)


class ToolAnswer(msgspec.Struct, frozen=True):
    """What came of a call: the result, and why there is less of it than expected.

    `body` is the whole answer, JSON or a text, as the result without any secret.
    """

    status: int
    result: Json
    body: Json = None
    content_type: str | None = None
    problem: str = ""


def tool_of(connector: Connector, name: str) -> Tool:
    """Return a tool of a connector.

    Raises:
        NotFound: naming those that there are.
    """
    tools = {tool.name: tool for tool in connector.tools or ()}
    if name in tools:
        return tools[name]
    known = f"It has: {', '.join(tools)}." if tools else "It has no tools."
    raise NotFound(f"{connector.id} has no tool “{name[:80]}”.", advice=known)


def plan_tool(
    connector: Connector,
    tool: Tool,
    config: Mapping[str, Json],
    secrets: Secrets,
    *,
    now: str,
    captured: Mapping[str, str] | None = None,
) -> ToolPlan:
    """Return the plan of a tool; `config`, `secrets`, `captured` as for a stream.

    Raises:
        NotSupportedYet: when the engine lacks what the tool needs.
        UsageError: for a configuration value that does not fit.
    """
    hide(secrets)
    parts = (connector.auth, connector.rate_limits, connector.resilience, tool)
    missing = sorted({need for part in parts for _, need in needs_of(part)})
    if missing:
        raise NotSupportedYet(missing)
    values = {**read_config(connector, config), **(captured or {})}
    check_host_parts(connector, values)
    return ToolPlan(
        tool=tool,
        auth=connector.sign_in.settled(values),
        policy=policy_of(
            connector.resilience, graphql=tool.request.body_type == "graphql"
        ),
        config=values,
        secrets=secrets,
        base_url=base_url(connector, values),
        echo=EchoGuard(connector.sign_in, secrets),
        now=now,
    )


def tool_request(plan: ToolPlan, given: Mapping[str, Json]) -> Request:
    """Return the request of a call, without the credential.

    Raises:
        UsageError: naming each argument that something is wrong with.
        ExpressionError: when the address lacks a value.
    """
    tool = plan.tool
    arguments = read_arguments(tool.params, given)
    _refuse_parts(tool, arguments)
    request = tool.request.request(plan.scope(arguments), plan.base_url)
    for param in tool.params:
        if param.in_ is not None:
            request = _put(request, param.in_, param.name, arguments.get(param.name))
    return request


def _put(request: Request, target: str, name: str, value: Json) -> Request:
    compiled = compile_target(target)
    if compiled.kind == "url":
        raise UsageError(
            f"“{name}” would be the whole address of the request.",
            advice="An argument is never where a request goes: give it another place.",
        )
    if value is None and compiled.kind != "path":
        return request
    try:
        return compiled.put(request, value)
    except ExpressionError as error:
        raise UsageError(f"“{name}”: {error.message}", advice=error.advice) from None


def _refuse_parts(tool: Tool, arguments: Mapping[str, Json]) -> None:
    """Refuse an argument that would be several parts of the path.

    One that is let into the address of a request that a person waived would choose
    another place of the service with it.
    """
    named = {
        name.removeprefix(_PREFIX).split(".")[0]
        for name in compile_address(tool.request.endpoint).names
        if name.startswith(_PREFIX)
    }
    for name in sorted(named & arguments.keys()):
        value = arguments[name]
        if isinstance(value, str) and ("/" in value or "\\" in value or not value):
            raise UsageError(
                f"“{name}” is one part of an address: it cannot be empty or hold / or "
                "\\."
            )


def tool_answer(plan: ToolPlan, response: Response) -> ToolAnswer:
    """Return what an answer says, as the tool's result, without any secret.

    With `responseMap` the result is an object of its members: the value of a path that
    names one place, a list for any other, null for what is not there. Without one it is
    the whole body, as JSON or as a text.

    Raises:
        UnexpectedStatus: when a rule of the connector passes over the answer: in a run
            that ends a part of it, but a call brought nothing.
    """
    if response.ignored:
        rule = plan.policy.rule(response)
        said = rule.message if rule is not None else None
        raise UnexpectedStatus(
            said or f"The service answered {response.status}.", status=response.status
        )
    answer = plan.echo.response(response)
    body, problem = _body(answer)
    kind, mapped = answer.header("content-type"), plan.tool.response_map
    if mapped is None:
        return ToolAnswer(answer.status, body, body, kind)
    place = Place(
        body=None if problem else body,
        headers=answer.lower_headers,
        status=answer.status,
    )
    result = {name: _value(source, place) for name, source in mapped.items()}
    return ToolAnswer(answer.status, result, body, kind, problem)


def _body(answer: Response) -> tuple[Json, str]:
    """Return the body as JSON, else as a text and why it is none."""
    if answer.status == HTTPStatus.NO_CONTENT:
        return None, ""
    try:
        return answer.json, ""
    except UnreadableResponse as error:
        text = answer.body[:_LONGEST_TEXT].decode("utf-8", "replace")
        return text, f"The answer cannot be read as JSON: {error.message}"


def _value(source: str, place: Place) -> Json:
    compiled = compile_source(source)
    path = compiled.on_body
    if path is not None and not path.singular:
        return compiled.values(place)
    found = compiled.first(place)
    return None if found is MISSING else found
