"""What a draft needs before it can be sent: configuration values and credentials.

Values live in memory for as long as the window does. Secrets are known to redaction
before they are used, and are written nowhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from PySide6 import QtCore

from ferrule.auth import Secrets
from ferrule.descriptor.config import config_fields
from ferrule.descriptor.document import validate
from ferrule.descriptor.model import Connector
from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.fields import InputField, read_value
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.choice import CheckBox, ComboBox
from ferrule.ui.widgets.field_form import FieldForm
from ferrule.ui.widgets.form_rows import FormRow
from ferrule.ui.widgets.label import Label, SectionHead
from ferrule.ui.widgets.layouts import Column, Pane, Row, Scroll, boxed
from ferrule.workspace.drafts import Document
from ferrule.workspace.giving import typed_secrets
from ferrule.workspace.sending import sendable
from ferrule.workspace.sessions import TokensInHand

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(slots=True)
class Values:
    """What was given for a draft in this session; `secrets` stay in memory.

    `hand` holds the tokens that are got with typed secrets, for all that is sent.
    """

    config: dict[str, Json] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    allow_http: frozenset[str] = frozenset()
    connection: str = ""
    borrowed: Secrets = field(default_factory=dict, repr=False)
    hand: TokensInHand = field(default_factory=TokensInHand, repr=False)

    def given_secrets(self) -> Secrets:
        """Return the secrets as the engine takes them, known to redaction."""
        return {**self.borrowed, **typed_secrets(self.secrets)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The fields that a draft asks for."""

    config: tuple[InputField, ...]
    secrets: tuple[InputField, ...]

    def lacking(self, values: Values) -> list[str]:
        """Return the labels of fields that must be given and are not, or do not fit."""
        found = [f.label for f in self.config if _lacks(f, values.config.get(f.key))]
        known = values.given_secrets()
        needed = [f for f in self.secrets if f.required]
        return found + [f.label for f in needed if f.key not in known]

    def settled(self, values: Values) -> dict[str, Json]:
        """Return the configuration to send with: what was given, else the defaults."""
        found = {f.key: values.config.get(f.key, f.default) for f in self.config}
        return {key: value for key, value in found.items() if value is not None}

    def plain_hosts(self, config: Mapping[str, Json]) -> list[str]:
        """Return hosts elsewhere that an address would be asked without encryption."""
        fields = [f for f in self.config if f.type == "url"]
        urls = [str(config.get(f.key) or f.default or "") for f in fields]
        parts = [urlsplit(url) for url in urls if url.startswith("http://")]
        return [p.hostname for p in parts if p.hostname and p.hostname not in _LOOPBACK]


def wanted_by(document: Document) -> Wanted:
    """Return what a draft asks for.

    Raises:
        DescriptorInvalid: when its request or its sign-in is not valid yet.
    """
    connector: Connector = validate(sendable(document))
    return Wanted(config_fields(connector), connector.auth.credential_fields)


def _lacks(spec: InputField, given: Json) -> bool:
    try:
        read_value(spec, given)
    except UsageError:
        return True
    return False


