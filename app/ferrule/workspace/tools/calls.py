"""A call of a tool, put together and not sent: one exact request, and its digest.

The digest is over all that decides what would happen: the connection and whose
credential it has, the tool as it is now, the arguments and the request itself, without
any secret. Two calls of one digest are the same deed; an approval is for a digest, and
holds for nothing else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ferrule.auth import Secrets
from ferrule.auth.token import tokens_of
from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.descriptor.model import Connector
from ferrule.descriptor.tools import Tool
from ferrule.errors import FerruleError
from ferrule.exchange import Json, Request
from ferrule.store.connections import Connection
from ferrule.sync.tool import ToolPlan, plan_tool, tool_of, tool_request
from ferrule.workspace.tools.digests import call_digest, tool_digest
from ferrule.workspace.tools.standing import standing
from ferrule.workspace.tools.waivers import is_waived
from ferrule.workspace.workspace import Workspace

_TYPED: Final = re.compile(r"[A-Za-z0-9_-]{2,64}")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one tool of one connection, with the request that it would send.

    `request` holds no credential. `now` is the time that its templates know. `waived`:
    the person need not be asked.
    """

    connection: Connection
    connector: Connector = field(repr=False)
    tool: Tool = field(repr=False)
    arguments: Mapping[str, Json] = field(repr=False)
    now: str
    request: Request = field(repr=False)
    digest: str
    tool_digest: str
    standing: str
    waived: bool

    @property
    def asks(self) -> bool:
        """Whether a person must approve it first."""
        return self.tool.asks and not self.waived

    @property
    def word(self) -> str:
        """Return what a person types to approve it: the tool's name, if one can.

        A name may be anything, and nothing: it must not be typed by chance.
        """
        return self.tool.name if _TYPED.fullmatch(self.tool.name) else "approve"

    def planned(self, plan: ToolPlan) -> "Call":
        """Return the call with the request that a plan makes of it."""
        request = tool_request(plan, self.arguments)
        digest = call_digest(self.standing, self.arguments, request)
        return replace(self, request=request, digest=digest)


def prepare(
    workspace: Workspace,
    key: str,
    name: str,
    given: Mapping[str, Json],
    *,
    clock: Clock | None = None,
) -> Call:
    """Return a call of a tool; nothing is sent, and nothing is asked of anybody.

    The vault is opened only for a sign-in whose tokens tell where the service is.

    Raises:
        NotFound: when there is no such connection or tool.
        UsageError: naming each argument that something is wrong with.
        FerruleError: when no request can be made of it.
    """
    now = rfc3339((clock or SystemClock()).now())
    return at_time(workspace, key, name, given, now)


def at_time(
    workspace: Workspace, key: str, name: str, given: Mapping[str, Json], now: str
) -> Call:
    """Return a call as it is when its templates know `now` as the time."""
    connection = workspace.connections.get(workspace.project.key, key)
    connector = workspace.registry.connector_of(connection)
    tool = tool_of(connector, name)
    captured = _captured(workspace, connection, connector)
    plan = plan_tool(
        *(connector, tool, connection.config, {}), now=now, captured=captured
    )
    request = tool_request(plan, given)
    arguments = {k: v for k, v in given.items() if v is not None}
    fixed = tool_digest(connector, tool)
    rests_on = standing(workspace, connection, connector, fixed)
    return Call(
        connection=connection,
        connector=connector,
        tool=tool,
        arguments=arguments,
        now=now,
        request=request,
        digest=call_digest(rests_on, arguments, request),
        tool_digest=fixed,
        standing=rests_on,
        waived=is_waived(workspace, connection, tool.name, fixed),
    )


def _captured(
    workspace: Workspace, connection: Connection, connector: Connector
) -> dict[str, str]:
    """Return what came with the tokens, where a sign-in has some and they are at hand.

    A preview is possible without: then it says what it lacks.
    """
    if not connector.sign_in.uses_tokens:
        return {}
    try:
        secrets: Secrets = workspace.registry.secrets_of(connection)
        tokens = tokens_of(secrets)
    except FerruleError:
        return {}
    found = tokens.captured if tokens else {}
    return {k: v for k, v in found.items() if not connection.config.get(k)}
