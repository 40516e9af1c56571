"""The owner of the sandbox child, with real children."""

import asyncio
import socket
from urllib.request import urlopen

import pytest

from ferrule.ui.models.sandbox import Sandbox, SandboxError, port_of


def lived(work):
    """Return a coroutine that gives `work` a sandbox and ends it."""

    async def live():
        sandbox = Sandbox()
        try:
            return await work(sandbox)
        finally:
            await sandbox.end()

    return live()


def answers(url):
    with urlopen(f"{url}/repos/sample/workshop") as answer:  # noqa: S310
        return answer.status


def test_it_starts_once_for_all_who_want_it_and_is_gone_after_the_end(run):
    async def work(sandbox):
        first, second = await asyncio.gather(sandbox.ready(), sandbox.ready())
        third = await sandbox.ready(port_of(first))
        status = await asyncio.to_thread(answers, first)
        await sandbox.end()
        return first, second, third, status, sandbox.url

    first, second, third, status, after = run(lived(work))
    assert first == second == third
    assert status == 200
    assert after == ""
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port_of(first)), 1)


def test_a_connection_gets_its_port_again(run):
    async def work(sandbox):
        url = await sandbox.ready()
        await sandbox.end()
        again = await sandbox.ensure_for({"baseUrl": url})
        return url, again, sandbox.url

    url, again, listening = run(lived(work))
    assert url == again == listening


def test_a_port_that_something_else_has_is_told_and_left_to_it(run):
    async def work(sandbox):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            with pytest.raises(SandboxError) as failed:
                await sandbox.ready(port)
            address = f"http://127.0.0.1:{port}"
            kept = await sandbox.ensure_for({"baseUrl": address})
        return str(port), failed.value, kept == address, sandbox.url

    port, error, kept, url = run(lived(work))
    assert port in error.message
    assert error.advice
    assert kept
    assert url == ""


@pytest.mark.parametrize("config", [{}, {"baseUrl": "https://api.example.com"}])
def test_an_address_elsewhere_starts_nothing(run, config):
    async def work(sandbox):
        return await sandbox.ensure_for(config), sandbox.url

    assert run(lived(work)) == (config.get("baseUrl", ""), "")


def test_a_port_is_read_from_an_address():
    assert port_of("http://127.0.0.1:8765") == 8765
    assert port_of("http://127.0.0.1") is None
    assert port_of("http://127.0.0.1:no") is None
