"""Tools, results and questions as the Model Context Protocol writes them."""

import json

import mcp_types as types

from ferrule.exchange import encode
from ferrule.store.approvals import Approval
from ferrule.workspace.tools.facts import ToolOutcome
from ferrule.workspace.tools.offering import Offered, result_told
from ferrule.workspace.tools.telling import line


def tool(one: Offered) -> types.Tool:
    """Return an offered tool; what its hints say is decided by its method."""
    facts = one.facts
    return types.Tool(
        name=one.name,
        title=one.title,
        description=one.description,
        input_schema=json.loads(encode(one.schema)),
        annotations=types.ToolAnnotations(
            read_only_hint=facts.reads,
            destructive_hint=facts.effect == "destructive",
            idempotent_hint=facts.idempotent,
            open_world_hint=True,
        ),
    )


def answered(outcome: ToolOutcome) -> types.CallToolResult:
    """Return the result of a call, as text and where it is short enough as JSON."""
    text, whole = result_told(outcome)
    return types.CallToolResult(
        content=[types.TextContent(text=text)],
        structured_content=None if whole is None else json.loads(encode(whole)),
    )


def wrong(text: str) -> types.CallToolResult:
    """Return that a call brought nothing, and why."""
    return types.CallToolResult(content=[types.TextContent(text=text)], is_error=True)


def question(asked: Approval) -> str:
    """Return what a client's own dialogue says of a request for approval."""
    shown = asked.request.preview
    deed = f"{shown.get('method')} {shown.get('host')}{shown.get('path')}"
    return line(
        f"“{asked.request.tool}” of “{asked.request.connection}” would send {deed}. "
        f"Approve it in Ferrule's window, or with: ferrule approve {asked.id}. "
        "Here you may only decline it."
    )
