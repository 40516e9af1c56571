"""Attacks by how something is written, and by how much of it there is."""

import json
from dataclasses import replace

from tests.bundle import acme
from tests.bundle.forging import (
    ASKED,
    Attack,
    accepted,
    descriptor,
    envelope,
    icon,
    manifest,
    many_names,
    named,
    outer,
    payload,
    predicate,
    replaced,
    statement,
    with_files,
)

from ferrule.errors import (
    MalformedBundle,
    Rollback,
)

SPELLING = [
    Attack(
        "Files instead of files", 2, MalformedBundle, replaced('"files"', '"Files"')
    ),
    Attack(
        "a format number with a point",
        7,
        MalformedBundle,
        payload('"bundleFormat":1', '"bundleFormat":1.0'),
    ),
    Attack(
        "material that is a text",
        2,
        MalformedBundle,
        outer(lambda o: o.update(verificationMaterial="")),
    ),
    Attack(
        "an envelope that is a list",
        2,
        MalformedBundle,
        outer(lambda o: o.update(dsseEnvelope=[])),
    ),
    Attack(
        "a signature that is a text",
        2,
        MalformedBundle,
        envelope(lambda e: e.update(signatures=["AAAA"])),
    ),
    Attack(
        "a file that is a list",
        2,
        MalformedBundle,
        outer(lambda o: o["files"].append(["name", "content"])),
    ),
    Attack(
        "a file name that is a number",
        2,
        MalformedBundle,
        outer(lambda o: o["files"][0].update(name=1)),
    ),
    Attack(
        "a key id of 201",
        2,
        MalformedBundle,
        envelope(lambda e: e["signatures"][0].update(keyid="a" * 201)),
    ),
    Attack(
        "a statement that is a list",
        7,
        MalformedBundle,
        lambda: acme.closed(json.loads(acme.bundle()), b"[]"),
    ),
    Attack("an id that is a number", 7, MalformedBundle, predicate(bundleId=1)),
    Attack("an id of 129", 7, MalformedBundle, predicate(bundleId="a" * 129)),
    Attack(
        "a permission of 501",
        7,
        MalformedBundle,
        predicate(permissions={"hosts": ["a" * 501], "scopes": [], "writes": []}),
    ),
    Attack("a size below 0", 7, MalformedBundle, payload('"size":', '"size":-')),
    Attack(
        "a date that is a number", 7, MalformedBundle, predicate(createdAt=1746090000)
    ),
    Attack(
        "a manifest with a connector that is a text",
        12,
        MalformedBundle,
        manifest(
            connectors=[*acme.manifest(acme.VERSIONS)["connectors"], "acme.issues"]
        ),
    ),
    Attack(
        "a descriptor that is a list",
        12,
        MalformedBundle,
        with_files(lambda f: f.update({"connectors/acme.issues.json": b"[]"})),
    ),
    Attack(
        "an older version with the same content",
        13,
        Rollback,
        acme.bundle,
        accepted={"acme.issues": replace(accepted("acme.issues"), version="1.10.0")},
    ),
    Attack("a format that never was", 7, MalformedBundle, predicate(bundleFormat=0)),
    Attack("a format that is true", 7, MalformedBundle, predicate(bundleFormat=True)),
    Attack(
        "a version with a line end", 7, MalformedBundle, predicate(version="2.3.0\n")
    ),
    Attack(
        "the end of a day as 24:00",
        7,
        MalformedBundle,
        predicate(createdAt="2025-05-01T24:00:00Z"),
    ),
    Attack(
        "the year 0", 7, MalformedBundle, predicate(createdAt="0000-05-01T09:00:00Z")
    ),
    Attack(
        "a leap second",
        7,
        MalformedBundle,
        predicate(createdAt="2025-05-01T23:59:60Z"),
    ),
    Attack(
        "a statement over 1 MiB",
        7,
        MalformedBundle,
        payload('{"_type"', " " * 2**20 + '{"_type"'),
    ),
    Attack(
        "a migration without a name",
        10,
        MalformedBundle,
        named("migrations/acme.issues/001_.sql"),
    ),
    Attack("257 names", 10, MalformedBundle, statement(many_names)),
    Attack(
        "a stated host in capitals",
        12,
        MalformedBundle,
        predicate(permissions=ASKED | {"hosts": ["API.ACME.EXAMPLE"]}),
    ),
    Attack(
        "a host with the sign for kelvin",
        12,
        MalformedBundle,
        lambda: acme.with_files(
            lambda files: files.update(
                {
                    "connectors/acme.issues.json": acme.written(
                        acme.descriptor(
                            "acme.issues",
                            "1.2.0",
                            permissions=ASKED
                            | {"hosts": ["api.acme.example", "\u212aube.example"]},
                        )
                    )
                }
            ),
            {"permissions": ASKED | {"hosts": ["api.acme.example", "kube.example"]}},
        ),
    ),
    Attack(
        "a scope that was not stated",
        12,
        MalformedBundle,
        descriptor(permissions=ASKED | {"scopes": ["admin"]}),
    ),
    Attack(
        "permissions that are a text",
        12,
        MalformedBundle,
        descriptor(permissions="api.acme.example"),
    ),
    Attack(
        "a manifest with a connector twice",
        12,
        MalformedBundle,
        manifest(connectors=acme.manifest(acme.VERSIONS)["connectors"] * 2),
    ),
    Attack(
        "a manifest with another file",
        12,
        MalformedBundle,
        manifest(
            connectors=[
                one | {"file": "connectors/acme.people.json"}
                for one in acme.manifest(acme.VERSIONS)["connectors"]
            ]
        ),
    ),
    Attack(
        "an evidence with a byte order mark",
        12,
        MalformedBundle,
        with_files(lambda f: f.update({"evidence.json": b"\xef\xbb\xbf{}"})),
    ),
    Attack(
        "an icon with an event",
        12,
        MalformedBundle,
        icon('<rect width="1" height="1" onload="alert(1)"/>'),
        portable=False,
    ),
    Attack(
        "a pattern of over 512 characters",
        12,
        MalformedBundle,
        descriptor(
            fieldMapping=acme.descriptor("a", "1.0.0")["fieldMapping"]
            | {
                "signalTypeRules": [
                    {
                        "when": "$.title",
                        "operator": "matches",
                        "value": "(a+)+" * 103,
                        "then": "x",
                    }
                ]
            }
        ),
        portable=False,
    ),
]


