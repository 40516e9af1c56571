"""Telling a client that other tools are offered than those it was told of.

What is offered is decided elsewhere: somebody disables a connection, waives a question,
edits a connector. So it is looked at from time to time, once a client has asked for the
list. Until 2025-11-25 the client is sent a notification, since 2026-07-28 whoever
listens is.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import anyio
import anyio.to_thread
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.session import ServerSession
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ListenHandler,
    ToolsListChanged,
)

from ferrule.errors import FerruleError
from ferrule.workspace.tools.offering import Offered

_LOOKED_EVERY_S: Final = 2.0
_RESTED: Final = 20  # times as long as a look took, where there are many tools
_MOST_LISTENERS: Final = 16
Offer = Mapping[str, Offered]


class Changes:
    """What a client was told of, and who is to know when it is that no longer."""

    def __init__(self, look: Callable[[], Offer]) -> None:
        self._look = look
        self._told: Offer | None = None
        self._session: ServerSession | None = None
        self._bus = InMemorySubscriptionBus()
        self.listen = ListenHandler(self._bus, max_subscriptions=_MOST_LISTENERS)

    def told(self, context: ServerRequestContext[Any, Any], offer: Offer) -> None:
        """Remember what a client was told of."""
        self._session = context.session
        self._told = offer

    @asynccontextmanager
    async def watching(self, _server: Server[Any]) -> AsyncIterator[None]:
        """Look for changes while a server is running."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._watch)
            yield
            tasks.cancel_scope.cancel()

    async def _watch(self) -> None:
        pause = _LOOKED_EVERY_S
        while True:
            await anyio.sleep(pause)
            if self._told is not None:
                began = anyio.current_time()
                await self.look()
                took = anyio.current_time() - began
                pause = max(_LOOKED_EVERY_S, took * _RESTED)

    async def look(self) -> None:
        """Tell whoever is to know, if something else is offered now."""
        try:
            found = await anyio.to_thread.run_sync(self._look, abandon_on_cancel=True)
        except FerruleError:
            return  # a call will say what is wrong
        if found == self._told:
            return
        self._told = found
        await self._bus.publish(ToolsListChanged())
        if self._session is not None:
            await self._session.send_tool_list_changed()
