"""Texts in another language: looked up by their English where Qt takes them.

Whoever writes a text writes it in English and nothing else. `speak` lets every method
by which Qt takes a text (`ENTRIES`) look it up first, and the theme looks up what is
painted; a text that a language does not know stays as it is, and so does all `Data`.
In English nothing is looked up, and Qt's own methods are untouched.
`docs/decisions/0011-translation.md` tells why.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, Final, TypeVar

from PySide6 import QtGui, QtWidgets

T = TypeVar("T")
_SENTENCE: Final = re.compile(r"(?<=[.!?]) ")
_PLACE: Final = re.compile(r"\{(\d+)\}")
_STRANGE: Final = str.maketrans("AEIOUYaeiouycnrsCNRSdtgl", "ÅÉÎÖÛÝåéîöûýçñŕšÇÑŔŠðţĝļ")
_LONGER: Final = 0.4
# So often may a text be in another that begins with what is put in.
_DEPTH: Final = 2


class _Spoken:
    """The language in force; None is English."""

    language: "Language | None" = None


# First strong isolate and its end: what stands between keeps its own direction (UAX
# 9), and is data here. They are put in only while another language is spoken.
_ISOLATED: Final = ("\u2068", "\u2069")
# What is put in: data as a whole, or anything.
_ANY: Final = "(\u2068[^\u2069]*\u2069|.*?)"


class Data(str):
    """Text that comes from data: names, values, addresses. It is never translated."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        """Stay data inside a sentence of ours."""
        text = super().__format__(spec)
        begin, end = _ISOLATED if _Spoken.language is not None else ("", "")
        return f"{begin}{text}{end}"


class Language:
    """Translations by the English text; `{0}` stands for what an f-string puts in.

    What is put in is looked up too, unless it was `Data`. What begins with something
    put in ("{0} of {1}") could be any sentence, so there that must be a number, `Data`
    or known.
    """

    def __init__(self, code: str, texts: Mapping[str, str]) -> None:
        self.code = code
        self._exact = {k: v for k, v in texts.items() if not _PLACE.search(k)}
        patterns = [k for k in texts if _PLACE.search(k)]
        patterns.sort(key=_generality)
        self._joins = [(_compiled(t), texts[t]) for t in patterns if _generality(t)[0]]
        self._patterns = [
            (_compiled(text), texts[text], text.startswith("{")) for text in patterns
        ]
        self.find = lru_cache(maxsize=16384)(self._find)

    @classmethod
    def read(cls, path: Path) -> "Language":
        """Read a language from `<code>.json`, an object of texts."""
        return cls(path.stem, json.loads(path.read_bytes()))

    def said(self, text: str) -> str:
        """Return a text in this language; `Data`, and what it does not know, as is."""
        return text if not text or isinstance(text, Data) else self.find(text)

    def _find(self, text: str, depth: int = _DEPTH) -> str:
        known = self._exact.get(text)
        if known is not None:
            return known
        return (
            self._joined(text) or self._by_sentences(text) or self._fitted(text, depth)
        )

    def _by_sentences(self, text: str) -> str:
        """Return a text whose sentences are all known ("No. Try again."), else ""."""
        sentences = _SENTENCE.split(text)
        said = [self._exact.get(one, "") for one in sentences]
        return " ".join(said) if len(said) > 1 and all(said) else ""

    def _joined(self, text: str) -> str:
        """Return what is joined of known texts alone ("Status: Ready"), else ""."""
        for pattern, translated in self._joins:
            found = pattern.fullmatch(text)
            if found is not None and all(map(self._is_known, found.groups())):
                parts = [self._exact.get(part, part) for part in found.groups()]
                return _filled(translated, parts)
        return ""

    def _is_known(self, part: str) -> bool:
        return _is_data(part) or part in self._exact or not any(map(str.isalpha, part))

    def _fitted(self, text: str, depth: int) -> str:
        for pattern, translated, weak in self._patterns:
            found = pattern.fullmatch(text) if depth or not weak else None
            if found is not None:
                parts = [self._part(part, depth - weak) for part in found.groups()]
                if not weak or _is_sure(parts[0], found[1]):
                    return _filled(translated, parts)
        return text

    def _part(self, text: str, depth: int) -> str:
        return text if _is_data(text) else self.find(text, depth)


def tr(text: str) -> str:
    """Return a text of ours in the language in force."""
    language = _Spoken.language
    return text if language is None else language.said(text)


def ours(word: T) -> T:
    """Return words of ours as they are, listed for translators by `packaging/texts.py`.

    For words in small letters that stand where no text is expected.
    """
    return word


def pseudo(texts: Iterable[str]) -> Language:
    """Return a language that is English with accents, and 40 % longer."""
    return Language("pseudo", {text: strange(text) for text in texts})


def strange(text: str) -> str:
    """Return a text with accents, in brackets and 40 % longer; places are kept."""
    parts = re.split(r"(\{\d+\})", text)
    said = "".join(p if _PLACE.fullmatch(p) else p.translate(_STRANGE) for p in parts)
    padding = "·" * round(len(_PLACE.sub("", text)) * _LONGER)
    return f"[{said}{padding}]"


def speak(language: Language | None) -> None:
    """Speak a language from now on; what was shown before stays as it is."""
    _Spoken.language = language
    if language is not None:
        _listen()


# Where Qt takes a text to show or to read out. Fields that a person types into are not
# among them: what is in them is theirs.
ENTRIES: Final[Mapping[type, tuple[str, ...]]] = {
    QtWidgets.QWidget: (
        "setToolTip",
        "setAccessibleName",
        "setAccessibleDescription",
        "setWindowTitle",
        "addAction",
    ),
    QtWidgets.QLabel: ("__init__", "setText"),
    QtWidgets.QAbstractButton: ("setText",),
    QtWidgets.QPushButton: ("__init__",),
    QtWidgets.QCheckBox: ("__init__",),
    QtWidgets.QMenu: ("__init__", "addAction", "addMenu", "setTitle"),
    QtWidgets.QTabBar: ("addTab", "setTabText", "setAccessibleTabName"),
    QtWidgets.QLineEdit: ("setPlaceholderText",),
    QtWidgets.QPlainTextEdit: ("setPlaceholderText",),
    QtWidgets.QComboBox: ("addItems", "addItem"),
    QtWidgets.QDialogButtonBox: ("addButton",),
    QtWidgets.QFileDialog: ("__init__",),
    QtGui.QAction: ("__init__", "setText", "setToolTip"),
    QtGui.QAccessibleAnnouncementEvent: ("__init__",),
}


@cache
def _listen() -> None:
    """Let every entry look its texts up, once and for all."""
    for kind, names in ENTRIES.items():
        for name in names:
            setattr(kind, name, _looking_up(getattr(kind, name)))


def _looking_up(take: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(take)
    def entry(*given: Any, **named: Any) -> Any:  # noqa: ANN401  as Qt declares it
        return take(*map(_looked_up, given), **named)

    return entry


def _looked_up(given: object) -> object:
    if isinstance(given, str):
        return _tip(given) or tr(given)
    if isinstance(given, list):
        return [_looked_up(each) for each in given]
    return given


def _tip(given: str) -> str:
    """Return a tool tip with what is in its tags translated, empty for no tip."""
    if not given.startswith("<span>"):
        return ""
    whole = given.removeprefix("<span>").removesuffix("</span>")
    plain = whole.replace("<br>", "\n").replace("&lt;", "<").replace("&gt;", ">")
    said = tr(plain.replace("&amp;", "&"))
    kept = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<span>{kept.replace(chr(10), '<br>')}</span>"


def _generality(text: str) -> tuple[bool, int, int]:
    """Order what says more first: "{0} of {1} shown", "{0} of {1}", then "{0}: {1}"."""
    bare = _PLACE.sub("", text)
    joins = not any(map(str.isalpha, bare))
    places = len(_PLACE.findall(text))
    return joins, places if joins else 0, -len(bare)


def _is_data(part: str) -> bool:
    begin, end = _ISOLATED
    return part.startswith(begin) and part.find(end) == len(part) - 1


def _is_sure(part: str, before: str) -> bool:
    known = part != before or _is_data(part)
    return known or not any(map(str.isalpha, part))


def _filled(text: str, parts: list[str]) -> str:
    return _PLACE.sub(lambda place: parts[int(place[1])], text)


def _compiled(text: str) -> re.Pattern[str]:
    parts = _PLACE.split(text)
    body = _ANY.join(re.escape(part) for part in parts[::2])
    return re.compile(body, re.DOTALL)
