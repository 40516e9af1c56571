"""A service whose one answer is large: a process of its own, so that it costs nothing.

    python large_service.py MEGABYTES

It says its address as its first line and ends with its standard input. `/packed`
answers with the same, packed.
"""

import gzip
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from issues import body


def head(length, packed):
    coding = "content-encoding: gzip\r\n" if packed else ""
    return (
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
        f"{coding}content-length: {length}\r\n\r\n"
    ).encode()


def answer(taken, plain, packed):
    """Answer one request and end."""
    with taken:
        asked = taken.recv(65_536)
        wants_packed = asked.startswith(b"GET /packed")
        content = packed if wants_packed else plain
        with suppress(OSError):  # who asked went away
            taken.sendall(head(len(content), wants_packed) + content)


def main(megabytes):
    """Serve until the standard input ends."""
    plain = body(megabytes)
    packed = gzip.compress(plain, 1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        sys.stdout.write(f"http://127.0.0.1:{server.getsockname()[1]}\n")
        sys.stdout.flush()

        def serve():
            while True:
                taken, _ = server.accept()
                threading.Thread(
                    target=answer, args=(taken, plain, packed), daemon=True
                ).start()

        threading.Thread(target=serve, daemon=True).start()
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
