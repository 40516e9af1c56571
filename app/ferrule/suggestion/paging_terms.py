"""The names that paging goes by: of cursors, counters, sizes, totals and flags.

All are without what stands between words, as `words.squashed` gives them.
"""

from collections.abc import Mapping
from typing import Final

from ferrule.suggestion.words import vocabulary

CURSORS: Final[Mapping[str, float]] = {
    "nextcursor": 0.93,
    "nextpagetoken": 0.95,
    "nexttoken": 0.94,
    "nextpagecursor": 0.93,
    "cursornext": 0.9,
    "endcursor": 0.92,
    "aftercursor": 0.9,
    "startingafter": 0.92,
    "continuationtoken": 0.93,
    "continuation": 0.85,
    "nextmarker": 0.92,
    "nextbookmark": 0.9,
    "nextoffset": 0.88,
    "nextkey": 0.85,
    "nextpagekey": 0.9,
    "nextid": 0.75,
    "nextpage": 0.82,
    "next": 0.8,
    "cursor": 0.86,
    "pagetoken": 0.8,
    "marker": 0.78,
    "bookmark": 0.78,
    "scrollid": 0.9,
    "after": 0.86,
    "offset": 0.85,
    "gapcontinue": 0.85,
    "lastevaluatedkey": 0.85,
    "pagingtoken": 0.85,
}
"""Members that hold a cursor, and how certain that makes it."""

PARAMS: Final[Mapping[str, str]] = {
    "nextcursor": "cursor",
    "cursornext": "cursor",
    "nextpagecursor": "cursor",
    "endcursor": "after",
    "aftercursor": "after",
    "nextmarker": "marker",
    "nextbookmark": "bookmark",
    "nextoffset": "offset",
    "nextpage": "page",
    "next": "cursor",
}
"""Under which name a cursor is usually sent, where that is not its own."""

CURSOR_PARAMS: Final = vocabulary(
    "after bookmark continuation continuationtoken cursor marker nextcursor "
    "nextpagetoken nexttoken pageafter pagecursor pagetoken scrollid startcursor "
    "startingafter starttoken pageinfo"
)
ITEM_PARAMS: Final = vocabulary(
    "after afterid before beforeid endingbefore lastid maxid minid sinceid startafter "
    "startingafter untilid"
)
OFFSETS: Final = vocabulary(
    "from offset pageoffset skip start startat startindex startposition startfrom "
    "startrow firstresult"
)
PAGES: Final = vocabulary(
    "currentpage page pageindex pageno pagenum pagenumber pagenr p"
)
ASKED_SIZES: Final = vocabulary(
    "amount batchsize count first hitsperpage itemsperpage length limit max maxitems "
    "maxpagesize maxrecords maxresults num pagelimit pagesize perpage resultsperpage "
    "rows size take top results n"
)
TOLD_SIZES: Final = vocabulary(
    "hitsperpage itemsperpage limit maxresults pagelimit pagesize perpage size"
)
TOTALS: Final = vocabulary(
    "count itemcount nbhits odatacount recordcount resultcount rowcount total "
    "totalcount totalelements totalhits totalitems totalrecords totalresults totalrows "
    "totalsize numfound numresults hitcount"
)
PAGE_TOTALS: Final = vocabulary(
    "lastpage nbpages numpages numberofpages pagecount pages pagestotal totalpages"
)
TOTAL_HEADERS: Final[Mapping[str, str]] = {
    "x-total-count": "X-Total-Count",
    "x-total": "X-Total",
    "x-wp-total": "X-WP-Total",
    "total-count": "Total-Count",
    "x-pagination-total-count": "X-Pagination-Total-Count",
}
PAGE_HEADERS: Final[Mapping[str, str]] = {
    "x-total-pages": "X-Total-Pages",
    "x-wp-totalpages": "X-WP-TotalPages",
    "x-page": "X-Page",
    "x-pagination-page-count": "X-Pagination-Page-Count",
}
MORE: Final = vocabulary(
    "hasmore hasmoreitems hasmorepages hasmoreresults hasnext hasnextpage istruncated "
    "more moreavailable moreresults"
)
LAST: Final = vocabulary("done endofrecords islast islastpage last lastpage")
BACKWARDS: Final = vocabulary("previous prev before back first last self start")
