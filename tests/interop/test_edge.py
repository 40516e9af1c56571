"""The exported edge function in Node and in Deno maps as our engine does."""

import json
from itertools import chain
from pathlib import Path

import pytest
from tests.interop.asking import NEEDED, RUNTIMES, edge_function
from tests.mapping.items import ORIGIN
from tests.mapping.test_samples import BASE
from tests.mapping.test_samples import GOOD as MAPPINGS
from tests.support.compliance import CASES, is_result

from ferrule import shipped
from ferrule.descriptor.document import read_descriptor
from ferrule.errors import ExpressionError
from ferrule.exchange import canonical, decode, encode
from ferrule.expression.pattern import compile_pattern
from ferrule.expression.template import Scope, compile_template
from ferrule.mapping import FieldMapping, Origin, compile_mapping

pytestmark = NEEDED
HERE = Path(__file__).parent
SAMPLES = HERE.parent / "samples"
ROOT = shipped.descriptors()
FIXTURES = [
    path
    for path in sorted(ROOT.glob("*/fixtures/*/*.json"))
    if json.loads(path.read_bytes())["kind"] == "sync"
]


def document_of(fixture: Path) -> bytes:
    folder = fixture.parent.parent.parent
    return (folder / "connectors" / f"{fixture.parent.name}.json").read_bytes()


@pytest.fixture(scope="module", params=RUNTIMES)
def ask(request, tmp_path_factory):
    return edge_function(request, tmp_path_factory.mktemp("edge"))


def test_the_filters_pass_the_published_vectors(ask, interop_table):
    vectors = decode((SAMPLES / "template" / "filters.json").read_bytes())
    cases = [case for several in vectors.values() for case in several]
    asked = [{"ask": "template", **case} for case in cases]
    wrong = [
        (case, found)
        for case, found in zip(cases, ask(asked), strict=True)
        if not _is_told(case, found)
    ]
    interop_table.row(len(cases), len(wrong), what="edge function: template filters")
    assert wrong == []
    assert len(cases) >= 100


def _is_told(case, found) -> bool:
    if "error" in case:
        return case["error"] in found.get("error", "")
    if "undefined" in case:
        return found == {"undefined": True}
    return canonical(found.get("result", "none")) == canonical(case["result"])


def test_paths_pass_the_compliance_suite(ask, interop_table):
    asked = [
        {"ask": "path", "path": case["selector"], "root": case.get("document")}
        for case in CASES.values()
    ]
    wrong = []
    for (name, case), found in zip(CASES.items(), ask(asked), strict=True):
        refused = isinstance(found, dict)
        if case.get("invalid_selector"):
            if not refused:
                wrong.append(name)
        elif refused or not is_result(case, found):
            wrong.append(name)
    interop_table.row(len(CASES), len(wrong), what="edge function: JSONPath suite")
    assert wrong == []


PATTERNS = [
    r"a.c",
    r"^v\d+(\.\d+)*$",
    r"(?i)bug|défaut",
    r"[^a-c\s]{2,3}",
    r"\bword\b",
    r"x*?y+",
    r"(ab){2}",
    r"(?:a|b)?c$",
    r"[\w.-]+@[\w-]+",
    r"\x41|\x{1F600}",
    r"(?s)a.c",
    r"(?m)^b$",
    r"^(a+)+$",
    r"[]a]",
    r"",
    r"é{2}",
]
TEXTS = [
    "abc", "a\nc", "v1.2.3", "A BUG", "Défaut", "word", "swordfish", "xxy", "abab",
    "bc", "ann@example", "A", "😀", "a\nb\nc", "a" * 40 + "b", "]", "", "éé", "DE",
]  # fmt: skip


def test_patterns_find_what_re2_finds(ask, interop_table):
    pairs = [(pattern, text) for pattern in PATTERNS for text in TEXTS]
    asked = [{"ask": "pattern", "pattern": p, "text": t} for p, t in pairs]
    wanted = [
        [compile_pattern(p).search(t), compile_pattern(p).fullmatch(t)]
        for p, t in pairs
    ]
    found = zip(pairs, ask(asked), strict=True)
    meant = zip(pairs, wanted, strict=True)
    interop_table.same(found, meant, what="edge function: patterns")