class ValuesPanel(Pane):
    """A form for the values of one draft, over the response.

    Signals:
        send_wanted(): the values are there; send.
        closed(): the person wants the panel away.
        borrow_wanted(str): take the values of the connection of that key.
    """

    send_wanted = QtCore.Signal()
    closed = QtCore.Signal()
    borrow_wanted = QtCore.Signal(str)

    def __init__(self) -> None:
        self.values = Values()
        self._wanted = Wanted((), ())
        self.config = FieldForm(())
        self.secrets = FieldForm(())
        self._source = ComboBox([("", "Values typed here")], name="Use the values of")
        self._borrow = FormRow("Use the values of", self._source)
        self._borrow.hide()
        self._plain = CheckBox("")
        self._plain.hide()
        self._why = Label("", "caption", "muted", wrap=True)
        self._body = Column(gap=12, margins=(16, 12, 16, 12))
        close = IconButton("x", "Close values")
        self.send = Button("Send with these", icon="play")
        title = SectionHead("Values for sending", role="emphasis")
        head = Row(title, margins=(16, 6, 8, 0))
        head.add(close)
        self._head = boxed(head)
        self._scroll = Scroll(boxed(self._body), "Values for sending")
        foot = Row(None, self.send, margins=(16, 8, 16, 8))
        column = Column(self._head, gap=0)
        column.add(self._scroll, stretch=1)
        column.add(foot)
        super().__init__(column, edges="b")
        self._fill()
        close.clicked.connect(self.closed)
        self.send.clicked.connect(self._send)
        self._source.chosen.connect(self._choose)

    def show_fields(self, wanted: Wanted) -> None:
        """Ask for other fields; what was given before is kept."""
        if wanted == self._wanted:
            return
        self.collect()
        self._wanted = wanted
        self._body.removeWidget(self.config)
        self._body.removeWidget(self.secrets)
        for form in (self.config, self.secrets):
            form.hide()
            form.deleteLater()
        self.config = FieldForm(wanted.config, self.values.config)
        kept = set(self.values.secrets) | set(self.values.borrowed)
        self.secrets = FieldForm(wanted.secrets, kept=kept)
        self.config.edited.connect(self._edited)
        self.secrets.edited.connect(self._edited)
        self._fill()

    def forget_fields(self) -> None:
        """Make the fields anew when they are next shown: what was given is another."""
        self._wanted = Wanted((), ())
        self._body.removeWidget(self.config)
        self._body.removeWidget(self.secrets)
        for form in (self.config, self.secrets):
            form.hide()
            form.deleteLater()
        self.config, self.secrets = FieldForm(()), FieldForm(())

    def offer(self, connections: Sequence[str]) -> None:
        """Offer the connections whose values may be used."""
        options: list[tuple[object, str]] = [("", "Values typed here")]
        options += [(key, f"Connection “{key}”") for key in connections]
        self._source.set_options(options)
        self._source.set_value(self.values.connection)
        self._borrow.setVisible(bool(connections))

    def borrow(
        self, connection: str, config: Mapping[str, Json], secrets: Secrets
    ) -> None:
        """Use a connection's values; its secrets are not shown."""
        self.values.connection = connection
        self.values.config = dict(config)
        self.values.borrowed = secrets
        self.config.fill(self.values.config)

    def collect(self) -> Values:
        """Return what was typed so far."""
        if self._wanted.config:
            self.values.config = self.config.given()
        typed = self.secrets.given()
        self.values.secrets |= {k: v for k, v in typed.items() if isinstance(v, str)}
        plain = self._wanted.plain_hosts(self.values.config)
        agreed = self._plain.isChecked()
        self.values.allow_http = frozenset(plain if agreed else ())
        return self.values

    def ask(self, lacking: Sequence[str]) -> None:
        """Say what is lacking and go to the first empty field."""
        self._why.setText(f"Needed before sending: {', '.join(lacking)}.")
        self._why.setVisible(bool(lacking))
        form = self.config if self._config_lacks() else self.secrets
        form.focus_first()

    def _config_lacks(self) -> bool:
        given = self.config.given()
        return any(_lacks(f, given.get(f.key)) for f in self._wanted.config)

    def _fill(self) -> None:
        while self._body.count():
            self._body.takeAt(0)
        self._body.add(self._why, self._borrow, self.config, self.secrets, self._plain)
        note = Label(
            "Kept in memory until Ferrule is closed, and sent only to this service.",
            "caption", "muted", wrap=True,
        )  # fmt: skip
        self._body.add(note, None)
        self._edited()

    @QtCore.Slot()
    def _edited(self) -> None:
        plain = self._wanted.plain_hosts(self.config.given())
        self._plain.setText(f"Allow plain http to {', '.join(plain)}")
        self._plain.setVisible(bool(plain))

    @QtCore.Slot()
    def _send(self) -> None:
        if self.config.read() is None or self.secrets.read() is None:
            return
        self.collect()
        self.send_wanted.emit()

    @QtCore.Slot(object)
    def _choose(self, key: object) -> None:
        self.values.connection = str(key)
        self.values.borrowed = {}
        if key:
            self.borrow_wanted.emit(str(key))
