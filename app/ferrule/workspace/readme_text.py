"""A subset of Markdown as plain values: no images, no raw HTML, links to https alone.

What comes out is text with a style, never markup, so that whoever shows it has nothing
to interpret. HTML in a document is text like any other. A link that leads elsewhere
than to an https address of a plain host is text too.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

Style = Literal["plain", "strong", "emphasis", "code"]
Kind = Literal["heading", "paragraph", "item", "step", "code", "row"]

# Each part has a most length: a README of nothing but brackets is read in a moment too.
_INLINE: Final = re.compile(
    r"\\(?P<escaped>[\\`*_{}\[\]()#+.!<>|-])"
    r"|(?P<ticks>`{1,3})(?P<code>[^`]{1,200})(?P=ticks)"
    r"|!\[(?P<alt>[^\]]{0,200})\]\([^)\s]{0,500}\)"
    r"|\[(?P<text>[^\]]{1,200})\]\((?P<url>[^)\s]{1,500})\)"
    r"|<(?P<auto>https://[^\s<>]{1,500})>"
    r"|(?P<bare>https://[^\s<>()*`|]{1,500}(?<![.,;:!?]))"
    r"|\*\*(?P<strong>[^*]{1,300})\*\*"
    r"|(?<![A-Za-z0-9*])\*(?P<star>[^*\s](?:[^*]{0,300}[^*\s])?)\*"
    r"|(?<![A-Za-z0-9_])_(?P<bar>[^_\s](?:[^_]{0,300}[^_\s])?)_(?![A-Za-z0-9_])"
)
_HEADING: Final = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
_ITEM: Final = re.compile(r"(\s*)(?:[-*+]|(\d{1,3})[.)])\s+(.*)")
_RULE: Final = re.compile(r"\|?(?:\s*:?-{2,}:?\s*\|?)+")
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_HOST: Final = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_FENCE: Final = "```"


class Span(NamedTuple):
    """A piece of a line: its text, how it looks, and where it leads."""

    text: str
    style: Style = "plain"
    link: str = ""


class Block(NamedTuple):
    """A heading, a paragraph, an item, a line of code, or a row of a table.

    `level` is that of a heading or how deep an item stands; `number` that of a step.
    """

    kind: Kind
    spans: tuple[Span, ...]
    level: int = 0
    number: int = 0

    @property
    def text(self) -> str:
        """Return its words without their looks."""
        return "".join(span.text for span in self.spans)


def read_blocks(text: str) -> list[Block]:
    """Return the blocks of a document, in order."""
    lines = _COMMENT.sub("", text).replace("\r\n", "\n").split("\n")
    blocks: list[Block] = []
    waiting: list[str] = []
    fenced = False
    for line in lines:
        if line.lstrip().startswith(_FENCE):
            blocks += _paragraph(waiting)
            fenced = not fenced
        elif fenced:
            blocks.append(Block("code", (Span(line, "code"),)))
        else:
            blocks += _line(line, waiting, blocks)
    return blocks + list(_paragraph(waiting))


def safe_link(url: str) -> str:
    """Return an address that may be opened, empty for any other.

    Only https, a host of plain letters, no user name before it (security rules: what a
    person is shown must be where the browser goes).
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    plain = url.isascii() and url.isprintable() and "\\" not in url and "@" not in host
    named = _HOST.fullmatch(host) and not parts.netloc.rpartition("@")[1]
    return url if parts.scheme == "https" and plain and named else ""


def spans_of(text: str) -> tuple[Span, ...]:
    """Return a line of text as its pieces."""
    return tuple(_spans(text))


def _spans(text: str) -> Iterator[Span]:
    at = 0
    for found in _INLINE.finditer(text):
        if found.start() > at:
            yield Span(text[at : found.start()])
        at = found.end()
        yield from _span(found)
    if at < len(text):
        yield Span(text[at:])


def _span(found: re.Match[str]) -> Iterator[Span]:
    address = found["url"] or found["auto"] or found["bare"]
    if found["escaped"]:
        yield Span(found["escaped"])
    elif found["code"]:
        yield Span(found["code"].strip(), "code")
    elif address:
        yield Span(found["text"] or address, "plain", safe_link(address))
    elif found["strong"]:
        yield Span(found["strong"], "strong")
    elif found["alt"]:
        yield Span(found["alt"])
    elif found["star"] or found["bar"]:
        yield Span(found["star"] or found["bar"], "emphasis")


def _line(line: str, waiting: list[str], before: Sequence[Block]) -> list[Block]:
    """Return the blocks that a line ends and begins; text waits for the next line."""
    heading, item = _HEADING.fullmatch(line), _ITEM.fullmatch(line)
    row = line.strip().startswith("|")
    if not line.strip() or heading or item or row:
        ended = list(_paragraph(waiting))
        if heading:
            spans = spans_of(heading[2])
            ended.append(Block("heading", spans, len(heading[1])))
        elif item:
            ended.append(_item(item))
        elif row:
            ended += _row(line, before)
        return ended
    waiting.append(line)
    return []


def _paragraph(waiting: list[str]) -> Iterator[Block]:
    if waiting:
        text = " ".join(line.strip() for line in waiting)
        waiting.clear()
        yield Block("paragraph", spans_of(text))


def _item(found: re.Match[str]) -> Block:
    level = len(found[1].expandtabs(4)) // 2
    number = int(found[2] or 0)
    return Block("step" if found[2] else "item", spans_of(found[3]), level, number)


def _row(line: str, before: Sequence[Block]) -> Iterator[Block]:
    """Yield a row as “first: others”; a rule makes a head of the row before: no row."""
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    if _RULE.fullmatch(line.strip()):
        if before and before[-1].kind == "row" and isinstance(before, list):
            before.pop()
        return
    first, *others = cells
    rest = spans_of(" · ".join(others))
    named = tuple(Span(span.text, "strong") for span in spans_of(first))
    yield Block("row", (*named, Span(": "), *rest) if others else named)
