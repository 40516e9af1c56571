"""The signature of a stored delivery: as it was found, and judged again today.

The call is put together from what is stored and verified with the secrets that the
vault holds now, as of the moment when it came. What our secrets make of it would be
accepted by whoever verifies: it leaves only by `computed`, after a fresh unlock.
"""

from datetime import UTC, datetime
from typing import Final, NamedTuple

from msgspec import structs
from pydantic import SecretStr

from ferrule.auth import Secrets, WebhookSecretConfig
from ferrule.auth.kind import main_field
from ferrule.auth.webhook_secret import KeyedHeader, PrefixedHeader
from ferrule.clock import Clock, SystemClock
from ferrule.credentials.succession import (
    candidate,
    current,
    previous,
    replaced,
    succession_of,
)
from ferrule.descriptor.model import Connector
from ferrule.descriptor.signing import signing_of, webhook_of
from ferrule.errors import CredentialError, FerruleError, NotFound
from ferrule.redaction import MASK
from ferrule.store.delivery_records import Delivery, DeliveryContent
from ferrule.webhook.incoming import Incoming
from ferrule.webhook.signature import Scheme, Verdict, compile_scheme
from ferrule.workspace.delivery_facts import Judged, SignatureFacts, Which
from ferrule.workspace.workspace import Workspace

_WORDS: Final = {
    "hmac-sha256": "HMAC-SHA-256",
    "hmac-sha1": "HMAC-SHA-1",
    "hmac-sha512": "HMAC-SHA-512",
    "ed25519": "Ed25519",
    "ecdsa-p256-sha256": "ECDSA P-256, SHA-256",
    "token": "a token",
}
_SHORTENED: Final = "Only the beginning of its body was kept, as of every refused call."
_TOKEN: Final = "The token that came is not kept, only whether it was right."  # noqa: S105  a sentence
_MASKED: Final = "It held a secret where it was signed, and that is not kept."


class _Held(NamedTuple):
    """The secrets that a call may be signed by, with what each of them is.

    `former` is one that counts no more; `since` and `until` as in `SignatureFacts`.
    """

    which: tuple[Which, ...]
    secrets: tuple[SecretStr, ...]
    former: SecretStr | None = None
    since: str = ""
    until: str = ""


def signature_facts(
    workspace: Workspace,
    delivery: Delivery,
    content: DeliveryContent,
    clock: Clock | None = None,
) -> SignatureFacts:
    """Return how a delivery was verified, and what comes of it with today's secrets."""
    found = Judged(delivery.verdict, delivery.reason, delivery.error or "")
    try:
        connector = _connector(workspace, delivery)
        signing = signing_of(connector)
        if signing is None:
            return SignatureFacts(found)
        facts = _described(found, signing)
        held = _held(_kept(workspace, delivery), signing, clock or SystemClock())
        verdict = _judged(signing, delivery, content, held.secrets)
        is_former = _is_former(verdict, held, (signing, delivery, content))
    except FerruleError as error:
        return SignatureFacts(found, unable=error.message)
    facts = _again(facts, verdict, held, signing, content)
    if is_former and facts.again is not None:
        return structs.replace(facts, fits="replaced")
    return facts


def computed(
    workspace: Workspace,
    number: int,
    passphrase: str | None = None,
    clock: Clock | None = None,
) -> SecretStr:
    """Return the signature that our current secret makes of a delivery.

    Raises:
        VaultLocked: when the passphrase is missing or wrong.
        CredentialError: when nothing can be computed of it.
        NotFound: when the delivery or its connection is gone.
    """
    project = workspace.project.key
    delivery = workspace.deliveries.get(project, number)
    content = workspace.deliveries.content(project, number)
    signing = signing_of(_connector(workspace, delivery))
    workspace.vault.prove(None if passphrase is None else SecretStr(passphrase))
    if signing is None:
        raise CredentialError("Its calls are not signed.")
    held = _held(_kept(workspace, delivery), signing, clock or SystemClock())
    verdict = _judged(signing, delivery, content, held.secrets)
    if not verdict.computed:
        raise CredentialError(
            "Our secret makes no signature of this call.",
            advice="A token or a public key verifies and computes nothing.",
        )
    return SecretStr(verdict.computed[0])