BOMBS = [
    Attack("9 MiB", 1, MalformedBundle, lambda: acme.bundle().ljust(9 * 1024 * 1024)),
    Attack(
        "depth 100,000", 1, MalformedBundle, lambda: b"[" * 100_000 + b"]" * 100_000
    ),
    Attack(
        "depth 65 in the ignored member",
        1,
        MalformedBundle,
        outer(
            lambda o: o.update(
                verificationMaterial={"x": json.loads("[" * 63 + "]" * 63)}
            )
        ),
    ),
    Attack(
        "a million values",
        1,
        MalformedBundle,
        lambda: b'{"x":[' + b"0," * 1_000_000 + b"0]}",
    ),
    Attack(
        "a number of 5000 digits",
        1,
        MalformedBundle,
        replaced('{"dsseEnvelope"', '{"n":' + "9" * 5000 + ',"dsseEnvelope"'),
    ),
    Attack(
        "NaN",
        1,
        MalformedBundle,
        replaced('{"dsseEnvelope"', '{"n":NaN,"dsseEnvelope"'),
    ),
    Attack(
        "a number out of range",
        1,
        MalformedBundle,
        replaced('{"dsseEnvelope"', '{"n":1e999,"dsseEnvelope"'),
    ),
    Attack(
        "half a surrogate pair",
        1,
        MalformedBundle,
        replaced('{"dsseEnvelope"', '{"\\ud800":1,"dsseEnvelope"'),
    ),
    Attack(
        "a byte order mark", 1, MalformedBundle, lambda: b"\xef\xbb\xbf" + acme.bundle()
    ),
    Attack(
        "not UTF-8",
        1,
        MalformedBundle,
        lambda: acme.bundle().replace(b"docs/", b"d\xf6cs/"),
    ),
    Attack("trailing text", 1, MalformedBundle, lambda: acme.bundle() + b"{}"),
    Attack("nothing", 1, MalformedBundle, lambda: b""),
    Attack(
        "257 files",
        2,
        MalformedBundle,
        outer(lambda o: o.update(files=o["files"][:1] * 257)),
    ),
]
