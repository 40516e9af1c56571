"""Attacks on what the files say, and by versions that were there before."""

from tests.bundle import acme
from tests.bundle.forging import (
    Attack,
    accepted,
    descriptor,
    icon,
    issues,
    manifest,
    named,
    with_files,
)

from ferrule.bundle import Accepted
from ferrule.errors import (
    MalformedBundle,
    NewerSchema,
    Rollback,
)

CONTENTS = [
    Attack(
        "a descriptor with another id",
        12,
        MalformedBundle,
        descriptor(id="acme.other"),
    ),
    Attack(
        "a descriptor with another version",
        12,
        MalformedBundle,
        descriptor(version="1.2.1"),
    ),
    Attack(
        "a manifest with another version",
        12,
        MalformedBundle,
        manifest(version="2.4.0"),
    ),
    Attack("a manifest with another id", 12, MalformedBundle, manifest(id="acme2")),
    Attack(
        "a manifest with fewer connectors",
        12,
        MalformedBundle,
        manifest(connectors=[]),
    ),
    Attack(
        "a manifest that is missing",
        12,
        MalformedBundle,
        with_files(lambda f: f.pop("bundle.json")),
    ),
    Attack(
        "a descriptor that is missing",
        12,
        MalformedBundle,
        with_files(lambda f: f.pop("connectors/acme.people.json")),
    ),
    Attack(
        "a descriptor that is not listed",
        12,
        MalformedBundle,
        named("connectors/acme.more.json"),
    ),
    Attack(
        "a migration of no connector",
        12,
        MalformedBundle,
        named("migrations/acme/001_a.sql"),
    ),
    Attack(
        "a member twice in a descriptor",
        12,
        MalformedBundle,
        with_files(
            lambda f: f.update(
                {
                    "connectors/acme.issues.json": b'{"id":"a",'
                    + f["connectors/acme.issues.json"].lstrip(b"{")
                }
            )
        ),
    ),
    Attack(
        "a member twice in the evidence",
        12,
        MalformedBundle,
        with_files(lambda f: f.update({"evidence.json": b'{"a":1,"a":2}'})),
    ),
    Attack(
        "a host that was not stated",
        12,
        MalformedBundle,
        descriptor(permissions={"hosts": ["api.acme.example", "evil.example"]}),
    ),
    Attack(
        "a later descriptor",
        12,
        NewerSchema,
        descriptor(schemaVersion=3),
        portable=False,
    ),
    Attack(
        "an unknown member in a descriptor",
        12,
        MalformedBundle,
        descriptor(surprise=1),
        portable=False,
    ),
    Attack(
        "a host in an API version",
        12,
        MalformedBundle,
        descriptor(
            apiVersions=[
                {
                    "id": "2",
                    "label": "2",
                    "status": "stable",
                    "overrides": {"permissions": {"hosts": ["evil.example"]}},
                }
            ]
        ),
        portable=False,
    ),
    Attack(
        "a writing tool that was not stated",
        12,
        MalformedBundle,
        descriptor(
            tools=[
                {
                    "name": "wipe",
                    "description": "Wipe",
                    "effect": "destructive",
                    "params": [],
                    "request": {
                        "endpoint": "https://api.acme.example/wipe",
                        "method": "DELETE",
                    },
                }
            ]
        ),
        portable=False,
    ),
    Attack(
        "a pattern that is not RE2",
        12,
        MalformedBundle,
        descriptor(
            fieldMapping=acme.descriptor("a", "1.0.0")["fieldMapping"]
            | {
                "signalTypeRules": [
                    {
                        "when": "$.title",
                        "operator": "matches",
                        "value": "(?=a)a+$",
                        "then": "x",
                    }
                ]
            }
        ),
        portable=False,
    ),
    Attack(
        "an icon with a script",
        12,
        MalformedBundle,
        icon("<script>alert(1)</script>"),
        portable=False,
    ),
]


ROLLBACK = [
    Attack(
        "1.9.0 after 1.10.0",
        13,
        Rollback,
        issues("1.9.0"),
        accepted={"acme.issues": Accepted("1.10.0", "sha256:" + "0" * 64)},
    ),
    Attack(
        "0.9.9 after 1.0.0",
        13,
        Rollback,
        issues("0.9.9"),
        accepted={"acme.issues": Accepted("1.0.0", "sha256:" + "0" * 64)},
    ),
    Attack(
        "other content under a known version",
        13,
        Rollback,
        acme.bundle,
        accepted={"acme.people": Accepted("1.0.0", "sha256:" + "0" * 64)},
    ),
    Attack(
        "other migrations under a known version",
        13,
        Rollback,
        lambda: acme.bundle(
            acme.folder() | {"migrations/acme.issues/001_view.sql": b"drop table t;\n"}
        ),
        accepted={"acme.issues": accepted("acme.issues")},
    ),
]
