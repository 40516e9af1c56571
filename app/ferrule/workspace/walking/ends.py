"""Why paging ended, in plain words.

The words come from what every pagination style shares (where the next page is named,
what tells the total, how large a page is): no style is asked which one it is.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from ferrule.errors import Cancelled, FerruleError
from ferrule.exchange import MISSING
from ferrule.pagination import PageFacts, PaginationKind
from ferrule.sync.plan import StreamPlan
from ferrule.sync.reading import Page

EndKind = Literal["whole", "limit", "cut", "failed", "given up"]


@dataclass(frozen=True, slots=True)
class End:
    """How a walk ended: seen whole, at a limit, cut short, failed or given up.

    `short`: nothing but a page that was not full told that it is the last.
    """

    kind: EndKind
    words: str
    advice: str = ""
    short: bool = False


def end_of(plan: StreamPlan, page: Page) -> End:
    """Return why no page follows one."""
    response = page.response
    if response.ignored:
        return End("cut", "A rule of the descriptor ignores this answer.")
    if response.status == HTTPStatus.NOT_MODIFIED:
        return End("cut", "304: the service says that nothing changed.")
    paging = plan.pagination.with_size(page.here.size)
    facts = _facts(plan, page)
    if page.skipped and plan.delta.ends_at_old:
        return End("whole", "An item older than the checkpoint came: newest first.")
    if paging.stops(facts):
        return End("whole", "stopWhen holds for this page.")
    if paging.after(page.here.token, facts) is not None:
        most = paging.max_pages
        return End("cut", f"maxPages reached: at most {most} pages are asked for.")
    return _none_follows(paging, facts)


def _facts(plan: StreamPlan, page: Page) -> PageFacts:
    items = plan.mapping.items(page.response.json)
    last = items[-1] if items else MISSING
    return PageFacts(page.request, page.response, page.count, last)


def _none_follows(paging: PaginationKind, facts: PageFacts) -> End:
    if paging.says_more(facts) is False:
        return End("whole", f"{paging.has_more_path} says that there is no more.")
    if paging.next_path is not None:
        words = f"No next page: {paging.next_path} is empty or absent."
        return End("whole", words)
    if paging.follows_links:
        return End("whole", "No next page: the Link header names none.")
    total = paging.told_total(facts)
    if total is not None:
        unit = "pages" if paging.total_unit == "pages" else "items"
        return End("whole", f"Total reached: the service counts {total:,} {unit}.")
    size = paging.page_size
    if size is not None and facts.count < size:
        words = f"Short page: {facts.count:,} of {size:,} items."
        return End("whole", words, short=True)
    return End("whole", "One page: this stream has no paging.")


def limit_end(reached: str) -> End:
    """Return the end at a limit of the walk."""
    return End(
        "limit",
        f"Limit reached: {reached}.",
        "More pages follow. Raise the limits to walk on.",
    )


def failure_end(error: FerruleError) -> End:
    """Return the end that an error made."""
    if isinstance(error, Cancelled):
        return End("given up", "You stopped the walk.")
    return End("failed", error.message, error.advice)
