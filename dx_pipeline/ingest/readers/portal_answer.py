"""What the readers of the portal's two generations of JSON share: loading an answer, its period, its numbers.

An answer is refused as a whole where it is no JSON of the portal; which field means what is the readers'.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.numbers import NumberError, plausible, vietnamese_figure
from dx_pipeline.ingest.observation import Hints, UnreadCell
from dx_pipeline.ingest.period_text import ReportedPeriod, is_plausible_month
from dx_pipeline.periods import first_of_month, month_end, quarter_end

if TYPE_CHECKING:
    from dx_pipeline.catalogue.models import Indicator
    from dx_pipeline.catalogue.source_models import Source

_NUMBER = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,15})(?:(?P<mark>[.,])(?P<decimals>[0-9]{1,15}))?")
_SHOWN_KEYS = 6


class _NoNumberError(ValueError):
    """NaN or Infinity, which are no JSON."""


class _RepeatedKeyError(ValueError):
    """A key that stands twice in one object: one of its values would be lost."""


def load_answer(path: Path, file_name: str) -> Any:
    """The JSON of a file.

    Raises:
        UnreadableFileError: It is a web page, is cut off, nests without end, holds NaN or a key twice, or is no
            JSON for another reason.
    """
    content = path.read_bytes()
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise UnreadableFileError(
            f"{file_name} is a web page, for example one for signing in, and not the portal's answer; fetch it again",
            f"Tệp {file_name} là một trang web (ví dụ trang đăng nhập), không phải dữ liệu của Cổng. Đề nghị tải lại.",
        )
    try:
        return json.loads(
            content.decode(json.detect_encoding(content)).removeprefix("\ufeff"),
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_repeated_keys,
        )
    except RecursionError as error:
        raise _not_json(file_name, "it nests without end", "dữ liệu lồng nhau quá sâu") from error
    except _RepeatedKeyError as error:
        raise _not_json(
            file_name, f"the key {error} stands twice in one object", f"khóa {error} bị lặp"
        ) from error
    except _NoNumberError as error:
        raise _not_json(
            file_name, f"{error} is no number of JSON", f"«{error}» không phải số hợp lệ"
        ) from error
    except json.JSONDecodeError as error:
        if not error.doc.strip():
            words = ("it is empty", "tệp trống")
        elif error.pos >= len(error.doc.rstrip()) - 1 and not error.msg.startswith("Extra"):
            words = (f"it is cut off after line {error.lineno}", f"tệp bị cắt cụt ở dòng {error.lineno}")
        else:
            words = (str(error), f"sai ở dòng {error.lineno}, cột {error.colno}")
        raise _not_json(file_name, *words) from error
    except ValueError as error:
        raise _not_json(file_name, str(error), str(error)) from error


def _not_json(file_name: str, reason_en: str, reason_vi: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{file_name} is not JSON: {reason_en}; fetch it again",
        f"Tệp {file_name} không phải JSON hợp lệ: {reason_vi}. Đề nghị tải lại.",
    )


def _refuse_constant(name: str) -> None:
    raise _NoNumberError(name)


def _without_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    items = dict(pairs)
    if len(items) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _RepeatedKeyError(repr(next(key for key in keys if keys.count(key) > 1)))
    return items


def answer_period(file_name: str, source: Source, hints: Hints, *, example: str) -> ReportedPeriod:
    """The period in the file's name, else the one that is known of the file from elsewhere.

    Args:
        file_name: Matched with the source's ``file_name``, whose groups are ``as_of`` (DDMMYYYY), or ``year``
            with ``month`` or ``quarter``; a number behind such a name tells two spellings apart.
        source: The source of the file.
        hints: What else is known of it.
        example: A file name with a period, to show in the message.

    Raises:
        UnreadableFileError: Neither is there, or a person gave another period than the name.
    """
    named, given = _period_in_name(file_name, source), hints.period
    if named is None and given is None:
        raise UnreadableFileError(
            f"{file_name}: the portal's answer names no period, so the name must carry the day it was taken, as in "
            f"{example}, or the period must be given with the file",
            f"Tệp {file_name}: số liệu của Cổng không ghi kỳ, nên tên tệp phải có ngày lấy số liệu hoặc kỳ, ví dụ "
            f"{example}; hoặc khai báo kỳ khi gửi tệp.",
        )
    if named is None or given is None or not hints.is_certain:
        return named or given  # type: ignore[return-value] # one of them is there
    if not given.period_start <= named.as_of <= given.period_end:
        raise UnreadableFileError(
            f"{file_name}: the name says {named.as_of}, but the file was given for {given.period_start} to "
            f"{given.period_end}; correct one of them",
            f"Tệp {file_name}: tên tệp ghi ngày {named.as_of:%d/%m/%Y}, nhưng kỳ được khai báo là "
            f"{given.period_start:%d/%m/%Y}-{given.period_end:%d/%m/%Y}. Đề nghị sửa lại cho khớp.",
        )
    return ReportedPeriod(period_start=given.period_start, period_end=given.period_end, as_of=named.as_of)


def _period_in_name(file_name: str, source: Source) -> ReportedPeriod | None:
    match = re.search(source.file_name, file_name) if source.file_name else None
    named = match.groupdict().items() if match else ()
    parts = {key.rstrip("0123456789"): text for key, text in named if text}
    try:
        if text := parts.get("as_of"):
            day = date(int(text[4:]), int(text[2:4]), int(text[:2]))
            start, end = first_of_month(day), month_end(day)
        elif "quarter" in parts:
            start = date(int(parts["year"]), 3 * int(parts["quarter"]) - 2, 1)
            day = end = quarter_end(start)
        elif "month" in parts:
            start = date(int(parts["year"]), int(parts["month"]), 1)
            day = end = month_end(start)
        else:
            return None
    except ValueError:
        return None
    if not is_plausible_month(day.year, day.month):
        return None
    return ReportedPeriod(period_start=start, period_end=end, as_of=day)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the indicator says about one of its figures."""

    is_whole: bool
    maximum: float | None


