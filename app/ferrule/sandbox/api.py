"""The sample service as one function from a request to an answer.

A path is any number of prefixes, then a place: `/auth/MODE`, `/secure`, `/limited` and
`/faults/NAME` change how `/link/issues`, `/repos/…/issues`, `/health` or `/user`
answer, and they combine: `/auth/bearer/faults/html/cursor/issues`. The authorization
server (`authority`) stands under `/oauth` and `/oauth1`; `/secure` takes its tokens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Final, TypeVar, get_args

import msgspec

from ferrule.clock import Clock, SystemClock
from ferrule.sandbox import issue_desk as desk
from ferrule.sandbox.admission import SAMPLES, Gate, Limit, admit
from ferrule.sandbox.answer import Answer, Asked, Refused, refusal, told
from ferrule.sandbox.authority.front import Desk, Duties, is_asked, made
from ferrule.sandbox.dataset import stamp
from ferrule.sandbox.faults import FAULTS, Fault, Faults
from ferrule.sandbox.shelf import Shelf, Sort, Wanted
from ferrule.sandbox.styles import STYLES, Style, cut
from ferrule.sandbox.tracker import Tracker

OWNER: Final = "sample"
REPOSITORY: Final = "workshop"
EMPTY_REPOSITORY: Final = "empty"
_STATES: Final = ("open", "closed", "all")
_DIRECTIONS: Final = ("asc", "desc")
_SORTS: Final[Sequence[Sort]] = get_args(Sort)
_LISTS: Final = ("issues", "comments")
_REPOSITORY_PATH: Final = f"/repos/{OWNER}/"
_CONTROL: Final = "/_control"

Known = TypeVar("Known", bound=str)
Count = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class Order(msgspec.Struct, forbid_unknown_fields=True):
    """What the control endpoint can be told; the members are done in this order."""

    reset: bool = False
    add: Count = 0
    touch: Count = 0
    close: Count = 0
    comment: Count = 0
    remove: list[int] = []
    fault: str | msgspec.UnsetType | None = msgspec.UNSET
    limit: Limit | msgspec.UnsetType = msgspec.UNSET
    latency_ms: Count | msgspec.UnsetType = msgspec.UNSET
    authority: Duties | msgspec.UnsetType = msgspec.UNSET


@dataclass(slots=True)
class Visit:
    """A request on its way through the prefixes."""

    asked: Asked
    path: str
    login: str = "visitor"
    faults: tuple[str, ...] = ()


class Api:
    """The whole service; one instance holds its state."""

    def __init__(
        self, tracker: Tracker, *, clock: Clock | None = None, latency_ms: int = 0
    ) -> None:
        self._tracker = tracker
        self._faults = Faults()
        self._clock = clock or SystemClock()
        self._gate = Gate(self._clock)
        self._desk: Desk | None = None
        self._latency_ms = latency_ms
        self._nothing = Shelf(())

    @property
    def authority(self) -> Desk:
        """The authorization server, made when it is first needed."""
        self._desk = self._desk or made(self._clock)
        return self._desk

    def answer(self, asked: Asked) -> Answer:
        """Return what the service says, whatever is asked."""
        try:
            answer = self._enter(asked)
        except Refused as refused:
            answer = refused.answer
        if not self._latency_ms or asked.path == _CONTROL:
            return answer
        return replace(answer, delay_ms=answer.delay_ms + self._latency_ms)

    def _enter(self, asked: Asked) -> Answer:
        visit = Visit(asked, asked.path)
        while self._prefix(visit):
            pass
        faults = self._faults.meet(visit.faults, visit.asked)
        answer = self._place(visit, faults)
        for fault in faults:
            answer = fault.after(answer)
        return answer

    def _prefix(self, visit: Visit) -> bool:
        """Take the next prefix off the path and do what it says."""
        _, first, *rest = visit.path.split("/", 3)
        if first == "limited":
            self._gate.enter()
            visit.path = _below(rest)
        elif first == "secure":
            visit.path = _below(rest)
            visit.asked, visit.login = self.authority.admit(visit.asked, visit.path)
        elif first in {"auth", "faults"} and rest:
            visit.path = _below(rest[1:])
            if first == "auth":
                visit.asked, visit.login = admit(rest[0], visit.asked), OWNER
            else:
                visit.faults += (rest[0],)
        else:
            return False
        return True

    def _place(self, visit: Visit, faults: list[Fault]) -> Answer:
        if visit.path.startswith(_REPOSITORY_PATH):
            done = desk.answer(self._tracker, visit.asked, visit.path)
            if done is not None:
                return done
        found = self._list(visit.path)
        if found is None:
            return self._other_place(visit)
        _allow(visit.asked, "GET", "HEAD", "POST")
        if self._faults.active and not faults:
            faults.extend(self._faults.meet([self._faults.active], visit.asked))
        style, shelf = found
        return _listed(style, shelf, _with_body(visit.asked), faults)

    def _list(self, path: str) -> tuple[Style, Shelf] | None:
        first, _, name = path.strip("/").rpartition("/")
        if path.startswith(_REPOSITORY_PATH):
            return self._repository_list(path.removeprefix(_REPOSITORY_PATH))
        if path != "/" and name in _LISTS and (not first or first in STYLES):
            return STYLES[first or "link"], self._shelf(name)
        return None

    def _repository_list(self, rest: str) -> tuple[Style, Shelf] | None:
        repository, _, name = rest.partition("/")
        place = {"issues": "issues", "issues/comments": "comments"}.get(name)
        if place is None or repository not in {REPOSITORY, EMPTY_REPOSITORY}:
            return None
        empty = repository == EMPTY_REPOSITORY
        return STYLES["link"], self._nothing if empty else self._shelf(place)

    def _shelf(self, name: str) -> Shelf:
        return self._tracker.issues if name == "issues" else self._tracker.comments

    def _other_place(self, visit: Visit) -> Answer:
        asked = visit.asked
        said = self.authority.answer(asked) if is_asked(asked.path) else None
        if said is not None:
            return said
        if visit.path == _CONTROL:
            _allow(asked, "POST")
            return self._obey(asked.body)
        _allow(asked, "GET", "HEAD")
        if visit.path == "/":
            return told(self._index(asked.origin))
        if visit.path == "/health":
            return told({"status": "ok", "items": len(self._tracker.issues)})
        if visit.path == "/user":
            return told({"login": visit.login, "id": 1, "type": "User"})
        if visit.path.startswith(_REPOSITORY_PATH):
            return _repository(visit.path.removeprefix(_REPOSITORY_PATH))
        raise refusal(404, f"nothing at {visit.path}; see {asked.origin}/")

    def _obey(self, body: bytes) -> Answer:
        try:
            order = msgspec.json.decode(body or b"{}", type=Order)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise refusal(400, str(error)) from None
        self._switch(order)
        tracker = self._tracker
        done = {
            "added": tracker.add(order.add),
            "touched": tracker.touch(order.touch),
            "closed": tracker.close(order.close),
            "commented": tracker.comment(order.comment) if order.comment else [],
            "removed": tracker.remove(order.remove) if order.remove else [],
        }
        state = {"items": len(tracker.issues), "now": stamp(tracker.now)}
        standing = {"authority": self._desk.standing()} if self._desk else {}
        return told(done | state | {"fault": self._faults.active} | standing)

    def _switch(self, order: Order) -> None:
        if order.fault is not msgspec.UNSET:
            self._faults.switch(order.fault)
        if order.reset:
            self._tracker.reset()
            self._gate.reset(Limit())
            if self._desk is not None:
                self._desk.behave()
            if order.fault is msgspec.UNSET:
                self._faults.reset()
        if order.limit is not msgspec.UNSET:
            self._gate.reset(order.limit)
        if order.latency_ms is not msgspec.UNSET:
            self._latency_ms = order.latency_ms
        if order.authority is not msgspec.UNSET:
            self.authority.obey(order.authority)

    def _index(self, origin: str) -> Mapping[str, object]:
        return {
            "name": "Ferrule sandbox",
            "about": "An issue tracker with sample data. It listens on loopback only.",
            "items": len(self._tracker.issues),
            "lists": [f"{origin}/{style}/issues" for style in STYLES]
            + [f"{origin}{_REPOSITORY_PATH}{REPOSITORY}/{name}" for name in _PLACES],
            "one": desk.ABOUT,
            "parameters": _PARAMETERS,
            "sign_in": {f"/auth/{mode}/…": how for mode, how in SAMPLES.items()},
            "secure": "/secure/… takes a token of /oauth/token, or OAuth 1",
            "authorization_server": self.authority.index(origin),
            "limited": "/limited/… answers 429 with Retry-After when it is too much",
            "faults": {f"/faults/{n}/…": f.about for n, f in FAULTS.items()},
            "control": f"POST {_CONTROL} " + ", ".join(Order.__struct_fields__),
            "also": ["/health", "/user"],
        }


_PLACES: Final = ("issues", "issues/comments")
_PARAMETERS: Final = {
    "since": "only what was updated at or after this time (ISO 8601)",
    "state": ", ".join(_STATES),
    "sort": ", ".join(_SORTS),
    "direction": ", ".join(_DIRECTIONS),
    "page, per_page": "in the styles link and page, at most 100",
    "offset, limit": "in the style offset",
    "cursor, limit": "in the style cursor",
}


def _below(parts: list[str]) -> str:
    """Return the path behind a prefix; a prefix alone stands for the list."""
    return "/" + ("/".join(parts) or "issues")


def _allow(asked: Asked, *methods: str) -> None:
    if asked.method not in methods:
        allow = ", ".join(methods)
        raise refusal(405, f"{asked.method} is not among {allow}", ("allow", allow))


def _with_body(asked: Asked) -> Asked:
    """Join the members of a JSON body to the parameters of a POST."""
    if asked.method != "POST" or not asked.body:
        return asked
    try:
        body = msgspec.json.decode(asked.body, type=dict[str, str | int | None])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refusal(400, str(error)) from None
    given = {name: str(value) for name, value in body.items() if value is not None}
    return replace(asked, params={**asked.params, **given})


def _listed(style: Style, shelf: Shelf, asked: Asked, faults: list[Fault]) -> Answer:
    rows = shelf.select(_wanted(asked.params))
    offset, size = style.place(asked)
    slicing = next((f.cut for f in faults if f.cut is not cut), cut)
    return style.render(slicing(rows, offset, size), asked)


def _wanted(params: Mapping[str, str]) -> Wanted:
    return Wanted(
        since=_time(params.get("since", "")),
        state=_choice(params, "state", _STATES, "all"),
        sort=_choice(params, "sort", _SORTS, "created"),
        descending=_choice(params, "direction", _DIRECTIONS, "desc") == "desc",
    )


def _choice(
    params: Mapping[str, str], name: str, known: Sequence[Known], default: Known
) -> Known:
    text = params.get(name) or default
    for value in known:
        if value == text:
            return value
    raise refusal(400, f"{name} must be one of {', '.join(known)}")


def _time(text: str) -> float | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise refusal(400, "since must be a time as of ISO 8601") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()


def _repository(name: str) -> Answer:
    if name not in {REPOSITORY, EMPTY_REPOSITORY}:
        raise refusal(404, f"no repository {OWNER}/{name}")
    return told({"id": 1, "name": name, "full_name": f"{OWNER}/{name}"})
