"""The steps of writing a descriptor: which parts of the document each one holds.

Every member of a connector belongs to exactly one step, so a problem always leads to a
place and nothing can be reached only through JSON.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ferrule.auth import Auth
from ferrule.delta import Delta
from ferrule.descriptor.ingestion import PollingPart, WebhookPart
from ferrule.descriptor.model import Connector
from ferrule.descriptor.tools import HealthCheck
from ferrule.errors import Problem
from ferrule.exchange import MISSING, Json, Missing
from ferrule.mapping import FieldMapping
from ferrule.pagination import Pagination
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.widgets.form.shapes import Annotation
from ferrule.ui.widgets.form.values import new_section, same
from ferrule.ui.widgets.stepper import Step, StepState
from ferrule.workspace.authoring import blank
from ferrule.workspace.drafts import Document

Base = Literal["root", "polling", "webhook", "mapping"]


@dataclass(frozen=True, slots=True)
class Part:
    """Members of one section, or (`only` empty) a whole member with its kinds."""

    base: Base
    model: Annotation
    only: tuple[str, ...] = ()
    member: str = ""
    name: str = ""
    required: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Return the members that it holds."""
        return self.only or (self.member,)


STEPS: Final = (
    Step("basics", "Basics"),
    Step("auth", "Authentication"),
    Step("request", "Request"),
    Step("records", "Records"),
    Step("mapping", "Mapping"),
    Step("rules", "Rules"),
    Step("paging", "Paging"),
    Step("incremental", "Incremental"),
    Step("health", "Health check"),
    Step("tools", "Tools"),
    Step("limits", "Limits"),
)
TITLES: Final = {step.key: step.title for step in STEPS}
REQUEST_LINE: Final = ("endpoint", "method")
MAPPED: Final = (
    "idPath",
    "timestampPath",
    "createdPath",
    "summaryTemplate",
    "participantsPath",
    "tagsPath",
    "relatedItemsPath",
)
PARTS: Final[dict[str, tuple[Part, ...]]] = {
    "basics": (
        Part(
            "root",
            Connector,
            (
                "name",
                "id",
                "description",
                "version",
                "category",
                "icon",
                "kind",
                "schemaVersion",
                "provider",
                "tags",
                "author",
                "licence",
                "docsUrl",
                "status",
                "eta",
                "runtime",
                "capabilities",
                "collectionKey",
                "subType",
                "permissions",
                "apiVersions",
                "configMoves",
                "annotations",
            ),
        ),
    ),
    "auth": (
        Part("root", Auth, member="auth", name="Authentication"),
        Part("root", Connector, ("authOptions",)),
    ),
    "request": (
        Part("polling", PollingPart, ("query", "headers", "body", "bodyType")),
        Part("root", Connector, ("baseUrl", "configFields")),
        Part(
            "polling",
            PollingPart,
            ("arrayFormat", "timeoutMs", "response", "partition", "job", "cache"),
        ),
        Part("webhook", WebhookPart),
    ),
    "records": (
        Part(
            "mapping",
            FieldMapping,
            (
                "filter",
                "transforms",
                "itemsShape",
                "columns",
                "primaryKey",
                "rawFields",
                "schema",
            ),
        ),
        Part("root", Connector, ("streams",)),
    ),
    "mapping": (
        Part(
            "mapping",
            FieldMapping,
            (
                "timestampFormat",
                "fields",
                "archivedAtPath",
                "archivedWhen",
                "deletedWhen",
            ),
        ),
    ),
    "rules": (Part("mapping", FieldMapping, ("signalTypeRules", "priorityMapping")),),
    "paging": (
        Part("polling", Pagination, member="pagination", name="Paging", required=False),
    ),
    "incremental": (
        Part("polling", Delta, member="delta", name="Incremental"),
        Part("root", Connector, ("syncFrom",)),
    ),
    "health": (Part("root", HealthCheck, member="healthCheck", name="Health check"),),
    "tools": (Part("root", Connector, ("tools", "sinks")),),
    "limits": (
        Part("polling", PollingPart, ("rateLimitRpm",)),
        Part(
            "root",
            Connector,
            ("rateLimits", "maxConcurrency", "maxItemErrorRatio", "resilience"),
        ),
        Part("polling", PollingPart, ("resilience",)),
    ),
}


