"""Unique secrets through every flow; then no encoding of them is anywhere.

The service repeats all that it hears. What is looked through: every file under the
home and the project, all output, all that is logged at any level, and the arguments and
the environment of the processes while they run.
"""

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr
from tests.support.canary import canary, encodings, found, leaks, told_by_processes
from tests.support.commands import KEY, Ferrule, job
from tests.support.echo_server import EchoServer, IssuingServer, Mood
from tests.support.forgetting import forget

from ferrule.__main__ import main
from ferrule.cli.place import choose_project
from ferrule.clock import SystemClock
from ferrule.credentials import HomeVault, forget_master_key, opening
from ferrule.credentials.stretching import Cost
from ferrule.errors import FerruleError
from ferrule.redaction import guard_logging
from ferrule.workspace.draft_shelf import DraftShelf
from ferrule.workspace.drafts import Draft
from ferrule.workspace.history.curl import as_curl
from ferrule.workspace.history.ring import History, Where
from ferrule.workspace.home import Home
from ferrule.workspace.previewing import preview
from ferrule.workspace.sending import Sending

MOODS: tuple[Mood, ...] = ("good", "401", "500", "html", "off-host")
FIELD = {"type": "password", "required": True}
NAME = {"type": "text", "required": True}


def new_pem() -> str:
    """Return a private key as a service account's file has it."""
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


PEM = new_pem()


def api_key(delivery: str, **more: object) -> dict[str, object]:
    fields = [{"key": "key", "label": "Key", **FIELD}]
    config = {"delivery": delivery, "paramName": "X-Thing", "credentialFields": fields}
    return {"method": "api_key", "config": config | more}


def fields(*keys: str, names: tuple[str, ...] = ()) -> list[dict[str, object]]:
    shown = [{"key": key, "label": key, **NAME} for key in names]
    return [*shown, *({"key": key, "label": key, **FIELD} for key in keys)]


def by_oauth2(*keys: str, **config: object) -> dict[str, object]:
    """Return the section of OAuth 2 without a person."""
    usual = {"grant": "client_credentials", "tokenUrl": "{{baseUrl}}/token"}
    usual |= {"scopes": []}
    given = {"credentialFields": fields(*keys, names=("clientId",))}
    return {"method": "oauth2", "config": {**usual, **given, **config}}


METHODS: dict[str, tuple[dict[str, object], tuple[str, ...]]] = {
    "header": (api_key("header"), ("key",)),
    "query": (api_key("query"), ("key",)),
    "bearer": (api_key("bearer"), ("key",)),
    "cookie": (api_key("cookie"), ("key",)),
    "body": (api_key("body"), ("key",)),
    "form": (
        api_key("header", also=[{"to": "form:k", "template": "one {{key}}"}]),
        ("key",),
    ),
    "also": (
        api_key(
            "query",
            credentialFields=fields("key", "second"),
            also=[{"to": "header:X-Second", "template": "two {{second}}"}],
        ),
        ("key", "second"),
    ),
    "pat": (
        {
            "method": "pat",
            "config": {
                "delivery": "bearer",
                "paramName": "Authorization",
                "credentialFields": fields("token"),
            },
        },
        ("token",),
    ),
    "basic": (
        {
            "method": "basic",
            "config": {"credentialFields": fields("password", names=("username",))},
        },
        ("username", "password"),
    ),
    "client": (by_oauth2("clientSecret"), ("clientId", "clientSecret")),
    "client-basic": (
        by_oauth2("clientSecret", clientAuth="basic"),
        ("clientId", "clientSecret"),
    ),
    "client-json": (
        by_oauth2("clientSecret", tokenBody="json"),
        ("clientId", "clientSecret"),
    ),
    "client-key": (
        by_oauth2("privateKey", clientAuth="private_key_jwt"),
        ("clientId", "privateKey"),
    ),
    "refresh": (
        by_oauth2("clientSecret", "refreshToken", grant="refresh_token"),
        ("clientId", "clientSecret", "refreshToken"),
    ),
    "session": (
        {
            "method": "session_token",
            "config": {
                "credentialFields": fields("password", names=("user",)),
                "login": {
                    "endpoint": "/login",
                    "method": "POST",
                    "body": {"user": "{{user}}", "password": "{{password}}"},
                    "bodyType": "json",
                },
                "tokenPath": "$.access_token",
                "expiresPath": "$.expires_in",
                "deliver": {"to": "header:X-Session", "template": "s={{token}}"},
            },
        },
        ("user", "password"),
    ),
    "jwt": (
        {
            "method": "jwt",
            "config": {
                "credentialFields": fields("privateKey"),
                "algorithm": "ES256",
                "keyField": "privateKey",
                "claims": {"iss": "ferrule"},
                "lifetime": "PT10M",
            },
        },
        ("privateKey",),
    ),
    "oauth1": (
        {
            "method": "oauth1",
            "config": {
                "credentialFields": fields(
                    "consumerSecret", "tokenSecret", names=("consumerKey", "tokenId")
                ),
                "signature": "HMAC-SHA256",
                "realm": "A-1",
            },
        },
        ("consumerKey", "consumerSecret", "tokenId", "tokenSecret"),
    ),
}
SHOWN = frozenset({"username", "user", "clientId", "consumerKey", "tokenId"})
"""Of no method a secret: these are shown, and part of what is read."""
UNSENT = frozenset({"privateKey", "consumerSecret", "tokenSecret"})
"""What signs and never leaves."""
POSTED = {
    "body": {"method": "POST", "body": {"q": "1"}, "bodyType": "json"},
    "form": {"method": "POST", "body": {"q": "1"}, "bodyType": "form"},
}


