"""Deliveries once more: replayed as they were or edited, signed anew, or copied.

A replay is a delivery of its own that names the one it repeats; it is not compared
with others, so it is never a duplicate. What came of a dead letter's replay settles the
dead letter too. A call that was refused is not replayed: nobody knows who made it.
"""

import shlex
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from ferrule.auth.kind import main_field
from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.credentials.succession import current
from ferrule.descriptor.signing import signing_of, webhook_of
from ferrule.errors import MissingSecret, StoreError, UsageError
from ferrule.exchange import Pairs, Request, Response
from ferrule.redaction import MASK
from ferrule.store import Delivery, DeliveryContent, NewDelivery, Settled, Taken
from ferrule.store.deliveries import Deliveries
from ferrule.webhook.gateway.worker import Mapper
from ferrule.webhook.incoming import Incoming
from ferrule.webhook.mapping import call_of
from ferrule.webhook.sample import renamed
from ferrule.webhook.signature import compile_scheme
from ferrule.workspace.delivering import Delivering
from ferrule.workspace.operations.delivery_lines import delivery_lines
from ferrule.workspace.outbound import Outbox
from ferrule.workspace.routing import read_routing
from ferrule.workspace.workspace import Workspace

HOP: Final = frozenset(
    {
        *("host", "connection", "content-length", "transfer-encoding", "expect"),
        *("accept-encoding", "keep-alive", "te", "upgrade", "content-encoding"),
    }
)
"""Headers of one hop (RFC 9110, section 7.6.1), and those that a client sets itself."""
_TIMEOUT_MS: Final = 10_000


class Weighed(msgspec.Struct, frozen=True):
    """What replaying would do: how many by standing and by effect, and of each."""

    by_status: Mapping[str, int]
    counts: Mapping[str, int]
    each: Sequence[tuple[int, Settled]] = ()


def taken_of(workspace: Workspace, number: int) -> Taken:
    """Return a delivery with its content.

    Raises:
        NotFound: when the project has none of that number.
        StoreError: when only the beginning of its body was kept.
    """
    project = workspace.project.key
    found = workspace.deliveries.get(project, number)
    content = workspace.deliveries.content(project, number)
    if content.shortened:
        raise StoreError(f"Only the beginning of delivery {number} was kept.")
    return Taken(found, content)


def replay(
    workspace: Workspace,
    number: int,
    *,
    body: bytes | None = None,
    clock: Clock | None = None,
) -> int:
    """Let a delivery come once more, and return the number of the new one.

    It has the same bytes, or those of `body`; edited, it counts as not signed. It
    waits to be mapped: see `map_waiting`.

    Raises:
        NotFound: when the project has none of that number.
        UsageError: for a call that was refused.
    """
    taken = taken_of(workspace, number)
    _refuse_unknown(taken.delivery)
    again = _again(taken, body, clock or SystemClock())
    (kept,) = workspace.deliveries.keep([again])
    if kept is None:
        raise StoreError(f"The connection “{taken.delivery.connection}” is gone.")
    new = workspace.deliveries.get(workspace.project.key, kept.id)
    delivery_lines(workspace).replayed(taken.delivery, new)
    return kept.id


def map_waiting(workspace: Workspace, clock: Clock | None = None) -> int:
    """Map what waits in the project, here and now; return how many were settled.

    A gateway that runs may take them first: each is mapped once.
    """
    only = workspace.project.key
    deliveries = Deliveries(workspace.database, clock, only=only)
    outbox = Outbox(read_routing(workspace.project), clock)
    map_delivery = Delivering(workspace, outbox=outbox, clock=clock)
    lines = delivery_lines(workspace)
    return Mapper(
        *(deliveries, map_delivery),
        name="replay",
        told=lines.settled,
        put_off=lines.put_off,
    ).work_off()


def weigh(workspace: Workspace, numbers: Sequence[int]) -> Weighed:
    """Return what replaying deliveries would do, each on what is stored now.

    Nothing is written. What one of them would change for the next is not seen.

    Raises:
        NotFound: when the project has none of such a number.
    """
    mapping = Delivering(workspace)
    each = []
    statuses: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for number in numbers:
        settled = mapping.weigh(taken_of(workspace, number))
        each.append((number, settled))
        statuses[settled.status] += 1
        for name, many in settled.outcome.items():
            if isinstance(many, int):
                counts[name] += many
    return Weighed(dict(statuses), dict(counts), tuple(each))


def resigned(
    workspace: Workspace,
    number: int,
    *,
    body: bytes | None = None,
    clock: Clock | None = None,
) -> Incoming:
    """Return a delivery's call with a signature and a time of now, to be sent.

    Where its service gives calls a name it gets another: the first one's would make it
    a duplicate. It holds a token where the connection is called with one.

    Raises:
        NotFound: when the project has none of that number.
        UsageError: when the connection's calls are not signed.
        MissingSecret: when the connection has no secret.
    """
    taken = taken_of(workspace, number)
    call = call_of(taken).incoming
    if body is not None:
        call = msgspec.structs.replace(call, body=body)
    return signed(workspace, taken.delivery.connection, call, clock=clock)


