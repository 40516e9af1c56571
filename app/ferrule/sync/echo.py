"""What services repeat: a secret that was sent comes back in a link or in a record.

Whatever a run keeps (page tokens, marks, items) goes through here first, so that no
secret reaches the store, a state file or the screen. Only fields that are declared
secret and hold at least eight characters are looked for in records: a user name or a
word of every day would mask what is no secret at all.
"""

import re
import threading
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import parse_qsl, quote_plus

from ferrule.auth import AuthKind, Secrets
from ferrule.auth.token import TOKENS, tokens_of
from ferrule.errors import SyncError, UnreadableResponse
from ferrule.exchange import Json, Response, encode
from ferrule.redaction import Redactor

ENOUGH = 8
_RUN = 4
_PLAIN = re.compile(r"[A-Za-z0-9_.~-]+")
_URL_SAFE = str.maketrans("+/", "-_")
_TOKEN_SETS = 4  # what was sent with an older one has long been answered


class EchoGuard:
    """Knows the secrets of one connection in every form that a service may repeat.

    Tokens count as declared secret; of those that were renewed on the way it knows the
    latest.
    """

    def __init__(self, auth: AuthKind, secrets: Secrets) -> None:
        self._declared = {field.key for field in auth.credential_fields if field.secret}
        self._tokens: tuple[frozenset[str], ...] = ()
        self._lock = threading.Lock()
        self.learn(secrets)

    def learn(self, secrets: Secrets) -> None:
        """Know these secrets from now on; from any thread."""
        plain = {k: s.get_secret_value() for k, s in secrets.items() if k != TOKENS}
        hidden = {v for key, v in plain.items() if key in self._declared}
        with self._lock:
            tokens = self._tokens = (*self._tokens, _tokens(secrets))[-_TOKEN_SETS:]
            hidden = {v for v in hidden.union(*tokens) if len(v) >= ENOUGH}
            self._all = frozenset(filter(None, plain.values())).union(*tokens)
            self._redactor = Redactor(hidden)
            self._forms = tuple({f.encode() for v in hidden for f in forms(v)})

    def response(self, response: Response) -> Response:
        """Return `response` without the secrets that its body repeats."""
        if not any(form in response.body for form in self._forms):
            return response
        return Response(
            status=response.status,
            headers=response.headers,
            body=self._masked(response),
            url=response.url,
            elapsed_ms=response.elapsed_ms,
            warnings=response.warnings,
            ignored=response.ignored,
            timing=response.timing,
        )

    def token(self, token: Json, stream: str) -> Json:
        """Return a page token or a mark without the parameters that repeat a secret.

        Services echo the query in their next links. The credential is put in again
        when the page is asked for.

        Raises:
            SyncError: when a secret stands where it cannot be left out.
        """
        if not isinstance(token, str):
            return token
        address, mark, query = token.partition("?")
        kept = [pair for pair in query.split("&") if not self._repeats(pair)]
        bare = f"{address}{mark}{'&'.join(kept)}" if kept else address
        if self._redactor.text(bare) != bare:
            raise SyncError(
                f"The next page of “{stream}” is named by a text that holds a secret.",
                advice="It cannot be kept: send the credential in another place.",
            )
        return bare

    def _repeats(self, pair: str) -> bool:
        for name, value in parse_qsl(pair, keep_blank_values=True):
            if value in self._all or self._redactor.text(value) != value:
                return True
            if self._redactor.text(name) != name:
                return True
        return False

    def _masked(self, response: Response) -> bytes:
        try:
            told = response.json
            masked = _strings(told, self._redactor)
            return response.body if masked == told else encode(masked)
        except (UnreadableResponse, RecursionError):  # then as the text it is
            text = response.body.decode("utf-8", "replace")
            return self._redactor.text(text).encode()


def _tokens(secrets: Secrets) -> frozenset[str]:
    tokens = tokens_of(secrets)
    if tokens is None:
        return frozenset()
    return frozenset(one.get_secret_value() for one in tokens.secrets)


def forms(value: str) -> Iterator[str]:
    """Yield what stands in a body where `value` does, however that is escaped.

    Letters and digits stay as they are in JSON, in JSON told in JSON, in an address and
    in HTML: the longest run of them is looked for. Where there is none every body may
    hold it.
    """
    run = max(_PLAIN.findall(value), key=len, default="")
    yield run if len(run) >= _RUN else ""
    digits = value.encode("utf-8", "surrogatepass").hex()
    yield from (digits, digits.upper())
    for told in {value, quote_plus(value, errors="surrogatepass")}:
        yield from _base64(told.encode("utf-8", "surrogatepass"))


def _base64(raw: bytes) -> Iterator[str]:
    for offset in range(3):  # what stands before it shifts base64 by so many bytes
        encoded = b64encode(b"\0" * offset + raw).decode()
        core = encoded[(0, 2, 3)[offset] : (offset + len(raw)) * 8 // 6]
        yield core
        yield core.translate(_URL_SAFE)


def _strings(value: Json, redactor: Redactor) -> Json:
    if isinstance(value, str):
        return redactor.text(value)
    if isinstance(value, list):
        return [_strings(element, redactor) for element in value]
    if isinstance(value, dict):
        return {redactor.text(k): _strings(v, redactor) for k, v in value.items()}
    return value
