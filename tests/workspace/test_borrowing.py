"""A shared credential is tried before anything is stored, and goes nowhere unasked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.commands import KEY
from tests.support.signed_service import SignedService
from tests.workspace.scoped import FIELDS, ISSUES, PAGES, TOKEN, Scoped

from ferrule.credentials import forget_master_key
from ferrule.errors import HostsGrew, NotFound
from ferrule.workspace import scopes
from ferrule.workspace.borrowing import borrowed
from ferrule.workspace.workspace import Workspace

ELSEWHERE = "https://api.elsewhere.example"


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scoped]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    with SignedService() as service:
        made = Scoped(tmp_path, service)
        yield made
        made.close()
    forget_master_key()


@pytest.fixture
def place(room: Scoped) -> Workspace:
    workspace = room.project("garden")
    room.connect(workspace, ISSUES, TOKEN)
    scopes.share(workspace, ISSUES)
    return workspace


def test_what_is_shared_is_lent_with_who_renews_it(
    room: Scoped, place: Workspace
) -> None:
    connector = place.registry.get_descriptor(PAGES)
    secrets, keeper = borrowed(place, connector, {"baseUrl": room.service.origin})
    assert secrets["token"].get_secret_value() == TOKEN
    assert keeper is not None


def test_a_host_that_it_was_not_given_for_has_to_be_agreed_to(place: Workspace) -> None:
    connector = place.registry.get_descriptor(PAGES)
    config = {"baseUrl": ELSEWHERE}
    with pytest.raises(HostsGrew) as refused:
        borrowed(place, connector, config)
    assert refused.value.hosts == (ELSEWHERE,)
    secrets, _ = borrowed(place, connector, config, refused.value.hosts)
    assert secrets["token"].get_secret_value() == TOKEN


def test_nothing_is_lent_where_nothing_fits(room: Scoped, place: Workspace) -> None:
    connector = place.registry.get_descriptor(FIELDS)
    with pytest.raises(NotFound):
        borrowed(place, connector, {"baseUrl": room.service.origin})
