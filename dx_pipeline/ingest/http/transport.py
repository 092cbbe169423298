"""Sending one request: redirects followed by hand, secrets to their own host only, every wait bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.http.credentials import Credentials, plain_address
from dx_pipeline.ingest.http.plan import PlannedRequest
from dx_pipeline.ingest.http.retries import PassingError, Patience
from dx_pipeline.ingest.http.watch import Watch, WatchedAdapter

MAX_REDIRECTS = 5
CHUNK = 1 << 16
_REDIRECTS = (301, 302, 303, 307, 308)
_SEE_OTHER = 303
_KEEPS_METHOD = (307, 308)


class _OneHop(requests.Session):
    """A session that leaves redirects alone: requests would read the whole body of each, however long."""

    def resolve_redirects(self, *_arguments: Any, **_options: Any) -> Iterator[Any]:
        return iter(())


class Transport:
    """One session with one host: its cookies are kept, its secrets never leave for another host."""

    def __init__(self, credentials: Credentials, patience: Patience) -> None:
        self.watch = Watch()
        self._credentials = credentials
        self._patience = patience
        self._session = _OneHop()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, WatchedAdapter(self.watch))
        self._session.headers["User-Agent"] = (
            f"dx_pipeline/{version('dx-pipeline')} {requests.utils.default_user_agent()}"
        )

    def close(self) -> None:
        """Closes the connections."""
        self._session.close()

    def send(self, request: PlannedRequest, headers: Mapping[str, str]) -> requests.Response:
        """The answer to a request, its body still unread.

        Raises:
            PassingError: No connection, or it was lost.
            PermanentError: An address cannot be used, a certificate is not trusted, or redirects go astray.
        """
        method, url, query, body = request.method, request.url, request.query, request.body
        for _ in range(MAX_REDIRECTS + 1):
            response = self._send_once(method, url, query, body, {**request.headers, **headers})
            if response.status_code not in _REDIRECTS or "Location" not in response.headers:
                return response
            response.close()
            url, query = self._next_address(request, response), {}
            if response.status_code == _SEE_OTHER or (
                method == "POST" and response.status_code not in _KEEPS_METHOD
            ):
                method, body = "GET", None
        raise PermanentError(
            f"{request.label}: {plain_address(request.url)} redirects more than {MAX_REDIRECTS} times, the last "
            f"time to {plain_address(url)}; a login may be wanted, or the address is wrong",
            f"{request.label}: máy chủ chuyển hướng quá {MAX_REDIRECTS} lần; có thể cần đăng nhập hoặc sai địa chỉ.",
        )

    def _send_once(
        self,
        method: str,
        url: str,
        query: Mapping[str, str | int],
        body: Mapping[str, str | int] | None,
        headers: Mapping[str, str],
    ) -> requests.Response:
        patience = self._patience
        remaining = max(self.watch.remaining, 0.001)
        try:
            return self._session.request(
                method,
                url,
                params=dict(query),
                json=None if body is None else dict(body),
                headers=dict(headers),
                auth=self._credentials,
                stream=True,
                allow_redirects=False,
                timeout=(min(patience.connect_timeout, remaining), min(patience.read_timeout, remaining)),
            )
        except requests.exceptions.SSLError as error:
            if "CERTIFICATE" in str(error).upper():
                raise self._refused(
                    url,
                    error,
                    "its certificate is not trusted; REQUESTS_CA_BUNDLE may name the office's own",
                ) from None
            raise PassingError(f"the connection was lost ({self._told(error)})") from None
        except (requests.ConnectionError, requests.Timeout) as error:
            raise PassingError(f"no connection, or it was lost ({self._told(error)})") from None
        except requests.RequestException as error:
            raise self._refused(url, error, "the address or the proxy's settings are not valid") from None

    def chunks(self, response: requests.Response) -> Iterator[bytes]:
        """The bytes of the body as they were sent, as they come; no decoding.

        Raises:
            PassingError: The connection was lost, or the body is shorter than its length.
        """
        while True:
            try:
                # read1 gives what is there: a read of fixed size would wait for a slow body to fill it.
                chunk = response.raw.read1(CHUNK, decode_content=False)
            except (HTTPError, OSError) as error:
                raise PassingError(f"the body was cut short ({self._told(error)})") from None
            if self.watch.remaining <= 0:
                raise PassingError("the deadline passed within the body")
            if not chunk:
                return
            yield chunk

    def _next_address(self, request: PlannedRequest, response: requests.Response) -> str:
        try:
            url = urljoin(response.url, self._session.get_redirect_target(response) or "")
            was, now = urlsplit(response.url).scheme, urlsplit(url).scheme
        except ValueError as error:
            raise PermanentError(
                f"{request.label}: {plain_address(response.url)} redirects to an address that cannot be read ({error})",
                f"{request.label}: máy chủ chuyển hướng sang một địa chỉ không hợp lệ.",
            ) from None
        if now not in ("http", "https") or (was, now) == ("https", "http"):
            raise PermanentError(
                f"{request.label}: {plain_address(response.url)} redirects to {plain_address(url)}; only https, or "
                "http from http, is followed",
                f"{request.label}: máy chủ chuyển hướng sang địa chỉ không an toàn {plain_address(url)}.",
            )
        return url

    def _refused(self, url: str, error: Exception, cause: str) -> PermanentError:
        return PermanentError(
            f"{plain_address(url)} cannot be asked: {cause} ({self._told(error)})",
            f"Không gửi được yêu cầu tới {plain_address(url)}: {self._told(error)}.",
        )

    def _told(self, error: Exception) -> str:
        return self._credentials.redact(error)
