"""An authority of the tests' own, and what it signs: in time or out of it."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

BEGINS = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
ENDS = dt.datetime(2080, 1, 1, tzinfo=dt.UTC)
PAST = dt.datetime(2021, 2, 3, tzinfo=dt.UTC)
FUTURE = dt.datetime(2070, 5, 6, tzinfo=dt.UTC)


class TlsAuthority:
    """Signs certificates; `path` is its own, for whoever is to trust it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("Authority of the tests")
        authority = x509.BasicConstraints(ca=True, path_length=None)
        made = self._builder(self._name, BEGINS, ENDS).public_key(
            self._key.public_key()
        )
        made = made.add_extension(authority, critical=True)
        self.path = folder / "authority.pem"
        self.path.write_bytes(_pem(made.sign(self._key, hashes.SHA256())))

    def server(
        self,
        *names: str,
        begins: dt.datetime = BEGINS,
        ends: dt.datetime = ENDS,
    ) -> ssl.SSLContext:
        """Return a server's context with a certificate for these names."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._builder(_named("service"), begins, ends)
        made = made.public_key(key.public_key()).add_extension(
            x509.SubjectAlternativeName(_general(names)), critical=False
        )
        chain = self._folder / f"{x509.random_serial_number()}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        chain.write_bytes(_pem(made.sign(self._key, hashes.SHA256())) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context

    def _builder(
        self, subject: x509.Name, begins: dt.datetime, ends: dt.datetime
    ) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name)
        made = made.serial_number(x509.random_serial_number())
        return made.not_valid_before(begins).not_valid_after(ends)


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general(names: Sequence[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = []
    for name in names:
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            found.append(x509.DNSName(name))
    return found


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


class TlsPort:
    """A port that shakes hands and says nothing; a context manager.

    Where the handshake fails it waits for the other end to hang up, so that the alert
    arrives; unless it is `hasty`.
    """

    def __init__(self, context: ssl.SSLContext, *, hasty: bool = False) -> None:
        self._context = context
        self._hasty = hasty

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._listener.close()

    @property
    def origin(self) -> str:
        """The address without a path."""
        return f"https://127.0.0.1:{self.port}"

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                self._shake(self._listener.accept()[0])

    def _shake(self, sock: socket.socket) -> None:
        sock.settimeout(5)
        wrapped = self._context.wrap_socket(
            sock, server_side=True, do_handshake_on_connect=False
        )
        with wrapped, suppress(OSError):
            try:
                wrapped.do_handshake()
            finally:
                while not self._hasty and socket.socket.recv(wrapped, 4_096):
                    pass
