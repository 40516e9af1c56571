"""What can go wrong on demand, each fault one entry of a table.

A fault is asked for by path (`/faults/NAME/…`) or switched on for every list by the
control endpoint. It counts its requests from 1, so that "once" and "every third" mean
the same at every start.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from ferrule.sandbox.answer import Answer, Asked, refusal
from ferrule.sandbox.styles import Cut, Page, Rows, cut

SLOW_MS = 2_000
_MALFORMED_EVERY = 10
_POSITIONS = frozenset({"page", "offset", "cursor", "after"})
_THIRD = 3
_BROKEN: Final = (
    b'{"title":"no id","updated_at":"2025-01-01T00:00:00Z"}',
    b'{"id":"x-1","title":"a bad date","updated_at":"yesterday"}',
    b'"a text where an object should be"',
    b"null",
)
_HTML = b"<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>"


def _passes(asked: Asked, count: int) -> None:
    """Let the request through."""


def _keeps(answer: Answer) -> Answer:
    return answer


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong: before the page, in its rows, or in its bytes."""

    about: str
    before: Callable[[Asked, int], None] = _passes
    cut: Cut = cut
    after: Callable[[Answer], Answer] = _keeps


def _fails(
    when: Callable[[Asked, int], bool],
    status: int,
    message: str,
    *headers: tuple[str, str],
) -> Callable[[Asked, int], None]:
    def before(asked: Asked, count: int) -> None:
        """Refuse when it is time to."""
        if when(asked, count):
            raise refusal(status, message, *headers)

    return before


def _always(asked: Asked, count: int) -> bool:
    del asked, count
    return True


def _first(asked: Asked, count: int) -> bool:
    del asked
    return count == 1


def _every_third(asked: Asked, count: int) -> bool:
    del asked
    return count % _THIRD == 0


def _past_the_first_page(asked: Asked, count: int) -> bool:
    del count
    return any(asked.params.get(name, "1") not in {"0", "1"} for name in _POSITIONS)


def _empty_second(rows: Rows, offset: int, size: int) -> Page:
    """Put an empty page, with a next one, between the first and the rest."""
    total = len(rows) + size
    if offset and offset // size == 1:
        return Page((), offset, size, total, offset + size)
    page = cut(rows, offset - size if offset else 0, size)
    following = None if page.following is None and offset else offset + size
    return replace(page, offset=offset, total=total, following=following)


def _repeated(rows: Rows, offset: int, size: int) -> Page:
    return replace(cut(rows, offset, size), following=offset)


def _endless(rows: Rows, offset: int, size: int) -> Page:
    page = cut(rows, offset % max(len(rows), 1), size)
    return replace(
        page, offset=offset, total=offset + 2 * size, following=offset + size
    )


def _malformed(rows: Rows, offset: int, size: int) -> Page:
    page = cut(rows, offset, size)
    spoilt = (
        _BROKEN[place // _MALFORMED_EVERY % len(_BROKEN)]
        if place % _MALFORMED_EVERY == 0
        else row
        for place, row in enumerate(page.rows, offset)
    )
    return replace(page, rows=list(spoilt))


def _off_host(rows: Rows, offset: int, size: int) -> Page:
    return replace(cut(rows, offset, size), elsewhere="http://elsewhere.example.com")


def _truncated(answer: Answer) -> Answer:
    return replace(answer, body=answer.body[: len(answer.body) * 2 // 3])


def _html(answer: Answer) -> Answer:
    return Answer(answer.status, _HTML, (("content-type", "text/html; charset=utf-8"),))


def _slow(answer: Answer) -> Answer:
    return replace(answer, delay_ms=SLOW_MS)


def _moved(asked: Asked, count: int) -> None:
    del count
    raise_to = ("location", f"{asked.origin}/link/issues")
    raise refusal(302, "look there", raise_to)


FAULTS: Final[dict[str, Fault]] = {
    "error-once": Fault(
        "500 on the first request, then well",
        _fails(_first, 500, "something broke, once"),
    ),
    "error-every-third": Fault(
        "500 on every third request",
        _fails(_every_third, 500, "something broke, as every third time"),
    ),
    "error-always": Fault("500 every time", _fails(_always, 500, "something broke")),
    "unavailable-once": Fault(
        "503 with Retry-After: 1 on the first request, then well",
        _fails(_first, 503, "back soon", ("retry-after", "1")),
    ),
    "unauthorised": Fault("401 every time", _fails(_always, 401, "sign in first")),
    "forbidden": Fault("403 every time", _fails(_always, 403, "not for you")),
    "missing": Fault("404 every time", _fails(_always, 404, "nothing here")),
    "moved": Fault("302 to the plain list", _moved),
    "slow": Fault(f"answers after {SLOW_MS} ms", after=_slow),
    "truncated": Fault("a page of JSON that ends in the middle", after=_truncated),
    "html": Fault("a sign-in page instead of JSON, status 200", after=_html),
    "repeated-cursor": Fault("the next page is always this one", cut=_repeated),
    "empty-page": Fault("the second page is empty but has a next", cut=_empty_second),
    "endless": Fault("there is always a next page", cut=_endless),
    "malformed-item": Fault("every tenth item is broken", cut=_malformed),
    "off-host": Fault("the next link names another host", cut=_off_host),
    "expired-cursor": Fault(
        "410 on every page but the first",
        _fails(_past_the_first_page, 410, "this cursor has expired"),
    ),
}
NONE: Final = Fault("nothing goes wrong")


class Faults:
    """Which fault is on for every list, and how often each was met."""

    def __init__(self) -> None:
        self.active: str | None = None
        self._met: Counter[str] = Counter()

    def reset(self) -> None:
        """Switch off, and begin counting at 1 again."""
        self.active = None
        self._met.clear()

    def switch(self, name: str | None) -> None:
        """Make `name` go wrong on every list, from its first request; None ends it."""
        named(name)
        self.active = name
        self._met.pop(name or "", None)

    def meet(self, names: Iterable[str], asked: Asked) -> list[Fault]:
        """Return the faults of a request, once each has let it through."""
        faults = []
        for name in names:
            fault = named(name)
            self._met[name] += 1
            fault.before(asked, self._met[name])
            faults.append(fault)
        return faults


def named(name: str | None) -> Fault:
    """Return a fault by name; 404 with the known names where there is none."""
    if name is None:
        return NONE
    if name not in FAULTS:
        raise refusal(404, f"no fault {name!r}; known: {', '.join(FAULTS)}")
    return FAULTS[name]
