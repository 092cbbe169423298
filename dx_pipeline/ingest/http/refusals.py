"""What is said when an answer is not taken: what was asked, what came, and what to do about it."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import TYPE_CHECKING

import requests

from dx_pipeline.failures import DxError, PermanentError, TransientError
from dx_pipeline.ingest.http.content import WrongContentError, page_title
from dx_pipeline.ingest.http.credentials import is_same_place, plain_address
from dx_pipeline.ingest.http.retries import PassingError

if TYPE_CHECKING:
    from dx_pipeline.ingest.http.plan import PlannedRequest
    from dx_pipeline.ingest.http.transport import Transport

_HEAD = 65536
_HINTS = {
    HTTPStatus.NOT_FOUND: (
        "the address or the file's name may have changed, or the period is not out yet",
        "địa chỉ hoặc tên tệp có thể đã đổi, hoặc kỳ này chưa công bố",
    ),
    HTTPStatus.NO_CONTENT: ("the source has nothing for this period yet", "nguồn chưa có số liệu kỳ này"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("the server finds the request too large", "yêu cầu quá lớn"),
}
_LOGIN_STATUSES = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED)


def status_text(status: int) -> str:
    """A status in words: ``HTTP 503 Service Unavailable``."""
    known = {item.value: item.phrase for item in HTTPStatus}
    return f"HTTP {status} {known.get(status, '')}".rstrip()


def refused(request: PlannedRequest, response: requests.Response, transport: Transport) -> DxError:
    """A status that no repetition will change."""
    status = response.status_code
    if status == HTTPStatus.ACCEPTED:
        return TransientError(
            f"{_asked(request)}: the server is still preparing the answer (HTTP 202); run again later",
            f"{request.label}: máy chủ đang chuẩn bị số liệu (HTTP 202); chạy lại sau.",
        )
    if status in _LOGIN_STATUSES:
        hint, hint_vi = _login_hint(request)
    else:
        hint, hint_vi = _HINTS.get(
            HTTPStatus(status) if status in list(HTTPStatus) else HTTPStatus.OK,
            ("the request, as the catalogue describes it, is not accepted", "yêu cầu không được chấp nhận"),
        )
    title = _title(response, transport)
    return PermanentError(
        f"{_asked(request)}: {status_text(status)}{title}; {hint}",
        f"{request.label}: máy chủ trả về {status_text(status)}{title}; {hint_vi}.",
    )


def wrong_content(
    request: PlannedRequest, response: requests.Response, error: WrongContentError
) -> PermanentError:
    """The content is not what was expected, although all of it came."""
    via = ""
    if not is_same_place(request.url, response.url):
        via = f" after a redirect to {plain_address(response.url)}"
    hint, hint_vi = "", ""
    if error.is_page:
        hint, hint_vi = (f"; {text}" for text in _login_hint(request))
    return PermanentError(
        f"{_asked(request)}: {error}{via}{hint}. Nothing was kept",
        f"{request.label}: {error.message_vi}{hint_vi}. Không lưu tệp nào.",
    )


def too_large(request: PlannedRequest, found: str) -> PermanentError:
    """More than the catalogue allows."""
    return PermanentError(
        f"{_asked(request)}: {found}, at most {request.max_bytes} are allowed; if the source has really grown, raise "
        "max_bytes of the request in the catalogue. Nothing was kept",
        f"{request.label}: dữ liệu vượt giới hạn {request.max_bytes} byte; nếu đúng là tệp lớn, tăng max_bytes trong "
        "danh mục. Không lưu tệp nào.",
    )


def wrong_checksum(request: PlannedRequest, header: str, expected: str, found: str) -> PermanentError:
    """All bytes came, and they are not those the server speaks of."""
    return PermanentError(
        f"{_asked(request)}: {header} says sha256 {expected}, what came has {found}; tell the source's operator. "
        "Nothing was kept",
        f"{request.label}: mã kiểm tra sha256 không khớp với {header}; báo cho đơn vị vận hành nguồn. Không lưu tệp.",
    )


def no_checksum(request: PlannedRequest) -> PermanentError:
    """The catalogue names a header that is not there."""
    return PermanentError(
        f"{_asked(request)}: the answer has no header {request.checksum_header}, which the catalogue says carries its "
        "sha256; ask the source's operator, or take checksum_header out of the catalogue",
        f"{request.label}: thiếu tiêu đề {request.checksum_header} chứa mã kiểm tra sha256.",
    )


def gave_up(request: PlannedRequest, attempts: int, problem: PassingError) -> TransientError:
    """Enough attempts, or the next one would come after the deadline."""
    wait = f" The server asks to wait {problem.retry_after:.0f} s." if problem.retry_after else ""
    return TransientError(
        f"{_asked(request)}: {problem}; tried {attempts} times.{wait} It may pass by itself: run again later",
        f"{request.label}: {problem}; đã thử {attempts} lần. Có thể là sự cố tạm thời, chạy lại sau.",
    )


def out_of_time(request: PlannedRequest, problem: PassingError) -> TransientError:
    """The deadline has passed."""
    return TransientError(
        f"{_asked(request)}: not finished within {request.deadline_seconds:g} s ({problem}); run again later, or raise "
        "deadline_seconds in the catalogue",
        f"{request.label}: quá thời hạn {request.deadline_seconds:g} giây; chạy lại sau.",
    )


def _asked(request: PlannedRequest) -> str:
    return f"{request.label}: {request.method} {plain_address(request.url)}"


def _login_hint(request: PlannedRequest) -> tuple[str, str]:
    """Where to look when a login is wanted: the variables by name, never by value."""
    english, vietnamese = [], []
    for variable, what, what_vi in (
        (request.token_variable, "token", "token"),
        (request.cookie_variable, "cookie of the portal or its firewall (WAF)", "cookie của cổng hoặc WAF"),
    ):
        if variable:
            is_set = bool(os.environ.get(variable))
            state = "is set: it may have expired" if is_set else "is not set"
            state_vi = "đã đặt, có thể hết hạn" if is_set else "chưa đặt"
            english.append(f"the {what} in {variable} {state}")
            vietnamese.append(f"{what_vi} trong {variable} {state_vi}")
    english.append("the address may be wrong or the source closed for maintenance")
    vietnamese.append("có thể sai địa chỉ hoặc nguồn đang bảo trì")
    return f"look here: {'; '.join(english)}", f"kiểm tra: {'; '.join(vietnamese)}"


def _title(response: requests.Response, transport: Transport) -> str:
    """The title of the page that came with a refusal."""
    try:
        head = next(transport.chunks(response), b"")[:_HEAD]
    except PassingError:
        return ""
    title = page_title(head)
    return f" («{title}»)" if title else ""
