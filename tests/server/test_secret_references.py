"""The program that knows secrets: what it is given, how long, what is told of it."""

import os
import sys
import time

import pytest
from tests.support.promptness import in_time

from ferrule.errors import CredentialError, UsageError
from ferrule.redaction import live
from ferrule.server.secret_references import MOST, SecretReferences

KEYS = ("user", "word")


def program(tmp_path, body, patience_s=10.0):
    path = tmp_path / "program.py"
    path.write_text(f"import json, os, sys, time\n{body}\n")
    return SecretReferences((sys.executable, str(path)), patience_s)


def test_it_gets_the_reference_as_one_argument_without_a_shell(tmp_path):
    told = tmp_path / "told"
    body = f"open({str(told)!r}, 'w').write(json.dumps(sys.argv[1:])); print('{{}}')"
    reference = "vault/a;touch$IFS/tmp/x`id`&&*"
    found = program(tmp_path, body).missing(reference, KEYS)
    assert found == ["user", "word"]
    assert told.read_text() == f'["{reference}"]'


@pytest.mark.parametrize(
    ("printed", "keys", "missing"),
    [
        ('{"user": "anna", "word": "sesame-open"}', KEYS, []),
        ('{"user": "anna", "word": ""}', KEYS, ["word"]),
        ('{"user": "anna", "more": "x"}', KEYS, ["word"]),
        ("sesame-open", KEYS, ["user", "word"]),
        ("sesame-open", ("word",), []),
        ("123456", ("word",), []),
        ('{"word": "sesame-open"}', ("word",), []),
        ("{}", (), []),
    ],
)
def test_it_prints_an_object_or_the_one_value(tmp_path, printed, keys, missing):
    references = program(tmp_path, f"print({printed!r})")
    assert references.missing("a", keys) == missing


def test_what_it_prints_is_redacted_from_then_on(tmp_path):
    program(tmp_path, "print('opensesame-7781')").missing("a", ("word",))
    assert "opensesame" not in live.text("it was opensesame-7781")


def test_nothing_of_ferrule_is_in_its_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_MASTER_KEY", "abc")
    body = "print(' '.join(k for k in os.environ if k.startswith('FERRULE')) or 'no')"
    assert program(tmp_path, body).missing("a", ("no",)) == []
    body += "\nsys.exit('FERRULE_MASTER_KEY' in os.environ)"
    assert program(tmp_path, body).missing("a", ("no",)) == []


@pytest.mark.parametrize(
    "body",
    [
        "print('secret-1'); sys.exit(1)",
        "pass",
        "print(' ')",
        f"sys.stdout.write('x' * {MOST + 1})",
        "while True: sys.stdout.write('x' * 100000)",
        "raise OSError('secret-1')",
    ],
)
def test_a_program_that_fails_tells_nothing(tmp_path, body):
    with pytest.raises(CredentialError) as refused:
        program(tmp_path, body).missing("vault/a", KEYS)
    assert "secret-1" not in str(refused.value)


@pytest.mark.skipif(os.name != "posix", reason="groups of processes are POSIX's")
def test_a_program_that_takes_too_long_is_ended_with_what_it_started(tmp_path):
    body = "import subprocess; subprocess.run(['sleep', '60'])"
    started = time.monotonic()
    with pytest.raises(CredentialError):
        program(tmp_path, body, 0.3).missing("a", KEYS)
    in_time(time.monotonic() - started, 5)


def test_without_a_program_nothing_is_looked_at(tmp_path):
    with pytest.raises(CredentialError, match="cannot look"):
        SecretReferences.of("").missing("a", KEYS)
    with pytest.raises(CredentialError, match="cannot be started"):
        SecretReferences.of(str(tmp_path / "none")).missing("a", KEYS)
    with pytest.raises(UsageError, match="no command line"):
        SecretReferences.of('vault "read')
    assert SecretReferences.of("vault 'kv get'").words == ("vault", "kv get")
