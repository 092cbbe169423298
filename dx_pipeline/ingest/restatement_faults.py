"""What can be wrong with an entry of a restatements file beside its shape, and how a refused file is told.

Shapes are in ``catalogue/restatement_models.py``; reading and writing the entries in ``restatements.py``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.geography import AreaNotFoundError
from dx_pipeline.catalogue.restatement_models import Action
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import NATION
from dx_pipeline.periods import FIRST_MONTH, month_key

if TYPE_CHECKING:
    from dx_pipeline.catalogue.findings import Finding
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.restatement_models import Restatement, RestatementFile
    from dx_pipeline.catalogue.yaml_files import Lines

Told = tuple[str, str, str]  # key, English, Vietnamese
_FIGURE = ("source", "indicator", "area", "period", "scope", "period_basis", "accumulates_from", "old_value")
_COUNTS = ("numerator", "denominator")
_NUMBERS = ("old_value", "new_value", *_COUNTS)
_PLAIN = re.compile(r"[-+]?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")
_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}")


def faults(content: RestatementFile, lines: Lines, catalogue: Catalogue, today: date) -> list[Finding]:
    """Everything that cannot be true of a file with the right shape.

    Args:
        content: The file.
        lines: Where its values stand, and how they are written.
        catalogue: For indicators, areas, scopes and sources.
        today: The day it came; nothing is approved later than that.
    """
    found = [
        lines.finding(("restatements", number, key), en, vi)
        for number, entry in enumerate(content.restatements)
        for key, en, vi in (
            *_unknown_names(entry, catalogue),
            *_area(entry, catalogue),
            *_period(entry, today),
            *_doubtful_numbers(number, entry, lines, catalogue),
        )
    ]
    found += [
        lines.finding((name, number, "approved_on"), "lies in the future", "là ngày chưa tới")
        for name in ("restatements", "accepted_changes")
        for number, approval in enumerate(getattr(content, name))
        if approval.approved_on > today
    ]
    found += [
        lines.finding(
            ("restatements", second, "new_value"),
            f"restates the same figure as line {lines.line_of(('restatements', first))} to another value; keep one",
            f"điều chỉnh cùng số liệu với dòng {lines.line_of(('restatements', first))} nhưng khác giá trị mới; chỉ "
            "giữ một mục",
        )
        for first, second in _contradictions(content)
    ]
    return found + lines.repeated_keys()


def _contradictions(content: RestatementFile) -> Iterator[tuple[int, int]]:
    """Entries that restate one figure from one value to two: both would count, so neither could."""
    seen: dict[tuple[object, ...], int] = {}
    for number, entry in enumerate(content.restatements):
        if entry.action is Action.RESTATE:
            first = seen.setdefault(tuple(getattr(entry, name) for name in _FIGURE), number)
            if content.restatements[first].new_value != entry.new_value:
                yield first, number


def _unknown_names(entry: Restatement, catalogue: Catalogue) -> Iterator[Told]:
    for key, words, known in (
        ("indicator", "chỉ tiêu", catalogue.indicators),
        ("scope", "phạm vi", catalogue.scopes),
        ("source", "nguồn", catalogue.sources),
    ):
        given = getattr(entry, key)
        if given not in known:
            near = difflib.get_close_matches(given.upper() if key == "indicator" else given, known, n=3)
            en, vi = (f"; closest: {', '.join(near)}", f"; gần nhất: {', '.join(near)}") if near else ("", "")
            yield (
                key,
                f"{given!r} is no {key} of the catalogue{en}",
                f"'{given}' không phải mã {words} trong danh mục{vi}",
            )


def _area(entry: Restatement, catalogue: Catalogue) -> Iterator[Told]:
    geography, day = catalogue.geography, entry.month
    if entry.area == NATION or entry.area in geography.communes or geography.province(entry.area, day):
        return
    try:
        code = geography.resolve(entry.area, day).code
    except AreaNotFoundError as error:
        yield "area", f"{entry.area!r} is no area on {day}: {error.message}", error.message_vi
    else:
        yield (
            "area",
            f'{entry.area!r} is no area on {day}: write the code "{code}"',
            f"hãy ghi mã \"{code}\" thay cho '{entry.area}'",
        )


def _period(entry: Restatement, today: date) -> Iterator[Told]:
    if not FIRST_MONTH <= entry.month <= today:
        first = month_key(FIRST_MONTH)
        yield (
            "period",
            f"months from {first} to the running one are taken in",
            f"chỉ nhận từ tháng {first} đến tháng hiện tại",
        )


def _doubtful_numbers(number: int, entry: Restatement, lines: Lines, catalogue: Catalogue) -> Iterator[Told]:
    """Numbers that YAML reads as something else than people mean: 2.000 as 2, 010 as 8, 14:00 as 840."""
    indicator = catalogue.indicators.get(entry.indicator)
    for key in _NUMBERS:
        text = lines.text_of(("restatements", number, key))
        value = getattr(entry, key)
        if not text or value is None:
            continue
        is_whole = key in _COUNTS or (indicator is not None and indicator.is_whole_number)
        if is_whole and _GROUPED.fullmatch(text):
            whole = text.replace(".", "")
            yield (
                key,
                f"{text!r} can be read as {value:g} or as {whole}; write {whole} if that is meant",
                f"'{text}' đọc được thành {value:g} hoặc {whole}; nếu là {whole} thì ghi liền, không có dấu chấm",
            )
        elif not _PLAIN.fullmatch(text):
            yield (
                key,
                f"{text!r} would be read as {value:g}; write the digits only",
                f"'{text}' sẽ bị đọc thành {value:g}; chỉ ghi chữ số",
            )


def refusal(origin: str, found: Sequence[Finding]) -> UnreadableFileError:
    """The file as refused, with line, key and fault of each finding."""
    en = [f"line {item.line}{f', {item.path}' if item.path else ''}: {item.message}" for item in found]
    vi = [
        f"dòng {item.line}{f', {item.path}' if item.path else ''}: {item.message_vi or item.message}"
        for item in found
    ]
    return UnreadableFileError(
        f"{origin} is no valid file of restatements, nothing of it is applied: {'; '.join(en)}. Correct it; "
        "docs/revisions.md has the keys",
        f"Tệp điều chỉnh {origin} không hợp lệ nên không mục nào được áp dụng: {'; '.join(vi)}. Đề nghị sửa rồi lưu "
        "lại tệp; các khóa được giải thích trong docs/revisions.md.",
    )
