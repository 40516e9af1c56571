"""The samples of parts of a descriptor, and the types that read them.

A good sample is the part itself; its name is that of its kind, or the kind and what is
special about it. A bad one, in `bad/`, says `what` is wrong with its `part`: that is
refused at `pointer`, with a message that holds what it `says`. Under `descriptor/bad`
the part is what differs from a document that is good.
"""

from pathlib import Path
from typing import Any

from tests.descriptor import seeds

from ferrule.auth import Auth
from ferrule.delta import Delta
from ferrule.descriptor.bundle_manifest import BundleManifest
from ferrule.descriptor.ingestion import Ingestion
from ferrule.descriptor.model import Connector
from ferrule.exchange import Json, decode
from ferrule.expression import Predicate
from ferrule.mapping import FieldMapping
from ferrule.mapping.rules import PriorityRule, SignalTypeRule
from ferrule.mapping.transforms import Transform
from ferrule.pagination import Pagination
from ferrule.partition import Partition
from ferrule.request import RequestTemplate
from ferrule.resilience import Backoff, Resilience

SAMPLES = Path(__file__).parents[1] / "samples"
UNIONS: dict[str, Any] = {
    "auth": Auth,
    "pagination": Pagination,
    "delta": Delta,
    "partition": Partition,
    "transforms": Transform,
    "predicates": Predicate,
    "backoff": Backoff,
    "ingestion": Ingestion,
}
RULES: dict[str, Any] = {"type": SignalTypeRule, "priority": PriorityRule}
FOLDERS = [*UNIONS, "rules", "descriptor"]
GOOD = [path for name in FOLDERS for path in sorted((SAMPLES / name).glob("*.json"))]
BAD = [path for name in FOLDERS for path in sorted((SAMPLES / name).glob("bad/*.json"))]
# Parts whose good samples also say what they do; tests of their own read those.
WITHIN: list[tuple[str, str, Any]] = [
    ("mapping", "mapping", FieldMapping),
    ("request", "request", RequestTemplate),
    ("resilience", "resilience", Resilience),
    ("resilience", "connector", Resilience),
]


def type_of(path: Path) -> Any:
    """Return the type that reads the part of a sample, good or bad."""
    folder = path.relative_to(SAMPLES).parts[0]
    if folder == "descriptor":
        return BundleManifest if path.stem == "bundle" else Connector
    if folder == "rules":
        return RULES[path.stem.split(".")[0]]
    return UNIONS[folder]


def name_of(path: Path) -> str:
    """Return what a sample is called in a report."""
    return "-".join(path.relative_to(SAMPLES).with_suffix("").parts)


def read(path: Path) -> Any:
    """Return what is in the file of a sample."""
    return decode(path.read_bytes())


def broken(path: Path, part: Any) -> Json:
    """Return the document that a bad sample's part makes."""
    return seeds.seed(**part) if path.parts[-3] == "descriptor" else part


def parts_within() -> list[tuple[Any, Json]]:
    """Return the parts of samples that say more, each with the type that reads it."""
    found: list[tuple[Any, Json]] = []
    for folder, member, kind in WITHIN:
        for path in sorted((SAMPLES / folder / "good").glob("*.json")):
            part = read(path).get(member)
            if part is not None:
                whole = seeds.MAPPING | part if kind is FieldMapping else part
                found.append((kind, whole))
    return found
