"""Attacks on names, on how a statement is read, and on its dates."""

from tests.bundle.forging import (
    Attack,
    envelope,
    named,
    outer,
    payload,
    predicate,
    replaced,
    statement,
)

from ferrule.errors import (
    Expired,
    MalformedBundle,
)

NAMES = [
    Attack(f"the name {name!a}", 10, MalformedBundle, named(name))
    for name in (
        "../up.json",
        "docs/../../up",
        "/etc/passwd",
        "docs\\a.md",
        "C:a.md",
        "docs/a\x00.md",
        "docs/a.md\n",
        "docs/readme.md",
        "docs/a/b/c.md",
        "docs//a.md",
        "docs/.hidden",
        "docs/a..b",
        "connectors/\u0430cme.issues.json",
        "connectors/acme.json/x",
        "connectors/Acme.json",
        "migrations/acme.issues/1_view.sql",
        "somewhere/else.txt",
        "docs/" + "a" * 134,
        "connectors/" + "a" * 129 + ".json",
        "docs/l\u0131ne.md",
        "migrations/" + "a" * 129 + "/001_a.sql",
    )
]


PARSING = [
    Attack(
        "a member twice",
        1,
        MalformedBundle,
        replaced('{"dsseEnvelope"', '{"files":[],"dsseEnvelope"'),
    ),
    Attack(
        "a member twice, once escaped",
        1,
        MalformedBundle,
        replaced('{"dsseEnvelope"', '{"\\u0066iles":[],"dsseEnvelope"'),
    ),
    Attack(
        "Files beside files", 2, MalformedBundle, outer(lambda o: o.update(Files=[]))
    ),
    Attack(
        "signatures with a long s beside signatures",
        2,
        MalformedBundle,
        envelope(lambda e: e.update({"\u017fignatures": []})),
    ),
    Attack(
        "Payload beside payload",
        2,
        MalformedBundle,
        envelope(lambda e: e.update(Payload="e30=")),
    ),
    Attack(
        "files with a long s",
        2,
        MalformedBundle,
        outer(lambda o: o.update({"file\u017f": []})),
    ),
    Attack(
        "a member twice in the statement",
        7,
        MalformedBundle,
        payload('{"_type"', '{"predicate":{},"_type"'),
    ),
    Attack("an unknown member in the predicate", 7, MalformedBundle, predicate(more=1)),
    Attack(
        "a predicate without dates",
        7,
        MalformedBundle,
        statement(lambda s: s["predicate"].pop("expiresAt")),
    ),
    Attack(
        "a size as a fraction",
        7,
        MalformedBundle,
        payload('"size":', '"size":0.5,"x":'),
    ),
    Attack("a pre-release version", 7, MalformedBundle, predicate(version="1.0.0-rc1")),
    Attack(
        "a version with leading zeros", 7, MalformedBundle, predicate(version="1.02.0")
    ),
    Attack(
        "a version with other digits",
        7,
        MalformedBundle,
        predicate(version="1.0.\u0663"),
    ),
    Attack(
        "an id of look-alike letters",
        7,
        MalformedBundle,
        predicate(connectors=[{"id": "\u0430cme.issues", "version": "1.2.0"}]),
    ),
    Attack("an id with a line end", 7, MalformedBundle, predicate(bundleId="acme\n")),
    Attack("no connectors", 7, MalformedBundle, predicate(connectors=[])),
    Attack(
        "a connector twice",
        7,
        MalformedBundle,
        predicate(connectors=[{"id": "acme.issues", "version": "1.2.0"}] * 2),
    ),
    Attack(
        "a date that is none",
        7,
        MalformedBundle,
        predicate(createdAt="2025-02-30T00:00:00Z"),
    ),
    Attack(
        "a date with an offset",
        7,
        MalformedBundle,
        predicate(createdAt="2025-02-03T00:00:00+00:00"),
    ),
    Attack(
        "permissions that cannot be shown",
        7,
        MalformedBundle,
        predicate(permissions={"hosts": ["a\u202ebc"], "scopes": [], "writes": []}),
    ),
    Attack(
        "permissions of look-alike letters",
        7,
        MalformedBundle,
        predicate(
            permissions={"hosts": ["\u0430pi.example"], "scopes": [], "writes": []}
        ),
    ),
    Attack(
        "a digest in capitals",
        7,
        MalformedBundle,
        statement(lambda s: s["subject"][0]["digest"].update(sha256="A" * 64)),
    ),
    Attack(
        "a subject twice",
        10,
        MalformedBundle,
        statement(lambda s: s["subject"].append(s["subject"][0])),
    ),
    Attack(
        "subjects unlike files",
        10,
        MalformedBundle,
        statement(lambda s: s["subject"].pop()),
    ),
    Attack(
        "base64 in two alphabets",
        4,
        MalformedBundle,
        envelope(lambda e: e.update(payload="-_+/")),
    ),
    Attack(
        "base64 with white space",
        4,
        MalformedBundle,
        envelope(lambda e: e.update(payload=e["payload"] + "\n")),
    ),
    Attack(
        "base64 with junk",
        4,
        MalformedBundle,
        envelope(
            lambda e: e["signatures"][0].update(sig="!" + e["signatures"][0]["sig"])
        ),
    ),
    Attack(
        "base64 without padding",
        4,
        MalformedBundle,
        envelope(lambda e: e.update(payload="e30")),
    ),
    Attack(
        "base64 with unused bits",
        4,
        MalformedBundle,
        envelope(lambda e: e.update(payload="e31=")),
    ),
]


DATES = [
    Attack("expired", 9, Expired, predicate(expiresAt="2025-06-01T12:00:00Z")),
    Attack("from the future", 9, Expired, predicate(createdAt="2025-06-01T12:05:01Z")),
    Attack(
        "ends as it begins",
        9,
        Expired,
        predicate(createdAt="2025-06-01T12:03:00Z", expiresAt="2025-06-01T12:03:00Z"),
    ),
    Attack(
        "ends before it begins",
        9,
        Expired,
        predicate(createdAt="2025-06-01T12:04:00Z", expiresAt="2025-06-01T12:03:00Z"),
    ),
]