def wire(row):
    if row.signal is not None:
        return decode(encode(row.signal))
    if row.deleted is not None:
        return {"deleted": row.deleted}
    if row.error is None:
        return "skipped"
    told = {"field": row.error.field, "message": row.error.message}
    return {
        "error": told | ({"itemId": row.error.item_id} if row.error.item_id else {})
    }


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_a_golden_exchange_becomes_the_same_signals(ask, path, interop_table):
    """All members of every signal, the content hash and each item error among them."""
    fixture = decode(path.read_bytes())
    document = document_of(path)
    connector = read_descriptor(document)
    streams = {stream.key: stream for stream in connector.resolved_streams}
    stream = streams[fixture.get("stream") or next(iter(streams))]
    config = fixture["config"]
    collection = stream.collection_key
    origin = Origin(connector.id, "p", "c", collection, stream.key, config)
    compiled = compile_mapping(stream.mapping, origin)
    bodies = [one["response"]["body"] for one in fixture["exchanges"]]
    asked = {
        "ask": "stream",
        "document": decode(document),
        "project": "p",
        "connection": "c",
        "config": config,
        "stream": stream.key,
    }
    found = ask([asked | {"body": body} for body in bodies])
    wanted = [[wire(r) for r in compiled.page(compiled.items(b))] for b in bodies]
    interop_table.same(
        map(canonical, found),
        map(canonical, wanted),
        what="edge function: golden exchanges",
    )


CARRIED = [path for path in MAPPINGS if path.stem not in {"schema", "transforms.cast"}]


def test_each_sample_of_a_mapping_becomes_the_same(ask, interop_table):
    cases = [decode(path.read_bytes()) for path in CARRIED]
    asked, wanted = [], []
    for case in cases:
        whole = {**BASE, **case["mapping"]}
        compiled = compile_mapping(FieldMapping.model_validate(whole), ORIGIN)
        rows = compiled.page(compiled.items(case["body"]))
        wanted.append([wire(row) for row in rows])
        origin = {
            "source": ORIGIN.source,
            "project": ORIGIN.project,
            "connection": ORIGIN.connection,
            "collectionKey": ORIGIN.collection_key,
            "stream": ORIGIN.stream,
            "config": ORIGIN.config,
        }
        question = {"ask": "mapping", "mapping": whole, "origin": origin}
        asked.append(question | {"body": case["body"]})
    found = zip(CARRIED, map(canonical, ask(asked)), strict=True)
    meant = zip(CARRIED, map(canonical, wanted), strict=True)
    interop_table.same(found, meant, what="edge function: samples of mappings")


AWKWARD = {
    "items": [
        {"id": 9007199254740993, "at": "2026-02-03T04:05:06.5+01:00", "title": 1.50},
        {"id": "a\u202eb", "at": "2026-W06-2", "title": "x\u0007\r\ny" + "z" * 600},
        {"id": 12, "at": 5, "title": "no time"},
        {"id": "", "at": "2026-02-03"},
        {"id": True, "at": "2026-02-03"},
        {"id": "k\n", "at": "2026-02-03"},
        {"id": 1, "at": "20260203T0405", "title": {"a": [1, None, "\u0085"]}},
        {
            "id": 2,
            "at": "2016-12-31T23:59:60Z",
            "10": 1,
            "2": 2,
            "é\u0000": "é",
            "é": 3,
        },
        {"id": 3, "at": "2026-02-03 04:05", "title": None, "n": [1e400, -0.0, 1e-7]},
        "text",
        None,
    ]
}


def test_awkward_items_become_the_same(ask, interop_table):
    body = decode(encode(AWKWARD).replace(b"null]", b"1E+400,-0.0,1e-7,12.50]"))
    origin = {"source": "s", "project": "ü", "connection": "c", "collectionKey": "k"}
    origin |= {"stream": "t", "config": {}}
    compiled = compile_mapping(
        FieldMapping.model_validate(BASE), Origin("s", "ü", "c", "k", "t", {})
    )
    wanted = [wire(row) for row in compiled.page(compiled.items(body))]
    question = {"ask": "mapping", "mapping": BASE, "origin": origin, "body": body}
    (found,) = ask([question])
    interop_table.same(
        map(_outcome, found),
        map(_outcome, wanted),
        what="edge function: samples of mappings",
    )


