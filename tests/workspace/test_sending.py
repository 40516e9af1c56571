"""Sending a draft's request once: answered, given up, and in spite of a bad mapping."""

import threading
import time

import pytest
from tests.support.fault_server import FaultServer
from tests.support.promptness import in_time

from ferrule.errors import Cancelled
from ferrule.exchange import MISSING
from ferrule.workspace.beginning import begin
from ferrule.workspace.drafts import Draft
from ferrule.workspace.sending import Sending


@pytest.fixture
def server():
    with FaultServer() as server:
        yield server


def sending(server, behaviour, **changes):
    draft = Draft(begin(server.url(behaviour).encode()).documents[0])
    for pointer, value in changes.items():
        draft.edit("/" + pointer.replace("__", "/"), value)
    return Sending(draft.document, {"baseUrl": server.origin}, {})


def test_the_answer_comes_with_the_request_as_it_was_sent(server):
    sent = sending(server, "ok").send()
    assert sent.response.status == 200
    assert sent.url.startswith(server.origin)


def test_a_mapping_that_is_half_typed_does_not_keep_from_sending(server):
    sent = sending(server, "ok", fieldMapping__idPath="$.[", name=MISSING).send()
    assert sent.response.status == 200


def test_a_request_that_is_given_up_ends_at_once(server):
    work = sending(server, "stall")
    threading.Timer(0.2, work.cancel).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        work.send()
    in_time(time.monotonic() - began, 2)


def test_one_given_up_before_it_is_sent_is_not_sent(server):
    work = sending(server, "ok")
    work.cancel()
    with pytest.raises(Cancelled):
        work.send()
    assert not server.received
