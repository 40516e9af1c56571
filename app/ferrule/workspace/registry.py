"""The registry of connectors and connections (seed 001, section 5.2).

Its eleven operations, with our word for the seed's "instance". A descriptor in use
cannot be deleted; a connection's secrets live in the vault and go with it.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ferrule.auth import Secrets
from ferrule.credentials import Ref, Vault
from ferrule.credentials.succession import current
from ferrule.credentials.vault import missing
from ferrule.descriptor.api_versions import connector_at
from ferrule.descriptor.config import read_config
from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.hosts import check_host_parts
from ferrule.descriptor.model import Connector
from ferrule.errors import DescriptorError, MissingSecret, StoreError, UsageError
from ferrule.store import Connection, Connections, CredentialScopes, Removed
from ferrule.workspace.catalogue import Catalogue
from ferrule.workspace.changing_version import (
    another_version,
    default_id,
    fitting_secrets,
    told_with_version,
    weigh_version,
)
from ferrule.workspace.effective import chosen_sign_in, effective, every_sign_in
from ferrule.workspace.host_sets import asked_hosts, placed
from ferrule.workspace.own_credentials import (
    Fitted,
    OwnCredentials,
    joined,
    lacks_its_own,
    refuse_malformed,
    require_secrets,
    with_former,
)
from ferrule.workspace.scope_lookup import (
    check_key,
    fitting,
    nothing_shared,
    own_place,
    place_of,
    provider_of,
    shared_place,
)

__all__ = ["Registry", "require_secrets"]


class Registry:
    """Descriptors of a project's catalogue and the connections made from them."""

    def __init__(
        self,
        catalogue: Catalogue,
        connections: Connections,
        vault: Vault,
        scopes: CredentialScopes,
        folder: Path,
    ) -> None:
        self._catalogue = catalogue
        self._connections = connections
        self._vault = vault
        self._scopes = scopes
        self._own_secrets = OwnCredentials(vault, connections, folder)

    def list_descriptors(self) -> list[Connector]:
        """Return every connector of the catalogue that is valid."""
        cards = (card for card in self._catalogue.cards() if not card.problem)
        found = (_valid(self._catalogue, card.id) for card in cards)
        return [connector for connector in found if connector is not None]

    def get_descriptor(self, connector_id: str) -> Connector:
        """Return one connector.

        Raises:
            NotFound: when the catalogue has none of that id.
            DescriptorInvalid: when its document has problems.
        """
        return read_descriptor(self._catalogue.document(connector_id))

    def connector_of(self, connection: Connection) -> Connector:
        """Return a connection's connector at its API version, with its sign-in.

        Raises:
            NotFound: when the catalogue has it no longer.
            UsageError: when the connector has that version or sign-in no longer.
        """
        return effective(connection, self._catalogue.document(connection.connector_id))

    def register_descriptor(self, document: bytes) -> Connector:
        """Add a connector to the project.

        Raises:
            UsageError: when the project has one of that id already.
        """
        connector = read_descriptor(document)
        if self._own(connector.id):
            raise UsageError(
                f"The project has a connector “{connector.id}” already.",
                advice="Update it, or choose another id.",
            )
        return self._save(connector, document)

    def update_descriptor(self, connector_id: str, document: bytes) -> Connector:
        """Replace a connector of the project.

        Raises:
            UsageError: when the document is for another id, or it is shipped.
        """
        connector = read_descriptor(document)
        if connector.id != connector_id:
            raise UsageError(
                f"The document describes “{connector.id}”, not “{connector_id}”."
            )
        if not self._own(connector_id):
            raise UsageError(
                f"“{connector_id}” is not the project's own.",
                advice="Register a copy of it first.",
            )
        return self._save(connector, document)

    def delete_descriptor(self, connector_id: str) -> None:
        """Delete a connector of the project.

        Raises:
            UsageError: while a connection uses it, naming the connection.
        """
        uses = self._connections.in_use(connector_id)
        if uses and self._own(connector_id):
            named = ", ".join(key for _, key in uses)
            raise UsageError(
                f"“{connector_id}” is in use by: {named}.",
                advice="Disconnect these first.",
            )
        self._catalogue.remove(connector_id)

    def list_connections(self, project: str | None = None) -> list[Connection]:
        """Return the connections of a project, by default this one's."""
        return list(self._connections.list(project or self._catalogue.project.key))

    def get_connection(self, project: str, key: str) -> Connection:
        """Return one connection.

        Raises:
            NotFound: when the project has none under that key.
        """
        return self._connections.get(project, key)

    def create_connection(
        self,
        connection: Connection,
        secrets: Secrets | None = None,
        *,
        shared: bool | None = None,
    ) -> Connection:
        """Add a connection, its configuration checked, its secrets sealed first.

        Without secrets it falls through to the credential that its bundle shares, where
        one fits; with `shared` it must, and with False it does not. The hosts that it
        asks for are remembered: they were shown with its form.

        Raises:
            UsageError: for a configuration that does not fit, or a key in use.
            NotFound: with `shared`, when none fits.
            KeychainUnavailable: when there is no place that can keep the secrets.
        """
        check_key(connection.key)
        raw = self._catalogue.document(connection.connector_id)
        whole = connector_at(raw, connection.api_version)
        connector = whole.signing_in(connection.auth_option)
        config = read_config(connector, connection.config)
        check_host_parts(connector, config)
        given = secrets or {}
        self._check_given(connection, connector, given, shared=shared)
        made = replace(
            connection,
            version=connector.version,
            provider=provider_of(connector),
            config=config,
            credential_ref=str(own_place(connection)) if given else None,
            auth_option=chosen_sign_in(whole, connection.auth_option),
            api_version=connection.api_version or default_id(whole),
            hosts=list(asked_hosts(connector, config)),
        )
        if not given:
            return self._connections.create(made)
        return self._own_secrets.create(made, given)

    def _check_given(
        self,
        connection: Connection,
        connector: Connector,
        given: Secrets,
        *,
        shared: bool | None,
    ) -> None:
        """Refuse a new connection that neither has all secrets nor falls through."""
        fits = not given and self._falls(connection, connector)
        if shared and not fits:
            raise nothing_shared(connector)
        if fits and shared is not False:
            return
        require_secrets(connector, given)
        refuse_malformed(connector, given)
        if fits:
            raise lacks_its_own(connector)

    def update_connection(
        self,
        project: str,
        key: str,
        changes: Mapping[str, Any],
        secrets: Secrets | None = None,
    ) -> Connection:
        """Change attributes of a connection, and those secrets that are given.

        With another `api_version` its next run is a new one, and streams that cannot
        read on from where they stand begin anew.

        Raises:
            UsageError: for a value or a secret that does not fit; nothing is changed.
            AlreadyRunning: for another API version, while a run is under way.
        """
        found = self._connections.get(project, key)
        values = dict(changes)
        if "api_version" in values:
            raw = self._catalogue.document(found.connector_id)
            version = another_version(found, values["api_version"], raw)
            if version is not None:
                values["api_version"] = version
                return self._change_over(found, values, raw, secrets or {})
        fit = Fitted({})
        if secrets or {"config", "auth_option"} & values.keys():
            fit = self._fitted(found, values, secrets or {}, values)

        def commit(more: Mapping[str, Any]) -> Connection:
            return self._connections.update(project, key, **{**values, **more})

        return self._own_secrets.write(found, fit, commit)

    def delete_connection(self, project: str, key: str) -> Removed:
        """Delete a connection with its signals, runs and secrets; say what went.

        The secrets go first: should that fail, nothing is lost from sight.

        Raises:
            VaultLocked: when its secrets cannot be deleted; nothing was.
        """
        connection = self._connections.get(project, key)
        if connection.credential_ref is not None or self._scopes.list():
            self.forget_own(connection)
        return self._connections.delete(project, key)

    def forget_own(self, connection: Connection) -> None:
        """Delete a connection's own secrets for good, and what a kill left of them.

        Raises:
            VaultLocked: when they cannot be deleted.
        """
        self._own_secrets.delete(connection)
        bundle = shared_place(connection.project, connection.provider)
        self._own_secrets.sweep(bundle, lambda: self._scopes.find(*bundle) is None)

    def enable_connection(self, project: str, key: str, *, enabled: bool) -> Connection:
        """Enable or disable a connection."""
        return self._connections.enable(project, key, enabled=enabled)

    def secrets_of(self, connection: Connection) -> Secrets:
        """Return a connection's secrets; none for one that needs none.

        Raises:
            MissingSecret: when they are lost, or belong to another project.
            VaultLocked: when the vault does not open.
        """
        return current(self.kept_of(connection))

    def kept_of(self, connection: Connection) -> Secrets:
        """Return a connection's secrets with what stands beside them.

        Raises:
            MissingSecret: when they are lost, or belong to another project.
            VaultLocked: when the vault does not open.
        """
        ref = self.ref_of(connection)
        if ref is not None:
            return self._vault.get(ref)
        if connection.credential_ref is None:
            return {}
        raise missing(own_place(connection))

    def ref_of(self, connection: Connection) -> Ref | None:
        """Return where a connection's secrets are; None where it has none it may use.

        Its own place, else its bundle's. No project reads, changes or deletes the
        secrets of another that does not list it.

        Raises:
            FerruleError: when its connector cannot be read, where something is shared.
        """
        return place_of(connection, self._scopes, self.connector_of)

    def _fitted(
        self,
        found: Connection,
        values: Mapping[str, Any],
        secrets: Secrets,
        typed: Mapping[str, Any],
    ) -> Fitted:
        """Return those of the changes that hang together, checked.

        `typed` are those that a person gave, without what a version adds to them.
        """
        version = values.get("api_version", found.api_version)
        raw = self._catalogue.document(found.connector_id)
        whole = every_sign_in(replace(found, api_version=version), raw)
        fitted: dict[str, Any] = {}
        option = found.auth_option
        if "auth_option" in values:
            option = fitted["auth_option"] = chosen_sign_in(
                whole, values["auth_option"]
            )
        connector = whole.signing_in(option)
        fitted |= placed(found, connector, values, typed)
        usual = next(iter(whole.sign_ins))
        another = (option or usual) != (found.auth_option or usual)
        if not secrets and not another:
            return Fitted(fitted)
        if not secrets and self._falls(found, connector):
            return Fitted(fitted, falls=True)
        kept = {} if another else self._own_of(found)
        kept = fitting_secrets(kept, connector)  # a version may ask for less
        require_secrets(connector, joined(connector, kept, secrets))
        refuse_malformed(connector, secrets)

        def changed(now: Secrets) -> Secrets:  # a token may come at the same time
            before = {} if another else now
            return with_former(connector, before, joined(connector, before, secrets))

        moved = fitted.get("config", found.config) != found.config
        elsewhere = another or moved or version != found.api_version
        return Fitted(fitted, changed, elsewhere)

    def _change_over(
        self, found: Connection, values: dict[str, Any], raw: bytes, secrets: Secrets
    ) -> Connection:
        """Let a connection use another API version; all is checked before."""
        project, key = found.project, found.key
        with told_with_version(found, values["api_version"]):
            change = weigh_version(found, values, raw)
            shared = found.credential_ref is None and not secrets
            falls = shared and self._falls(found, change.connector)
            if (change.other_fields or secrets) and not falls:
                kept = fitting_secrets(self._own_of(found), change.connector)
                require_secrets(change.connector, {**kept, **secrets})
            self._connections.refuse_running(project, key)
            fit = self._fitted(found, change.values, secrets, values)

        def commit(more: Mapping[str, Any]) -> Connection:
            changes = {**change.values, **more}
            return self._connections.change_over(
                project, key, changes, anew=change.anew, why=change.why
            )

        return self._own_secrets.write(found, fit, commit)

    def _falls(self, connection: Connection, connector: Connector) -> bool:
        """Tell whether a shared credential fits a connection that has none itself."""
        return fitting(self._scopes.list(), connection.project, connector) is not None

    def _own_of(self, connection: Connection) -> Secrets:
        """Return the secrets that a connection has to itself, if any are left."""
        if connection.credential_ref is None:
            return {}
        try:
            return self.secrets_of(connection)
        except MissingSecret:  # they were lost, or lived in memory only
            return {}

    def _own(self, connector_id: str) -> bool:
        cards = self._catalogue.cards()
        return any(c.id == connector_id and c.origin == "project" for c in cards)

    def _save(self, connector: Connector, document: bytes) -> Connector:
        provider = connector.provider or connector.id
        self._catalogue.save(provider, connector.id, document)
        return connector


def _valid(catalogue: Catalogue, connector_id: str) -> Connector | None:
    try:
        return read_descriptor(catalogue.document(connector_id))
    except (DescriptorError, StoreError):
        return None
