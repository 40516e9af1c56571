"""How a signature was checked, in words: a title, a sentence, and the steps of it."""

import re
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from ferrule.ui.i18n import Data
from ferrule.ui.models.delivery_rows import day_words, is_good, local, verdict_word
from ferrule.workspace.delivery_facts import (
    Delivery,
    Judged,
    Opened,
    SignatureFacts,
    Which,
)

Level = Literal["info", "success", "warning", "danger"]
_LEVELS: Final[dict[str, Level]] = {
    "valid": "success",
    "warning": "warning",
    "untouched": "info",
}
_WHICH: Final[dict[Which, str]] = {
    "current": "the current secret",
    "next": "the next secret of the rotation",
    "previous": "the previous secret, which still counts",
    "replaced": "the previous secret, which counts no more",
}
_VARIABLE: Final = re.compile(r'"\$([A-Z][A-Z0-9_]*)"')
_LONG_LEFT: Final = timedelta(hours=23)
_BY_REASON: Final = {
    "valid": "The signature was made with our secret, over exactly these bytes.",
    "not_verified": "Anybody who knows the path can call it.",
    "missing_header": "Whoever called did not sign: it may not be the service.",
    "wrong_signature": "Another secret made it, or the body was changed on its way.",
    "wrong_token": "What came as the token is not the one that is kept.",
    "too_old": "It was made with our secret, and its time is too long ago.",
    "too_new": "It was made with our secret, and its time is ahead of this clock.",
    "edited": "Its body was edited here, so nobody signed it.",
}


class Verdict(NamedTuple):
    """What is said of a signature: how good, in a title and a sentence.

    With `is_former` the service still signs by the secret before this one, which
    `may_accept` be for a while, or for longer.
    """

    level: Level
    title: str
    why: str
    is_former: bool = False
    may_accept: bool = False


class Step(NamedTuple):
    """One step of the check: its state, its name and what was found."""

    state: str
    name: str
    found: str
    mono: bool = False


def said(opened: Opened, now: datetime) -> Verdict:
    """Return the verdict when the call came, and what is different today."""
    delivery, facts = opened.delivery, opened.signature
    if _by_former(delivery, facts):
        return _of_former(opened, now)
    came = facts.came
    _, state, title = verdict_word(came.state, came.reason)
    why = _BY_REASON.get(came.reason, came.message)
    since = _since(facts)
    level = _LEVELS.get(state, "danger")
    if delivery.replay_of is not None and came.reason != "edited":
        why = f"{why} This is what was found when it first came."
    return Verdict(level, title, f"{why} {since}".strip())


def _by_former(delivery: Delivery, facts: SignatureFacts) -> bool:
    """Tell whether a service signed by the former secret after it was replaced."""
    former = facts.fits in {"previous", "replaced"} and facts.replaced_at != ""
    return former and local(delivery.received_at) >= local(facts.replaced_at)


def _of_former(opened: Opened, now: datetime) -> Verdict:
    facts, connector = opened.signature, Data(opened.connector)
    when = day_words(facts.replaced_at, now)
    _, _, title = verdict_word(facts.came.state, facts.came.reason)
    if facts.fits == "replaced":
        return Verdict(
            "danger",
            title,
            f"It was signed with the secret that you replaced {when}. "
            f"{connector} still uses the old one.",
            is_former=True,
            may_accept=True,
        )
    until = day_words(facts.former_until, now)
    good = is_good(facts.came)
    return Verdict(
        "warning",
        "It was signed with the old secret" if good else title,
        f"{connector} still uses the secret that you replaced {when}. "
        f"It is accepted until {until}.",
        is_former=True,
        may_accept=local(facts.former_until) - now < _LONG_LEFT,
    )


def _since(facts: SignatureFacts) -> str:
    """Return what today's secrets say, where that is something else."""
    if facts.again is None:
        return facts.unable
    before, now = is_good(facts.came), is_good(facts.again)
    if before and not now:
        return "The secret was changed since: today it would be refused."
    if not before and now:
        return "The secret was changed since: today it would be accepted."
    return ""


def steps(facts: SignatureFacts, now: datetime) -> list[Step]:
    """Return how it was checked, step by step."""
    if not facts.form:
        return []
    judged = facts.again or facts.came
    there = judged.state != "unsigned"
    found = [
        Step("ok" if there else "error", "Header", facts.form, mono=True),
        Step("ok", "Algorithm", facts.algorithm),
        Step("ok", "Signed text", facts.covered, mono=True),
        _secret(facts),
    ]
    if there:
        found.append(_digest(judged, facts))
    if facts.tolerance is not None and judged.state != "malformed" and there:
        found.append(_time(judged, facts.tolerance))
    if facts.fits == "replaced":
        told = f"matches · ••••••, replaced {day_words(facts.replaced_at, now)}"
        found.append(Step("ok", "Previous secret", told))
    return found


def _secret(facts: SignatureFacts) -> Step:
    if not facts.there:
        return Step("warning", "Secret", f"{Data(facts.field)} · not looked at")
    more = len(facts.there) - 1
    told = f"{Data(facts.field)} · ••••••"
    return Step(
        "ok", "Secret", f"{told} · and {more} more of a rotation" if more else told
    )


def _digest(judged: Judged, facts: SignatureFacts) -> Step:
    if judged.state == "malformed":
        return Step("error", "Signature", judged.message or "cannot be read")
    if facts.fits is not None and facts.fits != "replaced":
        return Step("ok", "Signature", f"made with {_WHICH[facts.fits]}")
    if facts.again is None:
        good = is_good(judged)
        return Step("ok" if good else "error", "Signature", "as found when it came")
    return Step("error", "Signature", "differs from the one received")


def _time(judged: Judged, tolerance: int) -> Step:
    if judged.reason in {"too_old", "too_new"}:
        word = "too long ago" if judged.reason == "too_old" else "ahead of this clock"
        return Step("error", "Time", f"{word}: {tolerance} s are allowed")
    if is_good(judged):
        return Step("ok", "Time", f"within {tolerance} s")
    return Step("untouched", "Time", "not looked at")


def curl_hint(line: str, facts: SignatureFacts | None) -> str:
    """Return what to know before a copied call is run, "" for nothing."""
    found = _VARIABLE.search(line)
    if found is not None:
        name = Data(f"${found[1]}")
        return f"What is secret is left out: set {name} before you run it."
    if facts is not None and facts.tolerance is not None:
        return (
            f"Its time is signed: it is taken for {facts.tolerance} s after it came. "
            "“Sign again and send” makes a fresh one."
        )
    return ""
