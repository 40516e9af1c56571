"""Connections' own credentials: checked, joined, written so that a kill is survived.

A row names the place in the vault where its secrets are, so one writing of the row lets
another credential be used whole: what is new is sealed at the connection's other place,
the row is written with all that hangs together (the method, the configuration), and
then what was before is deleted. A program that is killed in between leaves what was, or
what was to be. While that is done nobody renews the tokens.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from ferrule.auth import Secrets
from ferrule.auth.kind import main_field
from ferrule.auth.token import TOKENS, tokens_of
from ferrule.clock import SystemClock
from ferrule.credentials import Ref, Vault
from ferrule.credentials.succession import remembered
from ferrule.credentials.tokens import TokenKeeper
from ferrule.descriptor.model import Connector
from ferrule.descriptor.signing import asked_fields, signing_of, webhook_of
from ferrule.errors import MissingSecret, NotFound, UsageError
from ferrule.fields import read_value, shown_fields
from ferrule.store import Connection, Connections
from ferrule.workspace.scope_lookup import other_place, own_place, places

Edit = Callable[[Secrets], Secrets]
"""Returns an owner's secrets as they are to be."""
Commit = Callable[[str | None], Connection]
"""Writes the row with where the secrets are from now on, and returns it."""


class Fitted(NamedTuple):
    """Changes of a connection that hang together, and what they do to its secrets.

    `edit` changes its own; `elsewhere` as in `OwnCredentials.change`. With `falls` it
    lets go of them and falls through to what is shared.
    """

    values: dict[str, Any]
    edit: Edit | None = None
    elsewhere: bool = False
    falls: bool = False


class OwnCredentials:
    """Writes the secrets that connections have to themselves; `folder` holds locks."""

    def __init__(self, vault: Vault, connections: Connections, folder: Path) -> None:
        self._vault = vault
        self._connections = connections
        self._folder = folder

    def create(self, made: Connection, secrets: Secrets) -> Connection:
        """Keep a new connection's secrets, then the connection.

        Raises:
            StoreError: for a key that is in use; nothing is changed then.
            FerruleError: when either cannot be kept; neither is then.
        """
        place = own_place(made)
        with self._alone(place):
            if self._is_there(made):
                return self._connections.create(made)  # says that it is
            self._vault.put(place, secrets, must_store=self._vault.state.can_store)
            try:
                return self._connections.create(made)
            except BaseException:
                self._vault.delete(place)
                raise

    def write(
        self,
        found: Connection,
        fit: Fitted,
        commit: Callable[[Mapping[str, Any]], Connection],
    ) -> Connection:
        """Write what hangs together; `commit` gets the row's changes.

        Raises:
            FerruleError: when it cannot be kept.
        """

        def row(place: str | None) -> Connection:
            return commit({**fit.values, "credential_ref": place})

        if fit.falls:
            return self.drop(found, row)
        if fit.edit is None:
            return commit(fit.values)
        return self.change(found, fit.edit, row, elsewhere=fit.elsewhere)

    def change(
        self, found: Connection, edit: Edit, commit: Commit, *, elsewhere: bool
    ) -> Connection:
        """Change a connection's own secrets together with its row.

        `elsewhere`: the row changes what they mean, so neither may be seen alone.

        Raises:
            FerruleError: when they cannot be kept.
        """
        if found.credential_ref is None:
            return self._begun(found, edit, commit)
        was = own_place(found)
        if not elsewhere:
            self._vault.update(was, edit)
            return commit(str(was))
        with self._alone(was):
            return self._moved(was, other_place(was), edit, commit)

    def drop(self, found: Connection, commit: Commit) -> Connection:
        """Write the row without secrets of its own, then delete them for good.

        Raises:
            VaultLocked: when the vault cannot be opened; nothing is changed then.
        """
        with self._alone(own_place(found)):
            self._vault.refs()  # opens it, or says why not
            made = commit(None)
            self.delete(found)
            return made

    def delete(self, connection: Connection) -> None:
        """Delete all that is kept as a connection's own, wherever it is.

        Raises:
            VaultLocked: when it cannot be deleted.
        """
        for place in places(connection):
            self._vault.delete(place)

    def sweep(self, place: Ref, is_stray: Callable[[], bool]) -> None:
        """Delete what stands at a place of the vault where nothing may.

        Raises:
            VaultLocked: when it cannot be deleted.
        """
        if place in self._vault.refs() and is_stray():
            with self._alone(place):  # somebody may just be sharing it
                if is_stray():
                    self._vault.delete(place)

    def _begun(self, found: Connection, edit: Edit, commit: Commit) -> Connection:
        place = own_place(found)
        with self._alone(place):
            self._vault.put(place, edit({}), must_store=self._vault.state.can_store)
            return self._committed(place, commit)

    def _moved(self, was: Ref, to: Ref, edit: Edit, commit: Commit) -> Connection:
        if was in self._vault.refs():
            self._vault.copy(was, to)  # with the time each value came
        else:
            self._vault.delete(to)
        self._vault.update(to, edit)
        made = self._committed(to, commit)
        self._vault.delete(was)
        return made

    def _committed(self, place: Ref, commit: Commit) -> Connection:
        try:
            return commit(str(place))
        except BaseException:
            self._vault.delete(place)
            raise

    @contextmanager
    def _alone(self, place: Ref) -> Iterator[None]:
        with TokenKeeper(lambda: self._vault, place, self._folder).alone():
            yield

    def _is_there(self, made: Connection) -> bool:
        try:
            self._connections.get(made.project, made.key)
        except NotFound:
            return False
        return True


