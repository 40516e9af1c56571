"""Where a field's value is found, as a connector's README tells it.

A heading names its field: `### API key (`apiKey`)`, or its label alone. So do a row of
a table and an item that begins with the label in bold. Without any of them a secret is
told by the section about getting it, and everything else by the whole document.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ferrule import shipped
from ferrule.errors import FerruleError
from ferrule.fields import InputField
from ferrule.workspace.catalogue import Catalogue
from ferrule.workspace.readme_text import Block, read_blocks

_LARGEST: Final = 256 * 1024
_WORD: Final = re.compile(r"[a-z0-9]+")
_GETTING: Final = frozenset({"token", "key", "secret", "password", "credential", "app"})
_LEAST: Final = 2


@dataclass(frozen=True, slots=True)
class Guide:
    """What a README says about a field; `exact` where it says it of that field."""

    blocks: Sequence[Block]
    exact: bool


@dataclass(frozen=True, slots=True)
class Readme:
    """A README in blocks."""

    blocks: Sequence[Block]

    def about(self, field: InputField) -> Guide:
        """Return what is said about a field: its section, its row, or everything."""
        for exact in (_section(self.blocks, field), _lines(self.blocks, field)):
            if exact:
                return Guide(exact, exact=True)
        return Guide(_getting(self.blocks, field) or self.blocks, exact=False)


def readme_of(catalogue: Catalogue, connector_id: str) -> Readme | None:
    """Return the README of a connector's provider, None where there is none.

    A project's own connector without one has that of the shipped provider of its name.
    """
    try:
        own = catalogue.folder(connector_id)
    except FerruleError:
        return None
    folders = [own, shipped.descriptors() / own.name]
    texts = (_read(folder / "docs" / "README.md") for folder in folders)
    text = next((text for text in texts if text), "")
    return Readme(read_blocks(text)) if text else None


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST).decode("utf-8", "replace")
    except OSError:
        return ""


def _section(blocks: Sequence[Block], field: InputField) -> Sequence[Block]:
    """Return the first section whose heading names the field, without the heading."""
    for named in (_names_key, _names_label):
        for at, block in enumerate(blocks):
            if block.kind == "heading" and named(block, field):
                return _below(blocks, at)
    return ()


def _below(blocks: Sequence[Block], at: int) -> Sequence[Block]:
    """Return what stands below a heading, to the next of its rank."""
    end = at + 1
    while end < len(blocks):
        block = blocks[end]
        if block.kind == "heading" and block.level <= blocks[at].level:
            break
        end += 1
    return tuple(blocks[at + 1 : end])


def _names_key(block: Block, field: InputField) -> bool:
    return any(s.style == "code" and s.text == field.key for s in block.spans)


def _names_label(block: Block, field: InputField) -> bool:
    return block.text.strip().lower().rstrip(":") == field.label.lower()


def _lines(blocks: Sequence[Block], field: InputField) -> Sequence[Block]:
    """Return rows and items that begin with the field's label or key."""
    return tuple(b for b in blocks if b.kind != "heading" and _begins(b, field))


def _begins(block: Block, field: InputField) -> bool:
    first = block.spans[0] if block.spans else None
    if first is None or first.style not in {"strong", "code"}:
        return False
    names = {name.strip().lower() for name in first.text.rstrip(":").split(",")}
    return bool(names & {field.key.lower(), field.label.lower()})


def _getting(blocks: Sequence[Block], field: InputField) -> Sequence[Block]:
    """Return the first section about getting a secret such as this one."""
    wanted = set(_words(f"{field.label} {field.key}")) & _GETTING
    if not field.secret or not wanted:
        return ()
    for at, block in enumerate(blocks):
        below_title = block.kind == "heading" and block.level >= _LEAST
        if below_title and wanted & set(_words(block.text)):
            return _below(blocks, at)
    return ()


def _words(text: str) -> Iterator[str]:
    """Yield the words of a text in their singular; `apiKey` is two."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()
    for word in _WORD.findall(parted):
        yield word.removesuffix("s")
