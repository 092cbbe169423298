"""A server on a real socket that does exactly what a test tells it, byte by byte: one step per connection."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Asked:
    """A request as the server read it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    @property
    def json(self):
        return json.loads(self.body)


Step = Callable[[socket.socket, Asked, threading.Event], None]


@dataclass
class Server:
    """Plays its steps in order; the last one again and again."""

    steps: list[Step] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self):
        self.ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self.ended.set()
        with suppress(OSError):  # closed already
            self._listener.shutdown(socket.SHUT_RDWR)  # ends the accept that waits in the thread
        self._listener.close()

    def _serve(self) -> None:
        while not self.ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                asked = _read(connection)
                if asked is None:
                    return
                self.asked.append(asked)
                self.steps[min(len(self.asked), len(self.steps)) - 1](connection, asked, self.ended)
            except OSError:
                pass


def _read(connection: socket.socket) -> Asked | None:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return None
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    method, target, _ = first.split(" ", 2)
    return Asked(method, target, headers, body)


def head(status: int, headers: dict[str, object] | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status} X", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answer(body: bytes = b"", status: int = 200, **headers: object) -> Step:
    """A plain, complete answer; underscores of header names become hyphens."""
    named = {"Content-Length": len(body), **{key.replace("_", "-"): item for key, item in headers.items()}}
    return raw(head(status, named) + body)


def raw(data: bytes) -> Step:
    """These bytes, then the end of the connection."""

    def step(connection, _asked, _ended):
        connection.sendall(data)

    return step


def reset(data: bytes = b"") -> Step:
    """These bytes, then a reset: what a firewall or a crash does."""

    def step(connection, _asked, _ended):
        connection.sendall(data)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")

    return step


def dripping(first: bytes, drop: bytes = b" ", every: float = 0.05) -> Step:
    """``first``, then one drop after the other, without end."""

    def step(connection, _asked, ended):
        connection.sendall(first)
        while not ended.wait(every):
            connection.sendall(drop)

    return step


def silent(_connection, _asked, ended) -> None:
    """Takes the request and says nothing."""
    ended.wait(5)


def chunked(*chunks: bytes, is_ended: bool = True) -> Step:
    data = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return raw(head(200, {"Transfer-Encoding": "chunked"}) + data + (b"0\r\n\r\n" if is_ended else b""))
