"""The exported edge function as a running server in Node: calls in, signals out."""

import base64
import hashlib
import hmac
import json
import os
import re
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from tests.bundle import acme
from tests.interop import typescript
from tests.support.hooked import SECRET, hooked, raw
from tests.support.loopback import Loopback

from ferrule import __version__, shipped
from ferrule.bundle import SigningKey, build, seal_trust, sign
from ferrule.clock import SystemClock
from ferrule.descriptor.document import read_descriptor
from ferrule.exchange import decode
from ferrule.interchange.edge import EDGE_FILES, EdgeParts, edge_files
from ferrule.mapping import Origin, compile_mapping

pytestmark = [
    pytest.mark.interop,
    pytest.mark.compared("edge function: calls of its server", "Node"),
    pytest.mark.skipif(
        typescript.NODE is None or typescript.NPM is None, reason=typescript.MISSING
    ),
]
ROOT = shipped.resources() / "edge"
TEMPLATES = {name: (ROOT / name).read_bytes() for name in EDGE_FILES}
PORT = re.compile(r"(?:listening on |127\.0\.0\.1:)(\d+)")
ISSUE = {"issue": {"id": 7, "at": "2026-02-03T04:05:06Z", "title": "Ü"}}


@pytest.fixture(scope="module")
def function(tmp_path_factory, modules):
    """Return what compiles the function of a document and gives its folder."""
    made: dict[bytes, Path] = {}

    def compiled(document: bytes, **parts) -> Path:
        files, _ = edge_files(EdgeParts(TEMPLATES, document, __version__, **parts))
        key = files["connector.ts"]
        if key not in made:
            folder = made[key] = tmp_path_factory.mktemp("function")
            for name, content in files.items():
                (folder / name).write_bytes(content)
            assert typescript.compile_in(folder, modules) == ""
        return made[key]

    return compiled


