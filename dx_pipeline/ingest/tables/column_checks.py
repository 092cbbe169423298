"""Whether a table's columns can be trusted: missing, unknown, repeated, or under another printed number.

A field whose column cannot be trusted is taken out of the table, so that only the figures that need it are lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dx_pipeline.ingest.tables.column_numbers import column_number, has_letters
from dx_pipeline.ingest.tables.differences import difference_of, proposal
from dx_pipeline.ingest.tables.finding import Table, looks_like_figure
from dx_pipeline.ingest.tables.headings import Heading, cell_text
from dx_pipeline.ingest.tables.reports import KNOWN_HEADING, Report, range_locator
from dx_pipeline.ingest.tables.rows import Body
from dx_pipeline.ingest.tables.values import parts_of

if TYPE_CHECKING:
    from dx_pipeline.catalogue.source_models import ReportTable


def check_columns(table: Table, body: Body, spec: ReportTable, report: Report) -> None:
    """Reports what is wrong with the table's columns and takes doubtful fields out."""
    named = set(table.columns.values())  # also those whose field is taken out below
    _check_numbers(table, body.number_rows, report)
    _check_repeated(table, body, report)
    _check_missing(table, spec, report)
    _check_unknown(table, body, named, report)


def _check_numbers(table: Table, number_rows: Sequence[int], report: Report) -> None:
    """The printed number of a column must be the one the form gives to its heading.

    Where letters number the first columns (A, B, 1, 2) the others are counted from them, not as the form does.
    """
    for row in number_rows:
        if has_letters(table.sheet.rows[row]):
            continue
        for name, column in list(table.columns.items()):
            expected = table.index.columns[name].number
            printed = column_number(table.sheet.rows[row][column])
            if expected is None or printed is None or printed == expected:
                continue
            heading = table.match.columns.pop(name)
            report.add(
                KNOWN_HEADING,
                (row, column),
                f"the column «{heading.path}» is printed as column ({printed}), the form has it as ({expected}); no "
                "figure that needs it was read",
                f"cột «{heading.path}» được đánh số ({printed}) nhưng theo biểu là cột ({expected}). Không đọc các số "
                "liệu cần cột này; đề nghị kiểm tra lại các cột.",
            )


def _check_repeated(table: Table, body: Body, report: Report) -> None:
    """Two columns with one heading: the same figures are counted once, different ones not at all."""
    for name, heading in table.match.repeated:
        kept = table.match.columns.get(name)
        if kept is None:
            continue
        rows = table.sheet.rows
        is_same = all(
            cell_text(rows[row][kept.column]) == cell_text(rows[row][heading.column]) for row in body.data
        )
        is_hidden = heading.column in table.sheet.hidden_columns
        if is_same and not any(looks_like_figure(rows[row][heading.column]) for row in body.data):
            continue
        hidden_en, hidden_vi = ("hidden ", " (đang ẩn)") if is_hidden else ("", "")
        other = table.sheet.locator(kept.row, kept.column)
        place = (heading.row, heading.column)
        if is_same:
            report.add(
                KNOWN_HEADING,
                place,
                f"the {hidden_en}column repeats «{heading.path}» of {other} with the same figures; they count once",
                f"cột{hidden_vi} lặp lại «{heading.path}» của ô {other} với cùng số liệu; hệ thống chỉ tính một lần.",
                severity="WARN",
            )
            continue
        del table.match.columns[name]
        report.add(
            KNOWN_HEADING,
            place,
            f"the {hidden_en}column has the heading «{heading.path}» of {other} but other figures; keep one of them",
            f"cột{hidden_vi} có cùng tiêu đề «{heading.path}» với ô {other} nhưng số liệu khác nhau. Đề nghị chỉ giữ "
            "một cột.",
        )


def _check_missing(table: Table, spec: ReportTable, report: Report) -> None:
    """One finding per figure that a missing column stops; one for all where it stops none."""
    missing = set(table.missing)
    if not missing:
        return
    difference = difference_of(table)
    place = (table.heading_row, min(table.headings))
    stopped: list[str | None] = [
        code
        for code in spec.figures
        if any(name in missing for _, part in parts_of(spec, code) for name in part)
    ]
    for code in stopped or [None]:
        report.add(
            KNOWN_HEADING,
            place,
            f"the table lacks a column; {difference.en}",
            f"bảng thiếu cột; {difference.vi}.",
            indicator_code=code,
        )


def _check_unknown(table: Table, body: Body, named: set[int], report: Report) -> None:
    """One finding per column that holds figures and is no field's, named by its range."""
    known = named | {heading.column for _, heading in table.match.repeated}
    width = len(table.sheet.rows[0]) if table.sheet.rows else 0
    headings = {heading.column: heading for heading in table.match.unknown}
    for column in range(width):
        if column in known:
            continue
        rows = [row for row in body.data if looks_like_figure(table.sheet.rows[row][column])]
        if rows:
            _report_unknown(table, headings.get(column), column, rows, report)


def _report_unknown(
    table: Table, heading: Heading | None, column: int, rows: Sequence[int], report: Report
) -> None:
    where = range_locator(table.sheet, [rows[0], rows[-1]], [column])
    entry = proposal(table, heading) if heading else ""
    if heading is None:
        en, vi = "the column has no heading", "cột không có tiêu đề"
    else:
        en = f"the heading «{heading.path}» is not known"
        vi = f"tiêu đề «{heading.path}» chưa có trong danh mục"
    missing = difference_of(table, []).en
    report.add(
        KNOWN_HEADING,
        (rows[0], column),
        "; ".join(
            filter(
                None, (f"{en}, so {len(rows)} figures in {where} were not read", missing, _add(entry, "en"))
            )
        ),
        "; ".join(
            filter(
                None,
                (
                    f"{vi} nên không đọc được {len(rows)} số liệu ở {where}",
                    difference_of(table, []).vi,
                    _add(entry, "vi"),
                ),
            )
        )
        + ".",
    )


def _add(entry: str, language: str) -> str:
    if not entry:
        return ""
    words = {
        "en": "if it is the same, add to the source's entry",
        "vi": "nếu đúng là cột đó, thêm vào mục của nguồn",
    }
    return f"{words[language]}: {entry}"
