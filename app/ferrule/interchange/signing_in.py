"""The sign-in of a draft, made of the secrets that were lifted."""

from collections.abc import Sequence

from ferrule.exchange import Json
from ferrule.interchange.kind import Document
from ferrule.interchange.lifting import Found

_DELIVERED = frozenset({"header", "query", "body"})


def sign_in(found: Sequence[Found]) -> Document:
    """Return the auth section that sends what was found where it stood."""
    if not found:
        return {"method": "none"}
    if all(one.target == "basic" for one in found):
        return {"method": "basic", "config": {"credentialFields": _fields(found)}}
    if len(found) == 1 and _kind(found[0]) in _DELIVERED:
        return _alone(found[0])
    return _several(found)


def _alone(one: Found) -> Document:
    kind, _, name = one.target.partition(":")
    is_header = kind == "header" and name.lower() == "authorization"
    bare = one.template == f"{{{{{one.key}}}}}"
    config: Document = {"credentialFields": _fields([one])}
    if is_header and one.template.startswith("Bearer "):
        config |= {"delivery": "bearer", "paramName": "Authorization"}
        return {"method": "pat", "config": config}
    config |= {"delivery": kind, "paramName": name}
    if not bare:
        config["valueTemplate"] = one.template
    return {"method": "pat" if is_header and not bare else "api_key", "config": config}


def _several(found: Sequence[Found]) -> Document:
    main = next((one for one in found if _kind(one) in _DELIVERED), None)
    others = [one for one in found if one is not main]
    config: Document = {
        "credentialFields": _fields([*([main] if main else []), *others])
    }
    if main is None:
        # A key in the path or a form has no delivery of its own: it is sent besides.
        config |= {"delivery": "header", "paramName": "Accept"}
        config["valueTemplate"] = "application/json"
    else:
        kind, _, name = main.target.partition(":")
        config |= {"delivery": kind, "paramName": name}
        config["valueTemplate"] = main.template
    config["also"] = [{"to": one.target, "template": one.template} for one in others]
    return {"method": "api_key", "config": config}


def _kind(one: Found) -> str:
    return one.target.partition(":")[0]


def _fields(found: Sequence[Found]) -> list[Json]:
    return [one.field for one in found]