@contextmanager
def serving(folder: Path, *command: object, **settings: str):
    """Run a function's server; yield what posts to it: (status, decoded answer)."""
    environment = os.environ | {"PORT": "0"} | settings
    process = subprocess.Popen(
        command or [typescript.NODE, "dist/node.js"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    watch = threading.Timer(60, process.kill)
    watch.start()
    try:
        said = process.stdout.readline()
        if not said:
            raise ChildProcessError(process.stderr.read())

        def ask(body=b"", headers=(), target="/"):
            port = int(PORT.search(said)[1])
            return post(port, body, headers, target, ask.headers)

        ask.headers = {}
        yield ask
    finally:
        watch.cancel()
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def post(port: int, body: bytes, headers, target: str, heard: dict[str, str]):
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", target, body, dict(headers))
        answer = connection.getresponse()
        heard.clear()
        heard.update((name.lower(), value) for name, value in answer.getheaders())
        text = answer.read()
    finally:
        connection.close()
    try:
        return answer.status, decode(text)
    except Exception:  # noqa: BLE001 - an answer that is no JSON is told as it is
        return answer.status, text.decode()


def call(event: str, body: dict, secret: str = SECRET, late: int = 0):
    """Return a signed call: its body and headers."""
    content = json.dumps(body).encode()
    time = str(int(SystemClock().now().timestamp()) - late)
    signed = hmac.digest(secret.encode(), time.encode() + b"." + content, "sha256")
    headers = {"X-Event": event, "X-Time": time}
    return content, headers | {"X-Signature": f"sha256={signed.hex()}"}


@pytest.fixture
def hook(function):
    with serving(function(raw(hooked())), FERRULE_WEBHOOK_SECRET=SECRET) as ask:
        yield ask


def test_a_signed_call_becomes_a_signal(hook):
    status, said = hook(*call("opened", ISSUE))
    assert status == 200
    (signal,) = said["signals"]
    assert signal["externalId"] == "7"
    assert signal["summary"] == "opened Ü"
    assert signal["type"] == "hooked_updated"
    assert said["deleted"] == said["errors"] == []


def test_what_an_event_means(hook):
    (closed,) = hook(*call("closed", ISSUE))[1]["signals"]
    assert closed["archivedAt"] == "2026-02-03T04:05:06Z"
    (gone,) = hook(*call("gone", ISSUE))[1]["deleted"]
    assert (gone["externalId"], gone["deleted"]) == ("7", True)
    nothing = {"signals": [], "deleted": [], "errors": []}
    assert hook(*call("stale", ISSUE)) == (200, nothing)
    assert hook(*call("unheard of", ISSUE)) == (200, nothing)


def test_a_wrong_item_is_told(hook):
    status, said = hook(*call("opened", {"issue": {"id": 7, "at": "soon"}}))
    assert (status, said["signals"]) == (200, [])
    assert said["errors"][0]["field"] == "timestampPath"


@pytest.mark.parametrize("wrong", ["secret", "late", "early", "body", "missing"])
def test_a_call_that_is_not_signed_is_refused(hook, wrong):
    late = {"late": 400, "early": -400}.get(wrong, 0)
    secret = "another" if wrong == "secret" else SECRET
    body, headers = call("opened", ISSUE, secret, late)
    if wrong == "body":
        body += b" "
    if wrong == "missing":
        headers.pop("X-Signature")
    status, said = hook(body, headers)
    assert status == 401
    assert SECRET not in str(said)


def test_a_signature_that_cannot_be_read_is_another_refusal(hook):
    body, headers = call("opened", ISSUE)
    for bent in ("sha1=00", headers["X-Signature"][:-1], "sha256="):
        assert hook(body, headers | {"X-Signature": bent})[0] == 400
    assert hook(body, headers | {"X-Time": ""})[0] == 401


def test_a_token_without_more_is_a_bearer_token_in_any_case(function):
    told = hooked(verification="token")
    del told["ingestion"]["signing"]
    body = json.dumps(ISSUE).encode()
    with serving(function(raw(told)), FERRULE_WEBHOOK_SECRET=SECRET) as ask:
        for shown, status in (
            (f"Bearer {SECRET}", 200),
            (f"bearer {SECRET}", 200),
            ("Bearer another", 401),
            (f"Basic {SECRET}", 400),
            ("", 400),
        ):
            headers = {"X-Event": "opened", "Authorization": shown}
            assert ask(body, headers)[0] == status, shown
        assert ask(body, {"X-Event": "opened"})[0] == 401


def test_other_refusals(hook, function):
    assert hook(b"x" * (257 * 1024))[0] == 413
    _, headers = call("opened", ISSUE)
    signed = hmac.digest(SECRET.encode(), f"{headers['X-Time']}.".encode(), "sha256")
    headers["X-Signature"] = f"sha256={signed.hex()}"
    assert hook(b"", headers)[0] == 200
    with serving(function(raw(hooked()))) as bare:
        assert bare(*call("opened", ISSUE))[0] == 503


def test_a_challenge_is_answered(hook):
    assert hook(b'{"challenge": "abc"}') == (200, "abc")


def test_a_handshake_is_answered_with_what_was_sent(function):
    challenge = {
        "when": {"when": "header:X-Hook-Secret", "operator": "exists"},
        "respondHeaders": {"X-Hook-Secret": "{{headers.x-hook-secret}}"},
        "unsigned": True,
    }
    document = raw(hooked(challenge=challenge))
    with serving(function(document), FERRULE_WEBHOOK_SECRET=SECRET) as ask:
        assert ask(b"", {"X-Hook-Secret": "abc"}) == (200, "")
        assert ask.headers["x-hook-secret"] == "abc"
        assert ask(b"", {"X-Hook-Secret": "a" * 1025})[0] == 400
        assert ask(*call("opened", ISSUE))[0] == 200
    challenge["respondHeaders"] = {"X-Hook-Secret": "told {{config.a}}"}
    document = raw(hooked(challenge=challenge))
    with serving(function(document), FERRULE_WEBHOOK_SECRET=SECRET) as ask:
        assert ask(b"", {"X-Hook-Secret": "abc"})[0] == 400


def test_both_secrets_hold_while_one_is_replaced(function):
    settings = {"FERRULE_WEBHOOK_SECRET": "new", "FERRULE_WEBHOOK_SECRET_BEFORE": "old"}
    with serving(function(raw(hooked())), **settings) as ask:
        assert ask(*call("opened", ISSUE, "old"))[0] == 200
        assert ask(*call("opened", ISSUE, "new"))[0] == 200
        assert ask(*call("opened", ISSUE, "older"))[0] == 401


class Queue(Loopback):
    """PostgREST before a queue; `status` is what it answers."""

    status = 200

    def answer(self, method, target, headers):
        self.asked = (method, target, dict(headers))
        return self.status, {}, b"[1]"


def test_signals_go_to_the_queue(function):
    with Queue() as queue:
        settings = {
            "FERRULE_WEBHOOK_SECRET": SECRET,
            "FERRULE_PROJECT": "p1",
            "FERRULE_QUEUE": "signals",
            "SUPABASE_URL": queue.origin,
            "SUPABASE_SERVICE_ROLE_KEY": "service",
        }
        with serving(function(raw(hooked())), **settings) as ask:
            status, said = ask(*call("opened", ISSUE))
            assert (status, said) == (202, {"queued": 1, "errors": []})
            sent = json.loads(queue.received)
            assert queue.asked[1] == "/rest/v1/rpc/send_batch"
            assert queue.asked[2]["content-profile"] == "pgmq_public"
            assert sent["queue_name"] == "signals"
            (message,) = sent["messages"]
            assert set(message) == {"type", "workspace_id", "payload"}
            assert message["workspace_id"] == "p1"
            assert message["payload"]["externalId"] == "7"
            queue.status = 503
            assert ask(*call("opened", ISSUE))[0] == 500
        for accepted, answer in (
            ({"status": 200, "text": "[accepted]"}, (200, "[accepted]")),
            ({"status": 200}, (200, "")),
            ({"status": 204}, (204, "")),
        ):
            queue.status = 200
            document = raw(hooked(accepted=accepted))
            with serving(function(document), **settings) as ask:
                assert ask(*call("opened", ISSUE)) == answer


GITHUB = shipped.descriptors() / "github" / "connectors" / "github-issues.json"
PAGE = [{"id": 1, "number": 2, "title": "T", "updated_at": "2026-01-02T03:04:05Z"}]


def test_a_page_of_a_service_is_mapped_for_whom_has_the_token(function):
    document = GITHUB.read_bytes()
    body = json.dumps(PAGE).encode()
    with serving(function(document), FERRULE_TOKEN="t", FERRULE_PROJECT="p") as ask:
        allowed = {"Authorization": "Bearer t"}
        status, said = ask(body, allowed, "/?stream=issues")
        assert status == 200
        assert said["signals"][0]["summary"] == "#2 T"
        assert ask(body, {"Authorization": "Bearer u"}, "/?stream=issues")[0] == 401
        assert ask(body, (), "/?stream=issues")[0] == 401
        assert ask(b"{", allowed, "/?stream=issues")[0] == 400
        assert ask(body, allowed, "/?stream=none")[0] == 422
    with serving(function(document)) as closed:
        assert closed(body, {"Authorization": "Bearer "}, "/?stream=issues")[0] == 503


def bundled(now, document: bytes) -> tuple[bytes, bytes]:
    """Return a bundle that holds the connector, and the list that its key stands in."""
    connector = json.loads(document)
    entry = {"id": "hooked", "version": connector["version"]}
    manifest = {
        "id": "hooked",
        "title": "Hooked",
        "description": "One connector.",
        "provider": "hooked",
        "version": "1.0.0",
        "connectors": [entry | {"file": "connectors/hooked.json"}],
    }
    files = {"bundle.json": raw(manifest), "connectors/hooked.json": document}
    key: SigningKey = acme.SIGNER
    tomorrow = now + timedelta(days=1)
    draft = build(files, created_at=now, expires_at=tomorrow)
    nobody = replace(acme.nobody(), expires_at=tomorrow)
    trust = nobody.with_key(key.public, ["hooked"], "a@hooked.example")
    return sign(draft, [key]), seal_trust(trust, [acme.ROOT])


def test_a_carried_bundle_is_verified_and_mapped_with(function):
    now = SystemClock().now().replace(microsecond=0)
    document = raw(hooked())
    bundle, trust = bundled(now, document)
    folder = function(document, bundle=bundle, trust=trust)
    with serving(folder, FERRULE_WEBHOOK_SECRET=SECRET) as ask:
        assert ask(*call("opened", ISSUE))[1]["signals"][0]["externalId"] == "7"


def test_a_bundle_that_was_changed_does_not_start(function):
    now = SystemClock().now().replace(microsecond=0)
    document = raw(hooked())
    bundle, trust = bundled(now, document)
    outer = json.loads(bundle)
    changed = document.replace(b"Is called.", b"Is culled.")
    for file in outer["files"]:
        if file["name"] == "connectors/hooked.json":
            file["content"] = base64.b64encode(changed).decode()
    folder = function(document, bundle=json.dumps(outer).encode(), trust=trust)
    with pytest.raises(ChildProcessError, match=r"hooked\.json was changed"):
        serving(folder).__enter__()


def test_the_same_page_has_the_content_hash_of_our_engine(function):
    with serving(function(GITHUB.read_bytes()), FERRULE_TOKEN="t") as ask:
        body = json.dumps(PAGE).encode()
        allowed = {"Authorization": "Bearer t"}
        _, said = ask(body, allowed, "/?stream=issues")
    (stream, *_) = read_descriptor(GITHUB.read_bytes()).resolved_streams
    origin = Origin(
        "github-issues", "default", "github-issues", stream.collection_key, "issues"
    )
    (row,) = compile_mapping(stream.mapping, origin).page(PAGE)
    assert said["signals"][0]["contentHash"] == row.signal.content_hash
    assert said["signals"][0]["id"] == row.signal.id
    assert len(row.signal.content_hash) == hashlib.sha256().digest_size * 2


@pytest.mark.compared("edge function: calls of its server", "Deno")
def test_deno_checks_and_runs_the_same_function(tmp_path, deno):
    """As a Supabase edge function runs: `index.ts`, nothing compiled before."""
    folder = tmp_path / "function"
    folder.mkdir()
    files, _ = edge_files(EdgeParts(TEMPLATES, raw(hooked()), __version__))
    for name, content in files.items():
        (folder / name).write_bytes(content)
    kept = {"DENO_DIR": str(tmp_path / "cache"), "DENO_NO_UPDATE_CHECK": "1"}
    done = subprocess.run(
        [deno, "check", "index.ts"], cwd=folder, env=os.environ | kept, check=False
    )
    assert done.returncode == 0
    settings = kept | {
        "FERRULE_WEBHOOK_SECRET": SECRET,
        "DENO_SERVE_ADDRESS": "tcp:127.0.0.1:0",
        "NO_COLOR": "1",
    }
    command = ["sh", "-c", f"exec {deno} run --allow-net --allow-env index.ts 2>&1"]
    with serving(folder, *command, **settings) as ask:
        assert ask(*call("opened", ISSUE))[1]["signals"][0]["externalId"] == "7"
        assert ask(*call("opened", ISSUE, "another"))[0] == 401
