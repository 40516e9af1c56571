"""The operations as an ASGI application: let in, read, called, told.

A token is looked at before a body is read, and a body is counted while it comes.
Everything that takes time runs in a few threads. Every refusal has one shape; a bug
is told without detail and logged without secrets.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Final, TypeVar

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from ferrule.bundle.strict import read
from ferrule.errors import MalformedBundle, StoreError
from ferrule.exchange import encode
from ferrule.metrics.page import MetricsApp, Page, both
from ferrule.metrics.requests import RequestMetrics
from ferrule.redaction import live
from ferrule.section import Section
from ferrule.server import bundle_routes, instance_routes
from ferrule.server.openapi import PATH_TYPES, document
from ferrule.server.operation import (
    JSON,
    MAX_JSON,
    Asked,
    File,
    Operation,
    Registry,
    Told,
)
from ferrule.server.refusals import (
    RefusalError,
    forbidden,
    malformed,
    refusal_of,
    too_large,
    unforeseen,
)
from ferrule.server.tokens import Token, find_token
from ferrule.server.wire import ErrorAnswer, ErrorDetail

OPERATIONS: Final = (*bundle_routes.OPERATIONS, *instance_routes.OPERATIONS)
OPENAPI: Final = "/openapi.json"
METRICS: Final = "/metrics"  # to this machine alone
PATIENCE_S: Final = 120.0
_THREADS: Final = 8
_MOST_DROPPED: Final = 32 * 1024 * 1024
_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_BEARER: Final = "bearer "
_LONGEST_TOKEN: Final = 200
_PLACES: Final = 3  # of a problem, in the message about it

log = logging.getLogger(__name__)
Found = TypeVar("Found")
Endpoint = Callable[[Request], Awaitable[Response]]


def application(registry: Registry, connections: Page | None = None) -> Starlette:
    """Return the application of a registry.

    `connections` gives the metrics of the connections on this machine, if any.
    """
    door = _Door(registry)
    own = door.metrics.page
    metrics = own if connections is None else both(own, connections)
    by_path: defaultdict[str, list[Operation]] = defaultdict(list)
    for one in OPERATIONS:
        by_path[one.path].append(one)
    routes = [
        Route(path, door.endpoint(listed), methods=[one.method for one in listed])
        for path, listed in by_path.items()
    ]
    described = encode(document(OPERATIONS))

    async def tell_document(_: Request) -> Response:
        return Response(described, media_type=JSON, headers=_HEADERS)

    return Starlette(
        routes=[
            *routes,
            Route(OPENAPI, tell_document, methods=["GET"]),
            Route(METRICS, MetricsApp(metrics)),
        ],
        exception_handlers={HTTPException: _unrouted, Exception: _crashed},
    )


class _Door:
    """Lets requests in, one after another checked and read, and tells the answers."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.metrics = RequestMetrics()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="registry")

    def endpoint(self, operations: Iterable[Operation]) -> Endpoint:
        """Return what answers the methods of one path."""
        by_method: dict[str, Operation] = {one.method: one for one in operations}

        async def answer(request: Request) -> Response:
            method = "GET" if request.method == "HEAD" else request.method
            operation, began, status = by_method[method], perf_counter(), 500
            try:
                told = await self._answered(request, operation)
                status = told.status_code
                return told
            finally:
                self.metrics.answered(operation.id, status, began)

        return answer

    async def _answered(self, request: Request, operation: Operation) -> Response:
        try:
            return _written(await self._told(request, operation))
        except Exception as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            if isinstance(error, StoreError):
                log.warning("%s", live.text(str(error)))
            return refused(refusal)

    async def _told(self, request: Request, operation: Operation) -> Told:
        token = await self._let_in(request, operation)
        path = _path(request.path_params)
        query = _query(request, operation)
        body = await _body(request, operation)
        asked = Asked(self._registry, token, path, query, body)
        return await self._in_thread(lambda: operation.call(asked))

    async def _let_in(self, request: Request, operation: Operation) -> Token | None:
        if operation.scope is None:
            return None
        given = request.headers.getlist("authorization")
        text = given[0] if len(given) == 1 else ""
        plain = text[len(_BEARER) :] if text.lower().startswith(_BEARER) else ""
        found = await self._in_thread(lambda: self._find(plain[:_LONGEST_TOKEN]))
        if found is None:
            raise RefusalError(
                401,
                "no_token",
                "This needs a token that counts.",
                advice="Send one: Authorization: Bearer TOKEN",
            )
        if operation.scope not in found.scopes:
            raise forbidden(operation.scope)
        return found

    def _find(self, text: str) -> Token | None:
        with self._registry.database.reading() as db:
            return find_token(db, text)

    async def _in_thread(self, work: Callable[[], Found]) -> Found:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


