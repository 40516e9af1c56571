"""What is shown before a confirmation: exact, whole, and nothing secret or hidden."""

import pytest
from pydantic import SecretStr
from tests.support.canary import found as leaks_in
from tests.support.tool_service import TOKEN

from ferrule.exchange import encode
from ferrule.store import Approvals
from ferrule.workspace.tools import approvals, calls
from ferrule.workspace.tools.preview import LONGEST_BODY, effect_lines, preview, visible

SAY = {"id": "7", "text": 'He said "no"\n'}


def shown(workspace, name, arguments, clock):
    return preview(calls.prepare(workspace, "things", name, arguments, clock=clock))


def test_a_preview_is_the_request_with_a_mask_for_the_credential(
    workspace, service, clock
):
    found = shown(workspace, "say", SAY, clock)
    assert (found.method, found.path) == ("POST", "/things/7")
    assert found.url == f"{service.origin}/things/7"
    assert found.host == service.origin.removeprefix("http://")
    assert found.body == '{"text":"He said \\"no\\"\\n"}'
    assert dict(found.headers) == {
        "Authorization": "Bearer ••••••••",
        "Content-Type": "application/json",
    }
    assert (found.asks, found.waived, found.word, found.trouble) == (
        *(True, False, "say"),
        "",
    )
    assert service.asked == []


def test_a_preview_needs_no_credential(workspace, clock, monkeypatch):
    def locked(*_args: object) -> None:
        raise AssertionError

    monkeypatch.setattr(type(workspace.registry), "secrets_of", locked)
    assert shown(workspace, "look", {"id": "7"}, clock).method == "GET"


def test_nothing_of_what_would_be_sent_is_hidden_from_who_reads_it():
    assert visible("a\u202eb\x1b[2K\r\u200b\n\t€") == (
        "a\\u202eb\\u001b[2K\\u000d\\u200b\n\t€"
    )
    assert visible("\U000e0041\U000e0101\u3164") == (
        "\\udb40\\udc41\\udb40\\udd01\\u3164"
    )


def test_hidden_signs_in_arguments_are_seen(workspace, clock):
    odd = {"id": "a\u202eb", "text": "x\u202ey\x1b"}
    lines = "\n".join(effect_lines(shown(workspace, "say", odd, clock)))
    assert "\u202e" not in lines
    assert "\x1b" not in lines
    assert "x\\u202ey" in lines


def test_a_long_body_says_how_much_is_not_shown(workspace, clock):
    long = {"id": "7", "text": "x" * (LONGEST_BODY + 10)}
    found = shown(workspace, "say", long, clock)
    assert found.body_left_out == len('{"text":""}') + 10
    assert "characters more" in effect_lines(found)[-1]


def test_a_disabled_connection_is_told_before(workspace, clock):
    workspace.registry.enable_connection(workspace.project.key, "things", enabled=False)
    assert "disabled" in shown(workspace, "look", {"id": "7"}, clock).trouble


@pytest.mark.parametrize("place", ["text", "id"])
def test_a_known_secret_among_the_arguments_is_kept_out_of_the_record(
    workspace, clock, place
):
    workspace.registry.update_connection(
        workspace.project.key, "things", {}, {"token": SecretStr(TOKEN)}
    )
    workspace.registry.secrets_of(
        workspace.connections.get(workspace.project.key, "things")
    )
    from ferrule.redaction import live  # noqa: PLC0415 - what the vault would add

    live.add(TOKEN)
    given = {**SAY, place: f"see {TOKEN}"}
    call = calls.prepare(workspace, "things", "say", given, clock=clock)
    asked = approvals.ask(workspace, call, via="mcp", asked_by=TOKEN, clock=clock)
    kept = Approvals(workspace.database).get(workspace.project.key, asked.id)
    told = encode(kept.request.preview) + kept.request.asked_by.encode()
    assert leaks_in(told, {"token": TOKEN}) == []
