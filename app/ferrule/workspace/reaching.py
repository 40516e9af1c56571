"""The steps of a check that come before anything is sent: a way there, and TLS."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from ferrule.errors import ExchangeError
from ferrule.transport.certificates import Presented
from ferrule.transport.reach import Reach
from ferrule.workspace.check_steps import CheckStep, StepName
from ferrule.workspace.health import cause_of

_BY_DATE: Final = frozenset({"tls_expired", "tls_not_yet_valid"})
_BY_NAME: Final = frozenset({"tls_wrong_name"})
_BY_SIGNER: Final = frozenset({"tls_self_signed", "tls_unknown_issuer"})


def reach_steps(
    url: str, found: Reach, now: datetime, more: Callable[[str], str]
) -> Iterator[CheckStep]:
    """Yield how far it went; the first that is not ok is the last.

    `more` returns what else to do about a trouble, empty for nothing.
    """
    secure = urlsplit(url).scheme == "https"
    lines = tuple(_lines(url, found))
    if found.connect_ms is None:
        yield _failed("reachable", found, lines, now, more)
        return
    yield CheckStep(
        "reachable",
        ok=True,
        detail=_way(url, found, secure=secure),
        ms=_rounded((found.dns_ms or 0.0) + found.connect_ms),
        found=lines,
    )
    if found.error is not None:
        yield _failed("tls", found, lines, now, more)
    elif not secure:
        yield CheckStep("tls", ok=None, detail="plain http, not encrypted")
    else:
        told = f"certificate accepted, {found.tls.replace('TLSv', 'TLS ')}"
        yield CheckStep("tls", ok=True, detail=told, ms=_rounded(found.tls_ms))


def _way(url: str, found: Reach, *, secure: bool) -> str:
    host = urlsplit(url).netloc
    if found.proxy is None:
        return f"{host} answers"
    return f"the proxy {found.proxy} {f'connects to {host}' if secure else 'answers'}"


def _failed(
    name: StepName,
    found: Reach,
    lines: tuple[str, ...],
    now: datetime,
    more: Callable[[str], str],
) -> CheckStep:
    error = found.error or ExchangeError("It cannot be reached.")
    said = (error.message, _of_certificate(error.trouble, found.presented, now))
    advice = (error.advice, more(error.trouble))
    shown = found.presented.lines() if found.presented else ()
    return CheckStep(
        name,
        ok=False,
        detail=" ".join(filter(None, said)),
        advice=" ".join(filter(None, advice)),
        method=error.method,
        url=error.url,
        cause=cause_of(error),
        trouble=error.trouble,
        found=(*lines, *shown),
    )


def _of_certificate(trouble: str, shown: Presented | None, now: datetime) -> str:
    """Return what the certificate says that tells a person what is wrong."""
    if shown is None:
        return ""
    if trouble in _BY_DATE:
        valid = f"It is valid from {shown.begins:%Y-%m-%d} to {shown.ends:%Y-%m-%d}"
        return f"{valid}; this computer's clock says {now:%Y-%m-%d %H:%M} UTC."
    if trouble in _BY_NAME and shown.names:
        return f"It is for {', '.join(shown.names)}."
    if trouble in _BY_SIGNER and shown.issuer:
        return f"It was signed by “{shown.issuer}”."
    return ""


def _lines(url: str, found: Reach) -> Iterator[str]:
    """Yield what was found on the way, step by step."""
    host = found.proxy or urlsplit(url).hostname or ""
    if found.proxy is not None:
        yield f"through the proxy {found.proxy}"
    if found.dns_ms is not None and found.address != host:
        yield f"name {host} looked up in {found.dns_ms:.1f} ms"
    if found.address:
        yield f"address {found.address}"
    if found.connect_ms is not None:
        yield f"connected in {found.connect_ms:.1f} ms"
    if found.tls_ms is not None:
        yield f"{found.tls.replace('TLSv', 'TLS ')} agreed on in {found.tls_ms:.1f} ms"


def _rounded(ms: float | None) -> float | None:
    return None if ms is None else round(ms, 1)