def _path(params: Mapping[str, str]) -> dict[str, str]:
    try:
        return {k: PATH_TYPES[k].validate_python(text) for k, text in params.items()}
    except ValidationError:
        raise RefusalError(404, "not_found", "Nothing can have that name.") from None


def _query(request: Request, operation: Operation) -> Section:
    pairs = request.query_params.multi_items()
    given = dict(pairs)
    if len(given) < len(pairs):
        raise malformed("A parameter stands there twice.", "Send each once.")
    try:
        return operation.query.model_validate(given, by_name=False, by_alias=True)
    except ValidationError as error:
        raise malformed(f"The parameters cannot be read: {_problems(error)}") from None


async def _body(request: Request, operation: Operation) -> Section | bytes | None:
    takes = operation.takes
    if takes is None:
        return None
    if isinstance(takes, File):
        _check_kind(request, takes.media_types)
        return await _read(request, takes.limit)
    _check_kind(request, (JSON,))
    return _model(takes, await _read(request, MAX_JSON))


def _model(model: type[Section], raw: bytes) -> Section:
    try:
        value = read(raw, limit=MAX_JSON, what="The body")
    except MalformedBundle as error:
        raise malformed(error.message) from None
    try:
        return model.model_validate(value, by_name=False, by_alias=True)
    except ValidationError as error:
        problems = _problems(error)
        message = f"The body is not as it should be: {problems}"
        raise RefusalError(422, "unusable", message, advice=f"See {OPENAPI}.") from None


def _problems(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    lines = [
        f"{'.'.join(map(str, one['loc'])) or 'the whole'}: {one['msg']}"
        for one in found[:_PLACES]
    ]
    return ascii("; ".join(lines))[1:-1][:500]


def _check_kind(request: Request, known: tuple[str, ...]) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    coding = request.headers.get("content-encoding", "identity").lower()
    if kind in known and coding == "identity":
        return
    raise RefusalError(
        415,
        "unsupported_media_type",
        "The body is of another kind, or packed.",
        advice=f"Send it plain, with Content-Type: {known[0]}",
    )


async def _read(request: Request, limit: int) -> bytes:
    """Return the body, counted while it comes.

    One that is announced as too large is not read where the sender waits to be told
    (`Expect: 100-continue`); else it is dropped as it comes, up to 32 MiB, so that the
    sender gets to read the answer.
    """
    announced = request.headers.get("content-length", "")
    over = announced.isdecimal() and int(announced) > limit
    if over and "expect" in request.headers:
        raise too_large(limit)
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await _counted(request, 0 if over else limit, limit)
    except TimeoutError:
        raise RefusalError(
            408, "too_slow", "The body did not come in time.", advice="Send it again."
        ) from None
    except ClientDisconnect:
        raise malformed("The body ended before its end.") from None


async def _counted(request: Request, kept: int, limit: int) -> bytes:
    body, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= kept:
            body += chunk
        else:
            body.clear()
        if size > _MOST_DROPPED:
            break
    if size > kept:
        raise too_large(limit)
    return bytes(body)


def refused(refusal: RefusalError) -> Response:
    """Return a refusal as an answer."""
    told = ErrorAnswer(
        error=ErrorDetail(
            code=refusal.code,
            message=live.text(refusal.message),
            advice=live.text(refusal.advice),
            step=refusal.step or None,
        )
    )
    answer = _written(Told(refusal.status, told))
    if refusal.status == 401:  # noqa: PLR2004  RFC 9110, 11.6.1
        answer.headers["WWW-Authenticate"] = "Bearer"
    if refusal.status in {408, 413}:
        answer.headers["Connection"] = "close"
    return answer


def _written(told: Told) -> Response:
    if isinstance(told.body, Section):
        shown = told.body.model_dump(mode="python", by_alias=True, exclude_none=True)
        return Response(encode(shown), told.status, _HEADERS, told.media_type)
    if told.body is None:
        return Response(b"", told.status, _HEADERS)
    return Response(told.body, told.status, _HEADERS, told.media_type)


async def _unrouted(_: Request, error: Exception) -> Response:
    """Answer what has no route: no such path, or not that method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = "no_such_method" if status == 405 else "not_found"  # noqa: PLR2004  RFC 9110
    answer = refused(
        RefusalError(status, code, "There is nothing here.", advice=f"See {OPENAPI}.")
    )
    if isinstance(error, HTTPException):
        answer.headers.update(error.headers or {})
    return answer


async def _crashed(_: Request, _error: Exception) -> Response:
    """Answer a bug; Starlette raises it once more, for the log."""
    return refused(unforeseen())
