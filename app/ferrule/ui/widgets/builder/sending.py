"""Sending a draft's request once: what it needs, the exchange, and giving it up.

A connection's credentials go only where that connection's own connector sends them.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import Final

from PySide6 import QtCore

from ferrule.auth import Secrets
from ferrule.descriptor.document import validate
from ferrule.errors import FerruleError, OffHost
from ferrule.exchange import Json
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.models.sandbox import CONNECTOR, sandbox
from ferrule.ui.tasks import Tasks, apart, in_thread
from ferrule.ui.widgets.builder.values import Values, Wanted, wanted_by
from ferrule.workspace.accounts import Account
from ferrule.workspace.drafts import Document
from ferrule.workspace.effective import chosen_sign_in, every_sign_in
from ferrule.workspace.host_sets import asked_hosts, beyond, refuse_held
from ferrule.workspace.sending import Sending, Sent, by_method, by_version, sendable
from ferrule.workspace.sessions import Keeper, TokensInHand, keeper_of
from ferrule.workspace.workspace import Workspace

_COPY: Final = re.compile(r"-copy(-\d+)?$")


class Sender(QtCore.QObject):
    """Sends one draft.

    Signals:
        lacking(object, object): fields are empty; carries the Wanted and their labels.
        started(): the request goes out.
        sent(object): the exchange, as Sent.
        failed(object): no answer; carries the FerruleError.
        given_up(): the person did not want to wait.
        busy(bool): whether a request is under way.
    """

    lacking = QtCore.Signal(object, object)
    started = QtCore.Signal()
    sent = QtCore.Signal(object)
    failed = QtCore.Signal(object)
    given_up = QtCore.Signal()
    busy = QtCore.Signal(bool)

    def __init__(
        self, draft: DraftModel, workspace: Workspace, parent: QtCore.QObject
    ) -> None:
        super().__init__(parent)
        self._draft = draft
        self._workspace = workspace
        self.config: dict[str, Json] = {}
        self.method = self.version = ""
        self._sending: Sending | None = None
        self.tasks = Tasks(self)
        self.tasks.ended.connect(self._end)
        self.tasks.failed.connect(self._fail)

    @property
    def running(self) -> bool:
        """Return whether a request is under way."""
        return self.tasks.running("send")

    def send(self, values: Values, stream: str | None) -> None:
        """Send the request, or say what is lacking."""
        self.tasks.start("send", self._send(values, stream))

    def received(self) -> tuple[int, int | None]:
        """Return the bytes of the answer that came so far, and of how many if known."""
        return (0, None) if self._sending is None else self._sending.received()

    def cancel(self) -> bool:
        """Stop waiting for the answer; say whether there was a request."""
        if not self.running:
            return False
        self.tasks.cancel("send")
        if self._sending is not None:
            self._sending.cancel()
        self.given_up.emit()
        return True

    async def wanted(self) -> Wanted:
        """Return what the draft asks for now."""
        return await in_thread(partial(self._wanted_by, self._draft.document))

    async def connections(self) -> list[str]:
        """Return the keys of the connections of this connector, or of its original."""
        named = self._draft.draft.connector_id
        ids = {named, _COPY.sub("", named)}

        def read() -> list[str]:
            found = self._workspace.registry.list_connections()
            return [each.key for each in found if each.connector_id in ids]

        return await in_thread(read)

    async def borrowed(self, key: str) -> tuple[dict[str, Json], Secrets]:
        """Return the configuration and the secrets of a connection.

        From here on the draft is sent by the sign-in that the connection has, at its
        API version.
        """
        project = self._workspace.project.key

        def read() -> tuple[dict[str, Json], Secrets, str, str]:
            registry = self._workspace.registry
            connection = registry.get_connection(project, key)
            secrets = registry.secrets_of(connection)
            raw = self._workspace.catalogue.document(connection.connector_id)
            own = every_sign_in(connection, raw)
            # One that is older than the choice signs in by the usual one.
            method = connection.auth_option or chosen_sign_in(own, None) or ""
            version = connection.api_version or ""
            return dict(connection.config), secrets, method, version

        config, secrets, self.method, self.version = await in_thread(read)
        return config, secrets

    def signed_as(self, values: Values) -> Document:
        """Return the draft as it is sent with these values.

        Raises:
            FerruleError: when it lacks the sign-in or the API version of the connection
                they are of.
        """
        if not values.borrowed:
            self.method = self.version = ""
        return self._as_lent(self._draft.document)

    def _as_lent(self, document: Document) -> Document:
        return by_method(by_version(document, self.version), self.method)

    def _wanted_by(self, document: Document) -> Wanted:
        return wanted_by(self._as_lent(document))

    async def close_work(self) -> None:
        """End what is under way."""
        await self.tasks.cancel_all()

    async def _send(self, values: Values, stream: str | None) -> None:
        try:
            self._sending = None
            self.signed_as(values)
            wanted = await self.wanted()
            lacking = wanted.lacking(values)
            if lacking:
                self.lacking.emit(wanted, lacking)
                return
            self.busy.emit(True)
            self.started.emit()
            self.sent.emit(await self._exchange(wanted, values, stream))
        except FerruleError as error:
            self.failed.emit(error)

    async def _exchange(
        self, wanted: Wanted, values: Values, stream: str | None
    ) -> Sent:
        document, workspace = self.signed_as(values), self._workspace
        config = wanted.settled(values)
        if _COPY.sub("", self._draft.draft.connector_id) == CONNECTOR:
            await sandbox.ensure_for(config)
        self.config = config
        secrets, http = values.given_secrets(), values.allow_http
        lender = values.connection if values.borrowed else ""
        account, keeper = await self.lent(lender) if lender else (None, values.hand)
        sending = Sending(
            *(document, config, secrets),
            stream=stream,
            allow_http=http,
            account=account,
            keeper=keeper,
        )
        self._sending = sending

        def exchange() -> Sent:
            if lender:
                check_reach(workspace, document, config, lender)
            return sending.send()

        return await apart(exchange, "send")

    async def lent(self, lender: str) -> tuple[Account, Keeper]:
        """Return what a connection's requests count into, and who renews its tokens."""
        workspace = self._workspace

        def read() -> tuple[Account, Keeper]:
            found = workspace.connections.get(workspace.project.key, lender)
            keeper = keeper_of(workspace, found) or TokensInHand()
            meter = workspace.operations.traffic.meter(lender)
            return Account.of(found, workspace.runs, meter), keeper

        return await in_thread(read)

    @QtCore.Slot(str)
    def _end(self, name: str) -> None:
        if name == "send":
            self.busy.emit(False)

    @QtCore.Slot(str, object)
    def _fail(self, name: str, error: object) -> None:
        del name
        if isinstance(error, Exception):
            told = FerruleError(
                "The request could not be made.", advice=type(error).__name__
            )
            self.failed.emit(told)


def check_reach(
    workspace: Workspace, document: Document, config: Mapping[str, Json], key: str
) -> None:
    """Refuse to send a connection's secrets where its own connector does not.

    Raises:
        HostsGrew: when the connection is held.
        OffHost: naming the hosts that are new.
    """
    connection = workspace.registry.get_connection(workspace.project.key, key)
    own = workspace.registry.connector_of(connection)
    refuse_held(workspace, connection, own)  # so all that it asks for was shown
    asked = asked_hosts(validate(sendable(document)), config)
    others = beyond(asked, asked_hosts(own, connection.config))
    if not others:
        return
    raise OffHost(
        f"The credentials of “{key}” were not given for {', '.join(others)}.",
        advice="Type the credentials for this draft, or send to the same host.",
    )
