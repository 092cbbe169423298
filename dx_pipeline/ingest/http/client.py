"""One answer fetched whole: attempts, statuses, the body into a part file, its checksum and its content.

Sending is ``transport``'s business, what a file must hold is ``content``'s, where it goes is ``landing``'s.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import requests

from dx_pipeline.failures import DxError, PermanentError
from dx_pipeline.ingest.archive import sha256_of
from dx_pipeline.ingest.http import refusals
from dx_pipeline.ingest.http.checksums import announced
from dx_pipeline.ingest.http.content import CutShortError, WrongContentError, check_content
from dx_pipeline.ingest.http.credentials import credentials_for
from dx_pipeline.ingest.http.part import Part, TooLargeError, whole_size
from dx_pipeline.ingest.http.plan import PlannedRequest
from dx_pipeline.ingest.http.retries import PassingError, Patience, is_passing
from dx_pipeline.ingest.http.transport import CHUNK, Transport

OnBytes = Callable[[int, int | None], None]

_WHOLE = (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NON_AUTHORITATIVE_INFORMATION)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole, checked answer.

    Attributes:
        path: Where it lies for now.
        headers: Of the last response.
        end: What proved that all came: ``length``, ``chunked``, ``pages``; ``closed`` where nothing did.
    """

    path: Path
    status: int
    headers: Mapping[str, str]
    end: str
    pages: int = 0