def limits_of(indicator: Indicator, role: str) -> Limits:
    """The limits of a value, or of a numerator or denominator, which are counts."""
    if role != "value":
        return Limits(is_whole=True, maximum=None)
    return Limits(is_whole=indicator.is_whole_number, maximum=indicator.bounds.maximum)


def json_number(value: Any, limits: Limits) -> float | None:
    """A number of the answer, or one written as a text; None where there is nothing.

    In a text the dot is the decimal mark, as in JSON, and a lone comma is one too. Groups of thousands are
    never guessed.

    Raises:
        NumberError: It is no number, or may be meant in two ways; with both readings.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _unreadable(value)
    try:
        return plausible(float(value), value) if not isinstance(value, str) else _from_text(value, limits)
    except OverflowError as error:
        raise _unreadable(value) from error


def _from_text(text: str, limits: Limits) -> float:
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise _unreadable(text)
    sign, whole, mark, decimals = match["sign"], match["whole"], match["mark"], match["decimals"]
    if mark is None:
        return plausible(float(f"{sign}{whole}"), text)
    read = plausible(float(f"{sign}{whole}.{decimals}"), text)
    if len(decimals) != 3 or len(whole) > 3 or whole.startswith("0"):
        return read
    grouped = float(f"{sign}{whole}{decimals}")
    if limits.is_whole or (mark == "," and (limits.maximum is None or grouped <= limits.maximum)):
        raise NumberError(
            f"{text!r} can be read as {read:.15g} or as {grouped:.15g}; fetch it again as a number",
            f"«{text}» có thể hiểu là {vietnamese_figure(read)} hoặc {vietnamese_figure(grouped)}; đề nghị lấy lại "
            "số liệu dạng số.",
            (read, grouped),
        )
    return read


def _unreadable(value: Any) -> NumberError:
    shown = str(value)[:60]
    return NumberError(f"{shown!r} is not a number", f"«{shown}» không phải là số.")


def is_figure(value: Any) -> bool:
    """Whether a field holds a number, or a text that is one."""
    if isinstance(value, str):
        return _NUMBER.fullmatch(value.strip()) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(slots=True)
class Unmapped:
    """Fields that hold figures and that the source's entry does not name, each with the places they stand in."""

    places: dict[str, list[tuple[str, Any]]]

    def cells(self, source: Source) -> list[UnreadCell]:
        """One doubtful cell per field, which proposes an entry: a new field of the portal is never lost."""
        return [
            UnreadCell(
                rule="known_indicator",
                severity="WARN",
                locator=places[0][0],
                raw_text=str(places[0][1])[:200],
                message_en=f"{places[0][0]}: the field {key!r} ({len(places)} times) is not known for {source.code}; "
                f"add '{key}: <indicator>' to fields, or '{key}: <reason>' to ignored, in sources/{source.code}.yaml",
                message_vi=f"{places[0][0]}: trường «{key}» ({len(places)} lần) chưa có trong danh mục nguồn "
                f"{source.code}; cần thêm «{key}: <chỉ tiêu>» vào fields hoặc «{key}: <lý do>» vào ignored.",
            )
            for key, places in self.places.items()
        ]


def shown_keys(keys: list[str]) -> str:
    """The first few keys of an answer, for a message."""
    return ", ".join(keys[:_SHOWN_KEYS]) + (", …" if len(keys) > _SHOWN_KEYS else "") or "-"
