"""What a bundle is, holds and may do, and how each step of verifying it went."""

from PySide6 import QtCore, QtWidgets

from ferrule.ui.theme import metrics, paint_box, theme
from ferrule.ui.widgets.bundles.mark import INSET, marked
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Column, Divider, Row, boxed
from ferrule.workspace.shipping_facts import BundleFacts, Verification, VerifyStep

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
    """

    trusting = QtCore.Signal()

    def __init__(self, found: Verification) -> None:
        super().__init__()
        self._tone, icon, words = _LOOKS[found.trust]
        self.setAccessibleName(f"{words}: {found.path.name}")
        self.words = Label(words, "emphasis", self._tone)
        file = Label(found.path.name, "code_small", "muted", elide=True)
        file.setAlignment(
            QtCore.Qt.AlignmentFlag.AlignRight | QtCore.Qt.AlignmentFlag.AlignVCenter
        )
        head = Row(Glyph(icon, self._tone, 18), self.words, gap=8)
        head.add(file, stretch=1)
        column = Column(head, gap=7, margins=(14, 12, 14, 12))
        failed = found.failed
        if failed is not None:
            column.add(Label(_why(found, failed), "body", wrap=True))
        facts = found.facts or found.claims
        if facts is not None:
            column.add(*_rows(facts))
        if found.trust == "unknown":
            trust = Button("Trust this signer…", icon="user-check", compact=True)
            trust.setObjectName("bundles.trust")
            trust.clicked.connect(self.trusting)
            column.add(Row(trust, None))
        self.setLayout(column)

    def paintEvent(self, _event: object) -> None:
        """Draw the tint and its edge."""
        painter = QtWidgets.QStylePainter(self)
        radius = theme.px(metrics.RADIUS_BANNER)
        tone = self._tone
        paint_box(painter, self.rect(), radius, f"{tone}_tint", border=f"{tone}_edge")


def _why(found: Verification, failed: VerifyStep) -> str:
    if found.trust == "unknown":
        return "Ask the signer for their key file and compare its fingerprint first."
    return f"Step {failed.step}, {failed.name}: {failed.detail}"


def _rows(facts: BundleFacts) -> list[QtWidgets.QWidget]:
    claims = "" if facts.verified else "claims "
    connectors = len(facts.connectors)
    many = f"{connectors} connector" if connectors == 1 else f"{connectors} connectors"
    signers = ", ".join(facts.signers) or "nobody"
    told = (
        (f"Signer {claims}".strip(), signers, not facts.verified),
        ("Signed", f"{facts.created_at:%-d %b %Y, %H:%M} UTC", False),
        ("Valid until", f"{facts.expires_at:%-d %b %Y}", False),
        ("Connectors", ", ".join(facts.connectors), True),
        ("Content", f"{many}, {len(facts.files)} files", False),
        (
            "Sends to",
            ", ".join(facts.hosts) or "the address that is configured",
            bool(facts.hosts),
        ),
        ("Writes", ", ".join(facts.writes) or "nothing", bool(facts.writes)),
    )
    rows = []
    if not facts.verified:
        rows.append(Label("Nobody you trust vouches for this:", "caption", "muted"))
    return [*rows, *(_fact(name, value, mono=mono) for name, value, mono in told)]


def _fact(name: str, value: str, *, mono: bool) -> QtWidgets.QWidget:
    shown = Label(value, "code_small" if mono else "body", wrap=True, selectable=True)
    shown.setAccessibleName(f"{name}: {value}")
    shown.setAlignment(
        QtCore.Qt.AlignmentFlag.AlignRight | QtCore.Qt.AlignmentFlag.AlignTop
    )
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
    if step.ok is not None:
        whole = step.ok is False
        detail = Label(step.detail, "caption", "muted", elide=not whole, wrap=whole)
        column.add(Column(detail, margins=(INSET, 0, 0, 0)))
    holder = boxed(column)
    holder.setAccessibleName(f"{step.step} {step.name}: {_WORDS[step.ok]}")
    holder.setAccessibleDescription(step.detail)
    return holder
