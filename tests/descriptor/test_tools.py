"""What a tool does is decided by its method; what it says of itself may only add."""

import pytest

from ferrule.descriptor.tools import Tool

OVERRIDE = {"X-HTTP-Method-Override": "DELETE"}
HEADER_PARAM = {"name": "m", "in": "header:x-method-override", "type": "string"}
QUERY_PARAM = {"name": "m", "in": "_method", "type": "string"}


def tool(method, effect, params=(), **request):
    whole = {"endpoint": "/things", "method": method, **request}
    return Tool.model_validate(
        {
            "name": "x",
            "description": "",
            "request": whole,
            "params": [*params],
            "effect": effect,
            "approvalRequired": False,
        }
    )


@pytest.mark.parametrize(
    ("made", "deed"),
    [
        (tool("GET", "read"), "read"),
        (tool("HEAD", "read"), "read"),
        (tool("GET", "write"), "write"),
        (tool("POST", "read"), "write"),
        (tool("PATCH", "write"), "write"),
        (tool("POST", "destructive"), "destructive"),
        (tool("DELETE", "read"), "destructive"),
        (tool("DELETE", "write"), "destructive"),
        (tool("GET", "read", headers=OVERRIDE), "destructive"),
        (tool("GET", "read", params=[HEADER_PARAM]), "destructive"),
        (tool("GET", "read", params=[QUERY_PARAM]), "destructive"),
        (tool("GET", "read", query={"_method": "delete"}), "destructive"),
        (tool("GET", "read", endpoint="/x?a=1&%5Fmethod=put"), "destructive"),
        (tool("GET", "read", query={"method": "things.list"}), "read"),
    ],
)
def test_a_tool_that_writes_cannot_call_itself_reading(made, deed):
    assert made.deed == deed
    assert made.reads == (deed == "read")
    assert made.asks == (deed != "read")


def test_what_names_another_method_is_not_sent_twice():
    assert tool("GET", "read").idempotent
    assert not tool("GET", "read", headers=OVERRIDE).idempotent
