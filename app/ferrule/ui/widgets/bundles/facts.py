"""What a bundle is, holds and may do, and how each step of verifying it went."""

from PySide6 import QtCore, QtWidgets

from ferrule.clock import day_words
from ferrule.ui.i18n import Data
from ferrule.ui.models.verifying_desk import SeenBundle
from ferrule.ui.theme import metrics, paint_box, theme
from ferrule.ui.widgets.blocks import WrapRow
from ferrule.ui.widgets.bundles.mark import INSET, marked
from ferrule.ui.widgets.bundles.words import top_right, words_line
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Column, Divider, Row, boxed
from ferrule.ui.widgets.message import breakable
from ferrule.workspace.shipping_facts import BundleFacts, VerifyStep

_WORDS = {True: "passed", False: "refused", None: "not run"}
_SHAPES = {True: "ok", False: "error", None: "untouched"}
_LOOKS = {
    "trusted": ("success", "badge-check", "Signed by a key you trust"),
    "unknown": ("warning", "shield-question-mark", "Signed by a key you do not trust"),
    "refused": ("danger", "circle-x", "Must not be used"),
}


class Verdict(QtWidgets.QFrame):
    """The tinted card of one verified file.

    Signals:
        trusting(): the person wants to trust its signer.
        contents(): the person wants to see its files.
        installing(): the person wants to install it.
        pushing(): the person wants to give it to a server.
    """

    trusting = QtCore.Signal()
    contents = QtCore.Signal()
    installing = QtCore.Signal()
    pushing = QtCore.Signal()

    def __init__(self, seen: SeenBundle) -> None:
        super().__init__()
        found = seen.found
        self._tone, icon, words = _looks(seen)
        file = Data(found.path.name)
        self.setAccessibleName(f"{words}: {file}")
        self.words = Label(words, "emphasis", self._tone, wrap=True)
        named = Label(file, "code_small", "muted", elide=True)
        named.setAlignment(
            QtCore.Qt.AlignmentFlag.AlignRight | QtCore.Qt.AlignmentFlag.AlignVCenter
        )
        head = Row(Glyph(icon, self._tone, 18), gap=8)
        head.add(self.words, stretch=3)
        head.add(named, stretch=2)
        column = Column(head, gap=7, margins=(14, 12, 14, 12))
        failed = found.failed
        if failed is not None:
            column.add(Label(_why(seen, failed), "body", wrap=True))
        facts = found.facts or seen.offer.facts or found.claims
        if facts is not None:
            column.add(*_rows(seen, facts))
            column.add(self._deeds(seen))
        self.setLayout(column)

    def _deeds(self, seen: SeenBundle) -> QtWidgets.QWidget:
        show = Button("Show contents", compact=True)
        show.setObjectName("bundles.show_contents")
        show.clicked.connect(self.contents)
        deeds = [show]
        if seen.offer.facts is not None:
            install = Button("Install…", compact=True)
            install.setObjectName("bundles.install")
            install.clicked.connect(self.installing)
            deeds.append(install)
        if pushable(seen):
            push = Button("Push…", icon="upload", compact=True)
            push.setObjectName("bundles.push")
            push.setAccessibleDescription("Gives it to a registry server")
            push.clicked.connect(self.pushing)
            deeds.append(push)
        if seen.offer.trust == "unknown":
            trust = Button("Trust this signer…", icon="user-check", compact=True)
            trust.setObjectName("bundles.trust")
            trust.clicked.connect(self.trusting)
            deeds.append(trust)
        row = WrapRow()
        row.show_widgets(deeds)
        return row

    def paintEvent(self, _event: object) -> None:
        """Draw the tint and its edge."""
        painter = QtWidgets.QStylePainter(self)
        radius = theme.px(metrics.RADIUS_BANNER)
        tone = self._tone
        paint_box(painter, self.rect(), radius, f"{tone}_tint", border=f"{tone}_edge")


def pushable(seen: SeenBundle) -> bool:
    """Return whether a server may take it: it trusts others, and knows others."""
    return seen.found.trust != "refused" or bool(seen.offer.older)