def base_of(draft: DraftModel, base: Base) -> str | None:
    """Return the pointer of a base in a document, None where it has no such part."""
    if base == "root":
        return ""
    if base == "mapping":
        return "/fieldMapping"
    mode = draft.value("/ingestion/mode")
    if mode == "polling_and_webhook":
        return f"/ingestion/{base}"
    own = "webhook" if mode == "webhook" else "polling"
    return "/ingestion" if base == own else None


def polling_of(draft: DraftModel) -> str:
    """Return the pointer of the polling part, also where there is none yet."""
    return base_of(draft, "polling") or "/ingestion"


def step_of(draft: DraftModel, pointer: str) -> str:
    """Return the step that holds a place of the document."""
    pointer = _of_connector(draft, pointer)
    best, found = -1, "basics"
    for step, places in _places(draft):
        for place in places:
            if _around(place, pointer) and len(place) > best:
                best, found = len(place), step
    return found


def _of_connector(draft: DraftModel, pointer: str) -> str:
    """Return the connector's own place of one in a stream's patch."""
    _, *parts = pointer.split("/")
    tops = {"fieldMapping": "/fieldMapping", "polling": polling_of(draft)}
    if parts[:1] == ["streams"] and parts[2:3] and parts[2] in tops:
        return "/".join((tops[parts[2]], *parts[3:]))
    return pointer


def _places(draft: DraftModel) -> list[tuple[str, list[str]]]:
    places = [("request", ["/ingestion"]), ("mapping", ["/fieldMapping"])]
    places.append(("records", ["/fieldMapping/itemsPath"]))
    for step, parts in PARTS.items():
        for part in parts:
            base = base_of(draft, part.base)
            if base is not None and part.names != ("",):
                places.append((step, [f"{base}/{name}" for name in part.names]))
    return places


def _around(place: str, pointer: str) -> bool:
    return pointer == place or pointer.startswith(f"{place}/")


def step_state(
    draft: DraftModel, step: str, problems: Sequence[Problem], *, tried: bool
) -> tuple[StepState, str]:
    """Return how a step stands and a note: errors first, then what was not tried.

    `tried` is whether there is a response to see its effect on.
    """
    own = [p for p in problems if step_of(draft, p.pointer) == step]
    errors = sum(problem.severity == "error" for problem in own)
    warnings = sum(problem.severity == "warning" for problem in own)
    if errors:
        return "error", "1 error" if errors == 1 else f"{errors} errors"
    if warnings:
        return "warning", "1 warning" if warnings == 1 else f"{warnings} warnings"
    if not touched(draft, step):
        return "untouched", ""
    seen = step in {"request", "records", "mapping", "rules"}
    return ("valid" if tried or not seen else "in_progress"), ""


def touched(draft: DraftModel, step: str) -> bool:
    """Return whether a step holds anything that a new descriptor does not."""
    fresh = blank()
    places = [p for key, some in _places(draft) if key == step for p in some]
    if step == "mapping":
        places = [f"/fieldMapping/{name}" for name in MAPPED] + places
        places.remove("/fieldMapping")
    return any(
        not same(draft.value(place), _value(fresh, place, draft)) for place in places
    )


def _value(fresh: Document, place: str, draft: DraftModel) -> Json | Missing:
    base = base_of(draft, "polling")
    if base and place.startswith(f"{base}/"):
        place = f"/ingestion/{place.removeprefix(f'{base}/')}"
    here: Json | Missing = fresh
    for name in place.split("/")[1:]:
        here = here.get(name, MISSING) if isinstance(here, dict) else MISSING
    return here


def with_mode(ingestion: Json | Missing, mode: str) -> dict[str, Json]:
    """Return the ingestion in another mode, keeping its polling or its webhook part."""
    old = dict(ingestion) if isinstance(ingestion, dict) else {}
    before = old.pop("mode", "polling")
    inner = {"webhook": "webhook", "polling": "polling"}.get(str(before))
    parts = {inner: old} if inner else old
    if mode == "polling_and_webhook":
        fresh: dict[str, Json] = {
            "polling": _polling(parts.get("polling")),
            "webhook": parts.get("webhook") or new_section(WebhookPart),
        }
        return {"mode": mode, **fresh}
    if mode == "webhook":
        kept = parts.get("webhook") or new_section(WebhookPart)
    else:
        kept = _polling(parts.get("polling"))
    return {"mode": mode, **(kept if isinstance(kept, dict) else {})}


def _polling(part: Json) -> dict[str, Json]:
    if isinstance(part, dict):
        return part
    found = dict(blank())["ingestion"]
    fresh = dict(found) if isinstance(found, dict) else {}
    fresh.pop("mode", None)
    return fresh
