"""Samples of calls: which there are, what is signed, and what cannot be sent."""

import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.commands import KEY
from tests.workspace.called import SECRET, opened

from ferrule.credentials import forget_master_key
from ferrule.errors import NotFound, UsageError
from ferrule.workspace.sample_calls import path_of, sample, sample_events, samples_of
from ferrule.workspace.workspace import Workspace

CALL = {"headers": {"X-Event": "made", "X-Delivery": "d"}, "body": {"item": {}}}


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    made = opened(tmp_path)
    yield made
    made.close()
    forget_master_key()


def keep(workspace: Workspace, name: str, **members: Any) -> None:
    folder = workspace.project.descriptors / "hook" / "fixtures" / "hook"
    folder.mkdir(parents=True, exist_ok=True)
    fixture = {"name": f"{name}!", "kind": "delivery", "call": CALL, **members}
    (folder / f"{name}.json").write_text(json.dumps(fixture))


def test_a_connector_without_fixtures_has_none(workspace: Workspace) -> None:
    assert sample_events(workspace) == ()
    with pytest.raises(NotFound, match="has no samples"):
        sample(workspace, "hook")
    with pytest.raises(NotFound):
        samples_of(workspace, "nobody")


@pytest.mark.parametrize(
    ("members", "is_one"),
    [
        ({}, True),
        ({"expect": {}}, True),
        ({"expect": {"verdict": "valid"}}, True),
        ({"expect": {"verdict": "unsigned"}}, True),
        ({"expect": {"verdict": "invalid"}}, False),
        ({"expect": {"verdict": ["valid"]}}, False),
        ({"kind": "sync"}, False),
    ],
)
def test_samples_are_the_calls_that_the_service_would_make(
    workspace: Workspace, members: dict[str, Any], is_one: bool
) -> None:
    keep(workspace, "one", **members)
    names = [one.path.stem for one in samples_of(workspace, "hook")]
    assert names == (["one"] if is_one else [])
    told = [(one.address.connection, one.title) for one in sample_events(workspace)]
    assert told == ([("hook", "one!")] if is_one else [])


def test_a_sample_is_signed_now_under_a_name_of_its_own(workspace: Workspace) -> None:
    keep(workspace, "one")
    keep(workspace, "two")
    assert sample(workspace, "hook")[0].path.stem == "one"
    calls = [sample(workspace, "hook", "two")[1] for _ in range(2)]
    names = {dict(one.headers)["X-Delivery"] for one in calls}
    assert len(names - {"d"}) == 2
    for call in calls:
        made = hmac.digest(SECRET.encode(), call.body, "sha256").hex()
        assert dict(call.headers)["X-Signature"] == made
        assert call.url.endswith(path_of(workspace, "hook"))
    with pytest.raises(NotFound) as refused:
        sample(workspace, "hook", "three")
    assert "one, two" in refused.value.advice


def test_a_file_that_holds_no_call_is_told(workspace: Workspace) -> None:
    keep(workspace, "one", call={"headers": 7})
    with pytest.raises(UsageError, match=r"one\.json holds no call"):
        sample(workspace, "hook")


def test_where_samples_go_is_where_calls_come_in(workspace: Workspace) -> None:
    keep(workspace, "one")
    (event,) = sample_events(workspace)
    assert event.address.path == path_of(workspace, "hook")