def secret(name: str, key: str) -> str:
    """Return what a field of a method is given."""
    return PEM if key == "privateKey" else canary(f"{name}-{key}")


def connector(name: str) -> dict[str, object]:
    """Return a connector that signs in by this method."""
    auth, _ = METHODS[name]
    return {
        "schemaVersion": 2,
        "id": f"canary-{name}",
        "name": name,
        "description": name,
        "category": "Test",
        "icon": "plug",
        "kind": "generic",
        "version": "1.0.0",
        "provider": "canary",
        "auth": auth,
        "configFields": [
            {"key": "baseUrl", "label": "Base URL", "type": "url", "required": True}
        ],
        "permissions": {"hosts": ["127.0.0.1"], "scopes": [], "writes": []},
        "resilience": {"maxAttempts": 1},
        "rateLimits": [{"limit": 1000, "per": "PT1S", "burst": 1000}],
        "ingestion": {
            "mode": "polling",
            "endpoint": "{{baseUrl}}/items",
            "method": "GET",
            "rateLimitRpm": 60000,
            "delta": {"type": "none"},
            "pagination": {"type": "link_header"},
            **POSTED.get(name, {}),
        },
        "fieldMapping": {
            "itemsPath": "$",
            "idPath": "$.id",
            "timestampPath": "$.updated_at",
            "summaryTemplate": "{{title}}",
            "signalTypeRules": [],
        },
        "healthCheck": {
            "endpoint": "{{baseUrl}}/health",
            "method": "GET",
            "expectStatus": 200,
            "timeoutMs": 2000,
        },
    }


@pytest.fixture
def server() -> Iterator[IssuingServer]:
    with IssuingServer() as running:
        yield running


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a project with a connector for each method; commands run in it."""
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("COLUMNS", "200")
    forget_master_key()
    folder = tmp_path / "project"
    connectors = folder / "descriptors" / "canary" / "connectors"
    connectors.mkdir(parents=True)
    for name in METHODS:
        path = connectors / f"canary-{name}.json"
        path.write_text(json.dumps(connector(name)))
    (folder / "ferrule.toml").write_text('[project]\nkey = "birds"\n')
    monkeypatch.chdir(folder)
    yield folder
    forget_master_key()
    choose_project(None)
    forget()


def command(*arguments: str) -> int:
    forget()
    return main(list(arguments))


def given(name: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the options that give the secrets of a method, by variables."""
    options = []
    for key in METHODS[name][1]:
        monkeypatch.setenv(f"CANARY_{key.upper()}", secret(name, key))
        options += ["--secret", f"{key}=@env:CANARY_{key.upper()}"]
    return options


