"""How good suggestions are: counted over exchanges whose right answers are known.

Two sets: the recorded exchanges of the shipped connectors, whose descriptors are the
truth, and hand-written answers in the documented shapes of further services. Run this
file to print the figures and every miss.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ferrule import shipped
from ferrule.descriptor import Connector, Stream
from ferrule.descriptor.document import read_descriptor
from ferrule.exchange import MISSING, Json, Request, Response, encode
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.source import compile_source
from ferrule.expression.target import compile_target
from ferrule.expression.template import compile_template
from ferrule.mapping.shapes import compile_items
from ferrule.mapping.transforms import SetMember
from ferrule.pagination import PageFacts
from ferrule.suggestion import Suggestion, suggest

ROOT = shipped.descriptors()
SAMPLES = Path(__file__).parent.parent / "samples" / "suggestion"


@dataclass
class Case:
    """One exchange, and for each topic whether a suggestion for it is right."""

    name: str
    request: Request
    response: Response
    expect: dict[str, Any]
    goes_on: bool = True


@dataclass
class Figures:
    """How many suggestions of each topic were asked for, made, right and sure."""

    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    sure: int = 0
    sure_wrong: int = 0
    misses: list[str] = field(default_factory=list)

    def share(self, topic: str) -> float:
        return self.right[topic] / self.asked[topic] if self.asked[topic] else 1.0

    @property
    def wrong_but_sure(self) -> float:
        return self.sure_wrong / self.sure if self.sure else 0.0

    def lines(self) -> Iterator[str]:
        for topic, asked in self.asked.items():
            right = self.right[topic]
            yield f"{topic:12} {right:3} of {asked:3}  {self.share(topic):6.1%}"
        wrong, sure = self.sure_wrong, self.sure
        yield f"wrong but sure {wrong} of {sure}  {self.wrong_but_sure:6.1%}"


# ---- the shipped connectors


_AGAIN = "sandbox-oauth"  # the sandbox's own pages once more, behind a sign-in


def shipped_cases(*, bare: bool = False) -> Iterator[Case]:
    """Yield every recorded list; `bare` as asked without paging and checkpoint."""
    for path in sorted(ROOT.glob("*/fixtures/*/*.json")):
        fixture = json.loads(path.read_bytes())
        if fixture["kind"] != "sync" or path.parent.name.startswith(_AGAIN):
            continue
        file = path.parent.parent.parent / "connectors" / f"{path.parent.name}.json"
        connector = read_descriptor(file.read_bytes())
        for number, exchange in enumerate(fixture["exchanges"]):
            case = _shipped(connector, fixture, exchange, bare=bare)
            if case is not None:
                case.name = f"{path.parent.name}/{path.stem}/{number}"
                yield case


def _shipped(
    connector: Connector, fixture: Any, exchange: Any, *, bare: bool
) -> Case | None:
    stream = _stream(connector, fixture, exchange["request"])
    request = _request(exchange["request"], fixture["origin"])
    response = _response(exchange["response"])
    body = exchange["response"]["body"]
    mapping, polling = stream.mapping, stream.polling
    assert polling is not None
    if response.status != 200 or isinstance(body, str):
        return None
    if not compile_path(mapping.items_path).values(response.json):
        return None
    items = compile_items(
        compile_path(mapping.items_path), mapping.items_shape, mapping.columns
    )(response.json)
    paging = polling.pagination
    facts = PageFacts(request, response, len(items), items[-1] if items else MISSING)
    goes_on = False
    expect: dict[str, Any] = {
        "itemsPath": [mapping.items_path],
        "idPath": [mapping.id_path],
        "timestampPath": sorted(_sources(mapping.timestamp_path, stream)),
    }
    if not mapping.transforms:
        expect["timestampFormat"] = [mapping.timestamp_format or "iso8601"]
    if paging is not None and paging.type != "none":
        expect["pagination"] = [paging.model_dump(by_alias=True, exclude_none=True)]
        token = _token(request, paging)
        goes_on = paging.after(token, facts) is not None
    if bare:
        request = _stripped(request, stream)
    return Case("", request, response, expect, goes_on)


def _stream(connector: Connector, fixture: Any, request: Any) -> Stream:
    streams = connector.resolved_streams
    fits = [
        s for s in streams if s.polling and _fits(s.polling.endpoint, request["path"])
    ]
    named = [s for s in streams if s.key == fixture.get("stream")] or list(streams)
    if len(fits) == 1:
        return fits[0]
    return named[0]


def _fits(endpoint: str, path: str) -> bool:
    plain = endpoint.partition("?")[0]
    pattern = re.sub(r"\\\{\\\{.*?\\\}\\\}", "[^/]+", re.escape(plain))
    return re.search(pattern + "$", path) is not None


def _request(recorded: Any, origin: str) -> Request:
    pairs = [
        (name, text)
        for name, value in recorded.get("query", {}).items()
        for text in (value if isinstance(value, list) else [value])
    ]
    body = recorded.get("body")
    url = recorded.get("url") or origin + recorded["path"]
    kind = "graphql" if isinstance(body, dict) and "query" in body else "json"
    return Request(
        recorded["method"],
        url,
        tuple(pairs),
        tuple(recorded.get("headers", {}).items()),
        body,
        None if body is None else kind,  # type: ignore[arg-type]
    )


def _response(recorded: Any) -> Response:
    body = recorded["body"]
    raw = body.encode() if isinstance(body, str) else encode(body)
    headers = tuple(recorded.get("headers", {}).items())
    return Response(recorded["status"], headers, raw)


def _token(request: Request, paging: Any) -> Json:
    if paging.next_param is None:
        return None
    found = compile_target(paging.next_param).read(request)
    if paging.type in {"offset", "page"} and isinstance(found, str):
        return int(found)
    return paging.first() if found is MISSING else found


def _sources(path: str, stream: Stream) -> set[str]:
    """Return a path, and those that transforms make its value from."""
    known = {path}
    for _ in range(3):
        for transform in stream.mapping.transforms or ():
            if isinstance(transform, SetMember) and transform.path in known:
                names = compile_template(str(transform.value)).names
                known |= {n if n.startswith("$") else f"$.{n}" for n in names}
    return known


def _stripped(request: Request, stream: Stream) -> Request:
    polling = stream.polling
    assert polling is not None
    targets = [getattr(polling.delta, "query_param", None)]
    if polling.pagination is not None:
        targets += [polling.pagination.next_param, polling.pagination.page_size_param]
    for target in targets:
        if target is None:
            continue
        compiled = compile_target(target)
        if compiled.kind == "query" or (
            compiled.kind == "body" and compiled.read(request) is not MISSING
        ):
            request = compiled.put(request, None)
    return request


# ---- further services


def further_cases(folder: Path = SAMPLES) -> Iterator[Case]:
    for path in sorted(folder.glob("*.json")):
        case = json.loads(path.read_bytes())
        asked = _request(case["request"], "")
        yield Case(path.stem, asked, _response(case["response"]), case["expect"])


# ---- judging


def figures(cases: Iterator[Case]) -> Figures:
    found = Figures()
    for case in cases:
        for topic, verdict, suggestion in judged(case):
            if verdict is None:
                continue
            found.asked[topic] += 1
            found.right[topic] += verdict
            sure = suggestion is not None and suggestion.confidence == "sure"
            found.sure += sure
            found.sure_wrong += sure and not verdict
            if not verdict:
                word = suggestion.confidence if suggestion else "none"
                shown = dict(suggestion.changes) if suggestion else {}
                found.misses.append(f"{case.name}: {topic} {word} {shown}")
    return found


def judged(case: Case) -> Iterator[tuple[str, bool | None, Suggestion | None]]:
    """Yield topic, whether right (None: nothing to tell), and the suggestion."""
    made = {s.topic: s for s in suggest(case.response, case.request)}
    body, expect = case.response.json, case.expect
    items = made.get("items")
    told = members(items)
    yield "items", _same_items(told, expect, body), items
    truth = Truth(expect, body)
    some = bool(truth.items)
    for topic, member in (
        ("id", "idPath"),
        ("time", "timestampPath"),
        ("created", "createdPath"),
        ("tags", "tagsPath"),
    ):
        accepted = expect.get(member)
        suggestion = made.get(topic)
        path = members(suggestion).get(member)
        told = accepted and truth.finds(accepted)
        verdict = truth.is_one(path, accepted) if told else None
        if topic == "time" and verdict and "timestampFormat" in expect:
            verdict = (
                members(suggestion).get("timestampFormat") in expect["timestampFormat"]
            )
        yield topic, verdict, suggestion
    if "priority" in expect:
        yield (
            "priority",
            _levels(made.get("priority")) == expect["priority"],
            made.get("priority"),
        )
    if "pagination" in expect:
        paging = members(made.get("paging")).get("pagination")
        right = any(_same_paging(paging, e, case) for e in expect["pagination"])
        topic = "paging" if case.goes_on else "last page"
        if case.goes_on or some:
            yield topic, right, made.get("paging")
        if "pageSizeParam" in expect and case.goes_on:
            size = paging.get("pageSizeParam") if paging else None
            yield "page size", size == expect["pageSizeParam"], None
    elif (
        made.get("paging") is not None
        and members(made["paging"])["pagination"]["type"] != "none"
    ):
        yield "no paging", False, made["paging"]
    if "delta" in expect:
        delta = members(made.get("incremental")).get("delta") or {}
        right = any(e.items() <= delta.items() for e in expect["delta"])
        yield "incremental", right, made.get("incremental")


def members(suggestion: Suggestion | None) -> dict[str, Any]:
    if suggestion is None:
        return {}
    return {p.rsplit("/", 1)[1]: v for p, v in suggestion.changes.items()}


class Truth:
    """What the right paths find."""

    def __init__(self, expect: dict[str, Any], body: Json) -> None:
        path = compile_path(expect["itemsPath"][0])
        columns = expect.get("columns")
        shape = expect.get("itemsShape")
        if shape == "columns" and columns is None:
            found = [
                s
                for s in suggest(Response(200, (), encode(body)))
                if s.topic == "items"
            ]
            columns = members(found[0]).get("columns") if found else None
        self.items = compile_items(path, shape, columns)(body)

    def finds(self, accepted: list[str]) -> bool:
        """Tell whether the right paths find anything in the items."""
        return any(compile_path(a).values(i) for a in accepted for i in self.items)

    def is_one(self, path: str | None, accepted: list[str]) -> bool:
        """Tell whether a path finds in every item what an accepted one finds."""
        if path is None:
            return False
        if path in accepted:
            return True
        for item in self.items:
            wanted = [v for a in accepted for v in compile_path(a).values(item)]
            got = compile_path(path).values(item)
            if not got or any(value not in wanted for value in got):
                return False
        return True


def _same_items(told: dict[str, Any], expect: dict[str, Any], body: Json) -> bool:
    if "itemsPath" not in told:
        return False
    if told["itemsPath"] in expect["itemsPath"]:
        return told.get("itemsShape") == expect.get("itemsShape")
    if "itemsShape" in expect or "itemsShape" in told:
        return False
    wanted = compile_items(compile_path(expect["itemsPath"][0]), None, None)(body)
    got = compile_items(compile_path(told["itemsPath"]), None, None)(body)
    return bool(wanted) and got == wanted


def _same_paging(paging: Any, wanted: dict[str, Any], case: Case) -> bool:
    if paging is None or paging["type"] != wanted["type"]:
        return False
    if wanted["type"] == "link_header":
        return True
    if "nextPath" in wanted:
        place = case_place(case)
        path = paging.get("nextPath")
        if path is None:
            return False
        if path != wanted["nextPath"]:
            found = compile_source(path).first(place)
            if found is MISSING or found != compile_source(wanted["nextPath"]).first(
                place
            ):
                return False
    if wanted["type"] in {"offset", "page"}:
        usual = 1 if wanted["type"] == "page" else 0
        if paging.get("startAt", usual) != wanted.get("startAt", usual):
            return False
    return paging.get("nextParam") == wanted.get("nextParam")


def case_place(case: Case) -> Any:
    items = Truth(case.expect, case.response.json).items
    return PageFacts(
        case.request, case.response, len(items), items[-1] if items else MISSING
    ).place


def _levels(suggestion: Suggestion | None) -> dict[str, str]:
    rules = members(suggestion).get("priorityMapping") or []
    found: dict[str, str] = {}
    for rule in rules:
        values = rule["value"] if isinstance(rule["value"], list) else [rule["value"]]
        found |= dict.fromkeys(values, rule["then"])
    return found


def main() -> None:
    """Print the figures of all sets."""
    sets = {
        "shipped connectors, as recorded": shipped_cases(),
        "shipped connectors, asked without paging": shipped_cases(bare=True),
        "further services": further_cases(),
        "later services": further_cases(SAMPLES / "later"),
    }
    for title, cases in sets.items():
        found = figures(cases)
        print(f"\n{title}", *found.lines(), *found.misses, sep="\n  ")  # noqa: T201


if __name__ == "__main__":
    main()
