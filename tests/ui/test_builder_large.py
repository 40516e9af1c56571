"""Large answers in the Builder: told while they come, given up at once, told of."""

import json
import socket
import threading
import time
from functools import partial

import pytest
from PySide6 import QtCore
from tests.support.promptness import in_time
from tests.ui.builder_room import KEY, document_from, in_room, press, until

from ferrule.ui.widgets.builder import large
from ferrule.ui.widgets.builder import sending as builder_sending
from ferrule.ui.widgets.message import Message
from ferrule.workspace.sending import Sending

KEYS = QtCore.Qt.Key
ITEMS = [{"id": n, "title": "x" * 180, "updated_at": "2026-01-01T00:00:00Z"}
         for n in range(9_000)]  # fmt: skip
BODY = json.dumps(ITEMS).encode()
HALF = len(BODY) // 2


class Service:
    """Answers with half of the body, and with the rest when it is told to."""

    def __init__(self):
        self.rest = threading.Event()
        self.let_down = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self):
        self.rest.set()
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)

    def _serve(self):
        while True:
            try:
                taken, _ = self._server.accept()
            except OSError:
                return
            with taken:
                self._answer(taken)

    def _answer(self, taken):
        taken.recv(65_536)
        head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(BODY)}\r\n\r\n"
        taken.sendall(head.encode() + BODY[:HALF])
        taken.settimeout(0.01)
        while not self.rest.is_set():
            try:
                if not taken.recv(1):
                    self.let_down.set()
                    return
            except TimeoutError:
                continue
            except OSError:
                self.let_down.set()
                return
        taken.settimeout(5)
        taken.sendall(BODY[HALF:])


@pytest.fixture
def service():
    running = Service()
    try:
        yield running
    finally:
        running.close()


@pytest.fixture
def room(run, tmp_path, monkeypatch):
    """Return what runs a scenario in a window over this test's own directory."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path))

    def enter(scenario, **options):
        run(in_room(tmp_path, scenario, **options))

    return enter


def ask(room, service):
    room.page.open_document(document_from(f"{service.origin}/things"))
    press(room.window, KEYS.Key_F5)


def test_what_came_is_told_and_giving_up_takes_a_fifth_of_a_second(room, service):
    async def scenario(room):
        ask(room, service)
        waiting = room.bench.explorer.waiting
        told = f"Received {HALF / 1e6:.1f} MB of {len(BODY) / 1e6:.1f} MB"
        await until(lambda: waiting.isVisible() and waiting.text.text() == told)
        began = time.perf_counter()
        press(room.window, KEYS.Key_Escape)
        await until(lambda: not room.bench.sending.running)
        await until(lambda: not waiting.isVisible())
        in_time(time.perf_counter() - began, 0.2)
        await until(service.let_down.is_set)
        in_time(time.perf_counter() - began, 0.2)
        press(room.window, KEYS.Key_F5)
        service.rest.set()
        await until(lambda: room.bench.watch.body == ITEMS)
        assert room.bench.explorer.tree.view.tree.rowCount() == 1

    room(scenario)


def test_an_answer_over_the_cap_says_what_to_do(room, service, monkeypatch):
    smaller = partial(Sending, max_body=1_000_000)
    monkeypatch.setattr(builder_sending, "Sending", smaller)

    async def scenario(room):
        ask(room, service)
        await until(lambda: room.bench.explorer.findChildren(Message))
        message = room.bench.explorer.findChildren(Message)[-1]
        assert message.what.text() == "The body is larger than 1 MB."
        assert "Ask for smaller pages" in message.why.text()
        assert room.bench.watch.sample is None

    room(scenario)


@pytest.mark.parametrize(("most", "told"), [(1_000_000, True), (9_000_000, False)])
def test_what_a_sync_would_refuse_is_told(room, service, monkeypatch, most, told):
    monkeypatch.setattr(large, "MOST_OF_A_RUN", most)
    service.rest.set()

    async def scenario(room):
        ask(room, service)
        await until(lambda: room.bench.watch.body == ITEMS)
        await room.looked()
        words = f"This answer is {len(BODY) / 1e6:.1f} MB; a sync takes 1 MB at most."
        assert any(words in notice for notice in room.notices()) is told

    room(scenario)


def test_a_closed_draft_lets_go_of_its_response(room, service):
    service.rest.set()

    async def scenario(room):
        ask(room, service)
        await until(lambda: room.bench.watch.body == ITEMS)
        await room.looked()
        bench = room.bench
        room.page.desk.close_draft(bench.draft.name)
        await room.page.desk.tasks.wait(f"close {bench.draft.name}")
        assert bench.watch.sample is None
        assert not bench.explorer.document.raw
        assert bench.explorer.response is None

    room(scenario)