def connected(name: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options = given(name, monkeypatch)
    setting = f"baseUrl={url}"
    assert command("connect", f"canary-{name}", "--set", setting, *options) == 0
    for key in METHODS[name][1]:
        monkeypatch.delenv(f"CANARY_{key.upper()}")


def secrets_of(*names: str) -> dict[str, str]:
    """Return the secrets of methods; of a key each line of its text."""
    given = {
        f"{name}-{key}": secret(name, key)
        for name in names or METHODS
        for key in METHODS[name][1]
        if key not in SHOWN | {"privateKey"}
    }
    lines = [line for line in PEM.splitlines() if not line.startswith("-----")]
    return given | {f"line {n} of the key": line for n, line in enumerate(lines)}


class Heard(logging.Handler):
    """Keeps what is logged, as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def logged() -> Iterator[Heard]:
    """Everything that is logged, down to DEBUG."""
    root, handler = logging.getLogger(), Heard()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    guard_logging()
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.parametrize("name", METHODS)
def test_no_flow_lets_a_secret_out(
    name, server, project, tmp_path, monkeypatch, capfd, logged
):
    monkeypatch.setattr(SystemClock, "sleep", lambda _self, _seconds: None)
    connected(name, server.origin, monkeypatch)
    key, path = f"canary-{name}", f"descriptors/canary/connectors/canary-{name}.json"
    setting = f"baseUrl={server.origin}"
    options = given(name, monkeypatch)
    for server.mood in MOODS:
        for more in ([], ["--json"]):
            command("check", key, *more)
            command("sync", key, "--full", *more)
            command("sync", key, "--limit", "1", *more)
            command("sync", key, *more)
            command("health", *more)
        for more in ([], ["--limit", "3", "--state", str(tmp_path / "home" / "state")]):
            command("run", path, "--set", setting, *options, *more)
    command("signals", key, "--json")
    command("connections", "--json")
    command("credentials", "--json")
    for server.mood in MOODS:
        send(name, server.origin)
    command("disconnect", key, "--yes")
    said = capfd.readouterr()
    heard = "".join(server.heard).encode()
    for each in set(METHODS[name][1]) - UNSENT:
        assert found(heard, {each: secret(name, each)}), each
    assert "signal" in said.out
    told = "\n".join([said.out, said.err, *logged.lines]).encode()
    every = secrets_of(name) | dict(map(numbered, enumerate(handed_out(server))))
    assert found(told, every) == []
    assert leaks(every, tmp_path / "home", project) == []
    assert not server.issued or len(server.issued) > 10


def numbered(one: tuple[int, str]) -> tuple[str, str]:
    return f"token {one[0]}", one[1]


def handed_out(server: IssuingServer) -> list[str]:
    """Return the tokens that the service gave, and those that were signed for it."""
    signed = re.findall(r"Bearer (eyJ[\w.-]+)", "".join(server.heard))
    return [*server.issued, *set(signed)]


def send(name: str, url: str) -> None:
    """Send as the Builder does, preview what came, and keep draft and sample."""
    forget()
    secrets = {k: SecretStr(secret(name, k)) for k in METHODS[name][1]}
    home, document = Home.default().made(), connector(name)
    try:
        sent = Sending(document, {"baseUrl": url}, secrets).send()
    except FerruleError as error:
        (home.path / "error.txt").write_text(f"{error!r} {error} {vars(error)}")
        return
    (home.path / "sample.json").write_bytes(sent.response.body)
    (home.path / "shown.txt").write_text(repr(sent))
    history = History(home)
    kept = history.keep(sent, Where("birds", document["id"], stream="items"))
    history.close()
    (home.path / "copied.txt").write_text(as_curl(kept))
    draft = Draft(document)
    draft.edit("/name", "changed")
    DraftShelf(home, "birds").keep("canary", draft)
    if sent.response.body.startswith(b"["):
        rows = preview(draft.document, sent.response.json).rows
        (home.path / "rows.txt").write_text(repr(rows))


def test_arguments_and_environment_of_processes_hold_no_secret(
    server, project, tmp_path, monkeypatch, capfd
):
    connected("query", server.origin, monkeypatch)
    ferrule = Ferrule(tmp_path / "home", project)
    every = secrets_of()
    for line in (
        job("canary-query", secrets={"key": canary("query-key")}),
        job("canary-query", "full"),
    ):
        process = ferrule.start("sync", "--control", "stdin")
        assert found(Path(f"/proc/{process.pid}/cmdline").read_bytes(), every) == []
        process.stdin.write(line)
        process.stdin.flush()
        told = told_by_processes("cmdline") + told_by_processes("environ")
        said = process.stdout.read() + process.stderr.read()
        assert process.wait(30) == 0, said
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()
        assert found(told + said, every) == []
    assert leaks(every, tmp_path / "home", project) == []


def test_a_bundle_signed_with_a_key_of_the_vault_holds_no_secret(
    server, project, tmp_path, monkeypatch, capfd
):
    connected("header", server.origin, monkeypatch)
    assert command("keys", "new", "bird") == 0
    out = tmp_path / "canary.ferrule"
    command("sign", "canary", "--key", "bird", "--out", str(out), "--json")
    command("keys", "list", "--json")
    command("keys", "export", "bird")
    said = capfd.readouterr()
    assert b"PRIVATE" not in (said.out + said.err).encode()
    assert found((said.out + said.err).encode(), secrets_of()) == []
    assert leaks(secrets_of(), tmp_path) == []


def test_the_master_key_leaves_the_environment_and_no_core_is_dumped(project):
    assert command("catalogue", "--json") == 0
    assert "FERRULE_MASTER_KEY" not in os.environ
    assert os.environ["PYDANTIC_DISABLE_PLUGINS"] == "__all__"
    resource = pytest.importorskip("resource")
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0


def test_the_traceback_of_a_bug_holds_no_secret(project, tmp_path):
    ferrule = Ferrule(tmp_path / "home", project)
    script = tmp_path / "crash.py"
    script.write_text(
        "from ferrule.cli.guards import guard_process\n"
        "from ferrule.redaction import live\n"
        "guard_process()\n"
        f"live.add({canary('header-key')!r})\n"
        f"raise RuntimeError({canary('header-key')!r})\n"
    )
    environment = ferrule.environment
    done = run_python(str(script), environment)
    assert b"RuntimeError" in done
    assert found(done.replace(script.read_bytes(), b""), secrets_of()) == []


def run_python(script: str, environment: dict[str, str]) -> bytes:
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, check=False
    )
    return done.stderr


def test_no_verb_of_the_vault_and_no_failure_of_it_lets_a_secret_out(
    server, project, tmp_path, monkeypatch, capfd
):
    """Passphrases, master keys, the recovery key, one credential after another."""
    words = ("first", "second", "wrong", "printed", "header-key", "header-next")
    secret = {name: canary(name) + " and more" for name in words[:4]}
    secret |= {name: canary(name) for name in words[4:]}
    for name, value in secret.items():
        monkeypatch.setenv(name.replace("-", "_").upper(), value)
    monkeypatch.delenv("FERRULE_MASTER_KEY")
    forget_master_key()
    quick = partial(HomeVault, cost=Cost(19 * 1024, 2, 1))
    monkeypatch.setattr(opening, "HomeVault", quick)
    home, out = tmp_path / "home", tmp_path / "recovery.txt"
    vault_with_everything(server, out)
    secret["recovery"] = out.read_text("utf-8").splitlines()[2]
    vault_that_fails(home, monkeypatch, secret["printed"])
    said = capfd.readouterr()
    assert "Sealed" in said.out
    assert "The passphrase is wrong" in said.err
    assert "It said:" in said.err
    places = {"output": (said.out + said.err).encode()} | {
        str(file): file.read_bytes()
        for file in (*home.rglob("*"), *project.rglob("*"))
        if file.is_file()
    }
    assert len(places) > 5
    found = [
        f"{name} in {place}"
        for name, value in secret.items()
        for form in encodings(value)
        for place, content in places.items()
        if form in content
    ]
    assert found == []


def vault_with_everything(server: EchoServer, out: Path) -> None:
    """Run every verb as it is meant, and as it is not."""
    opened = ("--passphrase", "@env:FIRST")
    command("vault", "passphrase", "--new", "@env:FIRST")
    os.environ["FERRULE_MASTER_KEY"] = os.environ["FIRST"]
    command(
        *("connect", "canary-header", "--set", f"baseUrl={server.origin}"),
        *("--secret", "key=@env:HEADER_KEY"),
    )
    for server.mood in ("401", "good"):
        for more in ([], ["--json"]):
            rotate = ("credentials", "rotate", "canary-header")
            command(*rotate, "--secret", "key=@env:HEADER_NEXT", *more)
            command(*rotate, *more)
            command("credentials", *more)
    command("credentials", "discard", "canary-header", "--yes")
    forget_master_key()
    for more in ([], ["--json"]):
        command("vault", "status", *more)
        command("vault", "unlock", *more)
        command("vault", "unlock", *opened, *more)
        command("vault", "unlock", "--passphrase", "@env:WRONG", *more)
        command("vault", "unlock", "--passphrase", os.environ["FIRST"], *more)
    command("vault", "unlock", *opened, "--remember")
    command("vault", "rotate", "--passphrase", "@env:WRONG")
    command("vault", "rotate", *opened)
    command("vault", "rotate", *opened, "--new-master-key", "@env:WRONG")
    command("vault", "passphrase", "--passphrase", "@env:WRONG", "--new", "@env:FIRST")
    command("vault", "passphrase", "--passphrase", "@env:WRONG", "--remove")
    export = ("vault", "export-recovery", "--out", str(out), "--yes")
    command(*export, "--passphrase", "@env:FIRST")
    command(*export, "--passphrase", "@env:WRONG")
    command("vault", "unlock", "--recovery", f"@file:{out}")
    command("vault", "unlock", "--recovery", "@env:SECOND")
    command("vault", "lock")


def vault_that_fails(home: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """Damage the file in every way, and let the key's program tell its key."""
    code = f"import sys; print({key!r}); print('got', {key!r}, file=sys.stderr)"
    script = home.parent / "tell.py"
    script.write_text(f"{code}; sys.exit(3)")
    monkeypatch.setenv("FERRULE_MASTER_KEY_COMMAND", f"{sys.executable} {script}")
    file, more = home / "vault.ferrule", ["--passphrase", "@env:WRONG"]
    whole = file.read_bytes()
    for raw in (whole, whole[:-40], b"", whole.replace(b"birds", b"words"), b"{}"):
        file.write_bytes(raw)
        for as_json in ([], ["--json"]):
            command("vault", "status", *as_json)
            command("keys", "list", *as_json)
        command("check", "canary-header")
        command("vault", "restore", *more, "--yes")
        command("disconnect", "canary-header", "--yes")
    script.unlink()
