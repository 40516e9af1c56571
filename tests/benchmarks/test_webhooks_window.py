"""How soon a call that a person makes with curl stands in the window, mapped."""

import base64
import json
import os
import sys

import pytest
from tests.benchmarks.measuring import PROGRAMS, cost

from ferrule.credentials import forget_master_key
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

room = pytest.importorskip("tests.ui.webhook_room", exc_type=ImportError)
pytestmark = [pytest.mark.bench, pytest.mark.window]
CALLS = 60  # a connection is called 100 times a minute at most


def test_a_call_by_curl_is_seen_verified_and_mapped(tmp_path, figures, monkeypatch):
    environment = {
        "FERRULE_HOME": str(tmp_path / "home"),
        "FERRULE_KEYCHAIN": "off",
        "FERRULE_MASTER_KEY": base64.b64encode(b"k" * 32).decode(),
        "QT_QPA_PLATFORM": "offscreen",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    forget_master_key()
    project, calls = tmp_path / "birds", tmp_path / "calls.json"
    room.write_project(project)
    workspace = Workspace(Home(tmp_path / "home"), project)
    room.connected(workspace)
    workspace.close()
    forget_master_key()
    calls.write_text(json.dumps([_words(number) for number in range(CALLS)]))
    found = cost(
        [sys.executable, PROGRAMS / "webhooks_window.py", project, calls],
        env=os.environ | environment,
    )
    assert found.last["calls"] == CALLS
    name = "webhooks: from curl's start to its row, verified and mapped"
    start, end = found.last["start"], found.last["end"]
    figures.add(
        f"{name}, p95", start["p95"], "ms", bar=200, wanted="at most", **found.last
    )
    figures.add(f"{name}, longest", start["longest"], "ms", bar=200, wanted="at most")
    figures.add("webhooks: from curl's end to its row, p95", end["p95"], "ms")


def _words(number):
    raw = json.dumps(room.body_of(number)).encode()
    words = ["curl", "-s", "-o", "/dev/null", "--data-binary", raw.decode()]
    for name, value in room.call_headers(raw, name=f"d-{number}").items():
        words += ["-H", f"{name}: {value}"]
    return words
