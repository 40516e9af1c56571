r"""A command line as three shells write it, split into words.

Bash (quotes, `$'…'`, backslash before a line's end), the Windows prompt (`^`, and the C
runtime's `\"` and `""`) and PowerShell (back-ticks, doubled quotes). A variable
becomes `{{NAME}}`: what it holds is not known here. Nothing is ever run.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Dialect: TypeAlias = Literal["bash", "cmd", "powershell"]
Command: TypeAlias = list[str]
_ENDS = frozenset(";|&\n")
_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "v": "\v",
}
_CODE = re.compile(
    r"x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})"
)
_NAME = re.compile(r"\$(?:\{([A-Za-z_]\w*)[^{}]*\}|(?:env:)?([A-Za-z_]\w*))", re.ASCII)
_BRACED_ENV = re.compile(r"\$\{env:([A-Za-z_]\w*)\}", re.ASCII)
_PERCENT = re.compile(r"%([A-Z][A-Z_]{2,60})%")
HERE = "<<"
_MOST_HERE = 20
_HERE = re.compile(r"<<-?[ \t]*['\"]?([A-Za-z_]\w{0,40})['\"]?", re.ASCII)
_SLASHES = re.compile(r"\\+")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.ASCII | re.DOTALL)


def commands(text: str) -> Iterator[Command]:
    """Yield the words of each command; an empty list stands for a pipe or redirect."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    dialect = dialect_of(lines)
    if dialect == "cmd":
        yield from _Prompt(lines).commands()
    else:
        yield from _Shell(lines, dialect).commands()


def dialect_of(text: str) -> Dialect:
    """Return the shell that a command line was written for."""
    if re.search(r"\^\s*\n", text) or '^"' in text:
        return "cmd"
    if re.search(r"`[ \t]*\n", text) or re.search(r"\bcurl\.exe\b|\$env:", text):
        return "powershell"
    return "bash"


@dataclass(slots=True)
class _Shell:
    """Splits what bash or PowerShell reads."""

    text: str
    dialect: Dialect
    at: int = 0
    word: list[str] | None = None
    words: Command = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    here_documents: int = 0

    def commands(self) -> Iterator[Command]:
        while self.at < len(self.text):
            char = self.text[self.at]
            if self._here_document():
                continue
            if self._is_end(char) or self._opens_redirect(char):
                yield from self._ended(char)
            else:
                self._step(char)
        yield from self._ended("\n")

    def _ended(self, char: str) -> Iterator[Command]:
        self._close()
        self.at += 1
        if self.words:
            yield self.words
            self.words = []
        if char in "|<>":
            yield []

    def _is_end(self, char: str) -> bool:
        """Tell the end of a command; `&` inside a word is part of a pasted address."""
        if char != "&" or self.word is None:
            return char in _ENDS
        return self.text[self.at + 1 : self.at + 2] in {"", "&", " ", "\n"}

    def _here_document(self) -> bool:
        """Read `<<EOF` and the lines up to EOF as the words `<<` and their text."""
        match = _HERE.match(self.text, self.at) if self.word is None else None
        if match is None or self.here_documents == _MOST_HERE:
            return False
        self.here_documents += 1
        start = self.text.find("\n", match.end())
        end = re.compile(rf"\n\t*{match[1]}[ \t]*(?=\n|$)").search(
            self.text, max(start, match.end())
        )
        if start < 0 or end is None:
            return False
        self.words += [HERE, self.text[start + 1 : end.start()]]
        rest = self.text[match.end() : start] + self.text[end.end() :]
        self.text, self.at = rest, 0
        return True

    def _opens_redirect(self, char: str) -> bool:
        word = self.word or ["0"]
        return char in "<>" and len(word) == 1 and word[0].isdigit()

    def _step(self, char: str) -> None:
        escape = "\\" if self.dialect == "bash" else "`"
        if char in " \t":
            self._close()
            self.at += 1
        elif char == "#" and self.word is None:
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
        elif char == escape:
            self._escaped()
        elif char == "'":
            self._single()
        elif char == '"':
            self._double(escape)
        elif char == "$":
            self._dollar()
        else:
            self._add(char)
            self.at += 1

    def _escaped(self) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        blank = re.compile(r"[ \t]*\n").match(self.text, self.at + 1)
        if blank and (following == "\n" or self.dialect == "powershell"):
            self.at = blank.end()
            return
        self._add(following)
        self.at += 2

    def _single(self) -> None:
        self._add("")
        end = self.at + 1
        while True:
            close = self.text.find("'", end)
            if close < 0:
                close = len(self.text)
            self._add(self.text[end:close])
            doubled = self.text[close : close + 2] == "''"
            if not (doubled and self.dialect == "powershell"):
                break
            self._add("'")
            end = close + 2
        self.at = close + 1

    def _double(self, escape: str) -> None:
        self._add("")
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != '"':
            char = self.text[self.at]
            if char == escape:
                self._escaped_inside(escape)
            elif char == "\\" and self.text[self.at : self.at + 2] == '\\"':
                self._add('"')  # PowerShell hands \" on, and the program reads a quote
                self.at += 2
            elif char == "$":
                self._dollar()
            else:
                self._add(char)
                self.at += 1
        self.at += 1

    def _escaped_inside(self, escape: str) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if escape == "`":
            self._add({"n": "\n", "t": "\t", "r": "\r"}.get(following, following))
        elif following == "\n":
            pass
        elif following and following in '"\\$`':
            self._add(following)
        else:
            self._add("\\" + following)
        self.at += 2

    def _dollar(self) -> None:
        if self.text.startswith("$'", self.at) and self.dialect == "bash":
            self._ansi()
            return
        if self.text.startswith("$(", self.at):
            self._substituted()
            return
        match = _BRACED_ENV.match(self.text, self.at) or _NAME.match(self.text, self.at)
        if match is None:
            self._add("$")
            self.at += 1
            return
        name = next(group for group in match.groups() if group)
        self._add(self.known.get(name, f"{{{{{name}}}}}"))
        self.at = match.end()

    def _substituted(self) -> None:
        """Read `$(…)`: what it would print is not known, so it is a variable."""
        depth, at = 0, self.at
        while at < len(self.text):
            depth += (self.text[at] == "(") - (self.text[at] == ")")
            at += 1
            if depth == 0 and self.text[at - 1] == ")":
                break
        self._add("{{COMMAND}}")
        self.at = at

    def _ansi(self) -> None:
        """Read `$'…'` with its escapes (ANSI-C quoting)."""
        self._add("")
        self.at += 2
        while self.at < len(self.text) and self.text[self.at] != "'":
            char = self.text[self.at]
            self.at += 1
            if char == "\\":
                char = self._ansi_escape()
            self._add(char)
        self.at += 1

    def _ansi_escape(self) -> str:
        match = _CODE.match(self.text, self.at)
        if match is None:
            char = self.text[self.at : self.at + 1]
            self.at += 1
            return _ESCAPES.get(char, char if char in "\\'\"?" else "\\" + char)
        self.at = match.end()
        base = 8 if match[4] else 16
        code = int(next(group for group in match.groups() if group), base)
        return _character(code)

    def _add(self, text: str) -> None:
        if self.word is None:
            self.word = []
        self.word.append(text)

    def _close(self) -> None:
        if self.word is None:
            return
        whole = "".join(self.word)
        self.word = None
        if self.dialect == "powershell":
            whole = whole.replace('\\"', '"')
        assigned = _ASSIGNMENT.fullmatch(whole) if not self.words else None
        if assigned:
            self.known[assigned[1]] = assigned[2]
        elif whole != "export" or self.words:
            self.words.append(whole)


