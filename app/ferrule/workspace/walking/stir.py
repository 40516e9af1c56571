"""Changing something in the sandbox between two walks, so that there is a difference.

Only the sample service of this program can be told to (its `/_control`); any other
service is left as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from ferrule.clock import Clock
from ferrule.errors import FerruleError, UsageError
from ferrule.exchange import Json, Request, scalar_text
from ferrule.workspace.drafts import Document
from ferrule.workspace.walking.pages import WalkedPage
from ferrule.workspace.walking.walk import Subject

_HERE: Final = frozenset({"127.0.0.1", "localhost"})
_ORDER: Final[Mapping[str, Json]] = {"add": 1, "touch": 2, "close": 1}


@dataclass(frozen=True, slots=True)
class Stirred:
    """What was changed in the sandbox; `failure` says why nothing was.

    `removed` are the ids of items that are not there any more.
    """

    words: str
    removed: tuple[str, ...] = ()
    failure: FerruleError | None = None


def may_be_sandbox(document: Document, config: Mapping[str, Json]) -> bool:
    """Tell whether a draft asks what may be the sandbox: its address is this machine's.

    Whether it is one shows when it is asked.
    """
    given = str(config.get("baseUrl") or "")
    ingestion = document.get("ingestion")
    endpoint = ingestion.get("endpoint") if isinstance(ingestion, dict) else ""
    return any(_is_here(text) for text in (given, str(endpoint or "")))


def stir(subject: Subject, walked: Sequence[WalkedPage], clock: Clock) -> Stirred:
    """Add one item to the sandbox, touch two, close one and remove one that was seen.

    It never raises: what is not the sandbox says so.
    """
    seen = [item.id for page in walked for item in page.items if item.id.isdecimal()]
    gone: list[Json] = [int(seen[-1])] if seen else []
    order: dict[str, Json] = {**_ORDER, "remove": gone}
    try:
        origin = _origin(walked)
        told = _told(subject, clock, _order(origin, order))
    except FerruleError as error:
        words = "Nothing was changed: this is not the sandbox."
        return Stirred(words, failure=error)
    removed = told.get("removed")
    ids = removed if isinstance(removed, list) else ()
    return Stirred(_words(told), tuple(map(scalar_text, ids)))


def _told(subject: Subject, clock: Clock, request: Request) -> Mapping[str, Json]:
    _, client, _ = subject.opened(clock, subject.session(clock))
    with client:
        answer = client.exchange(request)
    body = answer.json
    if not isinstance(body, dict) or "touched" not in body:
        raise UsageError("It does not answer as the sandbox does.")
    return body


def _order(origin: str, body: Json) -> Request:
    return Request(
        *("POST", f"{origin}/_control"),
        body=body,
        body_type="json",
        sends_credentials=False,
    )


def _origin(walked: Sequence[WalkedPage]) -> str:
    parts = urlsplit(walked[0].url if walked else "")
    if parts.hostname not in _HERE:
        raise UsageError("The address is not this machine's.")
    return f"{parts.scheme}://{parts.netloc}"


def _words(told: Mapping[str, Json]) -> str:
    found = []
    for name in ("added", "touched", "closed", "removed"):
        many = told.get(name)
        if isinstance(many, list) and many:
            found.append(f"{len(many)} {name}")
    return f"Changed in the sandbox: {', '.join(found)}." if found else "Nothing."


def _is_here(text: str) -> bool:
    try:
        return urlsplit(text).hostname in _HERE
    except ValueError:
        return False
