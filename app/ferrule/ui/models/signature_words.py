"""How a signature was checked, in words: a title, a sentence, and the steps of it."""

from typing import Final, Literal, NamedTuple

from ferrule.ui.i18n import Data
from ferrule.ui.models.delivery_rows import is_good, verdict_word
from ferrule.workspace.delivery_facts import Delivery, Judged, SignatureFacts, Which

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
}
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
    """What is said of a signature: how good, in a title and a sentence."""

    level: Level
    title: str
    why: str


class Step(NamedTuple):
    """One step of the check: its state, its name and what was found."""

    state: str
    name: str
    found: str
    mono: bool = False


def said(delivery: Delivery, facts: SignatureFacts) -> Verdict:
    """Return the verdict when the call came, and what is different today."""
    came = facts.came
    _, state, title = verdict_word(came.state, came.reason)
    why = _BY_REASON.get(came.reason, came.message)
    since = _since(facts)
    level = _LEVELS.get(state, "danger")
    if delivery.replay_of is not None and came.reason != "edited":
        why = f"{why} This is what was found when it first came."
    return Verdict(level, title, f"{why} {since}".strip())


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


def steps(facts: SignatureFacts) -> list[Step]:
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
    if facts.fits is not None:
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