@dataclass(slots=True)
class _Prompt:
    """Splits what the Windows prompt reads: first its carets, then the C runtime."""

    text: str

    def commands(self) -> Iterator[Command]:
        for line in self._lines():
            words = list(_runtime(_PERCENT.sub(r"{{\1}}", line)))
            if words:
                yield words

    def _lines(self) -> Iterator[str]:
        """Yield whole lines with the carets resolved; inside quotes they are text."""
        out: list[str] = []
        quoted, at = False, 0
        while at < len(self.text):
            char = self.text[at]
            if char == "^" and not quoted:
                at += 1
                blank = re.compile(r"[ \t]*\n").match(self.text, at)
                if blank:
                    # The prompt takes the character after the line's end as it is.
                    at = blank.end()
                    if self.text[at : at + 1] != "\n":
                        continue
                char = self.text[at : at + 1]
            elif char == '"':
                quoted = not quoted
            elif char == "\n":
                yield "".join(out)
                out, quoted = [], False
                char = ""
            out.append(char)
            at += 1
        yield "".join(out)


def _runtime(line: str) -> Iterator[str]:
    """Yield arguments as the Microsoft C runtime splits them."""
    word: list[str] | None = None
    quoted, at = False, 0
    while at < len(line):
        char = line[at]
        slashes = _SLASHES.match(line, at)
        if slashes:
            count, at = len(slashes[0]), slashes.end()
            before_quote = line[at : at + 1] == '"'
            word = word or []
            word.append("\\" * (count // 2 if before_quote else count))
            if before_quote and count % 2:
                word.append('"')
                at += 1
            continue
        if char == '"' and quoted and line[at + 1 : at + 2] == '"':
            word = word or []
            word.append('"')
            at += 1
        elif char == '"':
            quoted = not quoted
            word = word or [""]
        elif char in " \t" and not quoted:
            if word is not None:
                yield "".join(word)
            word = None
        else:
            word = word or []
            word.append(char)
        at += 1
    if word is not None:
        yield "".join(word)


def _character(code: int) -> str:
    surrogate = 0xD800 <= code <= 0xDFFF  # noqa: PLR2004 - Unicode's own range
    valid = 0 < code <= 0x10FFFF and not surrogate  # noqa: PLR2004 - Unicode's last
    return chr(code) if valid else "\ufffd"
