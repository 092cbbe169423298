"""Token and cookies of a source: from the environment, to the source's own host only, never into a text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

import requests

from dx_pipeline.failures import PermanentError

HIDDEN = "«…»"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SHORTEST_SECRET = 4  # shorter values would blot out ordinary words


@dataclass(frozen=True)
class Credentials(requests.auth.AuthBase):
    """What is sent to one host as ``Authorization`` and ``Cookie``; sends nothing to any other.

    Given to requests as ``auth``, it also keeps passwords of a ``.netrc`` file out of the matter.
    """

    url: str
    token: str = field(default="", repr=False)
    cookies: str = field(default="", repr=False)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Adds the secrets if the request goes where they belong."""
        if not is_same_place(self.url, request.url or ""):
            return request
        if self.token:
            request.headers["Authorization"] = f"Bearer {self.token}"
        if self.cookies:
            # What the server has set since is newer than what the environment holds.
            both = _pairs(self.cookies) | _pairs(request.headers.get("Cookie") or "")
            request.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in both.items())
        return request

    def redact(self, text: object) -> str:
        """The text without the secrets, and without passwords in addresses."""
        secrets = {self.token, self.cookies, *_pairs(self.cookies).values()}
        return redacted(str(text), secrets)


def credentials_for(url: str, *, token_variable: str | None, cookie_variable: str | None) -> Credentials:
    """The secrets that the environment holds for a source; none where a variable is not set.

    Raises:
        PermanentError: A variable holds what cannot stand in a header; names the variable, not its value.
    """
    return Credentials(url, _from_environment(token_variable), _from_environment(cookie_variable))


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with every secret, and in addresses every password and query, blotted out."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, HIDDEN)
    text = re.sub(r"(?<=://)[^/@\s]+@", f"{HIDDEN}@", text)
    return re.sub(r"(\burl: [^\s?]*)\?\S*", rf"\1?{HIDDEN}", text)  # as requests tells of a lost connection


def plain_address(url: str) -> str:
    """An address without its query, which may hold tickets of a login, and without passwords."""
    parts = urlsplit(url)
    return redacted(parts._replace(query="", fragment="").geturl())


def is_same_place(own: str, other: str) -> bool:
    """Whether secrets for ``own`` may go to ``other``: the same host and port, and never from https to http."""
    try:
        a, b = urlsplit(own), urlsplit(other)
        if a.hostname is None or a.hostname != b.hostname:
            return False
        upgraded = (a.scheme, _port(a), b.scheme, _port(b)) == ("http", 80, "https", 443)
        return upgraded or (a.scheme, _port(a)) == (b.scheme, _port(b))
    except ValueError:
        return False


def _port(parts: SplitResult) -> int | None:
    return parts.port or _DEFAULT_PORTS.get(parts.scheme)


def _from_environment(variable: str | None) -> str:
    value = os.environ.get(variable or "", "").strip()
    if not value.isascii() or not value.isprintable():
        raise PermanentError(
            f"the environment variable {variable} holds line breaks or letters that no header may have; "
            "set it again, as one line",
            f"Biến môi trường {variable} có ký tự xuống dòng hoặc ký tự không dùng được trong tiêu đề HTTP; "
            "đặt lại trên một dòng.",
        )
    return value


def _pairs(cookies: str) -> dict[str, str]:
    found = (item.strip().partition("=") for item in cookies.split(";") if item.strip())
    return {name: value for name, _, value in found}
