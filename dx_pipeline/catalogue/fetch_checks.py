"""Whether a source's ``fetch:`` holds together: placeholders, addresses, and names that land where they should.

What the sections mean is in ``source_models.py``; nothing is sent anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatch
from urllib.parse import urlsplit

from dx_pipeline.catalogue.placeholders import Moment, fill, fill_text
from dx_pipeline.catalogue.source_models import Fetch, Request, Source
from dx_pipeline.catalogue.yaml_files import Location

_EXAMPLE_BASE = "https://example.invalid"
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_SECRET_HEADERS = {"authorization", "cookie", "proxy-authorization"}
_ANY_MOMENT = Moment(
    base=_EXAMPLE_BASE,
    month=date(2025, 10, 1),
    period_start=date(2025, 10, 1),
    period_end=date(2025, 10, 31),
    as_of=date(2025, 10, 31),
)


def check_fetch(source: Source) -> Iterator[tuple[Location, str]]:
    """What is wrong with how a source is fetched, as places below the source and messages."""
    fetch = source.fetch
    if fetch is None:
        return
    yield from _check_settings(fetch)
    seen: dict[str, str] = {}
    for index, request in enumerate(fetch.requests):
        place = ("fetch", "requests", index)
        if request.name in seen.values():
            yield (*place, "name"), f"{request.name} is already a request of this source"
        yield from (((*place, *inside), message) for inside, message in _check_request(request))
        yield from (((*place, *inside), message) for inside, message in _check_name(request, source))
        if request.file_name in seen:
            yield (
                (*place, "file_name"),
                f"is also the file of {seen[request.file_name]}; one would replace it",
            )
        seen.setdefault(request.file_name, request.name)


def _check_settings(fetch: Fetch) -> Iterator[tuple[Location, str]]:
    parts = urlsplit(fetch.base)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        yield ("fetch", "base"), "must start with http:// or https:// and a host, and hold no password"
    for name in ("token_variable", "cookie_variable"):
        value = getattr(fetch, name)
        if value is not None and not _VARIABLE.fullmatch(value):
            yield (
                ("fetch", name),
                "must be the name of an environment variable, in capitals: never the secret",
            )


def _check_request(request: Request) -> Iterator[tuple[Location, str]]:
    texts: list[tuple[Location, object]] = [(("url",), request.url), (("file_name",), request.file_name)]
    for section in ("headers", "query", "body"):
        texts += [((section, key), value) for key, value in (getattr(request, section) or {}).items()]
    for place, text in texts:
        try:
            if isinstance(text, str):
                fill(text, _ANY_MOMENT)
        except ValueError as error:
            yield place, str(error)
    if not request.url.startswith(("{base}", "http://", "https://")):
        yield ("url",), "must start with {base}, http:// or https://"
    for header in request.headers:
        if header.lower() in _SECRET_HEADERS:
            yield (
                ("headers", header),
                "secrets come from the environment: use token_variable, cookie_variable",
            )
    if request.body is not None and request.method == "GET":
        yield ("body",), "a GET has no body; use query, or method: POST"
    if request.pages is not None and request.expects != "json":
        yield ("pages",), "only answers in JSON are put together from pages"


def _check_name(request: Request, source: Source) -> Iterator[tuple[Location, str]]:
    try:
        name = fill_text(request.file_name, _ANY_MOMENT)
    except ValueError:
        return
    pattern = source.landing.rpartition("/")[2]
    if "/" in name or "\\" in name or name.startswith("."):
        yield ("file_name",), "must be a plain file name, not a path and not hidden"
    elif not fnmatch(name, pattern):
        yield ("file_name",), f"{name} does not fit the source's landing pattern {source.landing}"
    elif source.file_name and not re.search(source.file_name, name):
        yield ("file_name",), f"{name} does not fit the source's file_name {source.file_name}"
