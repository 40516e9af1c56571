"""References, and the vault in memory."""

import pytest
from pydantic import SecretStr

from ferrule.credentials import Ref, open_vault
from ferrule.errors import KeychainUnavailable, MissingSecret, UsageError
from ferrule.redaction import MASK, live

WORK = Ref("acme project", "github/issues")
TOKEN = {"token": SecretStr("kept-in-memory-only")}


def test_a_reference_is_one_text_and_back() -> None:
    assert str(WORK) == "acme%20project/github%2Fissues"
    assert Ref.parse(str(WORK)) == WORK


@pytest.mark.parametrize("text", ["", "work", "/work", "p/", "a/b/c"])
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no reference"):
        Ref.parse(text)


def test_without_a_key_secrets_live_as_long_as_the_program(tmp_path) -> None:
    vault = open_vault(tmp_path / "data")
    assert (vault.state.backend, vault.state.can_store) == ("memory", False)
    assert "FERRULE_MASTER_KEY is not set" in vault.state.message
    vault.put(WORK, TOKEN)
    assert vault.get(WORK) == TOKEN
    assert list(vault.refs()) == [WORK]
    vault.delete(WORK)
    with pytest.raises(MissingSecret, match="github/issues"):
        vault.get(WORK)
    assert not (tmp_path / "data").exists()


def test_what_must_be_stored_is_refused_naming_both_ways_out(tmp_path) -> None:
    vault = open_vault(tmp_path)
    with pytest.raises(KeychainUnavailable) as refusal:
        vault.put(WORK, TOKEN, must_store=True)
    assert "keychain" in str(refusal.value)
    assert "FERRULE_MASTER_KEY" in str(refusal.value)
    assert vault.refs() == []
    assert list(tmp_path.iterdir()) == []


def test_every_secret_that_passes_is_redacted_from_then_on(tmp_path) -> None:
    vault = open_vault(tmp_path)
    vault.put(
        WORK, {"token": SecretStr("passing-through-memory"), "none": SecretStr("")}
    )
    assert live.text("sent passing-through-memory") == f"sent {MASK}"


def test_a_plain_pair_is_a_reference_too(tmp_path) -> None:
    vault = open_vault(tmp_path)
    vault.put(("p", "c"), TOKEN)
    assert vault.get(Ref("p", "c")) == TOKEN
