from collections.abc import Iterator

import pytest

from ferrule.credentials import data_key, forget_master_key


@pytest.fixture(autouse=True)
def no_key_from_outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither the machine's keychain nor its environment takes part."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.delenv("FERRULE_MASTER_KEY", raising=False)
    forget_master_key()
    yield
    forget_master_key()
    data_key._system_refusal.cache_clear()
