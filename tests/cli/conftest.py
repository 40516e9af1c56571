"""Commands in this process, quickly; the sandbox as a child; a home of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.commands import KEY, Ferrule, Said
from tests.support.fault_server import FaultServer
from tests.support.sandbox import Sandbox

from ferrule.__main__ import main
from ferrule.cli.place import choose_project
from ferrule.credentials import forget_master_key


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("sandbox"), items=2000) as running:
        yield running


@pytest.fixture(scope="session")
def faults() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a data directory that is not there yet; commands run beside it."""
    made = tmp_path / "home"
    monkeypatch.setenv("FERRULE_HOME", str(made))
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("COLUMNS", "200")
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    forget_master_key()
    yield made
    forget_master_key()
    choose_project(None)


@pytest.fixture
def say(home: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Return what runs a command and gives its code and what it said."""

    def run(*arguments: object) -> Said:
        code = main([str(argument) for argument in arguments])
        said = capfd.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def ferrule(tmp_path: Path) -> Ferrule:
    """Return what runs commands as processes."""
    folder = tmp_path / "folder"
    folder.mkdir(exist_ok=True)
    return Ferrule(tmp_path / "home", folder)
