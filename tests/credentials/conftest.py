from collections.abc import Iterator

import pytest

from ferrule.credentials import forget_master_key
from ferrule.credentials.key_sources import probe_again
from ferrule.credentials.master_key import ask_passphrase_by


@pytest.fixture(autouse=True)
def no_key_from_outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither the machine's keychain nor its environment takes part."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.delenv("FERRULE_MASTER_KEY", raising=False)
    monkeypatch.delenv("FERRULE_MASTER_KEY_COMMAND", raising=False)
    forget_master_key()
    yield
    forget_master_key()
    ask_passphrase_by(None)
    probe_again()
