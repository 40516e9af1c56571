"""No encoding of a secret stays in a text, header, JSON value or log."""

import base64
import html
import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from ferrule import redaction
from ferrule.redaction import (
    MASK,
    RedactingFormatter,
    Redactor,
    guard_logging,
    is_secret_name,
    live,
    spelling,
)
from ferrule.redaction import redactor as redactor_module

SECRETS = [
    "sk_live_51H8xY2eZvKYlo2C",
    "p@ss/w+rd 100%&=?",
    'quo"ted\\back\nline\ttab',
    "schlüssel-naïve-鍵",
    "<b>&amp;'x'</b>",
    "a~b!c*d(e)f",
]

ENCODINGS = {
    "raw": lambda s: s,
    "quoted": lambda s: quote(s, safe=""),
    "quoted path": quote,
    "quoted plus": quote_plus,
    "lower-case escapes": lambda s: quote(s, safe="").replace("%2F", "%2f"),
    "JSON": json.dumps,
    "JSON in UTF-8": lambda s: json.dumps(s, ensure_ascii=False),
    "JSON with slashes escaped": lambda s: json.dumps(s).replace("/", "\\/"),
    "JSON in JSON": lambda s: json.dumps(json.dumps(s)[1:-1]),
    "repr": repr,
    "hexadecimal": lambda s: s.encode().hex(),
    "HEXADECIMAL": lambda s: s.encode().hex().upper(),
    "HTML": html.escape,
}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_secret_goes_in_every_encoding(secret: str, encoding: str) -> None:
    encoded = ENCODINGS[encoding](secret)
    redacted = Redactor([secret]).text(f"before {encoded} after")
    assert encoded.strip("\"'") not in redacted
    assert MASK in redacted
    assert redacted.startswith("before ")
    assert redacted.endswith(" after")


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("user", ["", "a", "me", "joe", "joe@example.com"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("after", ["", ":x", ":xy"])
def test_base64_of_user_and_value_goes_at_every_alignment(
    secret: str, user: str, encode: object, after: str
) -> None:
    whole = encode(f"{user}:{secret}{after}".encode()).decode()
    redacted = Redactor([secret]).text(f"Basic {whole}")
    start = 4 * ((len(user) + 1 + 2) // 3)
    assert whole[start : start + 6] not in redacted
    assert MASK in redacted
    assert MASK in Redactor([secret]).text(quote(whole, safe=""))


@pytest.mark.parametrize("secret", SECRETS)
def test_base64_of_a_client_that_is_encoded_first_goes(secret: str) -> None:
    """RFC 6749, section 2.3.1."""
    whole = base64.b64encode(f"id%3A1:{quote_plus(secret)}".encode()).decode()
    redacted = Redactor([secret]).text(f"Basic {whole}")
    assert whole[12:18] not in redacted
    assert MASK in redacted


@given(st.text(min_size=6, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_no_text_around_a_secret_saves_it(secret: str, left: str, right: str) -> None:
    redacted = Redactor([secret]).text(left + secret + right)
    assert secret not in redacted.replace(MASK, "\0")


def test_a_short_secret_goes_as_a_whole_word_only() -> None:
    redactor = Redactor(["abc"])
    assert redactor.text("abc, abcdef and key=abc") == f"{MASK}, abcdef and key={MASK}"


def test_the_mask_tells_no_length() -> None:
    assert Redactor(["x" * 6]).text("x" * 6) == Redactor(["y" * 60]).text("y" * 60)


def test_the_longer_of_two_secrets_goes_whole() -> None:
    assert Redactor(["secret", "secret-long"]).text("secret-long") == MASK


def test_every_line_of_a_key_goes() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\nAgEGCCqGSM49AwEHBG0w\n"
    redacted = Redactor([key]).text("line: AgEGCCqGSM49AwEHBG0w")
    assert redacted == f"line: {MASK}"


def test_secrets_may_be_added_and_come_as_secretstr() -> None:
    redactor = Redactor([SecretStr("first-secret")])
    assert redactor.text("first-secret second-secret") == f"{MASK} second-secret"
    redactor.add("second-secret")
    redactor.add("")
    assert redactor.text("first-secret second-secret") == f"{MASK} {MASK}"


def test_without_secrets_nothing_changes() -> None:
    assert Redactor().text("as it is") == "as it is"


HEADERS = [
    ("Authorization", "Bearer abcdef", f"Bearer {MASK}"),
    ("authorization", "Basic eDp5", f"Basic {MASK}"),
    ("Authorization", "abcdef", MASK),
    ("Proxy-Authorization", "Basic eDp5", f"Basic {MASK}"),
    ("Cookie", "session=1", MASK),
    ("Set-Cookie", "session=1; Path=/", MASK),
    ("X-Api-Key", "k", MASK),
    ("DD-API-KEY", "k", MASK),
    ("DD-APPLICATION-KEY", "k", MASK),
    ("PRIVATE-TOKEN", "k", MASK),
    ("X-Auth-Token", "k", MASK),
    ("api_key", "k", MASK),
    ("access_token", "k", MASK),
    ("X-Api-Key", "", ""),
    ("Content-Type", "application/json", "application/json"),
    ("X-Request-Id", "the known-secret here", f"the {MASK} here"),
    ("page_token", "abc", "abc"),
    ("keyword", "abc", "abc"),
]


@pytest.mark.parametrize(("name", "value", "wanted"), HEADERS)
def test_pairs_are_masked_by_name_and_by_value(
    name: str, value: str, wanted: str
) -> None:
    assert Redactor(["known-secret"]).pairs(((name, value),)) == ((name, wanted),)


def test_json_is_masked_by_member_and_by_value() -> None:
    value = {
        "token": "t",
        "Password": 12345,
        "key": "PROJ-1",
        "client_secret": "s",
        "authorization": {"type": "x", "secret": "s"},
        "items": ["has known-secret in it", 1, None, True],
        "tokens": 5,
        "secret": None,
        "known-secret": 1,
        "empty": "",
    }
    assert Redactor(["known-secret"]).json(value) == {
        "token": MASK,
        "Password": MASK,
        "key": MASK,
        "client_secret": MASK,
        "authorization": {"type": "x", "secret": MASK},
        "items": [f"has {MASK} in it", 1, None, True],
        "tokens": 5,
        "secret": None,
        MASK: 1,
        "empty": "",
    }
    assert value["token"] == "t"


URLS = [
    ("https://api.example.com/a?page=2", "https://api.example.com/a?page=2"),
    ("https://me:pw@api.example.com/a", "https://api.example.com/a"),
    ("https://api.example.com/a#frag", "https://api.example.com/a"),
    (
        "https://api.example.com/a?api_key=zzz&x=1&token=yyy",
        f"https://api.example.com/a?api_key={MASK}&x=1&token={MASK}",
    ),
    ("https://api.example.com/known-secret/x", f"https://api.example.com/{MASK}/x"),
    ("https://api.example.com/?q=known-secret", f"https://api.example.com/?q={MASK}"),
    ("https://[broken?token=abc", f"https://[broken?token={MASK}"),
]


@pytest.mark.parametrize(("url", "wanted"), URLS)
def test_a_url_is_shown_without_secrets(url: str, wanted: str) -> None:
    assert Redactor(["known-secret"]).url(url) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"access_token":"abc","a":1}', f'{{"access_token":"{MASK}","a":1}}'),
        ('{"password" : "a\\"b"}', f'{{"password" : "{MASK}"}}'),
        ('{"secret":"cut off', f'{{"secret":"{MASK}"'),
        ('{"token":123456}', f'{{"token":"{MASK}"}}'),
        ("grant=x&client_secret=abc&y=1", f"grant=x&client_secret={MASK}&y=1"),
        ("nothing=here", "nothing=here"),
    ],
)
def test_what_looks_like_a_secret_goes_from_a_loose_text(
    text: str, wanted: str
) -> None:
    assert Redactor().loose(text) == wanted


def test_names_are_compared_without_their_spelling() -> None:
    assert all(map(is_secret_name, ["X-API-Key", "apiKey", "api_key", "API.KEY"]))
    assert not any(map(is_secret_name, ["monkey", "keys", "tokenizer", "x", ""]))


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Return what a handler of its own logger writes."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.getLogger("ferrule.tests.redaction")
    logger.addHandler(handler)
    yield written
    logger.removeHandler(handler)


def test_logs_are_redacted_in_message_arguments_and_traceback(
    stream: io.StringIO,
) -> None:
    secret = "log-me-if-you-can"
    logger = logging.getLogger("ferrule.tests.redaction")
    kept = [(h, h.formatter) for h in logging.getLogger().handlers]
    last = logging.lastResort.formatter if logging.lastResort else None
    try:
        guard_logging(Redactor([secret]))
        logger.warning("a %s and %r", secret, {"k": secret})
        try:
            raise ValueError(secret)
        except ValueError:
            logger.exception("it failed")
        basic = base64.b64encode(f"user:{secret}".encode()).decode()
        logger.warning("Basic %s", basic)
    finally:
        for handler, formatter in kept:
            handler.setFormatter(formatter)
        if logging.lastResort:
            logging.lastResort.setFormatter(last)
    text = stream.getvalue()
    assert secret not in text
    assert basic not in text
    assert "WARNING a" in text
    assert "Traceback" in text
    assert text.count(MASK) >= 4


def test_guarding_twice_wraps_once_and_silences_what_logs_urls(
    stream: io.StringIO,
) -> None:
    guard_logging()
    guard_logging()
    handler = logging.getLogger("ferrule.tests.redaction").handlers[0]
    assert isinstance(handler.formatter, RedactingFormatter)
    assert not isinstance(handler.formatter.inner, RedactingFormatter)
    assert logging.getLogger("httpx").level == logging.WARNING
    assert logging.getLogger("httpcore").level == logging.WARNING


CRASHES = """
import gc, logging, sys, threading
from ferrule.cli.guards import guard_process
from ferrule.redaction import live

guard_process()
live.add(sys.argv[1])  # logging is guarded from here on


class Dying:
    def __del__(self):
        raise ValueError(sys.argv[1])


def crash():
    raise ValueError(sys.argv[1])


logging.getLogger("anything").error("logged %s", sys.argv[1])
try:
    crash()
except ValueError:
    logging.exception("caught")
thread = threading.Thread(target=crash, name="worker")
thread.start()
thread.join()
Dying()
gc.collect()
crash()
"""


def test_nothing_that_reaches_standard_error_of_a_process_holds_a_secret() -> None:
    secret = "s3cret-on-stderr"
    done = subprocess.run(
        [sys.executable, "-c", CRASHES, secret],
        capture_output=True,
        text=True,
        check=False,
    )
    assert secret not in done.stderr
    assert f"logged {MASK}" in done.stderr
    assert "Exception in thread worker" in done.stderr
    assert "Exception ignored in" in done.stderr
    assert done.stderr.count(f"ValueError: {MASK}") == 4


def test_one_registry_serves_the_process() -> None:
    assert isinstance(live, Redactor)
    assert sys.modules["ferrule.redaction"].live is live


@given(
    st.lists(st.sampled_from(["a", "bb", "abcab", "ca", "a b"]), min_size=1),
    st.text(alphabet="abc ", max_size=60),
    st.integers(1, 9),
)
def test_a_large_text_is_masked_as_a_small_one_is(secrets, text, window):
    redactor = Redactor(secrets)
    whole = redactor.text(text)
    raw = redactor.raw(text.encode())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(redactor_module, "_WINDOW", window)
        assert redactor.text(text) == whole
        assert redactor.raw(text.encode()) == raw


def tokens(count: int) -> list[str]:
    """Return tokens that hold what URLs and JSON escape."""
    return [f"tok/{number:04d}+{'aZ9-' * 6}==" for number in range(count)]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_superseded_token_is_hidden_in_every_encoding(encoding: str) -> None:
    redactor = Redactor()
    made = tokens(redaction.KEPT_TOKENS)
    for token in made:
        redactor.add_passing(token, "p/issues")
    for token in made:
        encoded = ENCODINGS[encoding](token)
        assert encoded.strip("\"'") not in redactor.text(f"late: {encoded}")
    basic = base64.b64encode(f"me:{made[0]}".encode()).decode()
    assert basic[8:] not in redactor.text(basic)
    assert redactor.raw(f"x {made[0]}".encode()) == f"x {MASK}".encode()


def test_of_many_tokens_of_a_credential_only_the_last_are_kept() -> None:
    redactor = Redactor(["a-secret-for-good"])
    made = tokens(1000)
    for token in made:
        redactor.add_passing(token, "p/issues")
    kept = [token for token in made if redactor.text(token) == MASK]
    assert kept == made[-redaction.KEPT_TOKENS :]
    assert redactor.text("a-secret-for-good") == MASK


def test_a_credential_that_is_renewed_often_costs_no_other_its_tokens() -> None:
    redactor = Redactor()
    quiet, *busy = tokens(500)
    redactor.add_passing(quiet, "p/quiet")
    for token in busy:
        redactor.add_passing(token, "p/busy")
    assert redactor.text(quiet) == MASK


def test_what_is_in_use_and_what_is_stored_never_go() -> None:
    redactor = Redactor()
    stored, *others = tokens(500)
    for token in others:
        redactor.add_passing(stored, "p/issues")  # as each reading of the vault does
        redactor.add_passing(token, "p/issues")
    assert redactor.text(stored) == MASK


def test_what_is_secret_for_good_stays_though_it_was_a_token_too() -> None:
    redactor = Redactor()
    first, *others = tokens(200)
    redactor.add_passing(first, "p/issues")
    redactor.add(first)
    redactor.add_passing(others[0], "p/issues")
    redactor.add_passing(others[0], "p/other")
    for token in others[1:]:
        redactor.add_passing(token, "p/issues")
    assert redactor.text(first) == MASK
    assert redactor.text(others[0]) == MASK  # the other credential has it yet


def test_a_thousand_renewals_make_masking_no_dearer() -> None:
    redactor = Redactor(["a-secret-for-good"])
    for token in tokens(1000):
        redactor.add_passing(token, "p/issues")
        redactor.text("a line of a log")
    values = redaction.KEPT_TOKENS + 1
    assert len(redactor._known) == values
    assert len(redactor._all()) <= values * 24


@given(st.text(min_size=6, max_size=30), st.text(max_size=12), st.text(max_size=12))
def test_what_may_be_there_is_found_by_its_longest_part(secret, left, right) -> None:
    """The look before the pattern misses nothing that the pattern would find."""
    redactor = Redactor([secret])
    every = spelling.pattern_of(tuple(form.text for form in redactor._all()))
    for form in spelling.forms(secret):
        text = f"{left}{form}{right}"
        assert redactor.text(text) == every.sub(MASK, text)
        lower = re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), text)
        assert redactor.text(lower) == every.sub(MASK, lower)


def test_a_foreign_program_gets_no_variable_with_a_secret() -> None:
    redactor = Redactor(["abc-secret-value"])
    given_ = {
        "PATH": "/bin",
        "FERRULE_MASTER_KEY": "",
        "FERRULE_MASTER_KEY_COMMAND": "pass show ferrule",
        "FERRULE_HOME": "/data",
        "TOKEN": "abc-secret-value",
        "URL": "https://x/?q=" + quote("abc-secret-value"),
    }
    assert redactor.environment(given_) == {"PATH": "/bin", "FERRULE_HOME": "/data"}
    assert "TOKEN" in redaction.without_our_own(given_)
