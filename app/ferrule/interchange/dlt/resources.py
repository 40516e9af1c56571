"""Streams of a connector as resources of dlt's REST source."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ferrule.exchange import Json
from ferrule.interchange.dlt.cursor import Cursor, cursor
from ferrule.interchange.dlt.failing import response_actions
from ferrule.interchange.dlt.paging import Paging, paging_of, path_text
from ferrule.interchange.dlt.parents import Parent, parent_of
from ferrule.interchange.dlt.pythonic import Code, Words, Written, identifier
from ferrule.interchange.dlt.requesting import asked
from ferrule.interchange.dlt.signing_in import Signing
from ferrule.interchange.dlt.turning import steps_of_records
from ferrule.interchange.outgoing import Leaving, Outgoing, in_order
from ferrule.interchange.steps import ANY, list_at, names_of

_METHODS = frozenset({"GET", "POST"})
_TOLD = (
    *("endpoint", "method", "query", "headers", "body", "bodyType", "arrayFormat"),
)


@dataclass(slots=True)
class ResourceWriter:
    """Writes resources, parents first; `made` holds those that could be, by key."""

    out: Outgoing
    words: Words
    signing: Signing
    made: dict[str, dict[str, Written]] = field(default_factory=dict)
    helpers: list[Written] = field(default_factory=list)

    def write(self) -> list[Written]:
        """Return all resources, the unselected ones that others hang on first."""
        for leaving in in_order(self.out.streams):
            found = self._resource(leaving)
            if found is not None:
                self.made[leaving.key] = found
        keys = [one.key for one in self.out.streams if one.key in self.made]
        return [*self.helpers, *(self.made[key] for key in keys)]

    def _resource(self, leaving: Leaving) -> dict[str, Written] | None:
        ledger, polling = self.out.ledger, leaving.polling
        selector = _selector(leaving)
        if (
            selector is None
            or not _plain_json(leaving)
            or polling.method not in _METHODS
        ):
            self._refused(leaving, "dlt cannot read what this stream reads.")
            return None
        parent = parent_of(self.out, leaving, self.made, self.words)
        if parent is None and leaving.partitions:
            self._refused(leaving, "dlt cannot ask for its partitions so.")
            return None
        marked = cursor(ledger, leaving)
        endpoint = self._endpoint(leaving, selector, marked, parent)
        if endpoint is None:
            self._refused(leaving, "dlt cannot send its request.")
            return None
        if parent is not None and parent.resource is not None:
            self.helpers.append(parent.resource)
        return self._whole(leaving, endpoint, marked, parent)

    def _whole(
        self,
        leaving: Leaving,
        endpoint: dict[str, Written],
        marked: Cursor | None,
        parent: Parent | None,
    ) -> dict[str, Written]:
        found: dict[str, Written] = {"name": leaving.key}
        found |= self._key(leaving, marked)
        found["endpoint"] = endpoint
        if parent is not None and parent.included:
            found["include_from_parent"] = list(parent.included)
        steps = steps_of_records(self.out.ledger, leaving, parent)
        if steps:
            found["processing_steps"] = steps
        for name in _TOLD:
            self.out.ledger.kept(leaving.asked, (name,), "An endpoint.")
        self.out.ledger.kept(leaving.asked, ("mode",), "Resources are asked for.")
        return found

    def _endpoint(
        self,
        leaving: Leaving,
        selector: str,
        marked: Cursor | None,
        parent: Parent | None,
    ) -> dict[str, Written] | None:
        ledger = self.out.ledger
        paging = paging_of(ledger, leaving)
        sent = self._sent(paging, marked, parent)
        words = self._words(marked, parent)
        found = asked(self.out, leaving, words, sent, self.signing)
        if found is None:
            return None
        found["data_selector"] = selector
        ledger.kept(leaving.mapped, ("itemsPath",), "data_selector.")
        found["paginator"] = paging.paginator
        if marked is not None:
            found["incremental"] = marked.incremental
        actions = response_actions(self.out, leaving)
        if actions:
            found["response_actions"] = actions
        return found

    def _words(self, marked: Cursor | None, parent: Parent | None) -> Words:
        fields: dict[str, str] = {}
        if marked is not None:
            fields["checkpoint"] = "{incremental.start_value}"
        if parent is not None:
            fields[f"partition.{parent.name}"] = parent.value
        return Words(self.words.variables, fields)

    def _sent(
        self, paging: Paging, marked: Cursor | None, parent: Parent | None
    ) -> Mapping[str, Json | Code]:
        found: dict[str, Json | Code] = dict(paging.sent)
        if marked is not None:
            found |= marked.sent
        if parent is not None and parent.param:
            found[parent.param] = parent.value
        return found

    def _key(self, leaving: Leaving, marked: Cursor | None) -> dict[str, Written]:
        """Return the primary key and how records are stored by it."""
        mapping = leaving.stream.mapping
        told = ("primaryKey",) if mapping.primary_key else ("idPath",)
        paths = [names_of(path) for path in mapping.primary_key or (mapping.id_path,)]
        names = [identifier(path[0]) for path in paths if path and len(path) == 1]
        if len(names) < len(paths):
            reason = (
                "dlt's keys are columns of a record's top: without one none are merged."
            )
            self.out.ledger.dropped(leaving.mapped, told, reason)
            return {"write_disposition": "append" if marked else "replace"}
        self.out.ledger.kept(leaving.mapped, told, "primary_key.")
        if mapping.primary_key:
            reason = "The primary key says more."
            self.out.ledger.dropped(leaving.mapped, ("idPath",), reason)
        key: Written = names[0] if len(names) == 1 else list(names)
        return {"primary_key": key, "write_disposition": "merge"}

    def _refused(self, leaving: Leaving, reason: str) -> None:
        self.out.ledger.drop(leaving.place or leaving.asked.general, reason)


def _selector(leaving: Leaving) -> str | None:
    mapping = leaving.stream.mapping
    steps = list_at(mapping.items_path)
    if steps is None or mapping.items_shape not in {None, "list"}:
        return None
    if not steps:
        return "$"
    if all(isinstance(step, str) and step != ANY for step in steps):
        return path_text("$" + "".join(f"[{step!r}]" for step in steps))
    return None


def _plain_json(leaving: Leaving) -> bool:
    response = leaving.polling.response
    plain = response is None or (response.format == "json" and not response.compression)
    return plain and leaving.polling.job is None
