"""Vectors of single rules: signed bytes, base64, JSON, keys, names, content digests.

`json` holds documents in base64, since some are no text.
"""

import base64
import hashlib

from tests.bundle import acme

BASE64 = {
    "": "",
    "Zg==": "66",
    "Zm8=": "666f",
    "Zm9v": "666f6f",
    "-_-_": "fbffbf",
    "+/+/": "fbffbf",
}
NO_BASE64 = [
    *(
        "Zg",
        "Zg=",
        "Zg===",
        "Zh==",
        "Zm9=",
        "Zm9v\n",
        " Zm9v",
        "Zm 9v",
        "+/-_",
        "Zm9v=",
    ),
    *("=", "====", "Z===", "Zm8=Zm8=", "Zm9v\x00", "Zm9\u0456", "Zg%3D%3D"),
]
# every encoding of a point of small order, canonical or not, that decoders accept
SMALL_KEYS = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]
NO_KEYS = [
    "0200000000000000000000000000000000000000000000000000000000000000",
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]
JSON = [
    *(b"1", b'"a"', b" null\r\n\t", b"-0", b"1e308", b"9" * 64, b'"\\ud83d\\ude00"'),
    *('"\U0001f600"'.encode(), b'"\\u0000\\/"', b'{"a":{"a":1},"A":2}', b'"\x7f"'),
    *(b"[" * 64 + b"]" * 64, b'"' + b"[" * 99 + b'"', b"1e-999"),
    b'{"a":' * 64 + b"1" + b"}" * 64,
]
NO_JSON = [
    *(
        b"",
        b" ",
        b"\xef\xbb\xbf1",
        b"1 2",
        b"[1,]",
        b"[,1]",
        b"{,}",
        b'{"a"}',
        b"{1:2}",
    ),
    *(
        b'{"a":1,"a":1}',
        b'{"a":1,"\\u0061":2}',
        b"'a'",
        b"NaN",
        b"Infinity",
        b"-Infinity",
    ),
    *(b"01", b"+1", b".5", b"1.", b"0x1", b"1e", b"1e309", b"9" * 65, b'"\\ud800"'),
    *(b'"\\udc00\\ud800"', b'{"\\ud800":1}', b'"\x1f"', b'"\\x41"', b'"\\u12"', b'"a'),
    *(b"[" * 65 + b"]" * 65, b"[1", b"]", b"tru", b"True", b"/**/1", b"1//", b"\x0b1"),
    b'{"a":' * 65 + b"1" + b"}" * 65,
    *(b"[1 2 3]", b'{"a":1 "b" "c":2}', b'{"a",1}', b"[1}", b'{"a":1]', b"[1:2]"),
    *(b"\xc2\xa01", b'"\xc0\xaf"', b'"\xed\xa0\x80"', b'"\xff"', b'"\xf4\x90\x80\x80"'),
]
NAMES = [
    *("bundle.json", "evidence.json", "connectors/acme.issues.json", "icons/a.svg"),
    *("icons/dark/a.svg", "docs/README.md", "docs/de/README.md", "docs/a_b-c.1"),
    *("migrations/acme/001_view.sql", "fixtures/acme/page.json", "connectors/a.json"),
    *(
        "connectors/a.json.json",
        "connectors/" + "a" * 128 + ".json",
        "docs/" + "a" * 133,
    ),
]
NO_NAMES = [
    *(
        "",
        "Bundle.json",
        "other.json",
        "/bundle.json",
        "./bundle.json",
        "docs",
        "docs/",
    ),
    *("docs/../a", "docs/a..b", "docs\\a", "C:a", "docs/a\x00", "docs/a\n", "docs//a"),
    *("docs/.a", "docs/-a", "docs/a/b/c", "docs/\u0430", "docs/l\u0131ne", "docs/a b"),
    *("bundle.json.sig", "evidence.jsonx", "connectors/a.jsonx", "xbundle.json"),
    *("connectors/A.json", "connectors/a.JSON", "connectors/a_.json", "connectors/a/b"),
    *("connectors/a..b.json", "connectors/" + "a" * 129 + ".json", "docs/" + "a" * 134),
    *("migrations/acme/1_a.sql", "migrations/acme/001_.sql", "migrations/001_a.sql"),
    *("migrations/" + "a" * 129 + "/001_a.sql", "fixtures/" + "a" * 129 + "/a.json"),
    *("migrations/Acme/001_a.sql", "migrations/acme/x/001_a.sql", "fixtures/a.json"),
]

