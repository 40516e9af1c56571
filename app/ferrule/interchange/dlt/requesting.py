"""A request of a descriptor as an endpoint of dlt's REST source."""

from collections.abc import Mapping

from ferrule.exchange import Json
from ferrule.expression.target import compile_target
from ferrule.interchange.dlt.pythonic import Code, Words, Written, doubled, written
from ferrule.interchange.dlt.signing_in import Signing
from ferrule.interchange.outgoing import Leaving, Outgoing

Sent = Mapping[str, Json | Code]


def asked(
    out: Outgoing, leaving: Leaving, words: Words, sent: Sent, signing: Signing
) -> dict[str, Written] | None:
    """Return path, method, parameters, headers and body; None where one cannot be.

    `sent` are further values by their targets.
    """
    polling = leaving.polling
    address, _, inline = _split(polling.endpoint)
    path = _path(out, address, words)
    query = _query(leaving, inline, words)
    body = _body(leaving, words, sent)
    headers: dict[str, Written] = {
        n: words.text(text) for n, text in (polling.headers or {}).items()
    }
    if path is None or query is None or body is None or None in headers.values():
        return None
    found: dict[str, Written] = {"path": path, "method": polling.method}
    named = {**query, **_at(sent, "query"), **signing.params}
    params = {doubled(name): value for name, value in named.items()}
    headers |= _at(sent, "header")
    if params:
        found["params"] = _given(params)
    if headers:
        found["headers"] = _given(headers)
    return found | body


def _given(members: Mapping[str, Written]) -> Written:
    """Return an object; one with code in it without what has no value."""
    plain = not any(isinstance(one, Code) for one in members.values())
    return members if plain else Code(f"_given({_text(members)})")


def _text(members: Written) -> str:

    return written(members)


def _split(endpoint: str) -> tuple[str, str, str]:
    """Cut an endpoint at a `?` outside its placeholders."""
    depth = 0
    for at, char in enumerate(endpoint):
        depth += (char == "{") - (char == "}")
        if char == "?" and depth == 0:
            return endpoint[:at], "?", endpoint[at + 1 :]
    return endpoint, "", ""


def _path(out: Outgoing, address: str, words: Words) -> Code | str | None:
    if "://" in address or address.startswith("{{baseUrl"):
        tail = address.partition("}}")[2]
        if address.startswith("{{baseUrl") and out.connector.base_url == "{{baseUrl}}":
            return words.address(tail.lstrip("/"), encoded=True)
        return words.address(address, encoded=False)
    return words.address(address.lstrip("/"), encoded=True)


def _query(leaving: Leaving, inline: str, words: Words) -> dict[str, Written] | None:
    found: dict[str, Written] = {}
    polling = leaving.polling
    for pair in inline.split("&") if inline else ():
        name, _, text = pair.partition("=")
        found[name] = words.text(text)
    for name, given in (polling.query or {}).items():
        key, value = _one(leaving, name, given, words)
        found[key] = value
    return None if any(value is None for value in found.values()) else found


def _one(
    leaving: Leaving, name: str, given: str | tuple[str, ...], words: Words
) -> tuple[str, Written]:
    """Return name and value of a parameter; several values as their format says."""
    how = leaving.polling.array_format
    if isinstance(given, str):
        text = words.text(given)
        if isinstance(text, Code) and how != "comma" and words.alone(given):
            return name, Code(text.text.replace("_text(", "_each(", 1))
        return name, text
    if how == "comma":
        return name, words.text(",".join(given))
    texts = [words.text(one) for one in given]
    key = f"{name}[]" if how == "brackets" else name
    return key, None if None in texts else list(texts)


def _at(sent: Sent, kind: str) -> dict[str, Written]:
    named = {target: value for target, value in sent.items() if _kind(target) == kind}
    return {
        target.partition(":")[2] or target: value for target, value in named.items()
    }


def _kind(target: str) -> str:
    return compile_target(target).kind


def _body(leaving: Leaving, words: Words, sent: Sent) -> dict[str, Written] | None:
    polling = leaving.polling
    further = {
        target: value for target, value in sent.items() if _kind(target) == "body"
    }
    forms = _at(sent, "form")
    if polling.body is None and not further and not forms:
        return {}
    if polling.body_type in {"multipart", "text"} or not isinstance(
        polling.body or {}, dict
    ):
        return None
    said = _value(polling.body or {}, words)
    if not isinstance(said, dict):
        return None
    if polling.body_type == "form" or forms:
        return {"data": _whole({**said, **forms})}
    for target, one in further.items():
        _set(said, target.partition(":")[2].split("."), one)
    return {"json": _whole(said)}


def _whole(said: dict[str, Written]) -> Written:
    return Code(f"_given({_text(said)})") if "Code(" in repr(said) else said


def _set(body: dict[str, Written], steps: list[str], value: Written) -> None:
    here = body
    for step in steps[:-1]:
        inner = here.setdefault(step, {})
        if isinstance(inner, dict):
            here = inner
    here[steps[-1]] = value


def _value(value: Json, words: Words) -> Written:
    """Return a body with its templates as Python; None where one cannot be."""
    if isinstance(value, str):
        return words.value(value)
    if isinstance(value, dict):
        members = {doubled(name): _value(one, words) for name, one in value.items()}
        lost = any(
            m is None and v is not None
            for m, v in zip(members.values(), value.values(), strict=True)
        )
        return None if lost else members
    if isinstance(value, list):
        found = [_value(one, words) for one in value]
        lost = any(
            m is None and v is not None for m, v in zip(found, value, strict=True)
        )
        return None if lost else found
    return value
