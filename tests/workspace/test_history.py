"""The history of exchanges: capped, free of secrets, and never in the way."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from tests.support.canary import encodings
from tests.support.echo_server import EchoServer
from tests.support.sandbox import Sandbox

from ferrule.descriptor.document import read_document
from ferrule.errors import NotFound, StoreError
from ferrule.exchange import Response
from ferrule.redaction import MASK, Redactor, live
from ferrule.workspace.authoring import blank
from ferrule.workspace.connecting import check_connection, connect
from ferrule.workspace.fixtures.making import make_fixture
from ferrule.workspace.fixtures.sample import sample_of, shortened
from ferrule.workspace.history.curl import as_curl
from ferrule.workspace.history.ring import History, HistoryRules, Where
from ferrule.workspace.home import Home
from ferrule.workspace.sending import Sending, Sent
from ferrule.workspace.workspace import Workspace

CANARY = 'cnry-history/4Q+x"\\&%z=='
WHERE = Where("default", "issues", stream="issues", draft="draft-1")


class Hours:
    """A clock that moves on by an hour whenever it is asked."""

    def __init__(self):
        self.moment = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self):
        self.moment += timedelta(hours=1)
        return self.moment


def sent(body=b"[]", url="https://api.example.com/items?page=1", **more):
    answer = Response(200, (("Content-Type", "application/json"),), body, url, 12.5)
    return Sent("GET", url, (("Accept", "application/json"),), "", answer, **more)


def asking(endpoint):
    made = blank()
    made["baseUrl"] = "{{baseUrl}}"
    made["ingestion"]["endpoint"] = endpoint
    made["configFields"] = [
        {"key": "baseUrl", "label": "Base URL", "type": "url", "required": True}
    ]
    return made


@pytest.fixture
def history(tmp_path):
    made = History(Home(tmp_path / "home"), clock=Hours())
    yield made
    made.close()


def files(history):
    return [path for path in history.folder.rglob("*") if path.is_file()]


def bodies(history):
    return [path for path in files(history) if "bodies" in path.parts]


def test_what_was_kept_comes_back_whole_in_another_process(history):
    kept = history.keep(sent(b'[{"id": 12345678901234567890}]'), WHERE)
    again = History(Home(history.folder.parent))
    (found,) = again.listed("default")
    assert found == kept
    assert (found.path, found.host, found.size) == ("/items", "api.example.com", 30)
    answer = again.response(found)
    assert answer.body == b'[{"id": 12345678901234567890}]'
    assert (answer.status, answer.elapsed_ms) == (200, 12.5)
    assert again.listed("other") == []
    again.close()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_only_the_owner_may_read_any_of_it(history):
    history.keep(sent(), WHERE)
    assert {stat.S_IMODE(p.stat().st_mode) for p in files(history)} == {0o600}
    folders = [p for p in history.folder.rglob("*") if p.is_dir()]
    modes = {stat.S_IMODE(p.stat().st_mode) for p in [history.folder, *folders]}
    assert modes == {0o700}


def test_the_oldest_go_when_there_are_too_many(history):
    history.set_rules(HistoryRules(max_count=3))
    for number in range(5):
        history.keep(sent(b"%d" % number), WHERE)
    found = [history.response(kept).body for kept in history.listed("default")]
    assert found == [b"4", b"3", b"2"]
    assert len(bodies(history)) == 3


def test_the_oldest_go_when_bodies_take_too_much_room(history):
    history.set_rules(HistoryRules(max_bytes=2_500))
    for number in range(4):
        history.keep(sent(b"%d" % number * 1000), WHERE)
    assert [kept.size for kept in history.listed("default")] == [1000, 1000]
    assert history.usage().size == 2000
    history.set_rules(HistoryRules(max_bytes=1_000))
    assert history.usage().count == 1


def test_a_body_larger_than_the_ring_is_not_kept_and_costs_nobody_a_place(history):
    history.set_rules(HistoryRules(max_bytes=100))
    history.keep(sent(b"1"), WHERE)
    assert history.keep(sent(b"2" * 101), WHERE) is None
    assert [kept.size for kept in history.listed("default")] == [1]


def test_equal_bodies_share_one_file_until_the_last_is_deleted(history):
    first, second = history.keep(sent(b"x"), WHERE), history.keep(sent(b"x"), WHERE)
    assert len(bodies(history)) == 1
    assert history.usage().size == 1
    history.delete(first)
    assert history.response(second).body == b"x"
    history.delete(second)
    assert bodies(history) == []


def test_a_pinned_exchange_is_never_evicted_and_is_the_only_one_of_its_stream(history):
    history.set_rules(HistoryRules(max_count=2))
    first = history.keep(sent(b"first"), WHERE)
    history.pin(first)
    for number in range(5):
        last = history.keep(sent(b"%d" % number), WHERE)
    assert history.pinned(WHERE).number == first.number
    assert history.response(history.pinned(WHERE)).body == b"first"
    assert history.usage().count == 2
    history.pin(last)
    assert history.pinned(WHERE).number == last.number
    other = replace(WHERE, stream="comments")
    assert history.pinned(other) is None
    assert history.pinned(replace(WHERE, draft="draft-2")) is None
    assert history.pinned(replace(WHERE, draft="")).number == last.number
    history.unpin(last)
    assert history.pinned(WHERE) is None


def test_clearing_spares_what_is_pinned_unless_told(history):
    kept = history.keep(sent(b"pinned"), WHERE)
    history.keep(sent(b"other"), WHERE)
    history.pin(kept)
    history.clear()
    assert [found.number for found in history.listed("default")] == [kept.number]
    history.clear(pinned=True)
    assert history.usage().count == 0
    assert bodies(history) == []


def test_it_can_be_off_and_off_for_one_connection(history):
    lent = replace(WHERE, connection="acme")
    history.switch(lent, on=False)
    assert history.keep(sent(), lent) is None
    assert history.keep(sent(), WHERE) is not None
    history.switch(lent, on=True)
    assert history.keep(sent(), lent) is not None
    history.set_rules(HistoryRules(on=False))
    assert history.keep(sent(), WHERE) is None
    again = History(Home(history.folder.parent))
    assert not again.rules().on


def test_rules_that_make_no_sense_are_the_default_ones(history):
    history.set_rules(HistoryRules())
    history.folder.joinpath("rules.json").write_text('{"max_bytes": "much"}')
    assert History(Home(history.folder.parent)).rules() == HistoryRules()


def test_no_encoding_of_a_secret_is_in_any_file(tmp_path):
    redactor = Redactor([CANARY])
    history = History(Home(tmp_path), redactor=redactor)
    for needle in encodings(CANARY):
        text = needle.decode()
        answer = Response(
            200,
            (("Set-Cookie", "sid=other-secret"), ("X-Echo", text)),
            b'{"echo": "' + needle + b'", "refresh_token": "rt-12345", "key": "AB-1"}',
            f"https://api.example.com/{text}",
        )
        exchange = Sent(
            "POST",
            f"https://api.example.com/x?token=abc&q={text}",
            (("Authorization", f"Bearer {text}"),),
            f"a={text}",
            answer,
        )
        history.keep(exchange, replace(WHERE, config={"note": text, "password": "p"}))
    kept = b"".join(path.read_bytes() for path in files(history))
    for needle in encodings(CANARY):
        assert needle not in kept
    for other in (b"other-secret", b"token=abc", b"rt-12345"):
        assert other not in kept
    found = history.response(history.listed("default")[0]).json
    assert found["refresh_token"] == MASK
    assert found["key"] == "AB-1", "a key of an issue is no secret"
    history.close()


def test_the_canary_of_a_real_exchange_is_in_no_file(tmp_path):
    document = asking("/items")
    document["auth"] = {
        "method": "api_key",
        "config": {
            "delivery": "query",
            "paramName": "X-Thing",
            "credentialFields": [
                {"key": "key", "label": "Key", "type": "password", "required": True}
            ],
        },
    }
    home = Home(tmp_path)
    with EchoServer() as server:
        config = {"baseUrl": server.origin}
        work = Sending(document, config, {"key": SecretStr(CANARY)})
        exchange = work.send()
    history = History(home, redactor=live)
    history.keep(exchange, replace(WHERE, config=config))
    raw = b"".join(path.read_bytes() for path in files(history))
    assert not [needle for needle in encodings(CANARY) if needle in raw]
    assert b"X-Thing" in raw
    history.close()


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe\x00", b'{"a":' * 100_000, b"\x00" * 1000, b"9" * 100_000],
    ids=["empty", "no text", "too deep", "zeros", "a long number"],
)
def test_a_body_that_nothing_can_read_is_kept_and_listed(history, body):
    kept = history.keep(sent(body), WHERE)
    assert history.listed("default") == [kept]
    assert history.response(kept).body == body


def test_a_body_that_ended_the_program_is_not_shown_again_unasked(history):
    kept = history.keep(sent(), WHERE)
    history.pin(kept)
    assert history.begin_opening(kept)
    again = History(Home(history.folder.parent))
    assert not again.begin_opening(kept)
    again.end_opening(kept)
    assert again.begin_opening(kept)
    again.close()


def test_an_index_of_an_earlier_version_is_read_and_grows(tmp_path, history):
    before = history.keep(sent(), WHERE)
    history.close()
    with closing(sqlite3.connect(history.folder / "index.db")) as database:
        database.execute("ALTER TABLE exchanges DROP COLUMN checkpoint")
    after = History(history._home)
    assert after.find(before.number) == before
    kept = after.keep(sent(b"[1]"), replace(WHERE, checkpoint={"after": 7}))
    assert after.find(kept.number).where.checkpoint == {"after": 7}
    after.close()


def test_a_damaged_index_is_put_aside_and_begun_anew(history):
    history.keep(sent(), WHERE)
    history.close()
    history.folder.joinpath("index.db").write_bytes(b"this is no database" * 100)
    again = History(Home(history.folder.parent))
    assert again.listed("default") == []
    assert again.keep(sent(b"new"), WHERE) is not None
    assert history.folder.joinpath("index.db.damaged").exists()
    again.close()


def test_a_row_that_makes_no_sense_is_left_out(history):
    history.keep(sent(), WHERE)
    good = history.keep(sent(), WHERE)
    with history.index._work() as database:
        database.execute("UPDATE exchanges SET headers = '{' WHERE number = 1")
    assert history.listed("default") == [good]


def test_a_body_that_is_gone_or_damaged_says_so(history):
    kept = history.keep(sent(b"abc"), WHERE)
    (path,) = bodies(history)
    path.write_bytes(b"abd")
    with pytest.raises(StoreError, match="damaged"):
        history.response(kept)
    path.unlink()
    with pytest.raises(NotFound, match="gone"):
        history.response(kept)
    with pytest.raises(NotFound):
        history.response(replace(kept, body="../../etc/passwd"))


def test_a_kill_between_body_and_row_leaves_an_orphan_that_is_swept(tmp_path):
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from tests.workspace.test_history import sent, WHERE\n"
        "from ferrule.workspace.history.ring import History\n"
        "from ferrule.workspace.home import Home\n"
        "history = History(Home(Path(sys.argv[1])))\n"
        "history.keep(sent(b'kept'), WHERE)\n"
        "history.index.add = lambda kept: os.kill(os.getpid(), 9)\n"
        "history.keep(sent(b'orphan'), WHERE)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -9
    history = History(Home(tmp_path))
    assert len(bodies(history)) == 2
    (kept,) = history.listed("default")
    assert history.response(kept).body == b"kept"
    assert history.sweep() == 0, "another process may be about to name it"
    for path in bodies(history):
        os.utime(path, (0, 0))
    assert history.sweep() == 1
    assert history.response(kept).body == b"kept"
    history.close()


def test_two_processes_and_many_threads_keep_at_once(tmp_path):
    home = Home(tmp_path)
    one, other = History(home), History(home)

    def fill(history, name):
        for number in range(10):
            history.keep(sent(f"{name}{number}".encode()), WHERE)

    work = [
        threading.Thread(target=fill, args=(history, name))
        for history, name in ((one, "a"), (one, "b"), (other, "c"))
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert len(one.listed("default")) == 30
    assert one.usage().count == other.usage().count == 30
    one.close()
    other.close()


def test_exchanges_of_one_wish_are_found_together(history):
    walk = replace(WHERE, kind="walk", group="w1")
    pages = [history.keep(sent(b"%d" % n), walk) for n in range(3)]
    history.keep(sent(), WHERE)
    assert history.group(pages[1]) == pages[:2]
    assert history.group(pages[2]) == pages
    alone = history.keep(sent(), WHERE)
    assert history.group(alone) == [alone]


def test_it_reads_nothing_before_it_is_asked(tmp_path):
    history = History(Home(tmp_path / "home"))
    assert history.listed("default") == []
    assert history.usage().count == 0
    assert history.pinned(WHERE) is None
    assert not (tmp_path / "home").exists()


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a shell")
def test_a_curl_line_is_what_the_shell_reads_with_the_secrets_filled_in(history):
    exchange = Sent(
        "POST",
        "https://api.example.com/it's?api_key=abc&q=a b",
        (("Authorization", "Bearer abcdefgh"), ("X-Note", "$HOME `id`")),
        """{"q": "it's"}""",
        Response(200, (), b""),
    )
    line = as_curl(history.keep(exchange, WHERE))
    assert "abc&" not in line
    assert "abcdefgh" not in line
    given = {"TOKEN": "t0ken", "API_KEY": "k3y", "PATH": os.environ["PATH"]}
    shell = line.replace("curl", "printf '%s\\n'", 1)
    done = subprocess.run(
        ["sh", "-c", shell], check=True, env=given, capture_output=True
    )
    assert done.stdout.decode().splitlines() == [
        "-X",
        "POST",
        "https://api.example.com/it's?api_key=k3y&q=a b",
        "-H",
        "Authorization: Bearer t0ken",
        "-H",
        "X-Note: $HOME `id`",
        "--data-raw",
        """{"q": "it's"}""",
    ]


def test_what_a_check_exchanges_is_kept_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    workspace = Workspace(Home(tmp_path / "home"))
    with Sandbox(tmp_path) as running:
        config = {"baseUrl": running.url}
        connect(workspace, "sandbox-issues", config, {}, key="mine")
        assert all(step.ok is not False for step in check_connection(workspace, "mine"))
    page, health = workspace.history.listed("default", "sandbox-issues")
    assert (health.path, health.where.kind) == ("/repos/sample/workshop", "check")
    assert (page.status, page.where.connection) == (200, "mine")
    document = read_document(workspace.catalogue.document("sandbox-issues"))
    for kept, kind in ((health, "health"), (page, "sync")):
        alone = replace(kept, where=replace(kept.where, group=""))
        sample = sample_of(workspace.history, alone, document)
        made = make_fixture(document, shortened(sample, document), "Checked")
        assert made.fixture["kind"] == kind
    workspace.close()


def test_a_real_exchange_of_the_sandbox_is_kept(tmp_path):
    with Sandbox(tmp_path) as running:
        url = "/repos/sample/workshop/issues?per_page=5"
        exchange = Sending(asking(url), {"baseUrl": running.url}, {}).send()
    history = History(Home(tmp_path / "home"))
    kept = history.keep(exchange, WHERE)
    assert (kept.path, kept.status) == ("/repos/sample/workshop/issues", 200)
    assert len(history.response(kept).json) == 5
    history.close()
