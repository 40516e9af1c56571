"""An address that is not the API's: what is wrong with it, and what is perhaps meant.

A guess is only text for a person to read: nothing is sent to it. It is made from the
answer (a redirect, a page, a header that a product sends) and from the address itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from ferrule.descriptor.config import accepted_fields
from ferrule.descriptor.model import Connector
from ferrule.exchange import Json, Response
from ferrule.fields import InputField
from ferrule.redaction import live

_LOGIN: Final = ("login", "signin", "sign-in", "sign_in", "sso", "saml", "session/new",
                 "authenticate", "oauth2/authorize", "oauth/authorize")  # fmt: skip
_PAGES: Final = ("browse", "dashboard", "dashboards", "home", "index.html", "index.php",
                 "login", "projects", "signin")  # fmt: skip
_PRODUCTS: Final = (  # a header that a product of one's own server sends, and its path
    ("x-github-enterprise-version", "/api/v3"),
    ("x-github-request-id", "/api/v3"),
    ("x-gitlab-meta", "/api/v4"),
)
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Given:
    """The address that a person gave, and the field it was given in."""

    field: InputField
    base: str
    rest: str


def given_address(
    connector: Connector, config: Mapping[str, Json], url: str
) -> Given | None:
    """Return what a person gave as the beginning of an address, if anything."""
    for field in accepted_fields(connector):
        value = config.get(field.key)
        base = value.rstrip("/") if isinstance(value, str) else ""
        if "://" in base and url.startswith(base):
            return Given(field, base, url[len(base) :])
    return None


def tenant_in_host(
    connector: Connector, config: Mapping[str, Json], url: str
) -> tuple[InputField, str] | None:
    """Return the field whose value is part of the host, and that value."""
    labels = (urlsplit(url).hostname or "").split(".")
    for field in accepted_fields(connector):
        value = config.get(field.key)
        known = value if isinstance(value, str) and not field.secret else ""
        if known and known.lower() in labels:
            return field, known
    return None


def site_field(
    connector: Connector, config: Mapping[str, Json], url: str
) -> InputField | None:
    """Return the field that chooses between sites of one service, if there is one."""
    tenant = tenant_in_host(connector, config, url)
    if tenant is not None:
        return tenant[0]
    given = given_address(connector, config, url)
    return given.field if given and given.field.type == "select" else None


def values_in_path(
    connector: Connector, config: Mapping[str, Json], url: str
) -> list[tuple[InputField, str]]:
    """Return the fields whose values are parts of the path, and those values."""
    parts = urlsplit(url).path.split("/")
    found = []
    for field in accepted_fields(connector):
        value = config.get(field.key)
        if isinstance(value, str) and value and not field.secret and value in parts:
            found.append((field, value))
    return found


def redirect_target(response: Response) -> str:
    """Return where an answer redirects to, in full; empty where it does not."""
    place = response.header("location")
    if place is None:
        return ""
    try:
        return urljoin(response.url, place)
    except ValueError:
        return place


def shown_target(target: str) -> str:
    """Return a redirect's target as it may be shown, without its query."""
    return live.url(target).partition("?")[0][:_LONGEST]


def is_login(target: str) -> bool:
    """Tell whether an address is that of a page to sign in, by its words."""
    parts = _split(target)
    words = f"{parts.hostname or ''}{parts.path}".lower() if parts else ""
    return any(word in words for word in _LOGIN)


def guess(given: Given, response: Response) -> str:
    """Return the address that is perhaps meant; empty where nothing suggests one."""
    found = _by_redirect(given, redirect_target(response)) or _by_form(given)
    found = found or _by_field(given) or _by_product(given, response)
    return live.url(found)[:_LONGEST] if found != given.base else ""


def _by_redirect(given: Given, target: str) -> str:
    """Return the base of a redirect to the same thing elsewhere."""
    parts, asked = _split(target), _split(given.base + given.rest)
    if not target or parts is None or asked is None or is_login(target):
        return ""
    plain, rest = target.partition("?")[0], given.rest.partition("?")[0]
    if rest.strip("/") and plain.rstrip("/").endswith(rest.rstrip("/")):
        return plain.rstrip("/").removesuffix(rest.rstrip("/")).rstrip("/")
    if (parts.scheme, asked.scheme) == ("https", "http"):
        return "https" + given.base.removeprefix("http")
    return ""


def _by_form(given: Given) -> str:
    """Return the address without what is doubled or too much in it."""
    parts = _split(given.base)
    if parts is None:
        return ""
    own = [part for part in parts.path.split("/") if part]
    rest = [part for part in given.rest.partition("?")[0].split("/") if part]
    keep = _without_overlap(own, rest)
    if keep and keep[-1].lower() in _PAGES and keep == own:
        keep = keep[:-1]
    path = "".join(f"/{part}" for part in keep)
    return "" if path == parts.path else _with_path(parts, path)


def _without_overlap(own: list[str], rest: list[str]) -> list[str]:
    """Return the parts of a path before those that the endpoint begins with."""
    if rest and rest[0] in own:
        return own[: own.index(rest[0])]
    return own


def _by_field(given: Given) -> str:
    """Return what the field's own example says that the address lacks."""
    parts = _split(given.base)
    for text in (given.field.default, given.field.example, given.field.placeholder):
        sample = _split(text.rstrip("/")) if isinstance(text, str) else None
        if parts is None or sample is None or not sample.hostname:
            continue
        if sample.path and not parts.path.startswith(sample.path):
            return _with_path(parts, sample.path)
        own = (parts.hostname or "").removeprefix("www.").removeprefix("app.")
        if own == sample.hostname.removeprefix("api.") != sample.hostname:
            return text.rstrip("/") if isinstance(text, str) else ""
    return ""


def _by_product(given: Given, response: Response) -> str:
    parts = _split(given.base)
    if parts is None or parts.path or (parts.hostname or "").startswith("api."):
        return ""
    found = (path for header, path in _PRODUCTS if response.header(header))
    path = next(found, "")
    return _with_path(parts, path) if path else ""


def _with_path(parts: SplitResult, path: str) -> str:
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _split(text: str) -> SplitResult | None:
    try:
        return urlsplit(text)
    except ValueError:
        return None
