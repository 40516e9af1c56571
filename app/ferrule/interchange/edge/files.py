"""The files of an edge function: what ships as it is, and what one connector adds."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.model import Connector
from ferrule.errors import InterchangeError
from ferrule.interchange.edge.losses import (
    note_losses,
    uncarried_streams,
    webhook_of,
)
from ferrule.interchange.kind import Notes, Report

# What ships in `resources/edge`; `connector.ts` and the papers are made.
EDGE_FILES: Final = (
    "bundle.ts",
    "cleaning.ts",
    "condition.ts",
    "dates.ts",
    "descriptor.ts",
    "function.ts",
    "index.ts",
    "items.ts",
    "json.ts",
    "jsonpath.ts",
    "judging.ts",
    "keys.ts",
    "mapping.ts",
    "node.ts",
    "pattern.ts",
    "queue.ts",
    "start.ts",
    "strict.ts",
    "template.ts",
    "tsconfig.json",
    "webhook.ts",
)
_DENO: Final = """{
  "compilerOptions": { "strict": true, "noUncheckedIndexedAccess": true },
  "nodeModulesDir": "none"
}
"""
_SETTINGS: Final = (
    ("FERRULE_PROJECT", "Whose signals they are; `workspace_id` of a message."),
    ("FERRULE_CONNECTION", "The connection's key; by default the connector's id."),
    ("FERRULE_CONFIG", "Configuration values, as a JSON object."),
    ("FERRULE_WEBHOOK_SECRET", "What the service signs its calls with."),
    ("FERRULE_WEBHOOK_SECRET_BEFORE", "The secret before, while it is replaced."),
    ("FERRULE_TOKEN", "Lets pages in: `POST ?stream=KEY`, `Authorization: Bearer`."),
    ("FERRULE_QUEUE", "A queue of pgmq; without it signals are the answer."),
    ("SUPABASE_URL", "Where the queue is; with SUPABASE_SERVICE_ROLE_KEY."),
)


@dataclass(frozen=True, slots=True)
class EdgeParts:
    """What a function is made of: the shipped files, a document, perhaps a bundle.

    `bundle` and `trust` are a signed bundle that holds the connector and the trust list
    that its keys stand in: both or neither.
    """

    templates: Mapping[str, bytes]
    document: bytes
    runtime: str
    bundle: bytes = b""
    trust: bytes = b""


def edge_files(parts: EdgeParts) -> tuple[dict[str, bytes], Report]:
    """Return the folder's files by name, and what is not carried over.

    Raises:
        DescriptorInvalid: when the document is none.
        InterchangeError: when no stream of it can be mapped there, or a bundle comes
            without a trust list.
    """
    connector = read_descriptor(parts.document)
    if bool(parts.bundle) != bool(parts.trust):
        raise InterchangeError(
            "A bundle is carried with the trust list that it is verified against.",
            advice="Give both, or neither.",
        )
    uncarried = uncarried_streams(connector)
    if len(uncarried) == len(connector.resolved_streams):
        raise InterchangeError(
            f"No stream of {connector.id} can be mapped in an edge function.",
            advice=" ".join(uncarried.values()),
        )
    notes = Notes()
    note_losses(connector, notes)
    _note_bundle(parts, notes)
    report = notes.report(str)
    made = {
        "connector.ts": _connector(connector, parts, sorted(uncarried)).encode(),
        "deno.json": _DENO.encode(),
        "package.json": _package(connector).encode(),
        "README.md": _readme(connector, report).encode(),
    }
    return {**{name: parts.templates[name] for name in EDGE_FILES}, **made}, report


def _note_bundle(parts: EdgeParts, notes: Notes) -> None:
    if not parts.bundle:
        notes.change("the descriptor", "It stands in connector.ts, unsigned.")
        return
    told = "Its signature, trust, dates, names and digests are verified at each start."
    notes.keep("the bundle", told)
    told = "JSON Schema, undeclared permissions and pictures are not checked again."
    notes.drop("the bundle, step 12", told)
    notes.drop("the bundle, step 13", "Which versions were accepted is not remembered.")


def _connector(connector: Connector, parts: EdgeParts, uncarried: list[str]) -> str:
    values = {
        "CONNECTOR": connector.id,
        "RUNTIME": parts.runtime,
        "DESCRIPTOR": "" if parts.bundle else _base64(parts.document),
        "BUNDLE": _base64(parts.bundle),
        "TRUST": _base64(parts.trust),
    }
    lines = [f"export const {n}: string = {json.dumps(v)};" for n, v in values.items()]
    streams = json.dumps(uncarried)
    return "\n".join(
        [
            f"// The connector {connector.id} {connector.version}; made, not written.",
            "",
            *lines,
            f"export const UNCARRIED: readonly string[] = {streams};",
            "",
        ]
    )


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _package(connector: Connector) -> str:
    package = {
        "name": f"edge-{connector.id.replace('.', '-').replace('_', '-')}",
        "version": connector.version,
        "private": True,
        "type": "module",
        "engines": {"node": ">=20"},
        "scripts": {"build": "tsc", "start": "node dist/node.js"},
        "devDependencies": {"@types/node": "^20", "typescript": ">=5.7"},
    }
    return json.dumps(package, indent=2) + "\n"


def _readme(connector: Connector, report: Report) -> str:
    calls = "calls of its webhook, and pages" if webhook_of(connector) else "pages"
    settings = "\n".join(f"| `{name}` | {what} |" for name, what in _SETTINGS)
    parts = {"Kept": report.kept, "Changed": report.changed, "Dropped": report.dropped}
    told = "\n\n".join(
        f"## {title}\n" + "\n".join(f"- {note}" for note in notes)
        for title, notes in parts.items()
        if notes
    )
    return f"""# {connector.name} as an edge function

Takes {calls} of {connector.name}, and gives normalised signals.

Deno (and Supabase) begins at `index.ts`. Node 20 or later: `npm install`,
`npm run build`, `npm start`.

## Settings
| name | what |
|---|---|
{settings}

{told}
"""
