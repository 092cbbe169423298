"""An answer in pages put together as one: the first page with the lists of all pages in place of its own.

A server that repeats a page, stops early or changes its total is an error: a list with a hole looks whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from dx_pipeline.catalogue.source_models import Pages
from dx_pipeline.failures import PermanentError, TransientError
from dx_pipeline.ingest.http import refusals
from dx_pipeline.ingest.http.client import Answer, HttpClient
from dx_pipeline.ingest.http.part import Part
from dx_pipeline.ingest.http.plan import PlannedRequest


def download_pages(client: HttpClient, request: PlannedRequest, target: Path) -> Answer:
    """Every page of an answer, as one JSON file.

    Raises:
        TransientError: A page did not come, or the list changed while it was read.
        PermanentError: The pages do not make one list; says which page and why.
    """
    pages = request.pages
    if pages is None:
        raise ValueError("the request is not in pages")
    first: Any = None
    items: list[Any] = []
    count, last = 0, None
    for answer, page in _each(client, request, pages, target):
        found = _list(page, pages, request, count + 1)
        if found and found == _previous(items, found):
            raise _fault(request, f"page {count + 1} repeats page {count}: is {pages.parameter} its number?")
        total = _total(page, pages, request, len(items) + len(found))
        first, last = (page if first is None else first), answer
        items += found
        count += bool(found)
        if not found or len(items) == total:
            break
    if last is None or not items:
        raise _fault(request, f"the list at {pages.items} is empty")
    if total is not None and len(items) != total:
        raise _fault(request, f"{len(items)} items came, {pages.total} says {total}")
    path = Part(target, request.fingerprint).path
    path.write_text(json.dumps(_with(first, pages.items, items), ensure_ascii=False), encoding="utf-8")
    return Answer(path, last.status, {}, "pages", count)


def _each(
    client: HttpClient, request: PlannedRequest, pages: Pages, target: Path
) -> Iterator[tuple[Answer, Any]]:
    room = request.max_bytes
    for number in range(pages.first, pages.first + pages.limit):
        part = Part(target.with_name(f"{target.name}.page"), request.fingerprint)
        part.discard()
        answer = client.download(_numbered(replace(request, max_bytes=room), pages, number), part)
        if answer is None:
            raise _fault(request, f"page {number} was not sent")
        content = answer.path.read_bytes()
        answer.path.unlink()
        part.discard()
        room -= len(content)
        if room <= 0:
            raise refusals.too_large(request, f"{number - pages.first + 1} pages are larger")
        yield answer, json.loads(content)
    raise _fault(request, f"there are more than {pages.limit} pages; raise limit if that is right")


def _numbered(request: PlannedRequest, pages: Pages, number: int) -> PlannedRequest:
    asked: dict[str, str | int] = {pages.parameter: number}
    if pages.size_parameter and pages.size:
        asked[pages.size_parameter] = pages.size
    if request.body is not None:
        return replace(request, body={**request.body, **asked})
    return replace(request, query={**request.query, **asked})


def _list(page: Any, pages: Pages, request: PlannedRequest, number: int) -> list[Any]:
    found = _at(page, pages.items)
    if not isinstance(found, list):
        raise _fault(request, f"page {number} has no list at {pages.items}")
    return found


def _previous(items: list[Any], found: list[Any]) -> list[Any]:
    return items[-len(found) :]


def _total(page: Any, pages: Pages, request: PlannedRequest, so_far: int) -> int | None:
    if pages.total is None:
        return None
    total = _at(page, pages.total)
    if isinstance(total, str) and total.isdigit():
        total = int(total)
    if not isinstance(total, int | float) or isinstance(total, bool):
        raise _fault(request, f"there is no number at {pages.total}")
    if so_far > total:
        raise TransientError(
            f"{request.label}: {so_far} items came, {pages.total} says {total}; the list may have changed while it was "
            "read: run again",
            f"{request.label}: nhận {so_far} mục, nhưng {pages.total} ghi {total}; chạy lại.",
        )
    return int(total)


def _at(content: Any, path: str) -> Any:
    for key in path.split("."):
        content = content.get(key) if isinstance(content, dict) else None
    return content


def _with(content: Any, path: str, items: list[Any]) -> Any:
    key, _, rest = path.partition(".")
    return {**content, key: _with(content[key], rest, items) if rest else items}


def _fault(request: PlannedRequest, found: str) -> PermanentError:
    return PermanentError(
        f"{request.label}: {found}. Nothing was kept; the source's pages section in the catalogue may need a change",
        f"{request.label}: các trang trả về không ghép được thành một danh sách ({found}). Không lưu tệp nào.",
    )
