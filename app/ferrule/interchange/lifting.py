"""Lifting secrets out of a request: each becomes a credential field and its delivery.

One secret becomes the sign-in that fits it; several become an API key that is sent
together with the others. What is lifted is taken out of the request.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote

from ferrule.exchange import Json, scalar_text
from ferrule.interchange.asked import Asked
from ferrule.interchange.kind import Notes
from ferrule.interchange.literal import plain
from ferrule.interchange.secret_names import (
    given,
    is_secret,
    looks_secret,
    secret_parts,
)

Judge: TypeAlias = Callable[[str, str], bool]
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)[ \t]+(\S.*)", re.DOTALL)
_NAMED = re.compile(
    r"(passw|secret|token|api[-_]?key|credential)[\w:.-]*[\"']?\s*[=:>]\s*[\"']?[^\s\"'<>&{]",
    re.IGNORECASE,
)
_SIGNED = frozenset({"aws4-hmac-sha256", "digest", "hawk", "hmac", "oauth", "ntlm"})
_LIFTED = "Its value became a credential and is not in the document."
_OPEN = "It became a credential field; give its value when connecting."


@dataclass(frozen=True, slots=True)
class Found:
    """One secret: its field, and where and how it is sent.

    `value` is None where the input has only a variable or nothing.
    """

    key: str
    label: str
    value: str | None
    target: str
    template: str
    place: str
    hidden: bool = True

    @property
    def field(self) -> dict[str, Json]:
        """Return the credential field."""
        kind = "password" if self.hidden else "text"
        return {"key": self.key, "label": self.label, "type": kind, "required": True}


@dataclass(slots=True)
class Lifter:
    """Takes the secrets out of one request and notes each."""

    asked: Asked
    notes: Notes
    found: list[Found] = field(default_factory=list)

    def lift(self) -> list[Found]:
        """Return what was found, each with a key of its own."""
        self._user()
        self._headers()
        self._query()
        self._path()
        self._body(_judge)
        self._repeated()
        return joined(self.found)

    def add(self, key: str, label: str, value: str, target: str, form: str) -> str:
        """Note a secret and return its key; `form` holds `{}` for the placeholder."""
        fresh, number = key, 2
        while any(one.key == fresh for one in self.found):
            fresh, number = f"{key}_{number}", number + 1
        known = given(value)
        template = form.replace("{}", f"{{{{{fresh}}}}}")
        place = self.asked.place + _told(target.replace("{}", fresh))
        where = target.replace("{}", fresh) if target.startswith("path:") else target
        self.found.append(Found(fresh, label, known, where, template, place))
        self.notes.change(place, _LIFTED if known else _OPEN)
        return fresh

    def _user(self) -> None:
        if self.asked.bearer is not None:
            self._bearer(self.asked.bearer)
        if self.asked.user is not None:
            name, colon, password = self.asked.user.partition(":")
            self._basic(name, password if colon else "")

    def _basic(self, name: str, password: str) -> None:
        place = self.asked.place + "user name and password"
        if any(one.key == "password" for one in self.found):
            self.notes.drop(place, "There is a user name and password already.")
            return
        known = given(name)
        self.found.append(
            Found("username", "User name", known, "basic", "", place, hidden=False)
        )
        self.found.append(
            Found("password", "Password", given(password), "basic", "", place)
        )
        self.notes.change(place, _LIFTED if known else _OPEN)

    def _bearer(self, token: str) -> None:
        self.add("token", "Access token", token, "header:Authorization", "Bearer {}")

    def _headers(self) -> None:
        kept: list[tuple[str, str]] = []
        for name, value in self.asked.headers:
            if name.lower() == "authorization":
                self._authorization(value)
            elif not self._secret_header(name, value):
                kept.append((name, value))
        self.asked.headers = kept

    def _secret_header(self, name: str, value: str) -> bool:
        target = f"header:{name}"
        if self._is_known(target):
            self.notes.drop(self.asked.place + name, "It is there a second time.")
            return True
        if name.lower() == "cookie":
            self.add("cookie", "Cookie", value, target, "{}")
            return True
        if is_secret(name, value) or looks_secret(value):
            scheme = _SCHEME.fullmatch(value)
            form, bare = (f"{scheme[1]} {{}}", scheme[2]) if scheme else ("{}", value)
            self.add(_key(name), name, bare, target, form)
            return True
        return False

    def _authorization(self, value: str) -> None:
        target = "header:Authorization"
        place = f"{self.asked.place}Authorization"
        if self._is_known(target) or any(one.target == "basic" for one in self.found):
            self.notes.drop(place, "There is another way to sign in already.")
            return
        match = _SCHEME.fullmatch(value.strip())
        scheme, rest = (match[1], match[2]) if match else ("", value.strip())
        if scheme.lower() in _SIGNED:
            reason = f"{scheme} signs each request anew, which is not supported."
            self.notes.drop(place, reason)
        elif scheme.lower() == "basic":
            self._encoded_pair(rest)
        elif scheme.lower() == "bearer":
            self._bearer(rest)
        elif scheme:
            self.add("token", "Access token", rest, target, f"{scheme} {{}}")
        else:
            self.add("api_key", "API key", rest, target, "{}")

    def _encoded_pair(self, text: str) -> None:
        pair = _decoded(text)
        if pair is not None:
            self._basic(*pair)
        elif given(text) is None:
            self._basic("", "")
        else:
            target = "header:Authorization"
            self.add("token", "Credentials", text, target, "Basic {}")

    def _query(self) -> None:
        kept: list[tuple[str, str]] = []
        for name, value in self.asked.query:
            if not (name.strip() and (is_secret(name, value) or looks_secret(value))):
                kept.append((name, value))
            elif self._is_known(f"query:{name}"):
                self.notes.drop(f"?{name}", "It is there a second time.")
            else:
                self.add(_key(name), name, value, f"query:{name}", "{}")
        self.asked.query = kept

    def _path(self) -> None:
        self._lift_parts(list(dict.fromkeys(secret_parts(self.asked.path))))

    def _lift_parts(self, parts: list[str]) -> None:
        for part in parts:
            prefix = "bot" if part.startswith("bot") else ""
            bare = unquote(part[len(prefix) :])
            label = "Token in the path"
            key = self.add("path_token", label, bare, "path:{}", "{}")
            steps = self.asked.path.split("/")
            fresh = f"{prefix}{{{key}}}"
            self.asked.path = "/".join(fresh if s == part else s for s in steps)

    def _body(self, judge: Judge) -> None:
        body = self.asked.body
        if isinstance(body, str):
            if judge("", body) or _NAMED.search(body):
                reason = "It holds what looks like a secret, and is a text."
                self.notes.drop(f"{self.asked.place}body", reason)
                self.asked.body = self.asked.body_type = None
            return
        flat = self.asked.body_type in {"form", "multipart"}
        walk = BodyWalk(self, judge, dotted=not flat)
        self.asked.body = walk.without(body, "form:" if flat else "body:")

    def _repeated(self) -> None:
        """Lift every other place that holds a value which is known as a secret."""
        values = [one.value for one in self.found if one.hidden and one.value]
        long = [value for value in values if len(value) >= _ENOUGH]
        if not long:
            return
        judge = _holder(long)
        asked = self.asked
        asked.headers = list(self._clean(asked.headers, "header:", judge))
        asked.query = list(self._clean(asked.query, "query:", judge))
        parts = asked.path.split("/")
        self._lift_parts([part for part in parts if judge("", unquote(part))])
        self._body(judge)

    def _clean(
        self, pairs: list[tuple[str, str]], prefix: str, judge: Judge
    ) -> Iterator[tuple[str, str]]:
        for name, value in pairs:
            if not judge(name, value):
                yield name, value
            elif not name.strip() or self._is_known(prefix + name):
                self.notes.drop(_told(prefix + name), "It is there a second time.")
            else:
                self.add(_key(name), name, value, prefix + name, "{}")

    def _is_known(self, target: str) -> bool:
        wanted = target.lower() if target.startswith("header:") else target
        targets = (one.target for one in self.found)
        return any(
            (t.lower() if t.startswith("header:") else t) == wanted for t in targets
        )


_ENOUGH = 8


def joined(found: list[Found]) -> list[Found]:
    """Make one secret of a user name and a password that are not sent alone."""
    pair = [one for one in found if one.target == "basic"]
    if not pair or len(pair) == len(found):
        return found
    values = [one.value for one in pair]
    known = None if None in values else ":".join(map(str, values))
    whole = Found(
        "name_and_password",
        "User name and password, with a colon between",
        known,
        "header:Authorization",
        "Basic {{name_and_password|base64}}",
        pair[0].place,
    )
    return [whole, *(one for one in found if one.target != "basic")]


def _judge(name: str, text: str) -> bool:
    return looks_secret(text) or bool(name and is_secret(name, text))


def _holder(values: list[str]) -> Judge:
    return lambda _name, text: any(value in text for value in values)


@dataclass(frozen=True, slots=True)
class BodyWalk:
    """Takes secrets out of a body that is a tree."""

    lifter: Lifter
    judge: Judge
    dotted: bool

    def without(self, value: Json, prefix: str) -> Json:
        """Return `value` without its secrets; `prefix` is the target of it."""
        if isinstance(value, dict):
            kept = ((k, v, self._member(k, v, prefix)) for k, v in value.items())
            return {
                k: self.without(v, f"{prefix}{k}.") for k, v, gone in kept if not gone
            }
        if isinstance(value, list):
            return [self._element(i, v, prefix) for i, v in enumerate(value)]
        return value

    def _element(self, index: int, value: Json, prefix: str) -> Json:
        if isinstance(value, str) and self.dotted and self.judge("", plain(value)):
            self.lifter.add("secret", "Secret", plain(value), f"{prefix}{index}", "{}")
            return ""
        return self.without(value, f"{prefix}{index}.")

    def _member(self, name: str, value: Json, prefix: str) -> bool:
        """Lift one member and tell whether it is gone from its object."""
        if isinstance(value, bool | dict | list) or value is None:
            return False
        text = plain(scalar_text(value))
        if not self.judge(name, text):
            return False
        if not name.strip() or (self.dotted and "." in name):
            reason = "It is a secret at a place that has no target."
            self.lifter.notes.drop(f"{self.lifter.asked.place}body {name}", reason)
        else:
            self.lifter.add(_key(name), name, text, prefix + name, "{}")
        return True


def _told(target: str) -> str:
    kind, _, name = target.partition(":")
    return {"query": f"?{name}", "header": name}.get(kind, f"{kind or 'path'} {name}")


def _decoded(text: str) -> tuple[str, str] | None:
    try:
        pair = base64.b64decode(text.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    name, colon, password = pair.partition(":")
    return (name, password) if colon else None


def _key(name: str) -> str:
    """Return the key of a credential field for a parameter of that name."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    plain_words = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    key = plain_words.removeprefix("x_") or "secret"
    return (f"key_{key}" if key[0].isdigit() else key)[:60]
