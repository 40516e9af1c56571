"""Secrets that no encoding leaves as they are, and looking for them everywhere."""

import base64
import html
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus


def canary(name: str) -> str:
    """Return a secret of this name."""
    return f'cnry-{name}/4Q+x"\\&%z=='


def encodings(value: str) -> Iterator[bytes]:
    """Yield every form in which a value could get out, at least six bytes long."""
    yield value.encode()
    yield quote(value).encode()
    yield quote(value, safe="").encode()
    yield quote_plus(value).encode()
    yield json.dumps(value)[1:-1].encode()
    yield json.dumps(json.dumps(value))[3:-3].encode()
    yield repr(value)[1:-1].encode()
    yield html.escape(value).encode()
    yield value.encode().hex().encode()
    yield value.encode().hex().upper().encode()
    for plain in (value, quote_plus(value)):
        for before in range(3):
            text = base64.b64encode(b"\0" * before + plain.encode())
            core = text[(0, 2, 3)[before] : (before + len(plain)) * 8 // 6]
            yield core
            yield core.translate(bytes.maketrans(b"+/", b"-_"))


def found(content: bytes, secrets: Mapping[str, str]) -> list[str]:
    """Return what of some secrets, by name, stands in some bytes."""
    return [
        f"{name} as {form.decode()}: …{_around(content, form)}…"
        for name, value in secrets.items()
        for form in encodings(value)
        if form in content
    ]


def leaks(secrets: Mapping[str, str], *folders: Path) -> list[str]:
    """Return what of some secrets stands in any file below some folders."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [
        f"{p.name}: {leak}" for p in files for leak in found(p.read_bytes(), secrets)
    ]


def told_by_processes(what: str) -> bytes:
    """Return `cmdline` or `environ` of every process that lets us read it."""
    told = []
    for place in Path("/proc").glob(f"[0-9]*/{what}"):
        try:
            told.append(place.read_bytes())
        except OSError:
            continue  # it has ended meanwhile, or is somebody else's
    return b"\0".join(told)


def _around(content: bytes, form: bytes) -> str:
    at = content.index(form)
    return content[max(at - 80, 0) : at + 20].decode("utf-8", "replace")
