"""What looks like a secret in a request: by the name of its place, or by its value.

A name decides by its last word, so that `X-Vendor-Access-Token` is one and `page_token`
is not; a value decides by the forms that vendors give their keys.
"""

import re
from collections.abc import Iterator

from ferrule.descriptor.lint.secrets import secrets
from ferrule.exchange import Json
from ferrule.interchange.literal import variables
from ferrule.redaction import is_secret_name

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SECRET = frozenset(
    [
        "apikey",
        "apitoken",
        "auth",
        "authorization",
        "authtoken",
        "cookie",
        "credential",
        "credentials",
        "csrf",
        "hmac",
        "jwt",
        "passphrase",
        "passwd",
        "password",
        "pwd",
        "secret",
        "session",
        "sessionid",
        "sid",
        "sig",
        "signature",
        "token",
        "xsrf",
    ]
)
_KEYS = frozenset(
    [
        "access",
        "account",
        "admin",
        "api",
        "app",
        "application",
        "auth",
        "client",
        "consumer",
        "functions",
        "issue",
        "license",
        "licence",
        "master",
        "private",
        "rapidapi",
        "secret",
        "service",
        "shared",
        "signing",
        "subscription",
        "user",
    ]
)
_OF_ONE_MOMENT = frozenset(
    [
        "after",
        "before",
        "change",
        "changes",
        "continuation",
        "continue",
        "cursor",
        "delta",
        "next",
        "nextpage",
        "offset",
        "page",
        "paging",
        "prev",
        "previous",
        "resume",
        "scroll",
        "skip",
        "start",
        "starting",
        "sync",
    ]
)
_SAFE = frozenset({"idempotencykey", "sortkey", "orderkey", "partitionkey"})
_MOMENT_NAMES = frozenset({"nexttoken", "pagetoken", "synctoken", "continuationtoken"})
_VAGUE = frozenset({"key", "code", "id", "hash"})
_RANDOM = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_./+=~-]{16,}", re.DOTALL)
_STAND_IN = re.compile(
    r"<[^<>]*>|\[[^\[\]]*\]|\*+|x{3,}|\.{3}|…|"
    r"(your|my|insert|replace|the|some|put)[-_ ].*|"
    r"(api|access|auth|secret)?[-_ ]?(key|token|secret|password)([-_ ]here)?",
    re.IGNORECASE | re.DOTALL,
)


def is_secret(name: str, value: str) -> bool:
    """Tell whether a parameter, header or member holds a secret."""
    words = [word.lower() for word in _WORDS.findall(name)]
    joined = "".join(words)
    if not words or joined in _SAFE or _of_one_moment(words):
        return False
    if joined in _VAGUE:
        return joined == "key" and (_is_random(value) or bool(_stand_in(value)))
    if words[-1] == "key" and len(words) > 1:
        return words[-2] in _KEYS and words[-2] != "issue"
    return words[-1] in _SECRET or is_secret_name(name)


def looks_secret(value: str) -> bool:
    """Tell whether a value has the form of a vendor's key, wherever it stands."""
    return any(secrets({"value": value}))


def may_not_stand(name: str, value: Json) -> bool:
    """Tell whether a descriptor may not hold this member: lint calls it a secret."""
    return any(secrets({name: value}))


def given(value: str) -> str | None:
    """Return a secret's value; None for a variable or what only stands in for one."""
    text = value.strip()
    return None if not text or _stand_in(text) else text


def of_one_moment(name: str) -> bool:
    """Tell whether a parameter names a place in one result, such as a page token."""
    return _of_one_moment([word.lower() for word in _WORDS.findall(name)])


def secret_parts(path: str) -> Iterator[str]:
    """Yield the parts of a path that look like a secret, or are a variable named so."""
    for part in path.split("/"):
        names = variables(part)
        if any(is_secret(name, "") for name in names) or _is_key(part):
            yield part


def _is_key(part: str) -> bool:
    """Tell a vendor's key, and `bot123:ABC…` as Telegram writes it in the path."""
    return looks_secret(part) or bool(
        re.fullmatch(r"bot[0-9]{5,}:[A-Za-z0-9_-]{20,}", part)
    )


def _of_one_moment(words: list[str]) -> bool:
    if "".join(words) in _MOMENT_NAMES:
        return True
    return words[-1:] in (["token"], ["key"]) and bool(_OF_ONE_MOMENT & set(words[:-1]))


def _is_random(value: str) -> bool:
    return bool(_RANDOM.fullmatch(value))


def _stand_in(value: str) -> bool:
    return bool(variables(value)) or bool(_STAND_IN.fullmatch(value.strip()))