class HttpClient:
    """Fetches the requests of one source, one after the other. Not for use by several threads."""

    def __init__(self, request: PlannedRequest, patience: Patience, on_bytes: OnBytes | None = None) -> None:
        self._credentials = credentials_for(
            request.url, token_variable=request.token_variable, cookie_variable=request.cookie_variable
        )
        self._patience = patience
        self._transport = Transport(self._credentials, patience)
        self._on_bytes = on_bytes or (lambda _done, _total: None)

    def close(self) -> None:
        """Closes the connections."""
        self._transport.close()

    def download(
        self, request: PlannedRequest, part: Part, conditions: Mapping[str, str] | None = None
    ) -> Answer | None:
        """The answer to a request as a whole file, or None where the server says that nothing is new.

        Args:
            request: What to ask.
            part: Where to put it; what is there of the same version is continued.
            conditions: ``If-None-Match`` or ``If-Modified-Since`` of the file that is there already.

        Raises:
            TransientError: It did not come, and may come later; what came is kept if it can be continued.
            PermanentError: It cannot be had this way, or is not what was expected; nothing is kept.
        """
        attempt = 0
        with self._transport.watch.limit(request.deadline_seconds):
            while True:
                attempt += 1
                try:
                    return self._attempt(request, part, conditions or {})
                except PassingError as problem:
                    if not part.range_headers():
                        part.discard()
                    self._wait(request, attempt, problem)
                except DxError:
                    part.discard()
                    raise

    def _wait(self, request: PlannedRequest, attempt: int, problem: PassingError) -> None:
        """Waits for the next attempt, or gives up.

        Raises:
            TransientError: There have been enough attempts, or there is no time for another.
        """
        remaining = self._transport.watch.remaining
        wait = self._patience.wait_after(attempt, problem.retry_after)
        if remaining <= 0:
            raise refusals.out_of_time(request, problem) from None
        if attempt >= self._patience.attempts or wait >= remaining:
            raise refusals.gave_up(request, attempt, problem) from None
        self._patience.sleep(wait)

    def _attempt(self, request: PlannedRequest, part: Part, conditions: Mapping[str, str]) -> Answer | None:
        rest = part.range_headers()
        # Identity: length, range and checksum then all speak of the same bytes.
        headers = {"Accept-Encoding": "identity", **(rest or conditions)}
        with closing(self._transport.send(request, headers)) as response:
            if response.status_code == HTTPStatus.NOT_MODIFIED and conditions and not rest:
                return None
            self._begin(response, request, part, is_continued=bool(rest))
            end = self._receive(response, request, part)
            self._verify(response, request, part, end)
            return self._finished(response, request, part, end)

    def _begin(
        self, response: requests.Response, request: PlannedRequest, part: Part, *, is_continued: bool
    ) -> None:
        """Makes the part ready for the body, or refuses the answer."""
        status = response.status_code
        if status in _WHOLE:
            part.begin(response.headers)
        elif is_continued and status == HTTPStatus.PARTIAL_CONTENT:
            if not part.continues_with(response.headers):
                part.discard()
                raise PassingError("the server sent another range than was asked", retry_after=0)
        elif is_continued and status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.discard()
            raise PassingError("the file has become shorter meanwhile", retry_after=0)
        elif is_passing(status):
            wait = self._patience.retry_after(response.headers.get("Retry-After"))
            raise PassingError(refusals.status_text(status), wait)
        else:
            raise refusals.refused(request, response, self._transport)

    def _receive(self, response: requests.Response, request: PlannedRequest, part: Part) -> str:
        """Takes in the body and says what proves that all of it came."""
        declared = _length(response.headers)
        total = None if declared is None else part.size + declared
        if total is not None and total > request.max_bytes:
            raise refusals.too_large(request, f"{total} bytes are announced")
        try:
            part.append(self._counted(response, part.size, total), request.max_bytes)
        except TooLargeError:
            raise refusals.too_large(request, f"more than {request.max_bytes} bytes came") from None
        whole = whole_size(response.headers) if response.status_code == HTTPStatus.PARTIAL_CONTENT else total
        if whole is not None and part.size < whole:
            raise PassingError(f"the body was cut short: {part.size} of {whole} bytes")
        if whole is not None and part.size > whole:
            part.discard()
            raise PassingError("more bytes came than the file has", retry_after=0)
        if whole is not None:
            return "length"
        return "chunked" if "chunked" in response.headers.get("Transfer-Encoding", "").lower() else "closed"

    def _counted(self, response: requests.Response, done: int, total: int | None) -> Iterator[bytes]:
        for chunk in self._transport.chunks(response):
            done += len(chunk)
            self._on_bytes(done, total)
            yield chunk

    def _verify(self, response: requests.Response, request: PlannedRequest, part: Part, end: str) -> None:
        """Compares with every checksum the server gave."""
        is_partial = response.status_code == HTTPStatus.PARTIAL_CONTENT
        checksums = list(announced(response.headers, request.checksum_header, is_partial=is_partial))
        if request.checksum_header and request.checksum_header not in response.headers:
            raise refusals.no_checksum(request)
        if not checksums:
            return
        found = sha256_of(part.path)
        for header, expected in checksums:
            if found != expected:
                if is_partial:
                    part.discard()  # the two halves are not of one file
                if is_partial or end == "closed":
                    raise PassingError(f"its sha256 is not that of {header}: it was cut short or mixed up")
                raise refusals.wrong_checksum(request, header, expected, found)

    def _finished(self, response: requests.Response, request: PlannedRequest, part: Part, end: str) -> Answer:
        """The content, decoded and checked."""
        path = part.path
        try:
            if "Content-Encoding" in response.headers:
                path = _decoded(response.headers["Content-Encoding"], part, request)
            check_content(
                path,
                request.target.name,
                request.expects,
                limit=request.max_bytes,
                is_end_sure=end != "closed",
            )
        except CutShortError as error:
            if end == "closed":
                raise PassingError(f"the body was cut short: {error}") from None
            raise refusals.wrong_content(request, response, error) from None
        except WrongContentError as error:
            raise refusals.wrong_content(request, response, error) from None
        return Answer(path, response.status_code, response.headers, end)


def _length(headers: Mapping[str, str]) -> int | None:
    text = headers.get("Content-Length", "").strip()
    is_chunked = "chunked" in headers.get("Transfer-Encoding", "").lower()
    return int(text) if text.isascii() and text.isdigit() and not is_chunked else None


def _decoded(coding: str, part: Part, request: PlannedRequest) -> Path:
    """The part without the gzip coding that a server put on it unasked; never more than the limit."""
    if coding.strip().lower() in ("", "identity"):
        return part.path
    if coding.strip().lower() not in ("gzip", "x-gzip"):
        raise PermanentError(
            f"{request.label}: the server sends Content-Encoding {coding!r} although none was asked for; it must offer "
            "the answer plain or as gzip",
            f"{request.label}: máy chủ trả về nội dung mã hóa {coding!r} không đọc được.",
        )
    size = 0
    try:
        with gzip.open(part.path) as source, part.decoded.open("wb") as target:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > request.max_bytes:
                    raise refusals.too_large(request, f"it expands to more than {request.max_bytes} bytes")
                target.write(chunk)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise CutShortError(
            f"its gzip coding breaks off: {error}", f"nội dung gzip bị ngắt: {error}"
        ) from None
    return part.decoded
