"""When an attempt is made again and how long to wait before it.

urllib3's ``Retry`` reads the ``Retry-After`` header. It cannot do the rest: it sees no body, has no full jitter,
keeps no deadline and retries a 413, so one loop of our own covers status, connection and body alike.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

_SERVER_ERRORS = 500


class PassingError(Exception):
    """An attempt failed in a way that may pass by itself.

    Attributes:
        retry_after: Seconds the server asks to wait; None where it does not say.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Patience:
    """How long a client waits, and how often it tries. Operational settings, in seconds.

    Attributes:
        attempts: In all, the first included.
        first_wait: Upper end of the first random wait; doubles with each attempt.
        longest_wait: Where the doubling ends.
        longest_retry_after: The most that a server's Retry-After is heeded.
        connect_timeout: For making a connection.
        read_timeout: For every single read.
        sleep: Waits; replaced in tests.
        draw: A random number between two others; replaced in tests.
    """

    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 30.0
    longest_retry_after: int = 120
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    sleep: Callable[[float], None] = time.sleep
    draw: Callable[[float, float], float] = random.uniform

    def wait_after(self, attempt: int, asked: float | None) -> float:
        """Seconds to wait after the given attempt: what the server asked, else backoff with full jitter."""
        if asked is not None:
            return asked
        return self.draw(0, min(self.longest_wait, self.first_wait * 2 ** (attempt - 1)))

    def retry_after(self, header: str | None) -> float | None:
        """The seconds of a ``Retry-After`` header, given as seconds or as a date, capped; None if it has none."""
        if not header:
            return None
        try:
            return Retry(retry_after_max=self.longest_retry_after).parse_retry_after(header)
        except (InvalidHeader, ValueError, OverflowError, TypeError):
            return None


def is_passing(status: int) -> bool:
    """Whether a status may pass by itself: 408, 429 and every 5xx."""
    return status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS) or status >= _SERVER_ERRORS