def signed(
    workspace: Workspace,
    key: str,
    call: Incoming,
    *,
    must_sign: bool = True,
    clock: Clock | None = None,
) -> Incoming:
    """Return a call of a connection under another name, signed as its service does.

    Raises:
        UsageError: when the connection's calls are not signed, if they must be.
        MissingSecret: when the connection has no secret.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    connector = workspace.registry.connector_of(connection)
    webhook, signing = webhook_of(connector), signing_of(connector)
    if webhook is not None:
        call = renamed(call, webhook, signing, str(uuid.uuid4()))
    if signing is None:
        if not must_sign:
            return call
        raise UsageError(
            f"The calls of “{key}” are not signed.", advice="Send it as it is."
        )
    field = main_field(signing.credential_fields)
    secret = current(workspace.registry.kept_of(connection)).get(field)
    if secret is None:
        raise MissingSecret(
            f"“{key}” has no {field} to sign by.",
            advice=f"Give it: ferrule reconnect {key} --secret {field}=@env:NAME",
        )
    return compile_scheme(signing).sign(call, secret, (clock or SystemClock()).now())


def send(call: Incoming, origin: str, path: str) -> Response:
    """Send a call to a gateway that runs and return its answer.

    Raises:
        StoreError: when its body is not text: such a call is only replayed.
        ExchangeError: when nobody answers there.
    """
    from ferrule.transport import Client, HostPolicy

    try:
        text = call.body.decode()
    except UnicodeDecodeError:
        raise StoreError(
            "The body is not text: it can be replayed, not sent."
        ) from None
    _, question, query = call.url.partition("?")
    headers = tuple(pair for pair in call.headers if pair[0].lower() not in HOP)
    request = Request(
        call.method,
        f"{origin.rstrip('/')}{path}{question}{query}",
        headers=headers,
        body=text,
        body_type="text",
        timeout_ms=_TIMEOUT_MS,
    )
    policy = HostPolicy(confirmed=frozenset({origin.rstrip("/")}))
    with Client(policy) as client:
        return client.exchange(request)


def curl(delivery: Delivery, content: DeliveryContent) -> str:
    """Return a delivery as one command for a POSIX shell, to the byte."""
    return curl_of(delivery.method, delivery.url, content.headers, content.body)


def curl_of(method: str, url: str, headers: Pairs, body: bytes) -> str:
    """Return a call as one command for a POSIX shell, to the byte.

    What was masked is a variable of the shell: it is kept nowhere.
    """
    words = ["curl", "-X", shlex.quote(method), _masked(url, "URL")]
    shown = [pair for pair in headers if pair[0].lower() not in HOP]
    for name, value in shown:
        text = f"{name}: {value}" if value else f"{name};"  # curl drops "Name:"
        words += ["-H", _masked(text, name)]
    if not body:
        return " ".join(words)
    if all(name.lower() != "content-type" for name, _ in shown):
        words += ["-H", "'Content-Type:'"]  # else curl says it is a form
    if _is_plain(body):
        words += ["--data-raw", shlex.quote(body.decode())]
        return " ".join(words)
    octal = "".join(f"\\{byte:03o}" for byte in body)
    return f"printf '%b' '{_for_b(octal)}' | {' '.join(words)} --data-binary @-"


def _for_b(octal: str) -> str:
    r"""Return octal escapes as `%b` reads them: `\0ddd` (POSIX, printf)."""
    return octal.replace("\\", "\\0")


def _is_plain(body: bytes) -> bool:
    try:
        return "\0" not in body.decode()
    except UnicodeDecodeError:
        return False


def _masked(text: str, name: str) -> str:
    variable = "".join(c if c.isalnum() else "_" for c in name.upper()) or "SECRET"
    if not variable.isascii() or variable[0].isdigit():
        variable = "SECRET"
    parts = text.split(MASK)
    return f'"${variable}"'.join(shlex.quote(one) if one else "" for one in parts)


def _refuse_unknown(delivery: Delivery) -> None:
    if delivery.status == "refused":
        raise UsageError(
            f"Delivery {delivery.id} was refused: nobody knows who made it.",
            advice=f"If it is yours: ferrule webhook resign {delivery.id}",
        )


def _again(taken: Taken, body: bytes | None, clock: Clock) -> NewDelivery:
    this, content = taken.delivery, taken.content
    is_edited = body is not None and body != content.body
    return NewDelivery(
        project=this.project,
        connection=this.connection,
        connector_id=this.connector_id,
        received_at=rfc3339(clock.now()),
        method=this.method,
        url=this.url,
        headers=content.headers,
        body=content.body if body is None else body,
        verdict="unsigned" if is_edited else this.verdict,
        reason="edited" if is_edited else this.reason,
        correlation_id=uuid.uuid4().hex,
        event_type=this.event_type,
        delivery_id=this.delivery_id,
        canonical=None if is_edited else content.canonical,
        replay_of=this.id,
    )
