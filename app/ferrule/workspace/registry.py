"""The registry of connectors and connections (seed 001, section 5.2).

Its eleven operations, with our word for the seed's "instance". A descriptor in use
cannot be deleted; a connection's secrets live in the vault and go with it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ferrule.auth import Secrets
from ferrule.auth.token import TOKENS, tokens_of
from ferrule.credentials import Ref, Vault
from ferrule.credentials.succession import current
from ferrule.credentials.vault import missing
from ferrule.descriptor.config import read_config
from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.hosts import check_host_parts
from ferrule.descriptor.model import Connector
from ferrule.errors import DescriptorError, MissingSecret, StoreError, UsageError
from ferrule.store import Connection, Connections, Removed
from ferrule.workspace.catalogue import Catalogue


class Registry:
    """Descriptors of a project's catalogue and the connections made from them."""

    def __init__(
        self, catalogue: Catalogue, connections: Connections, vault: Vault
    ) -> None:
        self._catalogue = catalogue
        self._connections = connections
        self._vault = vault

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
        """Return a connection's connector with the sign-in that was chosen for it.

        Raises:
            NotFound: when the catalogue has it no longer.
            UsageError: when the connector has that sign-in no longer.
        """
        found = self.get_descriptor(connection.connector_id)
        try:
            return found.signing_in(connection.auth_option)
        except UsageError as error:
            key = connection.key
            raise UsageError(
                f"“{key}” signs in by “{connection.auth_option}”, and {found.name} "
                "does not know that any more.",
                advice=f"{error.advice} Then: ferrule connections method {key} NAME.",
            ) from None

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
        self, connection: Connection, secrets: Secrets | None = None
    ) -> Connection:
        """Add a connection, its configuration checked, its secrets sealed first.

        Raises:
            UsageError: for a configuration that does not fit, or a key in use.
            KeychainUnavailable: when there is no place that can keep the secrets.
        """
        whole = self.get_descriptor(connection.connector_id)
        connector = whole.signing_in(connection.auth_option)
        config = read_config(connector, connection.config)
        check_host_parts(connector, config)
        require_secrets(connector, secrets or {})
        ref = Ref(connection.project, connection.key)
        made = replace(
            connection,
            version=connector.version,
            provider=connector.provider or connector.id,
            config=config,
            credential_ref=str(ref) if secrets else None,
            auth_option=_chosen(whole, connection.auth_option),
        )
        stored = self._connections.create(made)
        try:
            if secrets:
                self._vault.put(ref, secrets, must_store=self._vault.state.can_store)
        except Exception:
            self._connections.delete(made.project, made.key)
            raise
        return stored

    def update_connection(
        self,
        project: str,
        key: str,
        changes: Mapping[str, Any],
        secrets: Secrets | None = None,
    ) -> Connection:
        """Change attributes of a connection, and those secrets that are given.

        Raises:
            UsageError: for a value or a secret that does not fit; nothing is changed.
        """
        found = self._connections.get(project, key)
        values = dict(changes)
        if secrets or {"config", "auth_option"} & values.keys():
            values |= self._fitted(found, values, secrets or {})
        return self._connections.update(project, key, **values)

    def delete_connection(self, project: str, key: str) -> Removed:
        """Delete a connection with its signals, runs and secrets; say what went.

        The secrets go first: should that fail, nothing is lost from sight.

        Raises:
            VaultLocked: when its secrets cannot be deleted; nothing was.
        """
        ref = own_ref(self._connections.get(project, key))
        if ref is not None:
            self._vault.delete(ref)
        return self._connections.delete(project, key)

    def enable_connection(self, project: str, key: str, *, enabled: bool) -> Connection:
        """Enable or disable a connection."""
        return self._connections.enable(project, key, enabled=enabled)

    def secrets_of(self, connection: Connection) -> Secrets:
        """Return a connection's secrets; none for one that needs none.

        Raises:
            MissingSecret: when they are lost, or belong to another project.
            VaultLocked: when the vault does not open.
        """
        if connection.credential_ref is None:
            return {}
        ref = own_ref(connection)
        if ref is None:
            raise missing(Ref(connection.project, connection.key))
        return current(self._vault.get(ref))

    def _fitted(
        self, found: Connection, values: Mapping[str, Any], secrets: Secrets
    ) -> dict[str, Any]:
        """Return those of the changes that hang together, checked; seal the secrets."""
        whole = self.get_descriptor(found.connector_id)
        fitted: dict[str, Any] = {}
        option = found.auth_option
        if "auth_option" in values:
            option = fitted["auth_option"] = _chosen(whole, values["auth_option"])
        connector = whole.signing_in(option)
        if "config" in values:
            fitted["config"] = read_config(connector, values["config"])
            check_host_parts(connector, fitted["config"])
        usual = next(iter(whole.sign_ins))
        another = (option or usual) != (found.auth_option or usual)
        if secrets or another:
            kept = {} if another else self._known_secrets(found)
            require_secrets(connector, _joined(connector, kept, secrets))
            ref = Ref(found.project, found.key)

            def changed(now: Secrets) -> Secrets:  # a token may come at the same time
                return _joined(connector, {} if another else now, secrets)

            self._vault.update(ref, changed)
            fitted["credential_ref"] = str(ref)
        return fitted

    def _known_secrets(self, connection: Connection) -> Secrets:
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


def own_ref(connection: Connection) -> Ref | None:
    """Return where a connection's secrets are; None where it may not have them.

    No project reads, changes or deletes the secrets of another.
    """
    if connection.credential_ref is None:
        return None
    ref = Ref.parse(connection.credential_ref)
    return ref if ref.project == connection.project else None


def _valid(catalogue: Catalogue, connector_id: str) -> Connector | None:
    try:
        return read_descriptor(catalogue.document(connector_id))
    except (DescriptorError, StoreError):
        return None


def _chosen(connector: Connector, name: str | None) -> str | None:
    """Return the name of the chosen sign-in; None where there is but one.

    Raises:
        UsageError: when there is none of that name.
    """
    chosen = connector.sign_in_name(name)
    return chosen if len(connector.sign_ins) > 1 else None


def _joined(connector: Connector, kept: Secrets, given: Secrets) -> Secrets:
    """Return kept and given secrets together.

    A token that was had with another credential goes, where it can be had again without
    a person; else it is tried again, though the service took it no longer.
    """
    joined = {**kept, **given}
    changed = any(joined[key] != kept.get(key) for key in joined)
    same_token = TOKENS in kept and joined.get(TOKENS) == kept[TOKENS]
    if changed and same_token and not connector.sign_in.interactive:
        del joined[TOKENS]
    tokens = tokens_of(joined)
    if changed and same_token and tokens is not None and tokens.refused:
        joined[TOKENS] = replace(tokens, refused=False).dump()
    return joined


def require_secrets(connector: Connector, secrets: Secrets) -> None:
    """Refuse a set of secrets that lacks a required field or holds an unknown one.

    Raises:
        MissingSecret: naming the field.
        UsageError: for a field that the connector does not have.
    """
    fields = {field.key: field for field in connector.auth.credential_fields}
    for key in secrets:
        if key not in fields and key != TOKENS:
            known = ", ".join(fields) or "none"
            raise UsageError(
                f"“{key}” is not a credential field of {connector.id}.",
                advice=f"It has: {known}.",
            )
    for key, field in fields.items():
        if field.required and key not in secrets:
            raise MissingSecret(
                f"“{field.label}” ({key}) is required to sign in.",
                advice=f"Give it as --secret {key}=@env:NAME.",
            )
