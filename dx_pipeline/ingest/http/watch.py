"""A deadline that holds whatever a server does: at its end the connections are cut, even in mid-byte.

A read timeout alone does not end an answer that comes one byte at a time.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakSet

import requests
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Watch:
    """The connections of one client, and the moment at which they are cut."""

    def __init__(self) -> None:
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._ends_at = float("inf")

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Cuts every connection that is still open after ``seconds``."""
        self._ends_at = time.monotonic() + seconds
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self._ends_at = float("inf")

    @property
    def remaining(self) -> float:
        """Seconds until the end; below zero after it."""
        return self._ends_at - time.monotonic()

    def add(self, connected: socket.socket) -> None:
        """Takes a new connection under watch.

        Raises:
            TimeoutError: The deadline has passed meanwhile.
        """
        self._sockets.add(connected)
        if self.remaining <= 0:
            raise TimeoutError("the deadline has passed")

    def _cut(self) -> None:
        for connected in list(self._sockets):
            with suppress(OSError):  # closed already
                connected.shutdown(socket.SHUT_RDWR)


class WatchedAdapter(requests.adapters.HTTPAdapter):
    """The transport of requests with its connections, direct or through a proxy, under watch."""

    def __init__(self, watch: Watch) -> None:
        self._pools = _pool_classes(watch)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """As in requests."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """As in requests."""
        manager = super().proxy_manager_for(proxy, **options)
        if not proxy.lower().startswith("socks"):  # its connections are made elsewhere: read timeouts only
            manager.pool_classes_by_scheme = self._pools
        return manager


def _pool_classes(watch: Watch) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            watch.add(self.sock)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            watch.add(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
