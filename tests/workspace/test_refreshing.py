"""One rotating token, and all who renew it: never used twice, never lost.

Threads, clients and processes come at once; processes are killed where it hurts; the
disk takes nothing. The service notices a refresh token that comes a second time.
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.support.authority import AuthorityServer, authority
from tests.support.commands import KEY as MASTER_KEY
from tests.support.signed_in import SignedIn
from tests.support.soaking import Progress
from tests.workspace.refresher import Asker, Refresher

from ferrule.clock import SystemClock
from ferrule.errors import ReauthRequired
from ferrule.workspace.sessions import keeper_of

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX signals")
TIMES = [20, pytest.param(200, marks=pytest.mark.soak)]
AT_ONCE = 3


@pytest.fixture
def service() -> Iterator[AuthorityServer]:
    with authority(items=10) as running:
        yield running


@pytest.fixture
def room(
    tmp_path: Path, service: AuthorityServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SignedIn]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", MASTER_KEY)
    made = SignedIn(tmp_path, service, SystemClock())
    yield made
    made.close()


def process(room: SignedIn) -> Refresher:
    return Refresher(room.workspace.home.path, room.project.folder, MASTER_KEY)


def holds(room: SignedIn, service: AuthorityServer) -> bool:
    """Tell whether the tokens in the vault are those that the service takes."""
    good = service.accepts(room.kept.access.get_secret_value())
    return good and room.kept.refresh is not None and not room.kept.refused


def at_once(askers: list[Asker]) -> list[dict]:
    """Have all ask in threads of their own and return what came of it."""
    came: list[dict] = []
    ready = threading.Barrier(len(askers))

    def ask(asker: Asker) -> None:
        ready.wait()
        came.append(asker.ask())

    threads = [threading.Thread(target=ask, args=(one,)) for one in askers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("clients", ["one client", "a client each"])
def test_attack_threads_renew_one_token(
    room, service, clients: str, times: int
) -> None:
    made = AT_ONCE if clients == "a client each" else 1
    with ExitStack() as open_ones:
        askers = [open_ones.enter_context(Asker(room.workspace)) for _ in range(made)]
        askers *= AT_ONCE // made
        for _ in range(times):
            service.tell(expire=True)
            assert [came.get("status") for came in at_once(askers)] == [200] * AT_ONCE
    assert (service.refreshes, service.reuse_errors) == (times, 0)
    assert holds(room, service)


@pytest.mark.parametrize("times", TIMES)
def test_attack_processes_renew_one_token(room, service, times: int) -> None:
    progress = Progress(times, "renewals")
    with ExitStack() as running:
        both = [running.enter_context(process(room)) for _ in range(2)]
        for one in both:
            assert one.said() == {"ready": True}
        for _ in range(times):
            service.tell(expire=True)
            for one in both:
                one.begin()
            assert [one.said().get("status") for one in both] == [200, 200]
            progress.add(1)
    assert (service.refreshes, service.reuse_errors) == (times, 0)
    assert holds(room, service)


def test_attack_killed_between_answer_and_save_the_person_is_asked_and_nothing_loops(
    room, service
) -> None:
    with process(room) as killed:
        killed.said()
        service.tell(expire=True)
        assert killed(die="before") == {}
        assert killed.process.wait(10) == -signal.SIGKILL
    assert room.sync().failure == "ReauthRequired"
    assert room.connection.state == "reauth_required"
    assert room.kept.refused
    assert service.refreshes == 2  # the one that was lost, and the one that told it
    for _ in range(3):
        with pytest.raises(ReauthRequired, match="has ended"):
            room.sync()
    assert service.refreshes == 2
    keeper = keeper_of(room.workspace, room.connection)
    assert keeper is not None
    keeper.keep(room.leave())
    assert room.sync().status == "done"
    assert room.connection.state == "healthy"


def test_attack_killed_after_the_save_the_next_goes_on(room, service) -> None:
    with process(room) as killed:
        killed.said()
        service.tell(expire=True)
        assert killed("sync", die="after") == {}
    assert room.sync().status == "done"
    assert (service.refreshes, service.reuse_errors) == (1, 0)
    assert holds(room, service)


def test_attack_a_disk_that_takes_nothing_costs_no_token_while_the_process_lives(
    room, service
) -> None:
    with process(room) as one:
        one.said()
        for _ in range(3):
            service.tell(expire=True)
            came = one(room=False)
            assert came["status"] == 200
            assert "could not be kept" in came["told"][0]
        assert not holds(room, service)
        service.tell(expire=True)
        came = one()
        assert came == {"status": 200, "told": []}
    assert (service.refreshes, service.reuse_errors) == (4, 0)
    assert holds(room, service)


def test_attack_a_token_that_never_could_be_kept_is_asked_of_a_person(
    room, service
) -> None:
    with process(room) as one:
        one.said()
        service.tell(expire=True)
        assert one(room=False)["status"] == 200
    service.tell(expire=True)
    ended = room.sync()
    assert (ended.failure, room.connection.state) == (
        "ReauthRequired",
        "reauth_required",
    )
    assert service.refreshes == 2
    with pytest.raises(ReauthRequired):
        room.sync()
    assert service.refreshes == 2