def joined(connector: Connector, kept: Secrets, given: Secrets) -> Secrets:
    """Return kept and given secrets together.

    A token that was had with another credential goes, where it can be had again without
    a person; else it is tried again, though the service took it no longer.
    """
    both = {**kept, **given}
    changed = any(both[key] != kept.get(key) for key in both)
    same_token = TOKENS in kept and both.get(TOKENS) == kept[TOKENS]
    if changed and same_token and not connector.sign_in.interactive:
        del both[TOKENS]
    tokens = tokens_of(both)
    if changed and same_token and tokens is not None and tokens.refused:
        both[TOKENS] = replace(tokens, refused=False).dump()
    return both


def with_former(connector: Connector, before: Secrets, after: Secrets) -> Secrets:
    """Return the secrets `after`, with the one that calls were signed by before.

    It is remembered for a day, so that a call that is still signed by it is recognised.
    """
    signing = signing_of(connector) if webhook_of(connector) is not None else None
    if signing is None:
        return after
    field = main_field(signing.credential_fields)
    return remembered(before, after, field, SystemClock().now())


def require_secrets(connector: Connector, secrets: Secrets) -> None:
    """Refuse a set of secrets that lacks a required field or holds an unknown one.

    Raises:
        MissingSecret: naming the field.
        UsageError: for a field that the connector does not have.
    """
    fields = {field.key: field for field in asked_fields(connector)}
    for key in secrets:
        if key not in fields and key != TOKENS:
            known = ", ".join(fields) or "none"
            raise UsageError(
                f"“{key}” is not a credential field of {connector.id}.",
                advice=f"It has: {known}.",
            )
    given = {key: secrets[key].get_secret_value() for key in fields if key in secrets}
    for field in shown_fields(tuple(fields.values()), given):
        if field.required and field.key not in secrets:
            raise MissingSecret(
                f"“{field.label}” ({field.key}) is required to sign in.",
                advice=f"Give it as --secret {field.key}=@env:NAME.",
            )


def refuse_malformed(connector: Connector, given: Secrets) -> None:
    """Refuse secrets that have not the form that their fields ask for.

    For those that are given now: what is kept worked once, and stays.

    Raises:
        UsageError: naming the field and what is expected, never the value.
    """
    for field in connector.auth.credential_fields:
        if field.key in given:
            read_value(field, given[field.key].get_secret_value())


def lacks_its_own(connector: Connector) -> UsageError:
    """Return the error for a connection that would fall through though it must not."""
    return UsageError(
        f"{connector.name} was given no credential of its own, and one is shared.",
        advice="Give it with --secret, or sign in with --oauth.",
    )
