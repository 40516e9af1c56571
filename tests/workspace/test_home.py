"""The data directory is its owner's alone, whatever it was before."""

import os
import stat
from pathlib import Path

import pytest

from ferrule.workspace.home import Home

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_made_for_its_owner_only(tmp_path: Path) -> None:
    assert mode(Home(tmp_path / "a" / "home").made().path) == 0o700


def test_what_others_could_read_is_closed_when_it_is_opened(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    for name in ("ferrule.db", "ferrule.db-wal", "vault.ferrule.bak", "window.ini"):
        (home / name).touch(mode=0o644)
    (home / "history").mkdir(mode=0o755)
    Home(home).made()
    assert mode(home) == 0o700
    assert mode(home / "history") == 0o700
    assert {mode(one) for one in home.iterdir() if one.is_file()} == {0o600}


def test_what_is_not_ours_stays_as_it_is(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    script, linked = home / "backup.sh", tmp_path / "linked"
    script.touch(mode=0o755)
    linked.touch(mode=0o644)
    (home / "window.ini").symlink_to(linked)
    Home(home).made()
    assert (mode(script), mode(linked)) == (0o755, 0o644)
    assert Home(home).owned() == []
