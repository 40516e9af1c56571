"""Serving HTTP: a patient protocol and a server that ends in order.

The gateway and the registry server answer by it.
"""

from ferrule.serving.server import (
    LOOPBACK,
    Server,
    end_with_input,
    listening,
    run,
    server_of,
)

__all__ = ["LOOPBACK", "Server", "end_with_input", "listening", "run", "server_of"]
