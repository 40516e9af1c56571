"""From where the gateway is called, by which name, and what then is allowed."""

from pathlib import Path

import pytest
from tests.webhook.running import (
    PATH,
    Running,
    call,
    callee,
    part,
    path_of,
    rows,
    until,
)

from ferrule.webhook.gateway.application import Rules

OPEN = part(verification="none", signing=None)


def test_a_call_that_nobody_verifies_is_marked(tmp_path: Path) -> None:
    with Running(tmp_path, callee(OPEN, "open")) as gateway:
        answer = gateway.post(b"{}", {"X-Event": "issues"}, path_of("open"))
        assert answer.status == 202
        assert [row.verdict for row in rows(gateway)] == ["unsigned"]


@pytest.mark.parametrize(
    ("host", "public", "allowed", "status"),
    [
        ("127.0.0.1", "", False, 202),
        ("127.0.0.1", "https://hooks.example", False, 403),
        ("127.0.0.1", "https://hooks.example", True, 202),
        ("0.0.0.0", "", False, 403),
        ("0.0.0.0", "", True, 202),
    ],
)
def test_attack_from_elsewhere_nobody_calls_unverified_unless_it_is_allowed(
    tmp_path: Path, host: str, public: str, allowed: bool, status: int
) -> None:
    open_one = callee(OPEN, "open")
    rules = Rules(allow_unsigned=allowed)
    running = Running(
        tmp_path, open_one, callee(), host=host, public=public, rules=rules
    )
    with running as gateway:
        answer = gateway.post(b"{}", {"X-Event": "issues"}, path_of("open"))
        assert answer.status == status
        assert gateway.post(*call(1)).status == 202


def test_a_tunnel_is_called_by_its_own_name(tmp_path: Path) -> None:
    with Running(tmp_path, public="https://hooks.example") as gateway:
        body, headers = call(1)
        named = {**headers, "Host": "hooks.example"}
        assert gateway.post(body, named, f"{PATH}?a=b%20c").status == 202
        assert rows(gateway)[0].url == f"https://hooks.example{PATH}?a=b%20c"
        named["Host"] = "hooks.example.evil"
        assert gateway.post(body, named).status == 421


def test_on_every_address_only_addresses_are_called(tmp_path: Path) -> None:
    with Running(tmp_path, host="0.0.0.0") as gateway:
        body, headers = call(1)
        for host, status in (
            (f"192.0.2.7:{gateway.port}", 202),
            ("192.0.2.7:1", 421),
            (f"evil.example:{gateway.port}", 421),
            ("[::1", 421),
        ):
            assert gateway.post(body, {**headers, "Host": host}).status in {status, 200}


def test_pages_of_the_process_itself_are_read_and_nothing_else(tmp_path: Path) -> None:
    pages = {"/metrics": lambda: ("text/plain; version=0.0.4", b"up 1\n")}
    with Running(tmp_path, pages=pages, public="https://h.example") as gateway:
        answer = gateway.post(b"", {}, "/metrics", "GET")
        assert (answer.status, answer.body) == (200, b"up 1\n")
        assert gateway.post(b"", {}, "/metrics", "POST").status == 405
        assert gateway.post(b"", {"Host": "h.example"}, "/metrics", "GET").status == 404
        cross = {"Origin": "https://evil.example"}
        assert gateway.post(b"", cross, "/metrics", "GET").status == 403
        assert gateway.post(b"", {"Host": "evil"}, "/metrics", "GET").status == 421
        until(lambda: gateway.notices[-1].what == "misdirected")
