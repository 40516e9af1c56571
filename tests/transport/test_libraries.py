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


def test_httpx2_is_not_pulled_in_so_that_authlib_and_respx_mean_the_same_httpx():
    assert importlib.util.find_spec("httpx2") is None
    told = "from authlib.integrations.httpx_client import OAuth2Client as c;"
    told += "print([k.__module__.split('.')[0] for k in c.__mro__])"
    # In a process of its own: Authlib insists on warning that it prefers httpx2.
    ran = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True
    )
    assert "httpx" in ran.stdout
    assert "httpx2" not in ran.stdout
