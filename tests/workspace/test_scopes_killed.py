"""A program that is killed between two writings leaves what was, or what was to be.

Every change of whose a credential is, killed before each of its writings in turn. What
the service is shown afterwards is a credential as a whole, for the place it is meant
for; and the change can be made again.
"""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, Self

import pytest
from tests.support.commands import KEY as MASTER
from tests.support.signed_service import Asked, SignedService
from tests.workspace.scope_killing import Killed
from tests.workspace.scoped import (
    ISSUES,
    OTHER,
    PAGES,
    TOKEN,
    Scoped,
    pat,
    reread,
    sync,
)

from ferrule.credentials import forget_master_key
from ferrule.errors import MissingSecret, NotFound
from ferrule.workspace import scopes
from ferrule.workspace.scope_lookup import places
from ferrule.workspace.workspace import Workspace

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX signals")
NOTHING = "nothing"
TWO_WAYS = [{**pat(), "label": "One"}, {**pat(), "label": "Two"}]


class Case(NamedTuple):
    """A change, what is there before, and which tokens may be used after a kill."""

    deed: str
    arguments: dict[str, Any]
    own: tuple[str, ...]
    shared: bool
    may_be: dict[str, set[str]]


CASES = {
    "share": Case(
        *("share", {"key": ISSUES}, (ISSUES,), False),
        {ISSUES: {TOKEN}},
    ),
    "override": Case(
        *("keep_own", {"key": PAGES, "given": {"token": OTHER}}, (ISSUES,), True),
        {ISSUES: {TOKEN}, PAGES: {TOKEN, OTHER}},
    ),
    "back to the shared one": Case(
        *("use_shared", {"key": PAGES}, (ISSUES, PAGES), True),
        {ISSUES: {TOKEN}, PAGES: {TOKEN, OTHER}},
    ),
    "forget": Case(
        *("forget", {"key": PAGES}, (ISSUES, PAGES), True),
        {ISSUES: {TOKEN}, PAGES: {TOKEN, OTHER, NOTHING}},
    ),
    "unshare": Case(
        *("forget_shared", {"provider": "acme"}, (ISSUES,), True),
        {ISSUES: {TOKEN, NOTHING}, PAGES: {TOKEN, NOTHING}},
    ),
    "disconnect": Case(
        *("disconnect", {"key": PAGES}, (ISSUES, PAGES), True),
        {ISSUES: {TOKEN}, PAGES: {OTHER, NOTHING}},
    ),
}


class Seen(SignedService):
    """Notes which token it was shown last; takes any."""

    def __enter__(self) -> Self:
        self.tokens: list[str] = []
        made = super().__enter__()
        self.gate = self._note
        return made

    def _note(self, asked: Asked) -> bool:
        given = asked.headers.get("authorization", "").removeprefix("Bearer ")
        self.tokens.append(given)
        return given in {TOKEN, OTHER}

    def last(self) -> str:
        """Return the last token it was shown since this was asked."""
        found = self.tokens[-1] if self.tokens else NOTHING
        self.tokens.clear()
        return found


@pytest.fixture
def service() -> Iterator[Seen]:
    with Seen() as running:
        yield running


@pytest.fixture
def room(
    tmp_path: Path, service: Seen, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scoped]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", MASTER)
    forget_master_key()
    made = Scoped(tmp_path, service)
    yield made
    made.close()
    forget_master_key()


@pytest.fixture
def work(room: Scoped) -> Workspace:
    return room.project("work")


@pytest.fixture
def killed(room: Scoped, work: Workspace) -> Iterator[Killed]:
    with Killed(room.home.path, work.project.folder, MASTER) as running:
        yield running


def arrange(room: Scoped, work: Workspace, case: Case) -> None:
    """Put everything as it is before the change."""
    for one in work.connections.list("work"):
        work.registry.delete_connection("work", one.key)
    for ref in work.vault.refs():
        work.vault.delete(ref)
    for scope in work.scopes.list():
        work.scopes.delete(scope.project, scope.owner)
    room.connect(work, ISSUES, TOKEN)
    if case.shared:
        scopes.share(work, ISSUES)
        room.connect(work, PAGES, OTHER if PAGES in case.own else None)


def used(work: Workspace, key: str, service: Seen) -> str:
    """Return the token that a run of a connection goes by."""
    try:
        ended = sync(work, key)
    except (MissingSecret, NotFound):
        return NOTHING
    shown = service.last()
    assert (ended.status == "done") is (shown in {TOKEN, OTHER})
    return shown


@pytest.mark.parametrize("name", CASES)
def test_killed_between_two_writings(room, work, killed, service, name) -> None:
    case = CASES[name]
    for at in count(1):
        arrange(room, work, case)
        service.last()
        came = killed(case.deed, at, **case.arguments)
        for key, may_be in case.may_be.items():
            assert used(work, key, service) in may_be
        if came == "done":
            break
        assert came == "killed"
        service.last()
        assert killed(case.deed, 0, **case.arguments) in {"done", "failed"}
    assert at > 2


def test_nothing_is_left_behind_once_the_change_is_made_again(
    room, work, killed
) -> None:
    for at, again in [(1, True), (2, True), (3, True), (1, False), (2, False)]:
        arrange(room, work, CASES["share"])
        assert killed("share", at, key=ISSUES) == "killed"
        if again:
            killed("share", 0, key=ISSUES)
        killed("disconnect", 0, key=ISSUES)
        left = {ref.owner for ref in work.vault.refs()}
        assert left <= {"bundle:acme"}
        assert bool(work.scopes.list()) is bool(left)


def test_a_new_connection_is_there_with_its_secrets_or_not_at_all(
    room, work, killed, service
) -> None:
    config = {"baseUrl": service.origin}
    given = {"token": TOKEN}
    for at in count(1):
        came = killed("connect", at, connector=ISSUES, given=given, config=config)
        if came == "done" or work.connections.list("work"):
            break  # it was made, and killed as that was written down
    assert used(work, ISSUES, service) == TOKEN


@pytest.mark.parametrize("what", ["another address", "another method"])
def test_a_credential_is_never_sent_to_what_it_was_not_given_for(
    room, work, killed, service, what
) -> None:
    reread(work, ISSUES, auth=TWO_WAYS[0], authOptions=TWO_WAYS[1:])
    with Seen() as moved:
        address = what == "another address"
        config = {"baseUrl": moved.origin if address else service.origin}
        changes: dict[str, Any] = {"config": config}
        if not address:
            changes = {"auth_option": "Two"}
        given = {"token": OTHER}
        for at in count(1):
            for one in work.connections.list("work"):
                work.registry.delete_connection("work", one.key)
            room.connect(work, ISSUES, TOKEN)
            came = killed("update", at, key=ISSUES, given=given, changes=changes)
            assert sync(work, ISSUES).status == "done"
            after = work.connections.get("work", ISSUES)
            new = after.config == config if address else after.auth_option == "Two"
            server = moved if new and address else service
            assert server.last() == (OTHER if new else TOKEN)
            assert (service if server is moved else moved).tokens == []
            if came == "done":
                break
        assert new
        assert work.vault.refs() in [[one] for one in places(after)]
        assert at > 2
