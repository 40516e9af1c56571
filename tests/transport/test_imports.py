"""What importing the package brings in, and what it does not."""

import subprocess
import sys

import pytest

import ferrule.transport

PRINT_MODULES = "import sys; {}; print(*sys.modules)"


def _modules(code: str) -> set[str]:
    command = [sys.executable, "-c", PRINT_MODULES.format(code)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_the_package_alone_does_not_import_httpx() -> None:
    found = _modules("import ferrule.transport")
    assert not found & {"httpx", "httpcore", "ssl"}
    found = _modules("from ferrule.transport import HostPolicy, Notice")
    assert not found & {"httpx", "httpcore"}


def test_httpx_comes_without_its_command_line() -> None:
    found = _modules("from ferrule.transport import Client")
    assert "httpx" in found
    assert not found & {"rich", "click", "typer", "pygments", "httpx2", "sqlalchemy"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Nothing"):
        _ = ferrule.transport.Nothing
