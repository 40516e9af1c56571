"""The last step: what will be stored, where its secrets are kept, where it may go."""

from collections.abc import Mapping, Sequence

from PySide6 import QtWidgets

from ferrule.exchange import Json, encode
from ferrule.fields import InputField
from ferrule.ui.i18n import Data
from ferrule.ui.models.connect_plan import Plan, StreamChoice, VaultWords
from ferrule.ui.models.credential_scopes import SharedFacts
from ferrule.ui.widgets.blocks import fact, glyph_line
from ferrule.ui.widgets.choice import CheckBox
from ferrule.ui.widgets.connect.frame import place_lines
from ferrule.ui.widgets.connect.panels import Panel
from ferrule.ui.widgets.field_form import FieldForm
from ferrule.ui.widgets.label import Label, SectionHead
from ferrule.ui.widgets.layouts import Column, Divider, boxed

_KEY = InputField(
    key="key",
    label="Name",
    type="text",
    required=True,
    pattern=r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
    example="github-issues-2",
    help_text="Runs and commands call the connection by it.",
)
_SINCE = InputField(
    key="syncFrom",
    label="Only created since",
    type="date",
    required=False,
    help_text="Older items are left out of every sync.",
)


class ReviewPanel(Panel):
    """What will be stored, in words, and the last choices."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        values: dict[str, Json] = {"key": plan.key, "syncFrom": plan.sync_from[:10]}
        fields = (_SINCE,) if plan.changes else (_KEY, _SINCE)
        self.form = FieldForm(fields, values)
        self.streams = {s.key: _stream_box(s) for s in plan.streams}
        self._facts = Column(gap=8)
        self.share = CheckBox(f"Share with the other {Data(plan.bundle)} connectors")
        column = Column(self._facts, Divider(), self.form, gap=14)
        if plan.bundle and not plan.uses_shared:
            column.add(_sharing(self.share))
        if len(self.streams) > 1:
            head = SectionHead("What is read", role="emphasis")
            column.add(boxed(Column(head, *self.streams.values(), gap=2)))
        super().__init__(
            "Review",
            "This is what will be stored, and where.",
            boxed(column),
            "Save" if plan.changes else "Connect",
        )

    def show_facts(
        self,
        config: Mapping[str, Json],
        secrets: Sequence[str],
        vault: Sequence[QtWidgets.QWidget],
        *,
        checked: str,
    ) -> None:
        """Show the configuration, where secrets are kept, and the check's verdict."""
        self._facts.clear()
        self._facts.add(fact("Connector", Data(self._plan.card.name)))
        if self._plan.versions is not None:
            self._facts.add(fact("API version", Data(self._plan.versions.chosen)))
        labels = {field.key: field.label for field in self._plan.settings}
        for key, value in config.items():
            self._facts.add(fact(labels.get(key, key), _words(value)))
        if secrets:
            self._facts.add(fact("Secrets", ", ".join(secrets)))
            self._facts.add(fact("Whose they are", _owner(self._plan)))
        self._facts.add(fact("Check", checked))
        self._facts.add(Divider(), Label("Stored in", "emphasis"), *vault)
        asks_nobody = self._plan.asks_nobody
        places = place_lines(self._plan.places(config), asks_nobody=asks_nobody)
        self._facts.add(Divider(), Label("Sent only to", "emphasis"), *places)

    @property
    def shares(self) -> bool:
        """Return whether its credential is to be shared once it is stored."""
        return self.share.isChecked()

    def chosen_streams(self) -> Sequence[str]:
        """Return the streams to be read; none stands for all of them."""
        chosen = [key for key, box in self.streams.items() if box.isChecked()]
        return () if len(chosen) == len(self.streams) else chosen

    def none_chosen(self) -> bool:
        """Return whether every stream was left out."""
        return not any(box.isChecked() for box in self.streams.values())

    def focus(self) -> None:
        """Put the focus on the button that stores it."""
        super().focus()


def vault_lines(
    plan: Plan, vault: VaultWords | None, key: str
) -> Sequence[QtWidgets.QWidget]:
    """Return where the secrets of a connection are kept, line by line."""
    if plan.shared is not None and plan.uses_shared:
        return _shared_lines(plan.shared)
    if not plan.credentials:
        return [Label("It needs no secret; only the configuration is stored.",
                      "caption", "muted", wrap=True)]  # fmt: skip
    if vault is None:
        return [Label("Asking the keychain…", "caption", "muted")]
    note = "A secret never enters the project folder, a log or a bundle."
    ink = "muted" if vault.lasts else "warning"
    return [
        glyph_line("tag", key, mono=True),
        Label(vault.message, "caption", ink, wrap=True),
        Label(note, "caption", "muted", wrap=True),
    ]


def _shared_lines(shared: SharedFacts) -> Sequence[QtWidgets.QWidget]:
    """Return where a shared credential is kept; nothing is stored for it here."""
    told = f"{shared.title}. No secret is stored with the connection."
    return [
        glyph_line("key-round", Data(f"{shared.home.key}/{shared.owner}"), mono=True),
        Label(told, "caption", "muted", wrap=True),
    ]


def _owner(plan: Plan) -> str:
    """Return whose the credential is, and what becomes of the one before."""
    if plan.shared is not None and plan.uses_shared:
        title = plan.shared.title
        gone = plan.changes and plan.stored == "own"
        return f"{title}; its own is deleted" if gone else title
    return "This connection"


def _sharing(box: CheckBox) -> QtWidgets.QWidget:
    """Return the offer to share a credential, and what that means."""
    told = (
        "Connections of these connectors then sign in with it, where they have none "
        "of their own and ask for the same. Other projects cannot use it before you "
        "list them under Credentials."
    )
    head = SectionHead("Sharing", role="emphasis")
    return boxed(Column(head, box, Label(told, "caption", "muted", wrap=True), gap=2))


def _stream_box(stream: StreamChoice) -> CheckBox:
    box = CheckBox(f"{stream.name}: {stream.description}".rstrip(": "))
    box.setChecked(stream.chosen)
    return box


def _words(value: Json) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return encode(value).decode()
