"""Where events go: a file of JSON lines, an endpoint that is called, a queue of pgmq.

Each hands one event over or raises; whoever sends tries again. An endpoint and a queue
get an event's id beside it, so that what comes twice is told.
"""

import importlib
import importlib.util
import os
import re
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import SecretStr

from ferrule.clock import Clock, SystemClock
from ferrule.errors import MissingSecret, StoreError, UnexpectedStatus, UsageError
from ferrule.exchange import Request, encode
from ferrule.redaction import live
from ferrule.store.outbound import OutboundEvent
from ferrule.webhook.signature.standard import ID_HEADER, standard_headers
from ferrule.workspace.outbound_sending import Sink
from ferrule.workspace.project import Project
from ferrule.workspace.routing import FileSink, HttpSink, QueueSink, SinkPart

if TYPE_CHECKING:  # it brings the network
    from ferrule.transport import Client

TIMEOUT_MS: Final = 10_000
_ORIGIN: Final = "://"
_NUL: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


class JsonLines:
    """A file of JSON lines, one an event, with its id."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, event: OutboundEvent) -> None:
        """Add a line; it is on the disk when this returns.

        What an earlier attempt wrote of one (a full disk) stays a line of its own.

        Raises:
            StoreError: when it cannot be written.
        """
        line = encode({"id": event.event_id, **event.message}) + b"\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with open(self._path, "a+b", opener=_private) as out:
                out.write(line if _ends_with_line(out) else b"\n" + line)
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise StoreError(
                f"{self._path} cannot be written: {error.strerror}."
            ) from None

    def close(self) -> None:
        """Nothing is open."""


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _ends_with_line(file: BinaryIO) -> bool:
    size = file.seek(0, os.SEEK_END)
    if size == 0:
        return True
    file.seek(size - 1)
    return file.read(1) == b"\n"


class Endpoint:
    """An endpoint, called over https, signed by Standard Webhooks."""

    def __init__(self, url: str, secret: SecretStr, clock: Clock | None = None) -> None:
        self._url = url
        self._secret = secret
        self._clock = clock or SystemClock()
        self._client: Client | None = None
        live.add(secret)

    def send(self, event: OutboundEvent) -> None:
        """Call it; any 2xx says that the event was taken.

        Raises:
            UnexpectedStatus: for another answer; redirects are not followed.
            ExchangeError: when nobody answers there, or it is not to be called.
        """
        body = encode(event.message)
        now = self._clock.now()
        signed = standard_headers(body, event.event_id, self._secret, now)
        request = Request(
            "POST",
            self._url,
            headers=(("Content-Type", "application/json"), *signed),
            body=body.decode(),
            body_type="text",
            timeout_ms=TIMEOUT_MS,
        )
        status = self._opened().exchange(request).status
        if not 200 <= status < 300:  # noqa: PLR2004  RFC 9110, 15.3
            raise UnexpectedStatus(
                f"The endpoint answered {status}.",
                method="POST",
                url=live.url(self._url),
                status=status,
            )

    def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            self._client.close()

    def _opened(self) -> "Client":
        if self._client is None:
            from ferrule.transport import Client, HostPolicy

            parts = urlsplit(self._url)
            origin = f"{parts.scheme}{_ORIGIN}{parts.netloc}"
            self._client = Client(HostPolicy(confirmed=frozenset({origin})))
        return self._client


class _Database(Protocol):
    """What a queue needs of a connection to PostgreSQL."""

    def run(self, sql: str, **values: str) -> object:
        """Run a statement and commit it."""

    def close(self) -> None:
        """Give the connection back."""


class Queue:
    """A queue of pgmq: the table `pgmq.q_<name>`, made where it is not there."""

    def __init__(self, dsn: SecretStr, queue: str) -> None:
        self._dsn = dsn
        self._table = f"pgmq.q_{queue}"
        self._turn = threading.Lock()
        self._driver = importlib.import_module("pg8000.native")  # has no types
        self._db: _Database | None = None
        live.add(dsn)

    def send(self, event: OutboundEvent) -> None:
        """Put a message into the queue, unless one of that id waits there.

        Raises:
            StoreError: when the database does not take it.
        """
        with self._turn:
            try:
                self._opened().run(
                    f"INSERT INTO {self._table} (vt, message, headers)"  # noqa: S608  a checked name
                    " SELECT clock_timestamp(), CAST(:message AS jsonb),"
                    " CAST(:headers AS jsonb) WHERE NOT EXISTS (SELECT 1 FROM"
                    f" {self._table} WHERE headers->>'{ID_HEADER}' = :id)",
                    message=_without_nul(encode(event.message).decode()),
                    headers=encode({ID_HEADER: event.event_id}).decode(),
                    id=event.event_id,
                )
            except (self._driver.Error, OSError) as error:
                self._forget()
                told = live.text(str(error))
                raise StoreError(f"The queue does not take it: {told}.") from None

    def close(self) -> None:
        """Give the connection back."""
        with self._turn:
            self._forget()

    def _forget(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            with suppress(self._driver.Error, OSError):  # it was broken already
                db.close()

    def _opened(self) -> "_Database":
        if self._db is None:
            made: _Database = self._driver.Connection(**_connection(self._dsn))
            self._db = made
            made.run("CREATE SCHEMA IF NOT EXISTS pgmq")
            made.run(
                f"CREATE TABLE IF NOT EXISTS {self._table} (msg_id BIGINT PRIMARY KEY"
                " GENERATED ALWAYS AS IDENTITY, read_ct INT DEFAULT 0 NOT NULL,"
                " enqueued_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,"
                " vt TIMESTAMP WITH TIME ZONE NOT NULL, message JSONB, headers JSONB)"
            )
        return self._db


def _without_nul(text: str) -> str:
    """Return JSON text that jsonb takes, which has no NUL: U+FFFD stands for one."""
    return _NUL.sub(r"\1\\ufffd", text)


def sinks_of(
    parts: Mapping[str, SinkPart], project: Project, clock: Clock | None = None
) -> dict[str, Sink]:
    """Return a project's sinks; nothing is opened yet.

    Raises:
        MissingSecret: when a variable that a sink names is not set.
        UsageError: when a queue's driver is not installed.
    """
    return {name: _sink(part, project, clock) for name, part in parts.items()}


def _sink(part: SinkPart, project: Project, clock: Clock | None) -> Sink:
    if isinstance(part, FileSink):
        return JsonLines(project.folder / part.path)
    if isinstance(part, HttpSink):
        return Endpoint(part.url, _variable(part.secret_env, part.name), clock)
    return _queue(part)


def _queue(part: QueueSink) -> Sink:
    if importlib.util.find_spec("pg8000") is None:
        raise UsageError(
            f"The sink “{part.name}” needs PostgreSQL's driver.",
            advice="Install it with: pip install 'ferrule[server]'",
        )
    return Queue(_variable(part.dsn_env, part.name), part.queue)


def _variable(name: str, sink: str) -> SecretStr:
    value = os.environ.get(name, "")
    if not value:
        raise MissingSecret(
            f"The sink “{sink}” takes its secret from {name}, which is not set.",
            advice=f"Set {name} where the gateway is started.",
        )
    return SecretStr(value)


def _connection(dsn: SecretStr) -> dict[str, Any]:
    """Return what pg8000 connects by, of a `postgresql://` URL.

    Raises:
        StoreError: for a URL of another kind.
    """
    parts = urlsplit(dsn.get_secret_value())
    if parts.scheme not in {"postgresql", "postgres"}:
        raise StoreError("The queue's database is not given as postgresql://….")
    found: dict[str, Any] = {
        "user": unquote(parts.username or "postgres"),
        "database": unquote(parts.path.lstrip("/")) or None,
        "password": unquote(parts.password) if parts.password else None,
        "timeout": TIMEOUT_MS / 1000,
    }
    folder = dict(parse_qsl(parts.query)).get("host")
    if folder is not None:  # libpq's way to name a socket
        return found | {"unix_sock": f"{folder}/.s.PGSQL.{parts.port or 5432}"}
    return found | {"host": parts.hostname or "localhost", "port": parts.port or 5432}
