"""Dead letters and replays: what would come of it, what does, and how it is settled."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.commands import KEY
from tests.webhook.mapped import item
from tests.workspace.called import SECRET, came, opened, signature, write

from ferrule.credentials import forget_master_key
from ferrule.errors import NotFound, StoreError, UsageError
from ferrule.redaction import MASK
from ferrule.store import Deliveries
from ferrule.workspace import dead_letters
from ferrule.workspace.dead_letters import discard, pin, replay_all, sample_of, try_all
from ferrule.workspace.fixtures.files import read_fixtures, run_fixtures
from ferrule.workspace.replaying import curl, map_waiting, replay, resigned
from ferrule.workspace.workspace import Workspace

BAD = {"item": {"nr": 1, "at": "2026-03-01T10:00:00Z", "title": "One"}}


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    made = opened(tmp_path)
    yield made
    made.close()
    forget_master_key()


def get(workspace: Workspace, number: int) -> Any:
    return workspace.deliveries.get("birds", number)


def signals(workspace: Workspace) -> list[str]:
    found = workspace.runs.signals("birds", "hook")
    return [one.signal.external_id for one in found]


def test_dead_letters_are_listed_with_their_reason(workspace: Workspace) -> None:
    came(workspace, {"item": item(1)})
    dead = came(workspace, BAD)
    (found,) = dead_letters.dead_letters(workspace)
    assert found.id == dead.id
    assert found.outcome["failures"][0]["path"] == "idPath"
    assert (dead_letters.count(workspace), dead_letters.count(workspace, "x")) == (1, 0)
    assert not dead_letters.are_many(workspace)


def test_over_a_hundred_are_many(workspace: Workspace) -> None:
    for _ in range(100):
        came(workspace, BAD, mapped=False)
    map_waiting(workspace)
    assert not dead_letters.are_many(workspace)
    came(workspace, BAD)
    assert dead_letters.are_many(workspace)
    assert len(dead_letters.numbers(workspace)) == 101


def test_one_is_handed_to_the_builder_as_a_sample(workspace: Workspace) -> None:
    dead = came(workspace, BAD)
    sample = sample_of(workspace, dead.id)
    assert (sample.connector_id, sample.stream) == ("hook", "hook")
    assert (sample.event_type, json.loads(sample.body)) == ("made", BAD)


def test_a_dry_run_tells_what_would_happen_and_does_nothing(
    workspace: Workspace,
) -> None:
    numbers = [came(workspace, BAD).id, came(workspace, {"item": {}}).id]
    assert try_all(workspace, numbers).by_status == {"dead": 2}
    write(workspace, idPath="$.nr")
    weighed = try_all(workspace, numbers)
    assert weighed.by_status == {"mapped": 1, "dead": 1}
    assert weighed.counts == {"created": 1, "failed": 1}
    assert [number for number, _ in weighed.each] == numbers
    assert signals(workspace) == []
    assert dead_letters.count(workspace) == 2


def test_replaying_all_maps_them_by_the_mended_mapping(workspace: Workspace) -> None:
    numbers = [came(workspace, BAD).id, came(workspace, {"item": {}}).id]
    write(workspace, idPath="$.nr")
    assert replay_all(workspace, numbers) == numbers
    assert map_waiting(workspace) == 2
    assert [get(workspace, one).status for one in numbers] == ["mapped", "dead"]
    assert signals(workspace) == ["1"]
    assert dead_letters.count(workspace) == 1


def test_edited_and_replayed_it_settles_the_dead_letter(workspace: Workspace) -> None:
    dead = came(workspace, BAD)
    number = replay(workspace, dead.id, body=json.dumps({"item": item(4)}).encode())
    map_waiting(workspace)
    again = get(workspace, number)
    assert (again.status, again.replay_of) == ("mapped", dead.id)
    assert (again.verdict, again.reason) == ("unsigned", "edited")
    first = get(workspace, dead.id)
    assert first.status == "skipped"
    assert first.error.startswith(f"It was replayed as delivery {number}. Before: 1 of")
    assert signals(workspace) == ["4"]


def test_a_replay_that_fails_leaves_the_dead_letter(workspace: Workspace) -> None:
    dead = came(workspace, BAD)
    number = replay(workspace, dead.id)
    map_waiting(workspace)
    assert [get(workspace, one).status for one in (dead.id, number)] == ["dead"] * 2


def test_any_delivery_is_replayed_to_the_byte_and_is_no_duplicate(
    workspace: Workspace,
) -> None:
    raw = b'{"item":  {"id": 1, "at": "2026-03-01T10:00:00Z", "title": "\xc3\xa9"}}\n'
    first = came(workspace, raw, key="k", key_until=1e12)
    number = replay(workspace, first.id)
    map_waiting(workspace)
    again = get(workspace, number)
    content = workspace.deliveries.content("birds", number)
    assert (content.body, again.verdict) == (raw, "valid")
    assert content.headers == workspace.deliveries.content("birds", first.id).headers
    assert (again.status, again.outcome["unchanged"]) == ("mapped", 1)


def test_what_was_refused_is_not_replayed(workspace: Workspace) -> None:
    refused = came(workspace, BAD, status="refused", verdict="invalid", mapped=False)
    with pytest.raises(UsageError, match="refused"):
        replay(workspace, refused.id)
    with pytest.raises(NotFound):
        replay(workspace, 99)
    long = came(workspace, b" " * 20_000, status="refused", mapped=False)
    with pytest.raises(StoreError, match="beginning"):
        resigned(workspace, long.id)


def test_put_aside_it_is_a_dead_letter_no_more(workspace: Workspace) -> None:
    dead, good = came(workspace, BAD), came(workspace, {"item": item(1)})
    assert discard(workspace, [dead.id, good.id]) == [dead.id]
    assert get(workspace, dead.id).status == "skipped"
    assert "A person put it aside. Before:" in get(workspace, dead.id).error
    counts = workspace.deliveries.counts("birds").by_status
    assert (counts["dead"], counts["skipped"]) == (0, 1)


def test_signed_anew_it_has_another_name_and_a_signature_that_holds(
    workspace: Workspace,
) -> None:
    first = came(workspace, {"item": item(1)})
    body = b'{"item": 5}'
    for call in (resigned(workspace, first.id), resigned(workspace, 1, body=body)):
        values = call.values
        assert values["x-signature"] == [signature(call.body)]
        assert values["x-delivery"] != ["d-1"]
    assert call.body == body


def test_as_curl_it_is_the_same_call_to_the_byte(
    workspace: Workspace, tmp_path: Path
) -> None:
    """The line is run by a shell, with a curl that writes down what it was given."""
    fake = tmp_path / "bin"
    fake.mkdir()
    script = '#!/bin/sh\nfor a in "$@"; do printf "%s\\0" "$a"; done\ncat >"$OUT"\n'
    (fake / "curl").write_text(script)
    (fake / "curl").chmod(0o755)
    nasty = b'{"a": "it\'s $HOME `id` \\\\ \\n\xe2\x82\xac !"}\n'
    for raw in (nasty, bytes(range(256)), b"@file"):
        first = came(workspace, raw, mapped=False)
        line = curl(first, workspace.deliveries.content("birds", first.id))
        out = tmp_path / "stdin"
        said = subprocess.run(
            ["/bin/sh", "-c", line],
            env={"PATH": f"{fake}:/usr/bin:/bin", "OUT": str(out), "X_TOKEN": "t k"},
            input=b"",
            capture_output=True,
            check=True,
        )
        words = said.stdout.split(b"\0")[:-1]
        assert words[:3] == [b"-X", b"POST", first.url.encode()]
        assert b"X-Token: t k" in words
        assert f"X-Signature: {signature(raw)}".encode() in words
        sent = out.read_bytes() if words[-1] == b"@-" else words[-1]
        assert sent == raw
        assert words[-2] in {b"--data-raw", b"--data-binary"}


def test_pinned_it_is_a_test_of_its_connector_without_secrets(
    workspace: Workspace,
) -> None:
    first = came(workspace, {"item": item(1)})
    path = Path(pin(workspace, first.id, "One is made"))
    text = path.read_text()
    assert (SECRET in text, "X-Signature" in text, MASK in text) == (False,) * 3
    document = workspace.catalogue.document("hook")
    (file,) = read_fixtures(path.parent)
    (result,) = run_fixtures(json.loads(document), [file])
    assert result.passed, result.differences
    assert result.file.fixture["expect"]["count"] == 1


def test_only_the_projects_own_deliveries_are_mapped(workspace: Workspace) -> None:
    first = came(workspace, {"item": item(1)}, mapped=False)
    others = Deliveries(workspace.database, only="bees")
    assert not others.has_pending()
    assert workspace.deliveries.has_pending()
    assert get(workspace, first.id).status == "pending"
    assert map_waiting(workspace) == 1