def _looks(seen: SeenBundle) -> tuple[str, str, str]:
    """Return tone, icon and words; an older version of a trusted one may still come."""
    if seen.offer.older and not seen.found.ok:
        return "warning", "rotate-ccw-clock", "Older than what was accepted before"
    return _LOOKS[seen.found.trust]


def _why(seen: SeenBundle, failed: VerifyStep) -> str:
    if seen.found.trust == "unknown":
        return "Ask the signer for their key file and compare its fingerprint first."
    return f"Step {failed.step}, {failed.name}: {failed.detail}"


def _rows(seen: SeenBundle, facts: BundleFacts) -> list[QtWidgets.QWidget]:
    signers = [Data(one.rpartition(" (")[0] or one) for one in facts.signers]
    who = Data(", ".join(signers)) if signers else "nobody"
    rows = [_fact("Signer" if facts.verified else "Signer claims", who, mono=True)]
    rows += [_fact("In words", words_line(one), mono=True) for one in facts.words]
    signed = f"{day_words(facts.created_at)}, {facts.created_at:%H:%M} UTC"
    told = (
        ("Signed", Data(signed)),
        ("Valid until", Data(day_words(facts.expires_at))),
        ("Content", _content(facts)),
        *_against(seen),
    )
    rows += [_fact(name, value, mono=False) for name, value in told]
    hosts = Data(", ".join(facts.hosts)) or "the address that is configured"
    writes = Data(", ".join(facts.writes)) or "nothing"
    rows.append(_fact("Sends to", hosts, mono=bool(facts.hosts)))
    rows.append(_fact("Writes", writes, mono=bool(facts.writes)))
    if not facts.verified:
        told_ = "Nobody you trust vouches for this:"
        return [Label(told_, "caption", "muted", wrap=True), *rows]
    return rows


def _content(facts: BundleFacts) -> str:
    count = len(facts.connectors)
    many = f"{count} connector" if count == 1 else f"{count} connectors"
    files = len(facts.files)
    if facts.verified:
        return f"{many}, {files} files, none changed"
    return f"{many}, {files} files"


def _against(seen: SeenBundle) -> tuple[tuple[str, str], ...]:
    offer = seen.offer
    if offer.facts is None:
        return ()
    if not seen.installed:
        return (("Against installed", "nothing of it is installed"),)
    states = [one.state for one in offer.connectors]
    breaking = sum(bool(one.breaking) for one in offer.connectors)
    added, changed = states.count("new"), states.count("updated")
    told = f"{added} added, {changed} changed, {breaking} breaking"
    return ((f"Against installed {Data(seen.installed)}", told),)


def _fact(name: str, value: str, *, mono: bool) -> QtWidgets.QWidget:
    text = breakable(value) if mono else value
    shown = Label(text, "code_small" if mono else "body", wrap=True, selectable=True)
    shown.setAccessibleName(f"{name}: {value}")
    top_right(shown)
    row = Row(gap=12)
    top = QtCore.Qt.AlignmentFlag.AlignTop
    row.addWidget(Label(name, "body", "muted"), 0, top)
    row.add(shown, stretch=1)
    return boxed(row)


class StepList(QtWidgets.QWidget):
    """The thirteen steps, each a line with its shape, its word and its detail."""

    def __init__(self, steps: tuple[VerifyStep, ...]) -> None:
        super().__init__()
        self.setAccessibleName("Steps of the verification")
        column = Column(gap=0)
        for step in steps:
            if step.step > 1:
                column.add(Divider())
            column.add(_step(step))
        self.setLayout(column)


def _step(step: VerifyStep) -> QtWidgets.QWidget:
    word = Label(_WORDS[step.ok], "caption", "danger" if step.ok is False else "muted")
    head = marked(_SHAPES[step.ok], f"{step.step}  {step.name}", word)
    column = Column(head, gap=1, margins=(0, 5, 0, 5))
    if step.ok is not None and step.detail:
        whole = step.ok is False
        detail = Label(step.detail, "caption", "muted", elide=not whole, wrap=whole)
        column.add(Column(detail, margins=(INSET, 0, 0, 0)))
    holder = boxed(column)
    holder.setAccessibleName(f"{step.step} {step.name}: {_WORDS[step.ok]}")
    holder.setAccessibleDescription(step.detail)
    return holder
