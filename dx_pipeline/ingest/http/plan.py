"""Which requests fetch a source for a month, with everything filled in: what a dry run shows.

Reads the catalogue and the office's addresses; sends nothing and knows no secret.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import requests

from dx_pipeline.catalogue.placeholders import Moment, fill, fill_text
from dx_pipeline.failures import CatalogueError, PermanentError
from dx_pipeline.periods import add_months, first_of_month, month_end, month_key, quarter_end, quarter_of

if TYPE_CHECKING:
    from dx_pipeline.catalogue.source_models import Fetch, Pages, Request, Source
    from dx_pipeline.settings import Office

_CLOSING_DAY = 14  # of a government report's period, which starts on the 15th of the month before


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """One request with its period filled in, and where its answer goes.

    Attributes:
        period: First day of the month or quarter it is for.
        query: Added to the URL.
        body: Sent as JSON; None for no body.
        target: Path below the landing folder.
    """

    source_code: str
    name: str
    period: date
    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str | int]
    body: Mapping[str, str | int] | None
    target: PurePosixPath
    expects: str
    pages: Pages | None
    checksum_header: str | None
    max_bytes: int
    deadline_seconds: float
    token_variable: str | None
    cookie_variable: str | None

    @property
    def label(self) -> str:
        """How messages call it."""
        return f"{self.source_code}/{self.name} {month_key(self.period)}"

    @property
    def address(self) -> str:
        """The URL with its query."""
        return requests.Request("GET", self.url, params=dict(self.query)).prepare().url or self.url

    @property
    def fingerprint(self) -> str:
        """The same for two requests that ask for the same."""
        asked = json.dumps([self.method, self.address, dict(self.body or {})], sort_keys=True)
        return hashlib.sha256(asked.encode()).hexdigest()


def plan(source: Source, month: date, office: Office, *, today: date) -> list[PlannedRequest]:
    """What would be asked to fetch a source for a month.

    Args:
        source: With its ``fetch`` section.
        month: Any day of it; of a quarterly source, any month of the quarter.
        office: Its ``addresses`` replace the catalogue's.
        today: The day in Vietnam.

    Raises:
        PermanentError: The source cannot be fetched, or not for this month.
        CatalogueError: A placeholder is not known.
    """
    fetch = source.fetch
    if fetch is None:
        raise PermanentError(
            f"{source.code} has no fetch section in the catalogue: its files are put into the landing folder",
            f"Nguồn {source.code} không có mục fetch trong danh mục: tệp được đặt vào thư mục nhận.",
        )
    moment = _moment(source, fetch, month, office, today)
    return [_filled(source, fetch, request, moment) for request in fetch.requests]


def plan_months(
    code: str, months: Sequence[date], office: Office, *, sources: Mapping[str, Source], today: date
) -> list[PlannedRequest]:
    """What would be asked to fetch a source for several months; months of one quarter are asked for once.

    Args:
        code: The source.
        months: In the order in which to ask; empty means ``default_month``.
        office: As for ``plan``.
        sources: The catalogue's, by code.
        today: The day in Vietnam.

    Raises:
        PermanentError: As for ``plan``, or a source is not known.
    """
    fetched = sorted(source.code for source in sources.values() if source.fetch)
    unknown = sorted({code, *office.addresses} - set(fetched))
    if unknown:
        raise PermanentError(
            f"{', '.join(unknown)}: no source of this code is fetched; a source to fetch, and each of the addresses in "
            f"office.yaml, is one of: {', '.join(fetched)}",
            f"Không có nguồn {', '.join(unknown)} để lấy qua mạng; các nguồn lấy được: {', '.join(fetched)}.",
        )
    source = sources[code]
    planned = [
        request
        for month in months or [default_month(source, today)]
        for request in plan(source, month, office, today=today)
    ]
    return list({(request.period, request.name): request for request in planned}.values())


def default_month(source: Source, today: date) -> date:
    """The month to fetch when none is named: the running one if no past one can be had, else the one before."""
    is_running = source.fetch is not None and source.fetch.shows == "running_month"
    return first_of_month(today) if is_running else add_months(today, -1)


def _moment(source: Source, fetch: Fetch, month: date, office: Office, today: date) -> Moment:
    first = quarter_of(month) if source.cadence == "quarterly" else first_of_month(month)
    end = quarter_end(first) if source.cadence == "quarterly" else month_end(first)
    start = first
    if source.period_basis == "government_report":
        start, end = add_months(first, -1).replace(day=_CLOSING_DAY + 1), end.replace(day=_CLOSING_DAY)
    if start > today:
        raise PermanentError(
            f"{month_key(month)} has not begun, so {source.code} cannot be fetched for it",
            f"Kỳ {month_key(month)} chưa bắt đầu, chưa thể lấy {source.code}.",
        )
    if fetch.shows == "running_month" and today > end:
        raise PermanentError(
            f"{source.code} shows its present state only, so {month_key(month)} is past fetching; a file taken within "
            "that month can be put into the landing folder",
            f"{source.code} chỉ cho số liệu hiện tại, không lấy lại được kỳ {month_key(month)}; nếu có tệp đã lấy "
            "trong kỳ, đặt tệp vào thư mục nhận.",
        )
    base = office.addresses.get(source.code, fetch.base).rstrip("/")
    return Moment(base=base, month=first, period_start=start, period_end=end, as_of=min(today, end))


def _filled(source: Source, fetch: Fetch, request: Request, moment: Moment) -> PlannedRequest:
    def values(section: Mapping[str, str | int]) -> dict[str, str | int]:
        return {
            key: fill(value, moment) if isinstance(value, str) else value for key, value in section.items()
        }

    try:
        folder = source.landing.partition("/")[0]
        name = fill_text(request.file_name, moment)
        return PlannedRequest(
            source_code=source.code,
            name=request.name,
            period=moment.month,
            method=request.method,
            url=fill_text(request.url, moment),
            headers={key: fill_text(value, moment) for key, value in request.headers.items()},
            query=values(request.query),
            body=None if request.body is None else values(request.body),
            target=PurePosixPath(folder, month_key(moment.month), PurePosixPath(name).name),
            expects=request.expects,
            pages=request.pages,
            checksum_header=request.checksum_header,
            max_bytes=request.max_bytes,
            deadline_seconds=fetch.deadline_seconds,
            token_variable=fetch.token_variable,
            cookie_variable=fetch.cookie_variable,
        )
    except ValueError as error:
        raise CatalogueError(f"source {source.code}, request {request.name}: {error}") from error
