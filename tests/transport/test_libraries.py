"""What is taken for granted of the libraries, held by a test."""

import importlib.util
import subprocess
import sys

import respx

from ferrule.exchange import Request
from ferrule.transport.client import Client
from ferrule.transport.hosts import HostPolicy


def test_respx_stands_in_for_the_network():
    policy = HostPolicy(frozenset({"api.example.com"}))
    with respx.mock, Client(policy) as client:
        route = respx.get("https://api.example.com/items", params={"page": "2"})
        route.respond(json=[{"id": 1}])
        request = Request("GET", "https://api.example.com/items", (("page", "2"),))
        assert client.send(request).json == [{"id": 1}]
    assert route.call_count == 1


def test_httpx2_comes_with_the_extra_for_agents_alone_and_nothing_of_ours_means_it():
    """Authlib and respx would mean it; Authlib's own clients are not used here."""
    if importlib.util.find_spec("mcp") is None:
        assert importlib.util.find_spec("httpx2") is None
    told = "import sys, ferrule.transport.client, ferrule.oauth;"
    told += "import ferrule.workspace.signing_in, ferrule.workspace.tools.running;"
    told += "print({'httpx2', 'mcp', 'authlib.integrations'} & sys.modules.keys())"
    ran = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "set()"
