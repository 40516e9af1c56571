"""A process killed at any writing leaves a vault that opens, and is gone on with."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks children")
VALUES = ["token of a", "token of b", "token of c"]


def run(what: str, folder: Path) -> list[dict[str, Any]]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FERRULE_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.credentials.killing", what, str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_change_of_the_data_key_killed_anywhere_is_gone_on_with(tmp_path) -> None:
    kills = run("rotating", tmp_path)
    # Both keys in the keychain, a new key in the file, three records, the older key
    # dropped, one key in the keychain: killed before and after each.
    assert len(kills) == 14
    for one in kills:
        assert one["found"] == one["finished"] == VALUES
        assert one["standing"] == "unlocked"
        assert one["another key"]
        assert one["older keys"] == 0
        assert one["keys used"] == one["keys in the keychain"] == 1


def test_a_change_of_the_passphrase_killed_anywhere_leaves_one_that_opens(tmp_path):
    kills = run("changing", tmp_path)
    assert len(kills) == 4
    assert all(one["found"] == VALUES for one in kills)


def test_a_credential_that_follows_another_killed_anywhere_is_one_of_the_two(tmp_path):
    found = [tuple(one.values()) for one in run("succeeding", tmp_path)]
    old, new = "token of a", "the new token"
    assert found == [
        (old, None, None),
        (old, None, new),
        (old, None, new),
        (new, old, None),
        (new, old, None),
        (new, None, None),
    ]


def test_who_reads_while_all_of_it_changes_always_gets_the_secret(tmp_path) -> None:
    (told,) = run("reading", tmp_path)
    assert told["wrong"] == []
    assert told["code"] == 0
    assert told["reads"] > 100
