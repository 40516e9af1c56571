"""PySide6, imported without the work that a window does not need.

PySide6 carries 16 modules of Python inside its libraries and compiles them from source
at every start: 15 ms. Their bytecode is kept in a file here. Those which only explain
wrong arguments and draw signatures (another 9 ms) are executed when something first
looks into them. It also wraps `import`, to read the source of every module imported
later and look for `__feature__`, which nothing here uses (9 ms): that is taken off.
"""

import builtins
import importlib
import importlib.util
import marshal
import os
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Final, Self

_EMBEDDED: Final = "shibokensupport/"
_EXPLAINING: Final = frozenset(
    f"{_EMBEDDED}signature/{name}.py"
    for name in (
        *("errorhandler", "layout", "parser"),
        *("lib/enum_sig", "lib/pyi_generator", "lib/tool"),
    )
)
_WAITING: Final = f"""
def __getattr__(name):
    if name == "__wrapped__" or "__getattr__" not in globals():
        raise AttributeError(name)
    del globals()["__getattr__"]
    exec(__import__("sys").modules["{__name__}"].kept.later(__file__), globals())
    return getattr(__import__("sys").modules[__name__], name)
"""
_MAGIC: Final = importlib.util.MAGIC_NUMBER
_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL

Codes = dict[str, tuple[int, bytes]]


class Kept:
    """The bytecode of the modules that PySide6 carries, by name and source.

    While it lasts, `compile` answers with what is kept, and the explaining ones wait.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._codes: Codes = {}
        self._new = False
        self._compile: Callable[..., CodeType] = builtins.compile

    def __enter__(self) -> Self:
        vars(builtins)["compile"] = self.compile
        return self

    def __exit__(self, *_error: object) -> None:
        vars(builtins)["compile"] = self._compile

    def read(self) -> None:
        """Read the file; one that is damaged, or not its owner's alone, is no use."""
        if self._file is None:
            return
        try:
            with self._file.open("rb") as file:
                if _is_private(os.fstat(file.fileno())):
                    self._codes = _loaded(file.read())
        except OSError:
            return

    def write(self) -> None:
        """Write down what is new; where that fails the next start tries again."""
        if self._file is None or not self._new:
            return
        fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        try:
            with os.fdopen(os.open(fresh, _CREATE, 0o600), "wb") as file:
                file.write(_MAGIC + marshal.dumps(self._codes))
            fresh.replace(self._file)
        except OSError:
            return

    def compile(
        self, source: bytes, filename: object, *rest: object, **named: object
    ) -> CodeType:
        """Do as `compile` does."""
        if not isinstance(filename, str) or not filename.startswith(_EMBEDDED):
            return self._compile(source, filename, *rest, **named)
        raw = self._raw(filename, source)
        if filename in _EXPLAINING:
            raw = self._raw("(waiting)", _WAITING.encode())
        return _code(raw)

    def later(self, filename: str) -> CodeType:
        """Return the code of a module that waited."""
        return _code(self._codes[filename][1])

    def _raw(self, filename: str, source: bytes) -> bytes:
        digest = zlib.crc32(source)
        found = self._codes.get(filename)
        if found is None or found[0] != digest:
            code = self._compile(source, filename, "exec")
            found = digest, marshal.dumps(code)
            self._codes[filename] = found
            self._new = True
        return found[1]


kept = Kept()


def begin(file: Path | None = None) -> None:
    """Import PySide6; `file` is where its bytecode is kept, for its owner only."""
    global kept  # noqa: PLW0603  the modules that wait find their code in it
    if "PySide6" in sys.modules:
        return
    kept = Kept(file)
    kept.read()
    with kept, _Sourceless():
        importlib.import_module("PySide6")
    kept.write()
    vars(builtins)["__import__"] = vars(builtins).get("__orig_import__", __import__)


class _Sourceless:
    """While it lasts, modules have no source, where nobody has used `inspect` yet.

    The wrapper around `import` looks at PySide6 itself before it can be taken off,
    which would import `inspect`, `ast` and `dis` (3 ms).
    """

    def __enter__(self) -> None:
        names = vars(sys.modules.get("inspect", builtins))
        self._waits = "getsource" not in names and names is not vars(builtins)
        if self._waits:
            names["getsource"] = _no_source

    def __exit__(self, *_error: object) -> None:
        if self._waits:
            vars(sys.modules["inspect"]).pop("getsource")


def _no_source(_module: object) -> str:
    raise OSError


def _code(raw: bytes) -> CodeType:
    code: CodeType = marshal.loads(raw)  # noqa: S302  written here, read by its owner
    return code


def _loaded(raw: bytes) -> Codes:
    if not raw.startswith(_MAGIC):
        return {}
    try:
        found = marshal.loads(raw[len(_MAGIC) :])  # noqa: S302  the same
    except (EOFError, ValueError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_private(told: os.stat_result) -> bool:
    if os.name != "posix":
        return True
    return told.st_uid == os.getuid() and not told.st_mode & 0o022
