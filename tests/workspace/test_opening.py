"""The browser that the environment names: started, not waited for, told no secret."""

import json
import os
import sys

import pytest

from ferrule.redaction import live
from ferrule.workspace.signing_in.opening import open_named_browser

URL = "https://login.example.com/authorise?a=1&b=%20"


NOTE = """
import json, os, sys
with open({note!r}, "w") as out:
    json.dump([sys.argv[1:], dict(os.environ)], out)
"""


@pytest.fixture
def started(monkeypatch, tmp_path):
    """Return what opens an address by `$BROWSER`, and what that was started with."""
    note, script = tmp_path / "note", tmp_path / "browser.py"
    os.mkfifo(note)
    script.write_text(NOTE.format(note=str(note)))

    def run(form):
        program = f"{sys.executable} {script}"
        monkeypatch.setenv("BROWSER", form.format(program=program))
        assert open_named_browser(URL)
        return json.loads(note.read_text())

    return run


@pytest.mark.parametrize(
    ("form", "arguments"),
    [
        ("{program}", [URL]),
        ("{program} --new %s", ["--new", URL]),
        ("{program} --app=%s &", [f"--app={URL}"]),
        ("/no/such/browser:{program}", [URL]),
        ("'unclosed:{program}", [URL]),
    ],
)
def test_the_named_browser_gets_the_address(started, form, arguments):
    assert started(form)[0] == arguments


def test_it_inherits_what_holds_no_secret(started, monkeypatch):
    live.add("s3cret-of-a-variable")
    monkeypatch.setenv("GIVEN", "x s3cret-of-a-variable y")
    monkeypatch.setenv("DISPLAY", ":7")
    _, environment = started("{program}")
    assert environment["DISPLAY"] == ":7"
    assert "GIVEN" not in environment


@pytest.mark.parametrize("named", [None, "", ":", "/no/such/browser"])
def test_without_one_nothing_is_started(monkeypatch, named):
    monkeypatch.delenv("BROWSER", raising=False)
    if named is not None:
        monkeypatch.setenv("BROWSER", named)
    assert not open_named_browser(URL)
