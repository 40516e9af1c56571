"""Events in a queue of pgmq, as PostgreSQL has them."""

from itertools import count

import pytest
from msgspec import structs
from pydantic import SecretStr
from tests.workspace.test_outbound import event

from ferrule.workspace.outbound_sinks import Queue

pytestmark = [
    pytest.mark.interop,
    pytest.mark.compared("outbound: events in a queue of pgmq", "PostgreSQL"),
]
NUMBERS = count(1)
FOUND = "SELECT message, headers, read_ct FROM pgmq.q_events ORDER BY msg_id"
TEXTS = (
    *("", "é", "\U0001f980", "it's; DROP TABLE pgmq.q_events --", '"quoted"', "$1 %s"),
    *(":message", "a\\u0000b", "\u2028\u2029", "tab\tline\nend", "x" * 100_000),
)


@pytest.fixture
def queue(postgres):
    name = f"queue{next(NUMBERS)}"
    postgres.create(name)
    dsn = f"postgresql://ferrule@/{name}?host={postgres.folder}"
    sink = Queue(SecretStr(dsn), "events")
    yield sink, lambda: postgres.rows(FOUND, name)
    sink.close()


def test_each_event_is_there_once_and_to_the_letter(queue, interop_table):
    sink, rows = queue
    sent = [
        structs.replace(event(title=text, deep=[{"n": 1e300}]), event_id=f"evt_{n}")
        for n, text in enumerate(TEXTS)
    ]
    for one in sent * 2:
        sink.send(one)
    wanted = [
        {"message": one.message, "headers": {"webhook-id": one.event_id}, "read_ct": 0}
        for one in sent
    ]
    for row, whole in zip(rows(), wanted, strict=True):
        interop_table.same(row, whole)


def test_a_character_that_postgresql_cannot_hold_is_shown_as_that(queue):
    sink, rows = queue
    sink.send(event(title="a\0\0b", plain="a\\u0000b"))
    (row,) = rows()
    found = row["message"]["payload"]
    assert found == {"title": "a\ufffd\ufffdb", "plain": "a\\u0000b"}