def _connector(workspace: Workspace, delivery: Delivery) -> Connector:
    connection = workspace.connections.get(delivery.project, delivery.connection)
    connector = workspace.registry.connector_of(connection)
    if webhook_of(connector) is None:
        raise NotFound(f"{connector.id} is not called any more.")
    return connector


def _kept(workspace: Workspace, delivery: Delivery) -> Secrets:
    connection = workspace.connections.get(delivery.project, delivery.connection)
    return workspace.registry.kept_of(connection)


def _held(kept: Secrets, signing: WebhookSecretConfig, clock: Clock) -> _Held:
    field, now = main_field(signing.credential_fields), clock.now()
    sets: tuple[tuple[Which, Secrets | None], ...] = (
        ("current", current(kept)),
        ("next", candidate(kept)),
        ("previous", previous(kept, now)),
    )
    found: dict[str, tuple[Which, SecretStr]] = {}
    for which, values in sets:
        secret = values.get(field) if values is not None else None
        if secret is not None and secret.get_secret_value():
            found.setdefault(secret.get_secret_value(), (which, secret))
    pairs = found.values()
    former, beside = replaced(kept, now), succession_of(kept)
    return _Held(
        tuple(one for one, _ in pairs),
        tuple(one for _, one in pairs),
        former.get(field) if former is not None else None,
        beside.replaced_at,
        beside.expires_at if previous(kept, now) is not None else "",
    )


def _is_former(
    verdict: Verdict,
    held: _Held,
    call: tuple[WebhookSecretConfig, Delivery, DeliveryContent],
) -> bool:
    """Tell whether a secret made the signature that was replaced and counts no more."""
    if held.former is None or verdict.secret is not None:
        return False
    return _judged(*call, (held.former,)).secret is not None


def _judged(
    signing: WebhookSecretConfig,
    delivery: Delivery,
    content: DeliveryContent,
    secrets: tuple[SecretStr, ...],
) -> Verdict:
    at = datetime.fromisoformat(delivery.received_at).astimezone(UTC)
    incoming = Incoming(
        delivery.method, delivery.url, content.headers, content.body, at
    )
    scheme: Scheme = compile_scheme(signing)
    return scheme.verify(incoming, secrets, at)


def _described(came: Judged, signing: WebhookSecretConfig) -> SignatureFacts:
    algorithm = _WORDS.get(signing.known_algorithm, signing.known_algorithm)
    encoded = f"{algorithm}, {signing.encoding}" if signing.encoding else algorithm
    fields = {one.key: one.label for one in signing.credential_fields}
    field = main_field(signing.credential_fields)
    return SignatureFacts(
        came,
        algorithm=encoded,
        form=_form(signing),
        covered=signing.signed_payload or "{body}",
        field=fields.get(field, field),
        tolerance=signing.timestamp.tolerance_seconds if signing.timestamp else None,
    )


def _form(signing: WebhookSecretConfig) -> str:
    """Return where the signature stands and in what shape, for a person."""
    names, form = " or ".join(signing.signature_places), signing.header
    shown = "<token>" if signing.known_algorithm == "token" else "<signature>"
    if isinstance(form, KeyedHeader):
        return f"{names}: {form.signature_key}{form.assign}{shown}"
    if isinstance(form, PrefixedHeader):
        return f"{names}: {form.prefix}{shown}"
    return f"{names}: {shown}"


def _again(
    facts: SignatureFacts,
    verdict: Verdict,
    held: _Held,
    signing: WebhookSecretConfig,
    content: DeliveryContent,
) -> SignatureFacts:
    """Return the facts with what today's secrets say, where that can be told."""
    unable = _unable(verdict, signing, content)
    if unable:
        return structs.replace(facts, unable=unable, there=held.which)
    fits = held.which[verdict.secret] if verdict.secret is not None else None
    return structs.replace(
        facts,
        again=Judged(verdict.state, verdict.reason, verdict.message),
        received=verdict.received,
        fits=fits,
        there=held.which,
        has_computed=bool(verdict.computed),
        replaced_at=held.since,
        former_until=held.until,
    )


def _unable(
    verdict: Verdict, signing: WebhookSecretConfig, content: DeliveryContent
) -> str:
    if signing.known_algorithm == "token":
        return _TOKEN
    if content.shortened:
        return _SHORTENED
    masked = any(MASK in one for one in verdict.received)
    differs = content.canonical is not None and verdict.canonical != content.canonical
    return _MASKED if masked or differs else ""