VERSIONS = ["0.0.0", "1.10.0", "999999999.999999999.999999999"]
NO_VERSIONS = [
    *("", "1", "1.2", "1.2.3.4", "01.2.3", "1.02.3", "1.2.03", "1.2.3-rc1", "1.2.3+a"),
    *("v1.2.3", "1.2.3\n", " 1.2.3", "1.2.x", "-1.2.3", "1.2.\u0663", "1..3"),
    *("1000000000.0.0", "0.1000000000.0", "0.0.1000000000"),
]
IDS = ["a", "0", "acme", "acme.issues", "a-b_c.d", "constructor", "a" * 128]
NO_IDS = [
    *("", "Acme", "acme.", ".acme", "acme..x", "a-_b", "acme x", "acme\n", "acme.*"),
    *("\u0430cme", "acm\u00e9", "__proto__", "a/b", "a" * 129),
]
TIMES = ["0001-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "9999-12-31T23:59:59Z"]
NO_TIMES = [
    *("", "0000-01-01T00:00:00Z", "2025-02-29T00:00:00Z", "2025-13-01T00:00:00Z"),
    *("2025-00-01T00:00:00Z", "2025-01-00T00:00:00Z", "2025-04-31T00:00:00Z"),
    *("2025-01-01T24:00:00Z", "2025-01-01T00:60:00Z", "2025-01-01T23:59:60Z"),
    *("2025-01-01t00:00:00Z", "2025-01-01T00:00:00z", "2025-01-01 00:00:00Z"),
    *("2025-01-01T00:00:00", "2025-01-01T00:00:00+00:00", "2025-01-01T00:00:00.0Z"),
    *("2025-1-1T00:00:00Z", "+02025-01-01T00:00:00Z", "2025-01-01T00:00:00Z\n"),
    *("\u0662025-01-01T00:00:00Z", "20250101T000000Z", "2025-W01-1T00:00:00Z"),
]


def _pae(kind: str, payload: str) -> dict:
    body = payload.encode()
    head = f"DSSEv1 {len(kind.encode())} {kind} {len(body)} ".encode()
    return {
        "payloadType": kind,
        "payload": base64.b64encode(body).decode(),
        "signed": base64.b64encode(head + body).decode(),
    }


def _key(seed: bytes) -> dict:
    public = acme.SigningKey.from_seed(seed).public
    return {
        "seed": seed.hex(),
        "public": public.raw.hex(),
        "der": base64.b64encode(public.der).decode(),
        "id": public.id,
        "fingerprint": public.fingerprint,
    }


def _content_digest() -> dict:
    """Return a worked example: the files, the lines, their digest."""
    files = {
        "migrations/acme.issues/002_b.sql": "select 2;\n",
        "docs/README.md": "not counted\n",
        "connectors/acme.issues.json": '{"id":"acme.issues"}\n',
        "connectors/acme.issues.json.json": "another connector's\n",
        "migrations/acme.issues/001_a.sql": "select 1;\n",
    }
    own = sorted(one for one in files if one[:10] in {"connectors", "migrations"})
    own.remove("connectors/acme.issues.json.json")
    lines = "".join(
        f"{hashlib.sha256(files[one].encode()).hexdigest()}  {one}\n" for one in own
    )
    digest = hashlib.sha256(lines.encode()).hexdigest()
    return {
        "connector": "acme.issues",
        "files": files,
        "lines": lines,
        "digest": f"sha256:{digest}",
    }


def published() -> dict:
    """Return all of them as they are published."""
    return {
        "pae": [
            _pae("http://example.com/HelloWorld", "hello world"),
            _pae("application/vnd.in-toto+json", "{}"),
            _pae("text/\u00e4", "\u20ac"),
            _pae("", ""),
        ],
        "contentDigest": _content_digest(),
        "base64": {"good": BASE64, "bad": NO_BASE64},
        "keys": {
            "good": [_key(bytes(range(at, at + 32))) for at in (0, 1, 2)],
            "bad": [*SMALL_KEYS, *NO_KEYS],
        },
        "json": {
            "good": [base64.b64encode(one).decode() for one in JSON],
            "bad": [base64.b64encode(one).decode() for one in NO_JSON],
        },
        "names": {"good": NAMES, "bad": NO_NAMES},
        "versions": {"good": VERSIONS, "bad": NO_VERSIONS},
        "ids": {"good": IDS, "bad": NO_IDS},
        "times": {"good": TIMES, "bad": NO_TIMES},
    }
