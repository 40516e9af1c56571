"""The places where libraries let secrets out, one by one: none does here.

Each test is a sentence of the list of known leaks; `test_canary.py` looks for secrets
in whole flows.
"""

import asyncio
import json
import logging
import pickle
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from ferrule.auth.token import TokenSet
from ferrule.clock import SystemClock
from ferrule.credentials import HomeVault, Ref
from ferrule.credentials.data_key import CommandKey, GivenKey, HandedKey
from ferrule.credentials.locks import LockKey
from ferrule.credentials.passphrase_key import PassphraseKey
from ferrule.credentials.sealed_file import begun
from ferrule.descriptor.document import validate
from ferrule.errors import DescriptorInvalid
from ferrule.redaction import MASK, Redactor, guard_logging, live
from ferrule.section import Section

SECRET = "l3ak-me/if+you can"

REQUESTS = """
import logging, sys
import httpx
from ferrule.redaction import live

live.add(sys.argv[1])
logging.basicConfig(level=logging.DEBUG)

def answer(request):
    return httpx.Response(401, headers={"Set-Cookie": "session=" + sys.argv[1]})

client = httpx.Client(transport=httpx.MockTransport(answer))
address = "https://me:" + "pw-in-the-address" + "@api.example.com/?key=in-the-query"
found = client.get(address, headers={"X-Api-Key": sys.argv[1]})
logging.warning("%r %r", found.request.headers, dict(found.headers))
try:
    found.raise_for_status()
except httpx.HTTPStatusError:
    logging.exception("refused")
"""


def test_httpx_logs_no_address_and_what_repeats_headers_is_redacted() -> None:
    done = subprocess.run(
        [sys.executable, "-c", REQUESTS, SECRET],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "INFO:httpx" not in done.stderr
    assert "DEBUG:httpcore" not in done.stderr
    assert SECRET not in done.stderr
    assert done.stderr.count(MASK) >= 2


def test_libraries_that_log_headers_are_quiet_whoever_configures_logging() -> None:
    guard_logging()
    for name in ("httpx", "httpcore"):
        assert logging.getLogger(name).getEffectiveLevel() >= logging.WARNING


class Part(Section):
    """A part with a number."""

    number: int


@pytest.mark.parametrize("given", [{"number": SECRET}, {"other": SECRET}, SECRET])
def test_a_part_that_does_not_fit_does_not_repeat_what_was_given(given) -> None:
    with pytest.raises(ValidationError) as wrong:
        Part.model_validate(given)
    assert SECRET not in str(wrong.value)
    assert SECRET not in repr(wrong.value)


def test_the_problems_of_a_document_do_not_repeat_its_values() -> None:
    document = {"connectorId": "x", "auth": {"method": "api_key", "config": SECRET}}
    with pytest.raises(DescriptorInvalid) as wrong:
        validate(document)
    told = [f"{p.pointer} {p.message} {p.advice}" for p in wrong.value.problems]
    assert told
    assert SECRET not in json.dumps(told)


def test_nothing_reads_the_input_that_pydantic_keeps_in_its_errors() -> None:
    app = Path(__file__).parents[1] / "app" / "ferrule"
    reads = [
        (path.name, line.strip())
        for path in app.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if "error.errors(" in line and "include_input=False" not in line
    ]
    assert reads == []


def test_an_error_of_sqlite_names_columns_and_no_values(tmp_path: Path) -> None:
    """What the database says of a refused row may be shown."""
    db = sqlite3.connect(tmp_path / "x.db")
    db.execute("create table kept (name text unique, size integer check (size > 0))")
    db.execute("insert into kept values (?, 1)", (SECRET,))
    said = []
    for row in ((SECRET, 1), ("other", -1), (SECRET, object())):
        with pytest.raises(sqlite3.Error) as wrong:
            db.execute("insert into kept values (?, ?)", row)
        said.append(str(wrong.value))
    db.close()
    assert SECRET not in "".join(said)


def test_an_engine_of_sqlalchemy_hides_its_values() -> None:
    """Its exceptions would hold them. The store makes none: it only declares tables."""
    app = Path(__file__).parents[1] / "app" / "ferrule"
    made = {
        path.parent.name: [one.split("\n)")[0] for one in text.split("create_engine(")]
        for path in app.rglob("*.py")
        if "create_engine(" in (text := path.read_text("utf-8"))
    }
    assert list(made) == ["server"]
    assert all("hide_parameters=True" in one for one in made["server"][1:])


TRACEBACK = """
import sys
from ferrule.cli.guards import guard_process

guard_process()

def crash(local):
    raise RuntimeError("it broke")

crash(sys.argv[1])
"""


def test_a_traceback_shows_no_local_variable() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TRACEBACK, SECRET],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "it broke" in done.stderr
    assert SECRET not in done.stderr


def test_asyncio_and_warnings_are_redacted_too(capfd) -> None:
    live.add(SECRET)
    logging.getLogger("asyncio").error("Task exception: %s", SECRET)
    logging.captureWarnings(capture=True)
    try:
        logging.getLogger("py.warnings").warning("deprecated: %s", SECRET)
        asyncio.run(failing())
    finally:
        logging.captureWarnings(capture=False)
    assert SECRET not in capfd.readouterr().err


async def failing() -> None:
    loop = asyncio.get_running_loop()
    loop.call_exception_handler({"message": f"it failed with {SECRET}"})


def test_no_core_is_dumped() -> None:
    resource = pytest.importorskip("resource")
    code = (
        "import resource; from ferrule.cli.guards import guard_process; "
        "guard_process(); print(resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (hard, hard)),
    )
    assert done.stdout.strip() == "0"


def holders(tmp_path: Path) -> list[object]:
    """Return one of everything that holds a key of the vault."""
    key = LockKey("master", bytes(32))
    _, ring = begun([key])
    return [
        HomeVault(tmp_path),
        PassphraseKey(),
        GivenKey("a passphrase of twenty or more"),
        CommandKey(lambda: ""),
        HandedKey(bytes(32)),
        ring,
    ]


def test_what_holds_a_key_is_not_pickled(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    for one in holders(tmp_path):
        with pytest.raises(TypeError):
            pickle.dumps(one)


def test_no_key_and_no_token_stands_in_a_repr(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    tokens = TokenSet(access=SecretStr(SECRET), obtained_at=SystemClock().now())
    shown = f"{holders(tmp_path)} {tokens} {Ref('p', 'o')}"
    assert SECRET not in shown
    assert "twenty" not in shown
    assert "\\x00\\x00\\x00\\x00" not in shown


def test_a_redactor_is_no_list_of_secrets_to_read() -> None:
    assert SECRET not in repr(Redactor([SECRET]))
    assert SECRET not in str(vars(Redactor)["text"])
