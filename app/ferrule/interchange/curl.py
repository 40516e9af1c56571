"""A pasted cURL line: every option read, or left out with its reason.

Lines come from documentation, from a shell's history and from a browser's "copy as
cURL" in its three dialects. Several commands become several drafts. Files that a line
names are never opened and nothing is ever run.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ferrule.errors import InterchangeError
from ferrule.interchange.address import read_address
from ferrule.interchange.asked import Asked
from ferrule.interchange.curl_body import Data, body_of
from ferrule.interchange.curl_options import Option, long_option, short_option
from ferrule.interchange.drafting import drafted, settled
from ferrule.interchange.kind import Document, Format, Imported, Notes
from ferrule.interchange.lifting import Found
from ferrule.interchange.noise import noise
from ferrule.interchange.shell import HERE, Command, commands

_MOST_BYTES = 1_000_000
_MOST_COMMANDS = 50
_PROGRAM = re.compile(r"(.*[/\\])?curl(\.exe)?", re.IGNORECASE | re.DOTALL)
_SNIFF = re.compile(
    rb"\s*([$>#]\s+|[A-Za-z_]\w*=\S*\s+|export\s|sudo\s+|#[^\n]*\n\s*)*"
    rb"(\S*[/\\])?curl(\.exe)?[\s^`\\]"
)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_GLOB = re.compile(
    r"\{([^{},]*),[^{}]*\}|\[([0-9]+|[a-z]|[A-Z])-[0-9A-Za-z]+(:[0-9]+)?\]"
)
_ONE_NAME = re.compile(r"(?<!\{)\{([A-Za-z_][A-Za-z0-9_-]*)\}(?!\})")
_SHOWN_NAME = re.compile(r"[A-Za-z0-9.-]{1,40}")
_UNSUPPORTED = {
    "aws-sigv4": "Requests that are signed by AWS are not supported: nothing signs in.",
    "ntlm": "NTLM is not supported: nothing signs in.",
    "ntlm-wb": "NTLM is not supported: nothing signs in.",
    "negotiate": "Kerberos is not supported: nothing signs in.",
}
_CHANGED = {
    "digest": "Digest is not supported: the pair is sent as Basic.",
    "anyauth": "The pair is sent as Basic.",
    "follow": "Redirects are not followed: give the final address.",
    "location": "Redirects are not followed: give the final address.",
    "location-trusted": "Redirects are not followed: give the final address.",
}
_DROPPED = {
    "config": "A file of options is not read.",
    "path-as-is": "The path is sent as it is in any case.",
    "range": "A draft always asks for all of the answer.",
    "referer": "It tells about a browser, which an API does not need.",
    "request-target": "The path is always that of the address.",
    "upload-file": "Files are not read, and a stream does not upload.",
    "user-agent": "Ferrule names itself.",
    "variable": "Variables of curl become configuration fields.",
}
_KEPT = {
    "basic": "It is how a user name and password are sent.",
    "compressed": "Compressed answers are always asked for.",
    "get": "It decides the method, and where data go.",
    "head": "It decides the method.",
    "request": "It is the method.",
    "globoff": "Brackets in the address are taken as they are.",
}


def sniff(raw: bytes) -> bool:
    """Tell whether a text begins with a curl command, prompts and variables aside."""
    return bool(_SNIFF.match(raw[:4096]))


def read(raw: bytes) -> Imported:
    """Return a draft for each curl command of a text.

    Raises:
        InterchangeError: when there is none, or its address is no http address.
    """
    if len(raw) > _MOST_BYTES:
        raise InterchangeError("The text is over 1 MB long: that is no cURL line.")
    text = raw.decode("utf-8-sig", "replace").replace("\0", "")
    notes = Notes()
    drafts: list[tuple[Document, list[Found]]] = []
    for asked in _requests(text, notes):
        taken = {str(document["id"]) for document, _ in drafts}
        drafts.append(drafted(asked, notes, taken))
        if len(drafts) == _MOST_COMMANDS:
            notes.drop("curl", "Only the first 50 commands are read.")
            break
    if not drafts:
        raise InterchangeError(
            "There is no cURL line with an http address in it.",
            left_out=[str(note) for note in notes.dropped][:100],
            advice="It begins with curl and has an address.",
        )
    return settled(drafts, notes)


def _requests(text: str, notes: Notes) -> Iterator[Asked]:
    number = 0
    for words in commands(text):
        if not words:
            notes.drop("|", "What is done with the answer is not part of a request.")
            continue
        at = next((i for i, w in enumerate(words) if _PROGRAM.fullmatch(w)), None)
        if at is None:
            if number:
                notes.drop("shell", "Another command than curl is left out.")
            continue
        for line in _lines(words[at + 1 :], notes):
            number += 1
            line.place = f"curl {number} " if number > 1 else ""
            yield from line.requests()


def _lines(words: Command, notes: Notes) -> Iterator["Line"]:
    """Yield what stands between `--next`, each with options of its own."""
    line = Line(notes)
    reading = OptionWords(list(words))
    for option, value, name in reading:
        if option is not None and option.name == "next":
            if line.urls:
                yield line
            line = Line(notes)
        else:
            line.take(option, value, name)
    line.data.here = reading.here
    yield line


@dataclass(slots=True)
class OptionWords:
    """Walks the words of a command: options with their values, and addresses."""

    words: Command
    here: str | None = None
    at: int = 0

    def __iter__(self) -> Iterator[tuple[Option | None, str, str]]:
        """Yield option, value and the name as it was written; None for no option."""
        plain = False
        while self.at < len(self.words):
            word = self._next()
            if word == HERE:
                self.here = self._next()
            elif word == "--" and not plain:
                plain = True
            elif word.startswith("--") and len(word) > 2 and not plain:  # noqa: PLR2004 - the dashes
                yield self._long(word)
            elif word.startswith("-") and len(word) > 1 and not plain:
                yield from self._letters(word[1:])
            elif word:
                yield None, word, ""

    def _next(self) -> str:
        word = self.words[self.at] if self.at < len(self.words) else ""
        self.at += 1
        return word

    def _long(self, word: str) -> tuple[Option | None, str, str]:
        name = word[2:]
        option = long_option(name)
        if option is None and "=" in name:
            bare, _, value = name.partition("=")
            option = long_option(bare)
            if option is not None:
                return option, value, f"--{option.name}"
        if option is None:
            shown = f"--{name}" if _SHOWN_NAME.fullmatch(name) else "an option"
            return None, "", shown
        value = self._next() if option.takes_value else ""
        return option, value, f"--{option.name}"

    def _letters(self, letters: str) -> Iterator[tuple[Option | None, str, str]]:
        for index, letter in enumerate(letters):
            option = short_option(letter)
            if option is None:
                yield None, "", f"-{letter}" if letter.isalnum() else "an option"
            elif option.takes_value:
                attached = letters[index + 1 :]
                yield option, attached or self._next(), f"-{letter}"
                return
            else:
                yield option, "", f"-{letter}"


@dataclass(slots=True)
class Line:
    """One curl operation: its addresses and what its options ask for."""

    notes: Notes
    place: str = ""
    urls: list[str] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    data: Data = field(default_factory=Data)
    method: str = ""
    user: str | None = None
    bearer: str | None = None
    timeout_ms: int | None = None
    flags: set[str] = field(default_factory=set)
    url_query: list[str] = field(default_factory=list)

    def take(self, option: Option | None, value: str, name: str) -> None:
        """Read one option or address; each is noted."""
        if option is None and name:
            self.notes.drop(name, "curl has no such option, or its value is missing.")
        elif option is None:
            self.urls.append(value)
        elif option.left_out:
            self.notes.drop(name, option.left_out)
        elif self.data.take(option.name, value, self.notes):
            return
        else:
            self._read(option.name, value, name)

    def _read(self, option: str, value: str, name: str) -> None:
        if option in _DROPPED:
            self.notes.drop(name, _DROPPED[option])
        elif option in _CHANGED:
            self.notes.change(name, _CHANGED[option])
        elif option in _KEPT:
            self.notes.keep(name, _KEPT[option])
        if option == "upload-file":
            self.flags.add("put")
        elif option in {"header", "cookie"}:
            self._header(option, value, name)
        elif option == "max-time":
            self._max_time(value, name)
        elif option in _UNSUPPORTED:
            self.notes.drop(name, _UNSUPPORTED[option])
            self.flags.add("unsigned")
        else:
            self._plain(option, value)

    def _plain(self, option: str, value: str) -> None:
        if option == "url":
            self.urls.append(value)
        elif option == "request":
            self.method = value.strip().upper()
        elif option == "user":
            self.user = value
        elif option == "oauth2-bearer":
            self.bearer = value
        elif option == "url-query":
            self.url_query.append(value)
        else:
            self.flags.add(option)

    def _header(self, option: str, value: str, name: str) -> None:
        if option == "cookie":
            if "=" in value or "{{" in value:
                self.headers.append(("Cookie", value))
            else:
                self.notes.drop(
                    name, "Files are not read, the cookies in them neither."
                )
            return
        if value.startswith("@"):
            self.notes.drop(name, "Files are not read, the headers in them neither.")
            return
        pseudo = ":" if value.startswith(":") else ""
        key, colon, text = value[len(pseudo) :].partition(":")
        if not colon and key.endswith(";"):
            key, colon = key[:-1], ":"
        self._one_header(pseudo + key.strip(), text.strip() if colon else "")

    def _one_header(self, key: str, text: str) -> None:
        shown = key if _TOKEN.fullmatch(key) and len(key) <= 60 else "a header"  # noqa: PLR2004 - to show
        reason = noise(key)
        if reason:
            self.notes.drop(shown, reason)
        elif not _TOKEN.fullmatch(key) or _CONTROL.search(text):
            self.notes.drop(shown, "It cannot be a header.")
        elif not text:
            self.notes.drop(shown, "It has no value.")
        else:
            self.headers.append((key, text))

    def _max_time(self, value: str, name: str) -> None:
        try:
            seconds = float(value)
        except ValueError:
            seconds = 0.0
        if 0.001 <= seconds <= 600:  # noqa: PLR2004 - what timeoutMs takes
            self.timeout_ms = int(seconds * 1000)
            self.notes.keep(name, "It is the deadline of the request.")
        else:
            self.notes.drop(
                name, "A deadline is between a millisecond and ten minutes."
            )

    def requests(self) -> Iterator[Asked]:
        """Yield what the operation asks, one request for each address."""
        if len(self.urls) > 1:
            self.notes.change("addresses", "Each address became a draft of its own.")
        for url in self.urls[:_MOST_COMMANDS]:
            try:
                yield self._request(url)
            except InterchangeError:
                self.notes.drop("address", "It is no http address.")

    def _request(self, url: str) -> Asked:
        address = read_address(self._unglobbed(url), self.notes)
        if "unsigned" not in self.flags:
            user = self.user if self.user is not None else (address.user or None)
        else:
            user = None
        asked = Asked(
            base=address.base,
            path=address.path,
            query=list(address.query),
            headers=list(self.headers),
            user=user,
            bearer=self.bearer,
            timeout_ms=self.timeout_ms,
            place=self.place,
        )
        for part in self.url_query:
            asked.query.append(self.data.pair(part.removeprefix("+"), self.notes))
        sends = body_of(self.data, asked, self.notes, as_query="get" in self.flags)
        asked.method = self._method(sends=sends)
        return asked

    def _method(self, *, sends: bool) -> str:
        if self.method:
            return self.method if _TOKEN.fullmatch(self.method) else "GET"
        if "head" in self.flags:
            return "HEAD"
        if "put" in self.flags:
            return "PUT"
        return "POST" if sends else "GET"

    def _unglobbed(self, url: str) -> str:
        """Return an address without curl's own patterns: the first of each."""
        if "globoff" in self.flags:
            return url
        single = _ONE_NAME.sub(r"{{\1}}", url)
        head, mark, rest = single.partition("://")
        tail = rest if mark else head
        cut = tail.find("/")
        if cut < 0:
            return single
        path = _GLOB.sub(lambda m: m[1] or m[2] or "", tail[cut:])
        if path != tail[cut:]:
            self.notes.change("URL", "It asks for several: the draft has the first.")
        return (head + mark if mark else "") + tail[:cut] + path


FORMAT = Format("curl", "cURL line", (".sh", ".curl", ".bat", ".ps1"), sniff, read)