MOMENTS = [
    "2026-02-03", "20260203", "2026-W06", "2026-W06-2", "2026W062", "2026-W53-1",
    "2020-W53-7", "2026-02-30", "2024-02-29", "2026-02-03T04", "2026-02-03T04:05",
    "2026-02-03t04:05:06z", "2026-02-03 04:05:06", "2026-02-03T04:05:06.1234567",
    "2026-02-03T04:05:06,5+0530", "2026-02-03T04:05:06-01", "20260203T040506Z",
    "2026-02-03T24:00:00Z", "2026-02-03T04:60:00Z", "2016-12-31T23:59:60Z",
    "2016-12-31T23:59:60.5+02:00", "2026-02-03T04:05:06+02:00:30", " 2026-02-03 ",
    "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59.999999Z", "soon", "", "1", 1,
    "177009150", 1770091506, 1770091506.25, -1, "-0.000001", 1e12, 1e30, "1e3",
    True, None, [], "03/02/2026", "3 Feb 2026 4:05 PM", "Tue, 03 Feb 2026 04:05:06 GMT",
    "2026-034", "26-02-03", "2026-02-03T04:05:06 +0200", "12:05 AM 2026-02-03",
    "2026-2-3", "2026-02-03\n",
]  # fmt: skip
FORMATS = [
    "iso8601", "date", "unix", "unix_ms", "%d/%m/%Y", "%d %b %Y %I:%M %p",
    "%a, %d %b %Y %H:%M:%S %Z", "%Y-%j", "%y-%m-%d", "%FT%T %z", "%I:%M %p %F", "%s",
    "%Y-%m-%d", "%e/%m/%Y",
]  # fmt: skip


def test_dates_are_read_and_written_alike(ask, interop_table):
    cases = [
        (value, f'{{{{v|date("{write}", "{read}")}}}}')
        for value in MOMENTS
        for read in FORMATS
        for write in ("iso8601", "unix", "%A %d %B %y %j %f %p")
    ]
    asked = [{"ask": "template", "template": t, "input": v} for v, t in cases]
    wrong = []
    for (value, text), found in zip(cases, ask(asked), strict=True):
        try:
            made = compile_template(text).render(Scope({}, {"v": value}))
            wanted = encode({"result": made})
        except ExpressionError:
            wanted = b"error"
        got = b"error" if "error" in found else encode(found)
        if got != wanted:
            wrong.append((value, text, got, wanted))
    interop_table.row(len(cases), len(wrong), what="edge function: dates")
    assert wrong == []


VALUES = [
    None, True, False, 0, -0.0, 7, 10**30, 1.50, "1.50", " 12 ", "+5", "1e3", "1_000",
    "0x10", "٣", "yes", " OFF ", "maybe", "", "[1, 2.0]", "{", "2026-02-03", [], {},
    "1e-7", 1e22, 123456789012345678901234567890.5, "٣.5", "NaN", "-", ".5", "5.",
]  # fmt: skip
CASTS = ["string", "integer", "number", "boolean", "datetime", "json"]


def test_casts_make_the_same_or_refuse_alike(ask, interop_table):
    asked, wanted = [], []
    origin = {"source": "s", "project": "p", "connection": "c", "collectionKey": "k"}
    origin |= {"stream": "t", "config": {}}
    for cast in CASTS:
        mapping = BASE | {
            "fields": {"v": {"path": "$.v", "as": cast}},
            "itemsPath": "$",
            "idPath": "$.id",
        }
        body = [
            {"id": i, "at": "2026-02-03", "v": value} for i, value in enumerate(VALUES)
        ]
        body = decode(encode(body))
        compiled = compile_mapping(
            FieldMapping.model_validate(mapping), Origin("s", "p", "c", "k", "t", {})
        )
        wanted.append([wire(row) for row in compiled.page(body)])
        question = {"ask": "mapping", "mapping": mapping, "origin": origin}
        asked.append(question | {"body": body})
    pairs = [(cast, value) for cast in CASTS for value in VALUES]
    found = zip(pairs, map(_outcome, chain(*ask(asked))), strict=True)
    meant = zip(pairs, map(_outcome, chain(*wanted)), strict=True)
    interop_table.same(found, meant, what="edge function: casts")


def _outcome(row) -> object:
    """Return a row so that all say it alike: of an error the field it is about."""
    if isinstance(row, dict) and "error" in row:
        return row["error"]["field"]
    return canonical(row)


def test_a_pattern_that_is_not_re2_here_is_not_there(ask, interop_table):
    (found,) = ask([{"ask": "pattern", "pattern": "(a)\\1", "text": "aa"}])
    interop_table.same(["error" in found], [True], what="edge function: patterns")
    with pytest.raises(ExpressionError):
        compile_pattern("(a)\\1")
