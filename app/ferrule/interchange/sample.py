"""A JSON sample: the bare body of an answer, or a recorded exchange with its request.

A recorded exchange has the form of a connector's fixtures (`descriptors/README.md`).
The answers come back as samples, so that a draft is previewed at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ferrule.errors import InterchangeError, UnreadableResponse
from ferrule.exchange import Json, Pairs, Response, decode, encode, scalar_text
from ferrule.interchange.address import encoded_path, is_host
from ferrule.interchange.asked import Asked
from ferrule.interchange.drafting import drafted, settled
from ferrule.interchange.kind import Format, Imported, Notes, Sample
from ferrule.interchange.literal import templated_json
from ferrule.interchange.noise import noise
from ferrule.interchange.stopping import go_on
from ferrule.redaction import Redactor, is_secret_name

_MOST_BYTES = 64 * 1024 * 1024
_MOST_EXCHANGES = 500
_LOWEST, _HIGHEST = 100, 599
_GOOD = range(200, 300)


def sniff(raw: bytes) -> bool:
    """Tell whether a text begins as a JSON list or object."""
    return raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}


def read(raw: bytes) -> Imported:
    """Return a draft for a sample, and the sample itself.

    Raises:
        InterchangeError: when it is not JSON, or no list and no object.
    """
    if len(raw) > _MOST_BYTES:
        raise InterchangeError("The sample is over 64 MB long.")
    try:
        value = decode(raw)
    except UnreadableResponse as error:
        message = error.message.replace("The body", "The sample")
        raise InterchangeError(message, advice=error.advice) from None
    if not isinstance(value, dict | list):
        raise InterchangeError(
            "The sample is a single value.", advice="A list or an object is needed."
        )
    exchanges = value.get("exchanges") if isinstance(value, dict) else None
    if isinstance(value, dict) and isinstance(exchanges, list) and "origin" in value:
        return _recorded(value, exchanges)
    return _bare(raw)


def _bare(raw: bytes) -> Imported:
    notes = Notes()
    notes.keep("body", "It is a sample to preview on.")
    notes.change(
        "address", "A body does not tell where it came from: give the address."
    )
    draft, found = drafted(Asked(base="", path="/"), notes)
    headers: Pairs = (("content-type", "application/json"),)
    sample = Sample(str(draft["id"]), "", Response(200, headers, raw))
    return settled([(draft, found)], notes, [sample])


def _recorded(fixture: dict[str, Json], exchanges: list[Json]) -> Imported:
    notes = Notes()
    read_one = map(_exchange, exchanges[:_MOST_EXCHANGES])
    known = [one for one in read_one if one is not None]
    if len(known) < len(exchanges):
        notes.drop("exchanges", "Some have no request and answer that can be read.")
    if not known:
        raise InterchangeError("There is no exchange in the recording.")
    chosen = next((one for one in known if one.status in _GOOD), known[0])
    draft, found = drafted(_asked(fixture, chosen.request, notes), notes)
    same = [one for one in known if one.path == chosen.path]
    if len(same) < len(known):
        notes.drop("exchanges", "Those with another address than the first good one.")
    for name in ("expect", "checkpoint", "mode", "name", "source", "config"):
        if fixture.get(name) is not None:
            notes.drop(name, "It tells about a test, not about the request.")
    redactor = Redactor(one.value for one in found if one.value and one.hidden)
    samples = [Sample(str(draft["id"]), "", one.answer(redactor)) for one in same]
    notes.keep("response", "It is a sample to preview on.")
    return settled([(draft, found)], notes, samples)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One exchange of a recording."""

    request: dict[str, Json]
    response: dict[str, Json]
    status: int

    @property
    def path(self) -> Json:
        """Return the path that was asked."""
        return self.request.get("path")

    def answer(self, redactor: Redactor) -> Response:
        """Return the answer without what is secret in its headers."""
        said = tuple(_pairs(self.response.get("headers")))
        headers = [(k, v) for k, v in redactor.pairs(said) if not is_secret_name(k)]
        body = self.response.get("body")
        text = body if isinstance(body, str) else None
        raw = encode(body) if text is None else text.encode("utf-8", "replace")
        return Response(self.status, tuple(headers), raw)


def _exchange(one: Json) -> Recorded | None:
    go_on()
    request = one.get("request") if isinstance(one, dict) else None
    response = one.get("response") if isinstance(one, dict) else None
    if not isinstance(request, dict) or not isinstance(response, dict):
        return None
    status = response.get("status")
    if not isinstance(status, int) or isinstance(status, bool):
        return None
    known = _LOWEST <= status <= _HIGHEST
    return Recorded(request, response, status) if known else None


def _asked(fixture: dict[str, Json], request: dict[str, Json], notes: Notes) -> Asked:
    asked = Asked(
        base=_base(fixture.get("origin"), notes),
        path=encoded_path(str(request.get("path") or "/")),
        method=str(request.get("method") or "GET").upper(),
        query=list(_pairs(request.get("query"))),
        headers=list(_headers(request.get("headers"), notes)),
    )
    _secrets(fixture.get("secrets"), asked)
    body = request.get("body")
    if body is not None:
        asked.body = templated_json(body, asked.names)
        asked.body_type = "text" if isinstance(body, str) else "json"
    return asked


def _base(origin: Json, notes: Notes) -> str:
    scheme, mark, host = str(origin).partition("://")
    if mark and scheme in {"http", "https"} and is_host(host):
        return f"{scheme}://{host}"
    notes.change("origin", "It is no address: give the base URL when connecting.")
    return ""


def _pairs(said: Json) -> Iterator[tuple[str, str]]:
    for name, value in said.items() if isinstance(said, dict) else ():
        for one in value if isinstance(value, list) else [value]:
            if one is not None and not isinstance(one, dict | list):
                yield name, scalar_text(one)


def _headers(said: Json, notes: Notes) -> Iterator[tuple[str, str]]:
    for name, value in _pairs(said):
        reason = noise(name)
        if reason:
            notes.drop(name, reason)
        elif name.replace("-", "").replace("_", "").isalnum() and name.isascii():
            yield name, value
        else:
            notes.drop("a header", "It cannot be a header.")


def _secrets(said: Json, asked: Asked) -> None:
    """Ask for what the recording says was a secret and left out."""
    for target in said if isinstance(said, list) else ():
        kind, _, name = str(target).partition(":")
        if not name.strip() or not name.isascii():
            continue
        if kind == "header" and name.lower() == "authorization":
            asked.bearer = None if asked.header(name) else "<token>"
        elif kind == "header" and name.replace("-", "").isalnum():
            asked.headers.append((name, "<secret>"))
        elif kind == "query":
            asked.query.append((name, "<secret>"))


FORMAT = Format("sample", "JSON sample", (".json",), sniff, read)
