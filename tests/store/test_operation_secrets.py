"""Attacks on the log: no secret gets into a line, in whatever way it is told."""

import base64
import html
import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from tests.store.building import NOW, FixedClock

from ferrule.redaction import live
from ferrule.store import Audit, Database, Operation, Operations
from ferrule.store.audit import AuditEntry

SECRET = 'sk_live/51H+x"y4Zq&8 Ü0pQr7'
TOKEN = "ghp_R4nd0mT0k3nOfTheLog12345678"
BODY = [base64.b64encode(bytes(range(n, n + 48))).decode() for n in (0, 50, 100)]
PEM = "\n".join(["-----BEGIN PRIVATE KEY-----", *BODY, "-----END PRIVATE KEY-----"])
OTHER_PEM = PEM.replace(BODY[0], BODY[2])
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9"


class Odd:
    """No JSON; it tells what it holds."""

    def __str__(self) -> str:
        return f"Odd({TOKEN})"


@pytest.fixture(autouse=True)
def known() -> None:
    for one in (SECRET, TOKEN, PEM):
        live.add(one)


def failure() -> str:
    try:
        raise ValueError(f"bad header: {{'Authorization': 'Bearer {TOKEN}'}}")
    except ValueError as error:
        return repr(error)


def written(database: Database, **members: Any) -> str:
    """Write a line and a row of the trail; return both as they lie in the file."""
    given = {"message": "m", **members}
    line = Operation(NOW, "sync", **given)
    Operations(database, FixedClock()).append("p", [line])
    note = f"{line.message} {dict(line.details)}"
    entry = AuditEntry(NOW, "p", "me", "window", "a.b", line.entity or "s", note=note)
    Audit(database).append(entry)
    with database.reading() as db:
        rows = db.execute("SELECT * FROM operation").fetchall()
        rows += db.execute("SELECT * FROM audit").fetchall()
    assert Operations(database, FixedClock()).page("p")[0].message, "it can be read"
    return "\n".join(str(cell) for row in rows for cell in row)


PLAIN = SECRET.encode()
SPELT = {
    "as it is": SECRET,
    "in an address": quote(SECRET, safe=""),
    "in a form": quote_plus(SECRET),
    "in JSON": json.dumps(SECRET),
    "JSON in JSON": json.dumps(json.dumps({"a": SECRET})),
    "in HTML": html.escape(SECRET),
    "in Python": repr(SECRET),
    "hex": PLAIN.hex(),
    "base64": base64.b64encode(PLAIN).decode(),
    "base64 after one": base64.b64encode(b"u" + PLAIN).decode(),
    "base64 after two": base64.b64encode(b"us:" + PLAIN + b"x").decode(),
    "base64 of an address": base64.urlsafe_b64encode(b"us" + PLAIN).decode(),
}


@pytest.mark.parametrize("spelt", SPELT.values(), ids=SPELT)
@pytest.mark.parametrize(
    "place", ["message", "entity", "value", "key", "deep", "tuple"]
)
def test_a_known_secret_is_masked_however_it_is_spelt(database, place, spelt):
    told = {
        "message": {"message": f"It said {spelt} to us."},
        "entity": {"entity": f"/files/{spelt}"},
        "value": {"details": {"answer": spelt}},
        "key": {"details": {spelt: 1}},
        "deep": {"details": {"a": [{"b": {"c": [spelt]}}]}},
        "tuple": {"details": {"a": ({"b": {spelt}},)}},
    }[place]
    raw = written(database, **told)
    assert SECRET not in raw
    core = spelt[8:-8]
    assert core not in raw, "nor most of it"


@pytest.mark.parametrize(
    ("members", "gone"),
    [
        ({"message": "GET /x?access_token=unkn0wn-1&page=2"}, "unkn0wn-1"),
        ({"message": "https://me:unkn0wn-2@api.example.com/x"}, "unkn0wn-2"),
        ({"message": "sent Authorization: Bearer unkn0wn.value-3"}, "unkn0wn.value-3"),
        ({"message": '{"client_secret": "unkn0wn-4"}'}, "unkn0wn-4"),
        ({"message": f"it answered {JWT}"}, JWT[22:]),
        ({"message": OTHER_PEM}, BODY[1]),
        ({"message": "m", "details": {"key": OTHER_PEM[:90]}}, BODY[2][:40]),
        ({"details": {"x": OTHER_PEM}}, BODY[1]),
        ({"details": {"list": ({"password": "unkn0wn-5"},)}}, "unkn0wn-5"),
        ({"details": {"headers": {"X-Api-Key": "unkn0wn-6"}}}, "unkn0wn-6"),
        ({"details": {"pin": 1, "token": 99887766}}, "99887766"),
        ({"details": {"said": '{"password": "unkn0wn-7"}'}}, "unkn0wn-7"),
        ({"details": {"said": json.dumps(OTHER_PEM)}}, BODY[1]),
        ({"details": {"odd": Odd()}}, TOKEN),
        ({"message": failure()}, TOKEN),
        ({"message": f"x{'y' * 980}{TOKEN}"}, TOKEN[:12]),
        ({"details": {"long": f"{'y' * 8_100}{TOKEN}"}}, TOKEN[:12]),
        ({"message": f"begins {TOKEN[:16]}", "details": {"r": TOKEN[16:]}}, TOKEN[:16]),
        ({"details": {"one": TOKEN[:15], "two": TOKEN[15:]}}, TOKEN[15:]),
        ({"message": PEM.splitlines()[2]}, BODY[1]),
    ],
)
def test_what_is_a_secret_by_its_place_or_form_is_masked(database, members, gone):
    assert gone not in written(database, **members)


@pytest.mark.parametrize(
    "text",
    [
        "3 pages, 12 items: 10 created. The token expired; sign in again.",
        "https://api.example.com/repos/octo-org/hello-2024/issues?page=2",
        "Delivery 12 was replayed as delivery 13, run:12, github-issues@v1.2.3",
        "“ops@example.com” is done; -----BEGIN to END.",
    ],
)
def test_what_is_no_secret_is_written_as_it_is(database, text):
    rows = Operations(database, FixedClock())
    rows.append("p", [Operation(NOW, "sync", text, details={"said": text, "n": 1})])
    (found,) = rows.page("p")
    assert (found.message, found.details) == (text, {"said": text, "n": 1})
