"""Streams of a connector as Airbyte's declarative streams."""

from dataclasses import dataclass, field

from ferrule.exchange import Json
from ferrule.expression.target import compile_target
from ferrule.interchange.airbyte.asking import START
from ferrule.interchange.airbyte.component import Component
from ferrule.interchange.airbyte.cursor import Cursor, cursor
from ferrule.interchange.airbyte.failing import error_handler
from ferrule.interchange.airbyte.jinja import literal
from ferrule.interchange.airbyte.paging import paginator
from ferrule.interchange.airbyte.partitions import routers
from ferrule.interchange.airbyte.records import (
    field_path,
    primary_key,
    schema,
    selector,
    transformations,
)
from ferrule.interchange.airbyte.requesting import request
from ferrule.interchange.airbyte.signing_in import Signing
from ferrule.interchange.airbyte.wording import Wording
from ferrule.interchange.outgoing import Leaving, Outgoing, in_order

_READ = {"json": "JsonDecoder", "jsonl": "JsonlDecoder", "csv": "CsvDecoder"}
_ASKED = (
    *("endpoint", "method", "query", "headers", "body", "bodyType", "arrayFormat"),
    "timeoutMs",
)


@dataclass(slots=True)
class StreamWriter:
    """Writes streams, parents first; `written` holds those that could be."""

    out: Outgoing
    signing: Signing
    written: dict[str, Component] = field(default_factory=dict)

    def write(self) -> dict[str, Component]:
        """Return each stream that Airbyte can read, by its key in document order."""
        for leaving in in_order(self.out.streams):
            made = self._stream(leaving)
            if made is not None:
                self.written[leaving.key] = made
        keys = [leaving.key for leaving in self.out.streams]
        return {key: self.written[key] for key in keys if key in self.written}

    @property
    def starts(self) -> bool:
        """Whether any stream begins at the configured start date."""
        return START in str(list(self.written.values()))

    def _stream(self, leaving: Leaving) -> Component | None:
        ledger = self.out.ledger
        path, decoder = field_path(ledger, leaving), self._decoder(leaving)
        if leaving.polling.job is not None or path is None or decoder is None:
            self._refused(leaving, "Airbyte cannot read what this stream reads.")
            return None
        words = self._words(leaving)
        marked = cursor(ledger, leaving, words)
        routed = routers(ledger, leaving, words, self._parent)
        if routed is None:
            self._refused(leaving, "Airbyte cannot ask for its partitions so.")
            return None
        asking = self._asking(
            leaving, words if marked else self._words(leaving, start=False)
        )
        if asking is None:
            self._refused(leaving, "Airbyte cannot send its request.")
            return None
        retriever: Component = {
            "type": "SimpleRetriever",
            "requester": asking,
            "record_selector": selector(ledger, leaving, path),
        }
        paging = paginator(ledger, leaving)
        if paging is not None:
            retriever["paginator"] = paging
        if routed:
            retriever["partition_router"] = routed[0] if len(routed) == 1 else routed
        if decoder != {"type": "JsonDecoder"}:
            retriever["decoder"] = decoder
        return self._declared(leaving, retriever, marked)

    def _declared(
        self,
        leaving: Leaving,
        retriever: Component,
        marked: Cursor | None,
    ) -> Component:
        ledger = self.out.ledger
        record = Wording(self.out.fields, "record")
        changes = transformations(ledger, leaving, record)
        if marked is not None and marked.transformation is not None:
            changes.append(marked.transformation)
        found: Component = {"type": "DeclarativeStream", "name": leaving.key}
        key = primary_key(ledger, leaving)
        if key is not None:
            found["primary_key"] = key
        found["retriever"] = retriever
        if marked is not None:
            found["incremental_sync"] = marked.component
        if changes:
            found["transformations"] = changes
        found["schema_loader"] = schema(ledger, leaving)
        self._tell_rest(leaving)
        return found

    def _tell_rest(self, leaving: Leaving) -> None:
        ledger = self.out.ledger
        for name in _ASKED:
            ledger.kept(leaving.asked, (name,), "HttpRequester.")
        ledger.kept(leaving.asked, ("mode",), "Streams are asked for.")
        ledger.kept(leaving.asked, ("cache",), "use_cache.")

    def _words(self, leaving: Leaving, *, start: bool = True) -> Wording:
        names = frozenset(one.name for one in leaving.partitions)
        return Wording(self.out.fields, has_start=start, partitions=names)

    def _asking(self, leaving: Leaving, words: Wording) -> Component | None:
        polling = leaving.polling
        found = request(self.out, polling, polling.endpoint, polling.method, words)
        if found is None:
            return None
        self._sign(found, words)
        found["error_handler"] = error_handler(self.out, leaving)
        if polling.cache:
            found["use_cache"] = True
        return found

    def _sign(self, found: Component, words: Wording) -> None:
        if self.signing.authenticator is not None:
            found["authenticator"] = {"$ref": "#/definitions/authenticator"}
        known = {one.key: one for one in self.signing.fields}
        both = Wording({**words.fields, **known})
        for extra in self.signing.extra:
            target = compile_target(extra.to)
            name = extra.to.partition(":")[2] or extra.to
            place = (
                "request_headers" if target.kind == "header" else "request_parameters"
            )
            members = found.setdefault(place, {})
            text = both.text(extra.template)
            if (
                isinstance(members, dict)
                and text
                and target.kind in {"header", "query"}
            ):
                members[literal(name)] = text
            else:
                reason = "Airbyte sends a second value in headers and queries only."
                self.out.ledger.drop("/auth/config/also", reason)

    def _decoder(self, leaving: Leaving) -> Component | None:
        response = leaving.polling.response
        if response is None:
            return {"type": "JsonDecoder"}
        kind = _READ.get(response.format)
        if kind is None or "zip" in response.compression:
            return None
        found: Component = {"type": kind}
        if response.format == "csv":
            given = {"delimiter": response.delimiter, "encoding": response.encoding}
            found |= {name: one for name, one in given.items() if one is not None}
        self.out.ledger.kept(leaving.asked, ("response",), f"{kind}.")
        if "gzip" in response.compression:
            return {"type": "GzipDecoder", "decoder": found}
        return found

    def _parent(self, key: str, further: str | None) -> Json:
        """Return a parent stream: its reference, or a copy that leaves some out."""
        whole = self.written.get(key)
        if whole is None:
            return None
        if further is None:
            return {"$ref": f"#/definitions/streams/{key}"}
        retriever = whole["retriever"]
        known = next(one for one in self.out.streams if one.key == key)
        path = field_path(self.out.ledger, known)
        if not isinstance(retriever, dict) or path is None:
            return None
        narrowed = selector(self.out.ledger, known, path, further)
        return {**whole, "retriever": {**retriever, "record_selector": narrowed}}

    def _refused(self, leaving: Leaving, reason: str) -> None:
        place = leaving.place or leaving.asked.general
        self.out.ledger.drop(place, reason)
