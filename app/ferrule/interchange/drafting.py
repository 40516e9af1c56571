"""A draft from one request: a whole, valid descriptor with everything still to suggest.

The query stays as it is, paging and time parameters too: what they mean is suggested
later, on data. A draft that would not lint clean is never handed out.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from urllib.parse import quote, unquote

from pydantic import SecretStr

from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.problems import lint
from ferrule.descriptor.skeleton import skeleton
from ferrule.errors import DescriptorInvalid, InterchangeError, Problem
from ferrule.exchange import Json, encode
from ferrule.interchange.address import base_field
from ferrule.interchange.asked import Asked
from ferrule.interchange.kind import Document, Imported, LiftedSecret, Notes, Sample
from ferrule.interchange.lifting import Found, Lifter
from ferrule.interchange.literal import templated
from ferrule.interchange.secret_names import may_not_stand, of_one_moment
from ferrule.interchange.signing_in import sign_in
from ferrule.redaction import Redactor, is_secret_name

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_PLAIN = frozenset({"www", "api", "com", "io", "org", "net", "localhost", "dev", "co"})
_TEXTS = frozenset({"description", "label", "helpText", "name", "default", "example"})
_UNLIKE_WORDS = re.compile(r"(?=.*[0-9]).{8}|.{16}", re.DOTALL)
_LONGEST_ID = 100
_ENOUGH = 6


def drafted(
    asked: Asked, notes: Notes, taken: Collection[str] = ()
) -> tuple[Document, list[Found]]:
    """Return the draft of one request under an id that is free, and its secrets."""
    _without_moments(asked, notes)
    found = Lifter(asked, notes).lift()
    names: dict[str, None] = dict(asked.names)
    name = _title(asked.base, asked.path)
    document = skeleton(fresh_id(name, taken), name)
    document["auth"] = sign_in(found)
    document["baseUrl"] = "{{baseUrl}}"
    document["ingestion"] = _ingestion(asked, names, notes)
    document["healthCheck"] = _health(asked, names, notes)
    fields = [base_field(asked.base)]
    if asked.base:
        notes.keep(asked.place + "host", "It is the base URL.")
    if "{{" in asked.base:
        document["baseUrl"], fields = templated(asked.base, names), []
    names.pop("baseUrl", None)
    document["configFields"] = [*fields, *map(config_field, names)]
    for one in names:
        notes.change(asked.place + one, "A variable: it became a configuration field.")
    return document, found


def config_field(name: str) -> Document:
    """Return the field of a configuration value."""
    label = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    label = label.replace("_", " ").replace("-", " ").strip() or name
    return {
        "key": name,
        "label": label[:1].upper() + label[1:].lower(),
        "type": "text",
        "required": True,
    }


def fresh_id(name: str, taken: Collection[str]) -> str:
    """Return a connector id for a name, which is not among those taken."""
    base = re.sub(r"[^a-z0-9]+", "-", name.lower())[:_LONGEST_ID].strip("-")
    base = base or "new-connector"
    fresh, number = base, 2
    while fresh in taken:
        fresh, number = f"{base}-{number}", number + 1
    return fresh


def settled(
    drafts: Iterable[tuple[Document, Sequence[Found]]],
    notes: Notes,
    samples: Sequence[Sample] = (),
) -> Imported:
    """Return drafts, report and secrets, each draft checked and free of secrets.

    Raises:
        InterchangeError: when a draft cannot be a valid descriptor; it lists why.
    """
    documents: list[Document] = []
    secrets: list[LiftedSecret] = []
    values: list[str] = []
    for document, found in drafts:
        name = str(document["id"])
        values += [one.value for one in found if one.value and one.hidden]
        secrets += [
            LiftedSecret(name, one.key, SecretStr(one.value), one.place)
            for one in found
            if one.value is not None
        ]
        documents.append(_without_secrets(document, notes))
    redactor = Redactor(value for value in values if len(value) >= _ENOUGH)
    unlike_words = Redactor(v for v in values if _UNLIKE_WORDS.search(v))
    for document in documents:
        _check(document, unlike_words)
    report = notes.report(redactor.text)
    clean = tuple(
        LiftedSecret(s.connector, s.key, s.value, redactor.text(s.place))
        for s in secrets
    )
    return Imported(tuple(documents), report, clean, tuple(samples))


def _check(document: Document, redactor: Redactor) -> None:
    raw = encode(document)
    if redactor.text(raw.decode()) != raw.decode():
        raise InterchangeError(
            "A secret of it stands at a place that cannot be told apart.",
            advice="Replace it by a variable such as {{TOKEN}}, and paste it again.",
        )
    try:
        read_descriptor(raw)
    except DescriptorInvalid as invalid:
        raise _refused(invalid.problems, redactor) from None
    errors = [problem for problem in lint(document) if problem.severity == "error"]
    if errors:
        raise _refused(errors, redactor)


def _refused(problems: Sequence[Problem], redactor: Redactor) -> InterchangeError:
    shown = [redactor.loose(f"{p.pointer}: {p.message}")[:200] for p in problems[:20]]
    return InterchangeError(
        "It cannot be said in a descriptor.",
        left_out=shown,
        advice="Take out what is listed, and try again.",
    )


def _without_secrets(document: Document, notes: Notes) -> Document:
    """Return a document without the texts that lint would call a secret."""

    def clean(name: str, value: Json, place: str) -> Json:
        if isinstance(value, dict):
            return members(value, place)
        if isinstance(value, list):
            return [clean(name, v, f"{place}/{i}") for i, v in enumerate(value)]
        if isinstance(value, str) and may_not_stand(name, value):
            notes.drop(
                place, "It looks like a secret, which a descriptor may not hold."
            )
            return "(removed)" if name in _TEXTS else None
        return value

    def members(value: dict[str, Json], place: str) -> dict[str, Json]:
        cleaned = {k: (v, clean(k, v, f"{place}/{k}")) for k, v in value.items()}
        return {
            k: new
            for k, (old, new) in cleaned.items()
            if new is not None or old is None
        }

    return members(document, "")


def _without_moments(asked: Asked, notes: Notes) -> None:
    """Take out page tokens that lint would take for a secret."""
    kept = []
    for name, value in asked.query:
        if of_one_moment(name) and may_not_stand(name, value):
            reason = "It names a page of one moment: paging is suggested on data."
            notes.drop(f"{asked.place}?{name}", reason)
        else:
            kept.append((name, value))
    asked.query = kept


def _ingestion(asked: Asked, names: dict[str, None], notes: Notes) -> Document:
    ingestion: Document = {
        "mode": "polling",
        "endpoint": templated(asked.path, names),
        "method": _method(asked, notes),
    }
    if asked.query:
        ingestion["query"] = _query(asked, names, notes)
    if asked.headers:
        ingestion["headers"] = {k: templated(v, names) for k, v in asked.headers}
        for name, _ in asked.headers:
            notes.keep(asked.place + name, "It is a header of every request.")
    if asked.body is not None and asked.body_type is not None:
        ingestion["body"] = asked.body
        ingestion["bodyType"] = asked.body_type
        notes.keep(f"{asked.place}body", f"It is sent as {asked.body_type}.")
    if asked.timeout_ms is not None:
        ingestion["timeoutMs"] = asked.timeout_ms
    ingestion["rateLimitRpm"] = 60
    ingestion["delta"] = {"type": "none"}
    ingestion["pagination"] = {"type": "none"}
    notes.keep(f"{asked.place}path", "It is the address of the stream.")
    return ingestion


def _method(asked: Asked, notes: Notes) -> str:
    place = f"{asked.place}method"
    if asked.method == "HEAD":
        notes.change(place, "HEAD brings no items: the draft asks by GET.")
        return "GET"
    if asked.method not in _METHODS:
        notes.change(place, "This method cannot be polled: the draft asks by GET.")
        return "GET"
    if asked.method in {"GET", "POST"}:
        notes.keep(place, "It is the method of the stream.")
    else:
        notes.keep(place, "It changes something: every poll would send it.")
    return asked.method


def _query(asked: Asked, names: dict[str, None], notes: Notes) -> Document:
    query: dict[str, list[str]] = {}
    for name, value in asked.query:
        query.setdefault(name, []).append(templated(value, names))
    for name in query:
        notes.keep(f"{asked.place}?{name}", "It is a parameter of every request.")
    return {k: v[0] if len(v) == 1 else list(v) for k, v in query.items()}


def _health(asked: Asked, names: dict[str, None], notes: Notes) -> Document:
    """Return a check that asks what the stream asks, as far as a check can."""
    query: dict[str, list[str]] = {}
    for name, value in asked.query:
        query.setdefault(name, []).append(templated(value, names))
    health: Document = {
        "endpoint": with_query(templated(asked.path, names), query),
        "method": "GET",
        "expectStatus": 200,
        "timeoutMs": 10_000,
    }
    if asked.method == "POST" and asked.body_type in {"json", "graphql"}:
        health |= {"method": "POST", "body": asked.body}
    elif asked.method != "GET":
        reason = "It asks by GET: set an address there that answers to it."
        notes.change(f"{asked.place}health check", reason)
    return health


def with_query(endpoint: str, query: object) -> str:
    """Return an address with a stream's parameters, those with filters left out."""
    members = query.items() if isinstance(query, dict) else ()
    pairs = [
        f"{quote(name, safe='')}={quote(str(one), safe='{}')}"
        for name, value in members
        for one in (value if isinstance(value, list) else [value])
        if "|" not in str(one)
    ]
    return endpoint + (f"?{'&'.join(pairs)}" if pairs else "")


def _title(base: str, path: str) -> str:
    """Return a name from the host and the last word of the path."""
    parts = [unquote(p) for p in path.split("/")]
    words = [p for p in parts if re.fullmatch(r"[A-Za-z][A-Za-z0-9_. -]{1,40}", p)]
    chosen = [w for w in [_owner(base), *words[-1:]] if w and not is_secret_name(w)]
    title = " ".join(re.sub(r"[-_. ]+", " ", word) for word in chosen).title()
    return title.strip() or "New connector"


def _owner(base: str) -> str:
    """Return the word of a host that names whose it is: `github` of api.github.com."""
    host = re.sub(r":[0-9]+$", "", base.partition("://")[2])
    labels = [label for label in host.split(".") if "{" not in label]
    named = [p for p in labels[:-1] if p not in _PLAIN and not p.isdigit()]
    return named[-1] if named else ""
